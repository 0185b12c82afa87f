"""policy.py carries the whole of access-matrix.csv, cell by cell."""

from casework.policy import MATRIX, Permission
from casework.vocabulary import Role
from tests.access import expectations


def written(scopes: tuple[frozenset[str], ...]) -> set[frozenset[str]]:
    return set(scopes)


def test_the_rows_are_the_permissions_and_the_columns_the_roles() -> None:
    assert list(expectations.MATRIX) == [permission.value for permission in Permission]
    for row in expectations.MATRIX.values():
        assert list(row) == [role.value for role in Role]


def test_each_cell_is_the_same() -> None:
    for name, row in expectations.MATRIX.items():
        for role, cell in row.items():
            alternatives = () if cell == "-" else cell.split("|")
            expected = {frozenset(part.split("+")) for part in alternatives}
            assert written(MATRIX[Permission(name)][Role(role)]) == expected, (name, role)
