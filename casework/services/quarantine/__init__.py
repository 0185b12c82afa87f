"""Quarantine: facilities and their rooms, stays, daily checks, release."""
