"""Numbers on the command line."""

from argparse import ArgumentTypeError

import pytest

from casework.cli.arguments import count


def test_a_count_is_a_whole_number_from_one() -> None:
    assert (count("1"), count("020")) == (1, 20)


@pytest.mark.parametrize("text", ["0", "-1", "", "1.5", "ten", "²", "9" * 5000])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        count(text)
