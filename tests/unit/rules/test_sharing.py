"""Children of a trafficking case sleep apart from adults, other than their own guardian."""

import pytest

from casework.rules.sharing import Sleeper, may_share
from casework.vocabulary import Relation

MOTHER = Sleeper(Relation.PRINCIPAL, child=False, apart=True)
UNCLE = Sleeper(Relation.OTHER_RELATIVE, child=False, apart=False)
DAUGHTER = Sleeper(Relation.CHILD, child=True, apart=True)
SON = Sleeper(Relation.CHILD, child=True, apart=False)
ALONE = Sleeper(Relation.PRINCIPAL, child=True, apart=True)
FATHER = Sleeper(Relation.PARENT, child=False, apart=False)


@pytest.mark.parametrize(
    ("sleepers", "allowed"),
    [
        ([MOTHER, DAUGHTER], True),
        ([DAUGHTER, SON], True),
        ([SON, UNCLE], True),
        ([DAUGHTER, UNCLE], False),
        ([MOTHER, DAUGHTER, UNCLE], False),
        ([ALONE, FATHER], True),
        ([ALONE, UNCLE], False),
        ([], True),
    ],
)
def test_who_may_share_a_room(sleepers: list[Sleeper], allowed: bool) -> None:
    assert may_share(sleepers) is allowed
