"""Kinds of arguments that several commands take."""

from argparse import ArgumentTypeError
from datetime import date


def count(text: str) -> int:
    """A whole number from 1, for `type=` of an argument; ArgumentTypeError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) == 0:
        raise ArgumentTypeError("write a whole number from 1")
    return int(text)


def day(text: str) -> date:
    """A day as 2026-11-21, for `type=` of an argument; ArgumentTypeError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("write a day as 2026-11-21") from None
