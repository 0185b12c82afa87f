"""Acts of two people: one asks (`ask`), another decides (`deciding.approve`, `deciding.refuse`)."""

from casework.services.approvals.asking import ask

__all__ = ["ask"]
