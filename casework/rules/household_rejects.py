"""The file of rows to be mended and imported again."""

import csv
from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Final, TextIO

from casework.messages import N_, Message
from casework.rules.household_records import REJECT_COLUMNS, Reject
from casework.rules.spreadsheet import inert

#: On every row alike, so that it tells nothing of any.
CHECK_NEEDS: Final = N_(
    "Before importing again, compare the needs with your own list: some are never repeated here."
)


def write_rejects(
    stream: TextIO,
    columns: tuple[str, ...],
    rejects: Iterable[Reject],
    say: Callable[[Message], str] = str,
) -> None:
    """Write CSV with the file's own `columns`, then row, column and reason; one line for each row.

    `say` translates a reason. Cells that a spreadsheet would run as a formula get an apostrophe,
    which the next import takes off. Open `stream` with encoding utf-8-sig and newline="".
    """
    kept = [place for place, column in enumerate(columns) if column not in REJECT_COLUMNS]
    writer = csv.writer(stream)
    writer.writerow([*(inert(columns[place]) for place in kept), *REJECT_COLUMNS])
    in_order = sorted(rejects, key=lambda reject: reject.row)
    for row, of_row in groupby(in_order, key=lambda reject: reject.row):
        problems = list(of_row)
        named = dict.fromkeys(reject.column for reject in problems if reject.column)
        reasons = dict.fromkeys(_reason(reject, say) for reject in problems)
        writer.writerow(
            [
                *(inert(problems[0].cells[place]) for place in kept),
                row,
                ", ".join(named),
                " ".join([*reasons, say(Message(CHECK_NEEDS))]),
            ]
        )


def _reason(reject: Reject, say: Callable[[Message], str]) -> str:
    reason = say(reject.reason)
    return f"{reject.column}: {reason}" if reject.column else reason
