"""Renewing keys while the product runs."""
