"""Where a notice leads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for

from casework.policy import Permission, may_ever
from casework.vocabulary import NoticeKind
from casework.web.unit import current_actor
from models.notice import Notice


@dataclass(frozen=True)
class Target:
    """A page for those with `permission`; `argument` names what its URL holds."""

    endpoint: str
    permission: Permission | None = None
    argument: str = ""


#: The first page that the reader may open.
TARGETS: dict[NoticeKind, tuple[Target, ...]] = {
    NoticeKind.APPROVAL_ASKED: (Target("approvals.index"),),
    NoticeKind.APPROVAL_DECIDED: (Target("approvals.index"),),
    NoticeKind.BREAK_GLASS: (
        Target("break_glass.review", Permission.BREAK_GLASS_REVIEW, "break_glass_id"),
        Target("cases.who_saw", Permission.CASE_WHO_SAW, "case_id"),
    ),
    NoticeKind.BREAK_GLASS_REVIEWED: (Target("break_glass.own"),),
    NoticeKind.CONCERN: (Target("protection.concern", Permission.CONCERN_READ, "concern_id"),),
    NoticeKind.DISPOSAL_DUE: (Target("retention.index", Permission.RETENTION_APPROVE),),
    NoticeKind.COMPLAINT: (
        Target("complaints.show", Permission.SUBJECT_REQUEST_FULFIL, "complaint_id"),
    ),
    NoticeKind.SUBJECT_REQUEST: (
        Target("rights.show", Permission.SUBJECT_REQUEST_FULFIL, "subject_request_id"),
    ),
    NoticeKind.DATA_CORRECTED: (Target("referrals.index", Permission.REFERRAL_READ),),
    NoticeKind.DATA_RESTRICTED: (Target("referrals.index", Permission.REFERRAL_READ),),
    NoticeKind.DATA_ERASED: (Target("referrals.index", Permission.REFERRAL_READ),),
    NoticeKind.HELP_ASKED: (Target("consular_help.overview", Permission.RETURN_REQUEST_VERIFY),),
    NoticeKind.LATE: (Target("requests.late", Permission.RETURN_REQUEST_READ),),
    NoticeKind.ACTIVITY: (Target("activity.index", Permission.CONCERN_READ),),
}


def notice_links(notices: Iterable[Notice]) -> Iterator[tuple[Notice, str | None]]:
    """Each notice with the address of the page that shows what it is about, if there is one."""
    for notice in notices:
        found = [target for target in TARGETS.get(notice.kind, ()) if _open(target)]
        yield notice, _url(found[0], notice) if found else None


def _open(target: Target) -> bool:
    return target.permission is None or may_ever(current_actor(), target.permission)


def _url(target: Target, notice: Notice) -> str | None:
    if not target.argument:
        return url_for(target.endpoint)
    row_id: UUID | None = notice.case_id if target.argument == "case_id" else notice.record_id
    values: dict[str, Any] = {target.argument: row_id}
    return url_for(target.endpoint, **values) if row_id else None
