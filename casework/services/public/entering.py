"""Coming in with reference and PIN. Nothing here says which of the two was wrong.

Every attempt asks the same statements and hashes once, whether or not there is such a request.
"""

from sqlalchemy import select

from audit.record import Act
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.public.pins import digits_of, place_of
from casework.services.public.visits import WITH_PIN, add_visit, person_actor, public_work
from casework.services.sign_in.hashing import is_right
from casework.services.sign_in.throttle import Throttle
from casework.services.work import Database, Work
from casework.vocabulary import Outcome, Purpose
from models.public import RequestPin
from models.return_request import RequestMember, ReturnRequest


def enter(database: Database, code: str, pin: str, net: str | None) -> str:
    """The secret of a visit with this PIN; InvalidInput when refused."""
    with public_work(database, net) as work:
        secret = _entered(work, *place_of(code), digits_of(pin))
    if secret is None:
        raise InvalidInput(
            N_(
                "The reference or the PIN is not right. Check both and try again. After several "
                "wrong tries, wait half an hour."
            )
        )
    return secret


def _entered(work: Work, reference: str, place: int, pin: str) -> str | None:
    net = work.actor.origin.net
    throttle = Throttle(work, request=f"{reference} {place}", address=net)
    closed = throttle.closed
    found = work.session.execute(
        select(RequestPin, RequestMember)
        .join(RequestMember, RequestMember.id == RequestPin.member_id)
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .where(ReturnRequest.reference == reference, RequestMember.position == place)
    ).first()
    with work.unseen():
        right = is_right(found[0].pin_hash if found else None, pin)
    if closed or not right or found is None:
        throttle.failed()
        facts = {"throttled": closed}
        refused = Act(
            "pin.refused", Purpose.RETURN_ASSISTANCE, outcome=Outcome.REFUSED, facts=facts
        )
        work.record(refused)
        return None
    throttle.succeeded()
    member: RequestMember = found[1]
    secret = add_visit(work, member, WITH_PIN)
    entered = Act("pin.entered", Purpose.RETURN_ASSISTANCE, subjects=[member.subject_id])
    work.acting_as(person_actor(member, None, net)).record(entered)
    return secret
