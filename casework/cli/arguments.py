"""Kinds of arguments that several commands take."""

from argparse import ArgumentTypeError


def count(text: str) -> int:
    """A whole number from 1, for `type=` of an argument; ArgumentTypeError for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 10) or int(text) == 0:
        raise ArgumentTypeError("write a whole number from 1")
    return int(text)
