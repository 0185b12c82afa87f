"""A user's own way of signing in."""
