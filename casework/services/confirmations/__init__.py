"""Keeping what households said true: asking again, and what they answer."""
