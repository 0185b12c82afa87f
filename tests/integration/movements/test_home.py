"""What the consular desk sees first."""

from casework.services.movements.reading import desk_home
from casework.services.work import Database
from tests.conftest import Cast
from tests.integration.movements.scene import flight


def test_the_next_departure_stands_first_and_what_never_ended_is_counted(
    database: Database, cast: Cast
) -> None:
    with database.writing(cast["saruul.desk"]) as work:
        later, sooner = flight(work, in_days=9), flight(work, in_days=2)
        flight(work, in_days=-3)
        home = desk_home(work)
        assert [line.movement for line in home.movements] == [sooner, later]
        assert home.not_ended == 1
