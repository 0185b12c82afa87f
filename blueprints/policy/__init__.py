"""The published order: why a household stands where it stands, and the policy itself."""

from blueprints.policy import why  # noqa: F401 - its routes
from blueprints.policy.blueprint import blueprint

__all__ = ["blueprint"]
