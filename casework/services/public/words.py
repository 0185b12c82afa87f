"""A person's own word on her request: given with her PIN, through the services staff use."""

from sqlalchemy import select

from audit.record import Act
from casework import clock
from casework.errors import InvalidInput, InvalidTransition, Refused
from casework.messages import N_
from casework.policy import Permission
from casework.rules.standing import APPEAL_WINDOW
from casework.services.access import require
from casework.services.confirmations.answering import confirm_data
from casework.services.movements.offers import Word, answer_offer
from casework.services.public.status import own_member, own_offers
from casework.services.public.visits import WHY
from casework.services.requests import deciding
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
        if key not in offered and key != str(me.id):
            raise Refused(Permission.OFFER_ANSWER)
        word = Word(accepts, WithdrawalChannel.PUBLIC_FORM, text)
        answer_offer(work, me.request, key, word)


def withdraw(work: Work, text: str, with_children: bool) -> None:
    """Withdraw herself, with the children when she says so; nobody withdraws another adult."""
    with work.beyond(WHY):
        me = own_member(work)
        said = deciding.Withdrawal(WithdrawalChannel.PUBLIC_FORM, text, with_children)
        deciding.withdraw_member(work, me.request, me, said)


def confirm(work: Work) -> None:
    """Say that what is recorded is still right."""
    with work.beyond(WHY):
        confirm_data(work, own_member(work).request, Channel.PUBLIC_FORM)


def tell_change(work: Work, text: str) -> None:
    """Tell the mission what changed; it changes nothing by itself."""
    with work.beyond(WHY):
        me = own_member(work)
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
    if _waiting(work, me, kind) >= _OPEN_AT_ONCE:
        raise InvalidInput(N_("Your mission has not read what you told it before. Please wait."))
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
