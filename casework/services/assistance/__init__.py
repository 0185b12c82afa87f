"""Assistance given, and the budget lines it is paid from."""
