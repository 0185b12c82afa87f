"""The published order: why a household stands where it stands, and the policy itself."""

from blueprints.policy import fairness, versions, why
from blueprints.policy.blueprint import blueprint

__all__ = ["blueprint", "fairness", "versions", "why"]
