"""Consular help that needs no return."""
