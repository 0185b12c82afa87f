"""Movements: planning, giving out seats with beds, offers, the manifest, boarding."""
