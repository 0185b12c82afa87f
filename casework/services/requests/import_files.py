"""A mission's list in the browser: sent, looked at, imported, gone."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from io import BytesIO
from typing import Final
from uuid import UUID

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.actor import Actor, Origin, system_actor
from casework.errors import InvalidInput, InvalidTransition
from casework.messages import N_
from casework.policy import Facts, Permission, Side, scopes_of
from casework.rules.household_file import read_households
from casework.services.access import require_facts
from casework.services.documents.scanning import scan
from casework.services.requests.duplicates import answers_left, note_answer
from casework.services.requests.importing import (
    BATCH,
    ImportReport,
    check_list,
    import_requests,
    write_batch,
)
from casework.services.users import actor_of
from casework.services.work import Database, Work
from casework.vocabulary import EntryChannel, Purpose, Role
from models.intake import ImportFile
from models.organisation import Organisation
from models.user import User

#: How long a list is kept after it was sent.
KEPT: Final = timedelta(hours=24)
ALL: Final = frozenset({"all"})
EMPTY = N_("The file is empty. Choose it again.")
TOO_LARGE = N_("A list may have %(megabytes)s MB at most. Split it and import the parts.")
RUNNING = N_("This list is being imported. Wait until it is done.")


def keep_list(work: Work, mission: Organisation, content: bytes) -> ImportFile:
    """Keep a list, sealed, to be looked at before it is imported for `mission`.

    Raises Refused when the actor may not verify requests there, InvalidInput and RefusedFile for a
    file that cannot be used at all.
    """
    require_facts(work, Permission.RETURN_REQUEST_VERIFY, _lodged_at(mission))
    settings = work.database.settings
    if not content:
        raise InvalidInput(EMPTY, "file")
    if len(content) > settings.upload_limit:
        raise InvalidInput(TOO_LARGE, "file", megabytes=settings.upload_limit // 2**20)
    answers = None if _reads_everywhere(work.actor.role) else answers_left(work)
    opened = _Opened(mission.code, answers, content)
    work.end()  # nothing waits while the file is read
    scan(content, settings.clamav)
    report = _import(work.database, work.actor, opened, dry_run=True)
    user = work.session.get_one(User, work.actor.id)
    kept = ImportFile(
        user_id=user.id,
        subject_id=user.subject_id,
        organisation_id=mission.id,
        sent_at=clock.now(),
        elsewhere=report.elsewhere,
        content=content,
    )
    work.session.add(kept)
    work.record(_act("request.import_sent", mission, report))
    if answers is not None:
        for _ in range(report.elsewhere):
            note_answer(work)
    return kept


def look_at(work: Work, kept: ImportFile) -> ImportReport:
    """What importing the list would do now; written down, as its page shows parts of it."""
    opened, mission = _opened(work, kept), kept.organisation
    work.end()
    report = _import(work.database, work.actor, opened, dry_run=True)
    with work.database.writing(work.actor) as log:
        log.request = work.request
        log.record(_act("request.import_looked_at", mission, report))
    return report


def confirm(work: Work, kept: ImportFile) -> None:
    """Import the list: in this very transaction when it is short, else by the job of this minute.

    Raises InvalidTransition while it is being imported.
    """
    if running(kept):
        raise InvalidTransition(RUNNING)
    require_facts(work, Permission.RETURN_REQUEST_VERIFY, _lodged_at(kept.organisation))
    opened = _opened(work, kept)
    work.end()
    content = read_households(BytesIO(opened.content), clock.today())
    report, ready = check_list(work, content, kept.organisation, opened.answers)
    at_once = len(ready) <= BATCH
    kept.confirmed_at, kept.ended_at = clock.now(), clock.now() if at_once else None
    work.record(_act("request.import_confirmed", kept.organisation, report))
    if at_once and ready:
        write_batch(work, ready, report, None if opened.answers is None else 0)


def discard(work: Work, kept: ImportFile) -> None:
    """Delete the list; what was imported stays. Raises InvalidTransition while it is running."""
    if running(kept):
        raise InvalidTransition(RUNNING)
    organisation = kept.organisation.code
    work.session.delete(kept)
    work.record(_ended("request.import_discarded", organisation))


def my_lists(work: Work) -> Sequence[ImportFile]:
    """The lists that the actor sent and that are still kept, the last first."""
    statement = select(ImportFile).where(ImportFile.user_id == work.actor.id)
    return work.session.scalars(statement.order_by(ImportFile.sent_at.desc())).all()


def run_imports(database: Database) -> int:
    """Import what was confirmed, each in its sender's name, and delete what is old.

    Returns how many of both. What was cut short is finished: a list imported again changes nothing.
    """
    with database.reading(system_actor()) as work:
        waiting = work.session.scalars(
            select(ImportFile).where(
                ImportFile.confirmed_at.is_not(None), ImportFile.ended_at.is_(None)
            )
        ).all()
        ready = [(_sender(work, kept), kept.id, _opened(work, kept)) for kept in waiting]
    for sender, kept_id, opened in ready:
        if sender is not None:
            _run(database, sender, kept_id, opened)
    return len(ready) + _sweep(database)


@dataclass(frozen=True, repr=False)
class _Opened:
    """A list as it is imported: at which organisation, with how many answers of others."""

    organisation: str
    answers: int | None
    content: bytes


def _opened(work: Work, kept: ImportFile) -> _Opened:
    user = work.session.get_one(User, kept.user_id)
    answers = None if _reads_everywhere(user.role) else kept.elsewhere
    with work.unseen():
        return _Opened(kept.organisation.code, answers, kept.content)


def _import(database: Database, actor: Actor, opened: _Opened, *, dry_run: bool) -> ImportReport:
    return import_requests(
        database,
        actor,
        BytesIO(opened.content),
        opened.organisation,
        dry_run=dry_run,
        answers=opened.answers,
    )


def _run(database: Database, actor: Actor, kept_id: UUID, opened: _Opened) -> None:
    _import(database, actor, opened, dry_run=False)
    with database.writing(actor) as work:
        row = work.session.get(ImportFile, kept_id)
        if row is not None:
            row.ended_at = clock.now()
            work.record(_ended("request.import_ended", row.organisation.code))


def _sender(work: Work, kept: ImportFile) -> Actor | None:
    """Who sent the list, if she may still import it."""
    user = work.session.get_one(User, kept.user_id)
    actor = actor_of(work, user, Origin(EntryChannel.JOB))
    own = user.organisation_id == kept.organisation_id
    scopes = scopes_of(user.role, Permission.RETURN_REQUEST_VERIFY)
    return actor if user.active and (ALL in scopes or (own and scopes)) else None


def _sweep(database: Database) -> int:
    with database.writing(system_actor()) as work:
        old = work.session.scalars(
            select(ImportFile).where(ImportFile.sent_at < clock.now() - KEPT)
        ).all()
        for kept in old:
            work.session.delete(kept)
        if old:
            facts = {"files": len(old)}
            work.record(Act("request.imports_expired", Purpose.RETURN_ASSISTANCE, facts=facts))
        return len(old)


def running(kept: ImportFile) -> bool:
    """Whether the list waits for its import, or is being imported."""
    return kept.confirmed_at is not None and kept.ended_at is None


def _reads_everywhere(role: Role | None) -> bool:
    """Whether every mission's requests are open to this role anyway."""
    return role is not None and ALL in scopes_of(role, Permission.RETURN_REQUEST_READ)


def _lodged_at(mission: Organisation) -> Facts:
    own = frozenset({mission.id})
    return Facts(side=Side.RETURN, lodged_at=mission.id, organisations=own, holders=own)


def _act(event: str, mission: Organisation, report: ImportReport) -> Act:
    facts = {
        "organisation": mission.code,
        "requests": report.households,
        "rejected": report.rejected,
        "duplicates": report.duplicates,
    }
    return replace(_ended(event, mission.code), facts=facts)


def _ended(event: str, organisation: str) -> Act:
    return Act(
        event,
        Purpose.RETURN_ASSISTANCE,
        permission=Permission.RETURN_REQUEST_VERIFY,
        facts={"organisation": organisation},
    )
