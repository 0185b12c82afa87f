"""Drafting, comparing, simulating and publishing versions of the priority policy."""
