"""Changing what a request says, with nothing found by an old number or name afterwards."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.rules.age import age_band
from casework.services.access import require
from casework.services.idempotency import expect_version
from casework.services.names import note_name_change
from casework.services.people.tokens import add_tokens
from casework.services.requests.household_input import PersonInput
from casework.services.requests.reading import HIDDEN_NEEDS
from casework.services.requests.scoring import SCORED, order_today, store_score
from casework.services.requests.states import ACTIVE
from casework.services.work import Work
from casework.vocabulary import Need, Purpose
from models.person import Person
from models.return_request import RequestMember, ReturnRequest
from models.subject import SearchToken

HOUSEHOLD_FIELDS: Final = (
    "country",
    "city",
    "visa_expires_on",
    "home_aimag",
    "home_soum",
    "language",
    "note",
)
PERSON_FIELDS: Final = (
    "ovog",
    "patronymic",
    "given_name",
    "latin_name",
    "sex",
    "birth_date",
    "register_number",
    "passport_number",
    "phone",
    "email",
    "safe_contact",
    "may_write",
)
TRAVEL_FIELDS: Final = (
    "document_status",
    "passport_expires_on",
    "certificate_applied_on",
    "certificate_expected_on",
    "certificate_issued_on",
    "certificate_valid_until",
    "multiple_pregnancy",
    "statement_on",
    "statement_fit",
    "statement_days",
)
_IN_ORDER: Final = (
    ("certificate_applied_on", "certificate_expected_on"),
    ("certificate_applied_on", "certificate_issued_on"),
    ("certificate_issued_on", "certificate_valid_until"),
)
_FOUND_BY: Final = frozenset(PERSON_FIELDS) - {"sex", "safe_contact", "may_write"}


def change_household(
    work: Work, request: ReturnRequest, values: Mapping[str, Any], version: int | None
) -> None:
    """Change what is said of the household; `values` by the names of HOUSEHOLD_FIELDS.

    Raises StaleRecord when somebody else saved first, InvalidTransition when it is over.
    """
    _check(work, request)
    expect_version(request, version)
    with work.session.no_autoflush:
        changed = _assign(work, request, HOUSEHOLD_FIELDS, values)
        _save(work, request, changed)


def change_member(
    work: Work,
    request: ReturnRequest,
    member: RequestMember,
    said: PersonInput,
    version: int | None,
) -> None:
    """Change one person; what was sealed before stays sealed, and is sealed anew each time.

    So nobody learns from the log whether anything was added to the compartment. `version` is the
    one of `member_version`. Raises StaleRecord and InvalidTransition.
    """
    _check(work, request)
    person = member.person
    expect_version(member, version)
    values = {name: getattr(said, name) for name in PERSON_FIELDS}
    with work.session.no_autoflush:
        changed = _assign(work, person, PERSON_FIELDS, values)
        person.age_band = age_band(said.birth_date, clock.today())
        changed += _change_needs(work, member, said)
        if _FOUND_BY & set(changed):
            _find_anew(work, person)
        _save(work, request, changed)


def change_travel(
    work: Work,
    request: ReturnRequest,
    member: RequestMember,
    values: Mapping[str, Any],
    version: int | None,
) -> None:
    """Change what is known of one person's papers and fitness; `values` by TRAVEL_FIELDS.

    Raises InvalidInput for days in a wrong order, StaleRecord and InvalidTransition.
    """
    _check(work, request)
    expect_version(member, version)
    _check_travel(values)
    with work.session.no_autoflush:
        _save(work, request, _assign(work, member, TRAVEL_FIELDS, values))


def _check_travel(values: Mapping[str, Any]) -> None:
    for first, second in _IN_ORDER:
        if values[first] and values[second] and values[second] < values[first]:
            raise InvalidInput(N_("This day is before the one above it."), second)
    if values["statement_on"] and values["statement_fit"] is None:
        raise InvalidInput(N_("Say what the doctor's statement says."), "statement_fit")
    if values["statement_on"] is None and values["statement_fit"] is not None:
        raise InvalidInput(N_("Write the day of the doctor's statement."), "statement_on")


def correct_person(work: Work, person: Person, values: Mapping[str, Any]) -> list[str]:
    """Put right what is said of a person on every request at once; the caller's entry tells of it.

    `values` by names of PERSON_FIELDS. Returns the names of what changed.
    """
    with work.session.no_autoflush:
        changed = _assign(work, person, tuple(values), values)
        if "birth_date" in changed:
            person.age_band = age_band(values["birth_date"], clock.today())
        if _FOUND_BY & set(changed):
            _find_anew(work, person)
        for request in work.session.scalars(
            select(ReturnRequest)
            .join(RequestMember, RequestMember.request_id == ReturnRequest.id)
            .where(RequestMember.person_id == person.id, ReturnRequest.state.in_(SCORED))
        ).all():
            store_score(work, request, order_today(work))
    return changed


def _change_needs(work: Work, member: RequestMember, said: PersonInput) -> list[str]:
    with work.unseen():
        hidden = HIDDEN_NEEDS & {Need(code) for code in member.needs}
        member.protection = bool(member.protection) or said.protection
        before = (member.needs, member.due_date)
    member.needs = sorted(said.needs | hidden)
    member.due_date = said.due_date
    member.document_status = said.document_status
    return [] if before == (member.needs, member.due_date) else ["needs"]


def _assign(
    work: Work,
    row: ReturnRequest | Person | RequestMember,
    names: tuple[str, ...],
    values: Mapping[str, Any],
) -> list[str]:
    """Set what differs, empty text as none; returns the names of what changed."""
    changed = []
    for name in names:
        value = values[name]
        value = None if value == "" else value
        with work.unseen():
            before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            changed.append(name)
    return changed


def _find_anew(work: Work, person: Person) -> None:
    """Replace the tokens and tell every process to read the name again."""
    with work.beyond("tokens are the index's, not a reader's"):
        found = select(SearchToken).where(SearchToken.row_id == person.id)
        for token in work.session.scalars(found):
            work.session.delete(token)
    with work.unseen():
        add_tokens(work, person)
    note_name_change(work, person)


def _check(work: Work, request: ReturnRequest) -> None:
    require(work, Permission.RETURN_REQUEST_UPDATE, request)
    if request.state not in ACTIVE:
        raise InvalidTransition(
            N_("This request is over (%(state)s) and can only be read."), state=request.state
        )


def _save(work: Work, request: ReturnRequest, changed: list[str]) -> None:
    if request.state in SCORED:
        store_score(work, request, order_today(work))
    work.record(
        Act(
            "request.changed",
            Purpose.RETURN_ASSISTANCE,
            permission=Permission.RETURN_REQUEST_UPDATE,
            subjects={request.subject_id},
            facts={"fields": changed},
        )
    )
