"""Rounds that ask households whether their data are still right."""
