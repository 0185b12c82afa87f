"""What a person sees of her own request: plain words, never a member who is private from her."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from casework import clock
from casework.messages import N_, Message
from casework.rules.standing import APPEAL_WINDOW
from casework.services.movements.offers import Offer, open_offers
from casework.services.public.visits import WHY
from casework.services.requests.deciding import is_child
from casework.services.requests.reading import CONFIRM_AFTER, HIDDEN_NEEDS
from casework.services.requests.standing import Standing, standing_of
from casework.services.requests.states import ACTIVE
from casework.services.work import Work
from casework.vocabulary import (
    DeclineReason,
    DocumentStatus,
    Need,
    Payer,
    RequestState,
    Sex,
    TellingKind,
)
from models.base import code_of
from models.organisation import Organisation
from models.public import Telling
from models.return_request import RequestMember, ReturnRequest

_ANOTHER_ANSWERS: Final = N_(
    "There is a place for your family. Who speaks for all of you answers; you may withdraw "
    "yourself."
)
_NEXT: Final = {
    RequestState.SUBMITTED: N_(
        "Your mission checks what you wrote and may call you. Nothing is decided yet."
    ),
    RequestState.VERIFIED: N_("Your mission puts the request in the queue."),
    RequestState.QUEUED: N_("You wait for a place. We write to you when there is an offer."),
    RequestState.OFFERED: N_("There is a place for you. Answer before the offer ends."),
    RequestState.CONFIRMED: N_("Your place is kept. Be there in time with your papers."),
    RequestState.TRAVELLING: N_("You are on the way."),
    RequestState.ARRIVED: N_("You have come home."),
    RequestState.WITHDRAWN: N_("The request was withdrawn. You can ask again at any time."),
    RequestState.DECLINED: N_("The request was declined. You may appeal."),
    RequestState.DUPLICATE: N_(
        "This request was put aside, because there is another one for you. Ask your mission."
    ),
    RequestState.OWN_MEANS: N_("You came home by your own means."),
}


@dataclass(frozen=True, repr=False)
class MemberView:
    """A person of the household as she may be shown to who looks: never how far she is.

    Whoever wants to travel apart is offered a place apart; the others are not told.
    """

    id: UUID
    name: str
    child: bool


@dataclass(frozen=True, repr=False)
class OfferView:
    """Places that wait for an answer."""

    key: str
    reference: str
    city: str
    entry: str
    departs_on: date
    arrives_on: date
    nights: int
    payer: Payer
    ends_at: datetime | None
    travellers: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Status:
    """A request as its status page tells it to one of its adults."""

    reference: str
    mission: Organisation
    state: RequestState
    me: MemberView
    principal: bool
    members: tuple[MemberView, ...]
    coming: Message | None
    submitted_on: date
    standing: Standing
    to_do: tuple[Message, ...]
    offers: tuple[OfferView, ...]
    confirmed_on: date
    decline_reason: DeclineReason | None
    decline_note: str | None
    appeal_until: date | None
    appealed: bool
    told: tuple[tuple[TellingKind, datetime, bool], ...]

    @property
    def may_withdraw(self) -> bool:
        """Whether she can still give her word to withdraw."""
        return self.active and self.state is not RequestState.TRAVELLING

    @property
    def active(self) -> bool:
        """Whether she is on her way."""
        return self.state in ACTIVE

    @property
    def may_appeal(self) -> bool:
        """Whether the time to appeal is not over, and no appeal waits."""
        open_still = self.appeal_until is not None and clock.today() <= self.appeal_until
        return open_still and not self.appealed


def own_member(work: Work) -> RequestMember:
    """The member who acts."""
    with work.beyond(WHY):
        return work.session.get_one(RequestMember, work.actor.id)


def shown_to(request: ReturnRequest, me: RequestMember) -> list[RequestMember]:
    """Who of the household she sees: nobody who is private, and who is private sees herself.

    Other adults speak for themselves; their own data are not hers.
    """
    if me.private:
        return [me]
    return [member for member in request.members if not member.private]


def status_of(work: Work) -> Status:
    """The request of the actor, for her status page."""
    with work.beyond(WHY):
        me = own_member(work)
        request = me.request
        members = shown_to(request, me)
        told = _told(work, me)
        offers = own_offers(work, me)
        return Status(
            reference=request.reference,
            mission=request.lodged_at,
            submitted_on=request.submitted_on,
            state=me.state,
            me=_view(me),
            principal=me.position == 1,
            members=tuple(map(_view, members)),
            coming=_coming(me, offers),
            standing=standing_of(work, request),
            to_do=tuple(_confirm_again(request, me)),
            offers=tuple(_offer(offer, me, members) for offer in offers),
            confirmed_on=request.confirmed_on,
            decline_reason=request.decline_reason,
            decline_note=request.decline_note,
            appeal_until=_appeal_until(request),
            appealed=any(one.kind is TellingKind.APPEAL and one.seen_at is None for one in told),
            told=tuple((one.kind, one.at, one.seen_at is not None) for one in told),
        )


def own_offers(work: Work, me: RequestMember) -> list[Offer]:
    """Offers that she answers: her own apart, and the household's when she speaks for it.

    The first adult of those who travel together speaks for them, as at the mission's desk.
    """
    found = []
    for offer in open_offers(work, me.request):
        adults = [hold.member_id for hold in offer.holds if not is_child(hold.member)]
        spokesman = adults[0] if adults else offer.holds[0].member_id
        if spokesman == me.id:
            found.append(offer)
    return found


def _view(member: RequestMember) -> MemberView:
    return MemberView(member.id, member.person.short_name, is_child(member))


def _coming(me: RequestMember, offers: Sequence[Offer]) -> Message | None:
    if me.state is RequestState.OFFERED and not offers:
        return Message(_ANOTHER_ANSWERS)
    return Message(_NEXT[me.state]) if me.state in _NEXT else None


def _appeal_until(request: ReturnRequest) -> date | None:
    if request.state is not RequestState.DECLINED or request.declined_on is None:
        return None
    return request.declined_on + APPEAL_WINDOW


def _told(work: Work, me: RequestMember) -> list[Telling]:
    statement = (
        select(Telling)
        .where(Telling.member_id == me.id, Telling.kind != TellingKind.MATCH)
        .order_by(Telling.at.desc())
        .limit(20)
    )
    return list(work.session.scalars(statement))


def _confirm_again(request: ReturnRequest, me: RequestMember) -> list[Message]:
    """What the person can do herself, today."""
    old = request.confirmed_on < clock.today() - CONFIRM_AFTER
    asked = Message(N_("Tell us that what we know of you is still right."))
    return [asked] if old and me.state in ACTIVE else []


def _offer(offer: Offer, me: RequestMember, members: Sequence[RequestMember]) -> OfferView:
    """It names her and the children: who else is missing would tell who travels apart."""
    movement, hold = offer.movement, offer.holds[0]
    seen = {one.id for one in members if one is me or is_child(one)}
    return OfferView(
        key=offer.key,
        reference=movement.reference,
        city=movement.origin_city,
        entry=movement.point_of_entry,
        departs_on=movement.departs_on,
        arrives_on=movement.arrives_on,
        nights=movement.quarantine_nights,
        payer=hold.payer,
        ends_at=hold.expires_at,
        travellers=tuple(
            each.member.person.short_name for each in offer.holds if each.member_id in seen
        ),
    )


@dataclass(frozen=True, repr=False)
class Recorded:
    """What is recorded of one person, but for what is kept apart."""

    name: str
    birth_date: date
    sex: Sex
    phone: str
    email: str
    document_status: DocumentStatus | None
    needs: tuple[Need, ...]


def recorded(work: Work) -> tuple[Recorded, ...]:
    """What the actor may check: of herself, and of the children where she is not private."""
    with work.beyond(WHY):
        me = own_member(work)
        seen = shown_to(me.request, me)
        return tuple(_recorded(member) for member in seen if member is me or is_child(member))


def other_adults(work: Work) -> tuple[str, ...]:
    """The names of the adults who check their own data, as far as the actor sees them."""
    with work.beyond(WHY):
        me = own_member(work)
        others = [each for each in shown_to(me.request, me) if each is not me]
        return tuple(each.person.short_name for each in others if not is_child(each))


def _recorded(member: RequestMember) -> Recorded:
    person, papers = member.person, member.document_status
    return Recorded(
        name=person.full_name,
        birth_date=person.birth_date,
        sex=person.sex,
        phone=person.phone or "",
        email=person.email or "",
        document_status=code_of(DocumentStatus, papers) if papers else None,
        needs=tuple(need for need in map(Need, member.needs) if need not in HIDDEN_NEEDS),
    )
