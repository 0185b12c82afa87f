"""Loading a season's four files; docs/season.md describes them. Loading again changes nothing."""

import csv
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from pathlib import Path

from sqlalchemy import select

from audit.record import Act
from casework.actor import Actor
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.reference.countries import country_code
from casework.rules.household_table import SourceRow, Table, read_table
from casework.rules.season_files import (
    FacilityLine,
    Fault,
    MovementLine,
    RoomLine,
    SeasonFiles,
    read_season_files,
)
from casework.services.movements.planning import MovementPlan, plan_movement
from casework.services.organisations import add_organisation, find_organisation
from casework.services.requests.importing import import_requests
from casework.services.work import Database, Work
from casework.vocabulary import OrganisationKind, Purpose, RoomKind
from models.facility import Facility, Room
from models.movement import Movement
from models.organisation import Organisation

REQUESTS = "requests.csv"
FILES = ("movements.csv", "facilities.csv", "rooms.csv")
#: Where people are lodged whose country has no mission.
MINISTRY = "MFA"


@dataclass
class Loaded:
    """What went in, what was there already, and what has to be mended."""

    facilities: int = 0
    rooms: int = 0
    movements: int = 0
    requests: int = 0
    people: int = 0
    unchanged: int = 0
    rejected: int = 0
    duplicates: int = 0
    faults: list[Fault] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """What `--json` prints."""
        return {name: value for name, value in vars(self).items() if isinstance(value, int)}


def load_season(
    database: Database, actor: Actor, folder: Path, say: Callable[[str], None] = lambda _: None
) -> Loaded:
    """Load the files of `folder`. Nothing is written when movements, facilities or rooms have
    faults; of the requests the good ones go in and the others are named.

    Raises InvalidInput when a file is missing or is no table.
    """
    content = {name: _read(folder / name) for name in (*FILES, REQUESTS)}
    files = read_season_files(*(content[name] for name in FILES))
    loaded = Loaded(faults=files.faults)
    if files.faults:
        return loaded
    requests = _table(content[REQUESTS])
    with database.writing(actor) as work:
        _load_places(work, files, loaded)
    say(f"{loaded.facilities} facilities, {loaded.rooms} rooms, {loaded.movements} movements")
    for mission, rows in _by_mission(database, actor, requests).items():
        _load_requests(database, actor, mission, requests, rows, loaded)
    return loaded


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            N_("%(file)s cannot be read: %(reason)s."),
            file=path.name,
            reason=error.strerror or "?",
        ) from None


def _table(content: bytes) -> Table:
    try:
        return read_table(BytesIO(content))
    except InvalidInput as error:
        raise InvalidInput(
            N_("%(file)s: %(reason)s"), file=REQUESTS, reason=str(error.message)
        ) from None


def _load_places(work: Work, files: SeasonFiles, loaded: Loaded) -> None:
    facilities = {line.code: _facility(work, line, loaded) for line in files.facilities}
    by_facility: defaultdict[str, list[RoomLine]] = defaultdict(list)
    for line in files.rooms:
        by_facility[line.facility].append(line)
    for code, lines in by_facility.items():
        _add_rooms(work, facilities[code], lines, loaded)
    known = set(work.session.scalars(select(Movement.reference)))
    for movement in files.movements:
        if movement.reference in known:
            loaded.unchanged += 1
        else:
            plan_movement(work, _plan(movement), movement.reference)
            loaded.movements += 1


def _facility(work: Work, line: FacilityLine, loaded: Loaded) -> Facility:
    organisation = find_organisation(work, line.code)
    if organisation is None:
        organisation = add_organisation(
            work,
            code=line.code,
            kind=OrganisationKind.FACILITY,
            name=line.name,
            name_mn=line.name_mn,
            country="MN",
            aimag=line.aimag or None,
        )
    of = Facility.organisation_id == organisation.id
    facility = work.session.scalars(select(Facility).where(of)).first()
    if facility is not None:
        loaded.unchanged += 1
        return facility
    loaded.facilities += 1
    facility = Facility(
        organisation_id=organisation.id, aimag=line.aimag or None, turnover_days=line.turnover_days
    )
    facility.organisation, facility.active = organisation, True
    work.session.add(facility)
    facts = {"organisation": line.code, "turnover": line.turnover_days}
    _record(work, "facility.added", facts)
    return facility


def _add_rooms(work: Work, facility: Facility, lines: Sequence[RoomLine], loaded: Loaded) -> None:
    work.session.flush()
    known = set(work.session.scalars(select(Room.number).where(Room.facility_id == facility.id)))
    new = [line for line in lines if line.number not in known]
    loaded.unchanged += len(lines) - len(new)
    loaded.rooms += len(new)
    work.session.add_all(
        Room(
            facility_id=facility.id,
            number=line.number,
            floor=line.floor,
            kind=line.kind,
            beds=line.beds,
            active=True,
        )
        for line in new
    )
    kinds: Counter[tuple[RoomKind, int]] = Counter((line.kind, line.beds) for line in new)
    for (kind, beds), count in kinds.items():
        _record(work, "rooms.added", {"rooms": count, "kind": kind.value, "beds": beds})


def _record(work: Work, event: str, facts: dict[str, object]) -> None:
    permission = Permission.FACILITY_MANAGE
    work.record(Act(event, Purpose.QUARANTINE, permission=permission, facts=facts))


def _plan(line: MovementLine) -> MovementPlan:
    return MovementPlan(
        line.kind,
        line.seats,
        line.origin_countries,
        line.origin_city,
        line.point_of_entry,
        line.departs_on,
        line.arrives_on,
        line.payer,
        line.quarantine_nights,
        line.reserved_percent,
    )


def _by_mission(
    database: Database, actor: Actor, table: Table
) -> Mapping[Organisation, list[SourceRow]]:
    """The rows of each mission: a request goes where its first row's country is served."""
    references, countries = _column(table, "request_ref"), _column(table, "country")
    found: defaultdict[Organisation, list[SourceRow]] = defaultdict(list)
    missions: dict[str, Organisation] = {}
    country_of: dict[str, str] = {}
    with database.reading(actor) as work:
        for row, reference, country in zip(table.rows, references, countries, strict=True):
            code = country_of.setdefault(reference or f"\0{row.number}", country)
            if code not in missions:
                mission = find_organisation(work, country_code(code) or MINISTRY)
                ministry = find_organisation(work, MINISTRY)
                assert ministry is not None, "init makes the ministry"  # noqa: S101
                missions[code] = mission or ministry
            found[missions[code]].append(row)
    return found


def _column(table: Table, name: str) -> list[str]:
    place = table.columns.index(name) if name in table.columns else -1
    return [row.cells[place] if 0 <= place < len(row.cells) else "" for row in table.rows]


def _load_requests(
    database: Database,
    actor: Actor,
    mission: Organisation,
    table: Table,
    rows: Sequence[SourceRow],
    loaded: Loaded,
) -> None:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows(row.cells for row in rows)
    stream = BytesIO(text.getvalue().encode())
    report = import_requests(database, actor, stream, mission.code)
    loaded.requests += report.imported
    loaded.people += report.people
    loaded.unchanged += report.unchanged
    loaded.rejected += report.rejected
    loaded.duplicates += report.duplicates
    for reject in report.rejects:
        line = rows[reject.row - 2].number if reject.row > 1 else 1
        loaded.faults.append(Fault(REQUESTS, line, reject.column or "row", reject.reason))
