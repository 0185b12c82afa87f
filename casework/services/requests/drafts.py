"""Drafts of new requests: kept as typed, seen by whoever types them only, and not for long."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select

from audit.record import Act
from casework import clock
from casework.actor import system_actor
from casework.errors import InvalidInput
from casework.messages import N_
from casework.policy import Permission
from casework.services.work import Database, Work
from casework.vocabulary import Purpose
from models.intake import RequestDraft
from models.user import User

MOST_DRAFTS: Final = 50
TOO_MANY = N_("You have %(most)s drafts, and no more can be kept. Finish or delete some first.")


def save_draft(work: Work, form_key: bytes, typed: Iterable[tuple[str, str]]) -> RequestDraft:
    """Keep what stands on the page of this key, whatever it is worth, in place of what was kept.

    Raises InvalidInput when the actor has too many drafts already.
    """
    draft = draft_of_page(work, form_key)
    if draft is None:
        _check_room(work)
        user = work.session.get_one(User, work.actor.id)
        draft = RequestDraft(user_id=user.id, subject_id=user.subject_id, form_key=form_key)
        work.session.add(draft)
    with work.session.no_autoflush:
        draft.typed = [[name, text] for name, text in typed]
        draft.saved_at = clock.now()
    work.record(_act("request.draft_saved", Permission.RETURN_REQUEST_CREATE))
    return draft


def _check_room(work: Work) -> None:
    own = RequestDraft.user_id == work.actor.id
    count = work.session.scalar(select(func.count()).select_from(RequestDraft).where(own)) or 0
    if count >= MOST_DRAFTS:
        raise InvalidInput(TOO_MANY, most=MOST_DRAFTS)


def my_drafts(work: Work) -> list[RequestDraft]:
    """The actor's own drafts, the last saved first."""
    statement = select(RequestDraft).where(RequestDraft.user_id == work.actor.id)
    return list(work.session.scalars(statement.order_by(RequestDraft.saved_at.desc())))


def draft_of_page(work: Work, form_key: bytes) -> RequestDraft | None:
    """The actor's draft of the page of this key."""
    return work.session.scalars(
        select(RequestDraft).where(
            RequestDraft.user_id == work.actor.id, RequestDraft.form_key == form_key
        )
    ).first()


def delete_draft(work: Work, draft: RequestDraft) -> None:
    """Throw a draft away."""
    work.session.delete(draft)
    work.record(_act("request.draft_deleted", Permission.RETURN_REQUEST_UPDATE))


def end_draft(work: Work, form_key: bytes) -> None:
    """The page of this key is being registered: its draft goes with the same commit and entry."""
    draft = draft_of_page(work, form_key)
    if draft is not None:
        work.session.delete(draft)


def kept_until(database: Database, draft: RequestDraft) -> datetime:
    """When the draft goes unless it is saved again."""
    return draft.saved_at + timedelta(days=database.settings.draft_days)


def sweep_drafts(database: Database) -> int:
    """Delete drafts that nobody saved for the days that the settings allow; returns how many."""
    oldest = clock.now() - timedelta(days=database.settings.draft_days)
    with database.writing(system_actor()) as work:
        old = work.session.scalars(select(RequestDraft).where(RequestDraft.saved_at < oldest)).all()
        for draft in old:
            work.session.delete(draft)
        if old:
            facts = {"drafts": len(old)}
            work.record(Act("request.drafts_expired", Purpose.RETURN_ASSISTANCE, facts=facts))
        return len(old)


def _act(event: str, permission: Permission) -> Act:
    return Act(event, Purpose.RETURN_ASSISTANCE, permission=permission)
