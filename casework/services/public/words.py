"""A person's own word on her request: given with her PIN, through the services staff use."""

from typing import NoReturn

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, Refused
from casework.messages import N_
from casework.policy import Permission
from casework.rules.standing import APPEAL_WINDOW
from casework.services.access import require
from casework.services.confirmations.answering import confirm_data
from casework.services.movements.offers import Word, answer_offer, open_offers, tell_ended
from casework.services.public.status import own_member, own_offers, shown_to
from casework.services.public.visits import WHY
from casework.services.requests import deciding
from casework.services.requests.states import ACTIVE, active_members
from casework.services.work import Work
from casework.vocabulary import Channel, Purpose, RequestState, TellingKind, WithdrawalChannel
from models.public import Telling
from models.return_request import RequestMember

_OPEN_AT_ONCE = 5


def answer(work: Work, key: str, accepts: bool, text: str) -> None:
    """Accept or refuse an offer that is hers to answer; as `answer_offer` raises."""
    with work.beyond(WHY):
        me = own_member(work)
        require(work, Permission.OFFER_ANSWER, me.request)
        offered = {offer.key for offer in own_offers(work, me)}
        if key not in offered:
            _refuse(work, me, key)
        word = Word(accepts, WithdrawalChannel.PUBLIC_FORM, text)
        answer_offer(work, me.request, key, word)


def _refuse(work: Work, me: RequestMember, key: str) -> NoReturn:
    """Her own offer may have ended; one that is open for others is not there for her."""
    waiting = {offer.key for offer in open_offers(work, me.request)}
    if key != str(me.id) or key in waiting:
        raise Refused(Permission.OFFER_ANSWER)
    tell_ended(work, me.request)


def withdraw(work: Work, text: str, with_children: bool, for_mission: str) -> None:
    """Withdraw herself; nobody withdraws another adult.

    The children go with her, when she says so, if no other adult is left to speak for them and
    none of them is private. In every case the mission is told `for_mission`, so that nothing she
    sees tells of a member who is private from her.
    """
    with work.beyond(WHY):
        me = own_member(work)
        _check_children(me, with_children)
        takes = with_children and _speaks_for_children(me)
        said = deciding.Withdrawal(WithdrawalChannel.PUBLIC_FORM, text, takes, mission_decides=True)
        deciding.withdraw_member(work, me.request, me, said)
        _tell(work, me, TellingKind.CHANGE, for_mission)


def _check_children(me: RequestMember, with_children: bool) -> None:
    """As at the desk, but reckoned only with those whom she is shown."""
    others = [each for each in shown_to(me.request, me) if each is not me and each.state in ACTIVE]
    if others and all(map(deciding.is_child, others)) and not with_children:
        raise InvalidInput(deciding.LEFT_ALONE, "with_children")


def _speaks_for_children(me: RequestMember) -> bool:
    others = [each for each in active_members(me.request) if each is not me]
    return all(deciding.is_child(each) and not each.private for each in others)


def confirm(work: Work) -> None:
    """Say that what is recorded is still right."""
    with work.beyond(WHY):
        confirm_data(work, own_member(work).request, Channel.PUBLIC_FORM)


def tell_change(work: Work, text: str) -> None:
    """Tell the mission what changed; it changes nothing by itself."""
    with work.beyond(WHY):
        me = own_member(work)
        if _waiting(work, me, TellingKind.CHANGE) >= _OPEN_AT_ONCE:
            raise InvalidInput(
                N_("Your mission has not read what you told it before. Please wait.")
            )
        _tell(work, me, TellingKind.CHANGE, text)


def appeal(work: Work, text: str) -> None:
    """Appeal against a declined request within the time; InvalidTransition when it is over."""
    with work.beyond(WHY):
        me = own_member(work)
        request = me.request
        if request.state is not RequestState.DECLINED or request.declined_on is None:
            raise InvalidTransition(N_("Only a declined request can be appealed."))
        last = request.declined_on + APPEAL_WINDOW
        if clock.today() > last:
            raise InvalidTransition(
                N_("The time to appeal ended on %(day)s. You can ask again at any time."), day=last
            )
        if _waiting(work, me, TellingKind.APPEAL):
            raise InvalidTransition(N_("Your appeal is with us already. You will get an answer."))
        _tell(work, me, TellingKind.APPEAL, text)


def _waiting(work: Work, me: RequestMember, kind: TellingKind) -> int:
    statement = select(Telling.id).where(
        Telling.member_id == me.id, Telling.kind == kind, Telling.seen_at.is_(None)
    )
    return len(work.session.scalars(statement).all())


def _tell(work: Work, me: RequestMember, kind: TellingKind, text: str) -> None:
    require(work, Permission.RETURN_REQUEST_UPDATE, me.request)
    told = Telling(
        request_id=me.request_id,
        member_id=me.id,
        subject_id=me.subject_id,
        kind=kind,
        at=clock.now(),
        text=text,
    )
    work.session.add(told)
    facts = {"kind": kind.value}
    work.record(Act("telling.received", Purpose.RETURN_ASSISTANCE, facts=facts))
