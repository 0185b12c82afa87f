"""Whose data were kept as long as the rules allow, and their disposal by two people."""
