"""Invented requests, imported by each mission's own officer through the ordinary import."""

import csv
from io import BytesIO, StringIO

from casework import clock
from casework.reference.countries import country_code
from casework.rules.household_records import COLUMNS
from casework.rules.scenario import write_scenario
from casework.services.demo.cast import Cast
from casework.services.organisations import find_organisation
from casework.services.requests.importing import import_requests
from casework.services.setup import command_actor
from casework.services.work import Database
from models.organisation import Organisation

SEED = 2020
#: Where people are lodged whose country has no mission.
MINISTRY = "MFA"


def import_scenario(database: Database, cast: Cast, people: int) -> int:
    """Import `people` invented people; returns the households that went in."""
    whole = StringIO(newline="")
    write_scenario(people, SEED, clock.today(), whole)
    whole.seek(0)
    by_mission: dict[str, list[dict[str, str]]] = {}
    with database.reading(command_actor()) as work:
        missions: dict[str, Organisation] = {}
        for row in csv.DictReader(whole):
            country = country_code(row["country"]) or ""
            if country not in missions:
                found = find_organisation(work, country) or find_organisation(work, MINISTRY)
                assert found is not None, "init makes the ministry"  # noqa: S101
                missions[country] = found
            by_mission.setdefault(missions[country].code, []).append(row)
    organisations = {mission.code: mission for mission in missions.values()}
    imported = 0
    for code, rows in by_mission.items():
        officer = cast.officer_of(organisations[code])
        imported += import_requests(database, officer, _as_file(rows), code).imported
    return imported


def _as_file(rows: list[dict[str, str]]) -> BytesIO:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return BytesIO(text.getvalue().encode())
