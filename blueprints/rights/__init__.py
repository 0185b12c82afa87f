"""Requests of the person: register, answer, package, restriction, erasure."""

from blueprints.rights import answering, erasing, registering, restricted, showing
from blueprints.rights.blueprint import blueprint

__all__ = ["answering", "blueprint", "erasing", "registering", "restricted", "showing"]
