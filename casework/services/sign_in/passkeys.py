"""Passkeys (WebAuthn level 3): keys of a person's own devices, which ask her finger, face or PIN.

A challenge needs no row until it is answered: it carries its end and a keyed hash that binds it to
what it is for. Answered ones are remembered while they live, so that none is answered twice.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from audit.record import Act
from casework import clock
from casework.crypto.tokens import scheme, search_token, search_tokens
from casework.errors import InvalidInput
from casework.messages import N_
from casework.services.work import Work
from casework.vocabulary import KeyDomain, Outcome, Purpose, TokenKind
from models.sign_in import Passkey, UsedChallenge
from models.subject import SearchToken
from models.user import User

CHALLENGE_LASTS: Final = timedelta(minutes=15)
MOST_PASSKEYS: Final = 10
#: What a browser may send that is no answer to a challenge at all.
UNREADABLE: Final = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


@dataclass(frozen=True)
class Party:
    """Whom a passkey is for: the host's name, and the address that pages are opened at."""

    id: str
    origin: str


def registration_options(work: Work, party: Party) -> str:
    """What the browser needs, as JSON, to make a passkey of the actor's."""
    user = work.session.get_one(User, work.actor.id)
    with work.unseen():
        options = generate_registration_options(
            rp_id=party.id,
            rp_name="Casework",
            user_id=user.id.bytes,
            user_name=user.email,
            user_display_name=user.name,
            challenge=_challenge(work, f"new {work.actor.origin.session}"),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_descriptors(passkeys_of(work, user)),
        )
    return options_to_json(options)


def sign_in_options(work: Work, party: Party, use: str, user: User | None = None) -> str:
    """What the browser needs to answer with a passkey: any of this site's, or one of `user`'s.

    `use` binds the challenge to what its answer is for.
    """
    with work.unseen():
        allowed = _descriptors(passkeys_of(work, user)) if user else []
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=_challenge(work, use),
        allow_credentials=allowed,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def add_passkey(work: Work, party: Party, answer: str, label: str) -> Passkey:
    """Keep what the browser made; InvalidInput when it does not fit what was asked."""
    user = work.session.get_one(User, work.actor.id)
    made = _registered(work, party, answer)
    credential_id = bytes_to_base64url(made.credential_id)
    if len(passkeys_of(work, user)) >= MOST_PASSKEYS:
        raise InvalidInput(N_("You have ten passkeys. Remove one first."))
    if _find(work, credential_id) is not None:
        raise InvalidInput(N_("This passkey is in use already."))
    row = Passkey(user_id=user.id, subject_id=user.subject_id, sign_count=made.sign_count)
    row.added_at, row.label, row.credential_id = clock.now(), label, credential_id
    row.public_key = bytes_to_base64url(made.credential_public_key)
    token = SearchToken(
        kind=TokenKind.PASSKEY,
        scheme=scheme(work.keyring),
        token=search_token(work.keyring, TokenKind.PASSKEY, credential_id),
        subject_id=user.subject_id,
        row_id=row.id,
    )
    work.session.add_all([row, token])
    facts = {"passkey": str(row.id)}
    work.record(Act("user.passkey_added", Purpose.ADMINISTRATION, facts=facts))
    return row


def _registered(work: Work, party: Party, answer: str) -> Any:
    try:
        credential = parse_registration_credential_json(answer)
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        _use_challenge(work, challenge, f"new {work.actor.origin.session}")
        return verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except UNREADABLE:
        raise InvalidInput(N_("The passkey could not be made. Try again.")) from None


def remove_passkey(work: Work, user: User, passkey_id: UUID) -> None:
    """Forget one of the user's passkeys; nothing happens when it is not hers."""
    row = work.session.get(Passkey, passkey_id)
    if row is None or row.user_id != user.id:
        return
    with work.beyond("what found the passkey goes with it"):
        tokens = work.session.scalars(select(SearchToken).where(SearchToken.row_id == row.id))
        for found in [*tokens, row]:
            work.session.delete(found)
    facts = {"passkey": str(row.id)}
    work.record(Act("user.passkey_removed", Purpose.ADMINISTRATION, facts=facts))


def passkeys_of(work: Work, user: User) -> Sequence[Passkey]:
    """The user's passkeys, the oldest first."""
    statement = select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.added_at)
    return work.session.scalars(statement).all()


def passkey_of(work: Work, party: Party, answer: str, use: str) -> Passkey | None:
    """The passkey that answered the challenge made for `use`, now used; None when none did.

    A counter that did not rise betrays a copied key: it is refused and told.
    """
    with work.unseen():
        try:
            row, count = _answered(work, party, answer, use)
        except UNREADABLE:
            return None
    if row is None:
        return None
    if (count or row.sign_count) and count <= row.sign_count:
        facts = {"passkey": str(row.id)}
        refused = Outcome.REFUSED
        subjects = [row.subject_id]
        work.record(
            Act(
                "user.passkey_copied",
                Purpose.ADMINISTRATION,
                outcome=refused,
                subjects=subjects,
                facts=facts,
            )
        )
        return None
    row.sign_count, row.used_at = count, clock.now()
    return row


def _answered(work: Work, party: Party, answer: str, use: str) -> tuple[Passkey | None, int]:
    """The passkey whose signature fits, and the counter it sent."""
    credential = parse_authentication_credential_json(answer)
    row = _find(work, credential.id)
    handle = credential.response.user_handle
    if row is None or (handle is not None and handle != row.user_id.bytes):
        return None, 0
    challenge = parse_client_data_json(credential.response.client_data_json).challenge
    _use_challenge(work, challenge, use)
    verified = verify_authentication_response(
        credential=credential,
        expected_challenge=challenge,
        expected_rp_id=party.id,
        expected_origin=party.origin,
        credential_public_key=base64url_to_bytes(row.public_key),
        credential_current_sign_count=0,  # compared by the caller, who tells of a copy
        require_user_verification=True,
    )
    return row, verified.new_sign_count


def _find(work: Work, credential_id: str) -> Passkey | None:
    tokens = search_tokens(work.keyring, TokenKind.PASSKEY, credential_id)
    with work.beyond("a passkey belongs to one account"):
        row_id = work.session.scalar(
            select(SearchToken.row_id).where(
                SearchToken.kind == TokenKind.PASSKEY, SearchToken.token.in_(tokens)
            )
        )
        return work.session.get(Passkey, row_id) if row_id else None


def _descriptors(passkeys: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(base64url_to_bytes(row.credential_id)) for row in passkeys
    ]


def _challenge(work: Work, use: str) -> bytes:
    end = int((clock.now() + CHALLENGE_LASTS).timestamp())
    return _sealed(work, end.to_bytes(8, "big") + secrets.token_bytes(16), use)[0]


def _sealed(work: Work, head: bytes, use: str) -> list[bytes]:
    """The challenge under every living key, newest first: several while keys are renewed."""
    text = f"{head.hex()} {use}"
    seals = work.keyring.keyed_hashes(KeyDomain.AUDIT, "passkey challenge", text)
    return [head + seal[:16] for seal in seals]


def _use_challenge(work: Work, challenge: bytes, use: str) -> None:
    """Raise ValueError unless it was made here for `use`, lives, and was not answered before."""
    head = challenge[:24]
    end = datetime.fromtimestamp(int.from_bytes(head[:8], "big"), UTC)
    ours = any(hmac.compare_digest(made, challenge) for made in _sealed(work, head, use))
    if not ours or end < clock.now():
        raise ValueError("not a living challenge of this site")
    digest = sha256(challenge).digest()
    with work.beyond("whoever answers a challenge, nobody answers it again"):
        work.session.execute(delete(UsedChallenge).where(UsedChallenge.expires_at < clock.now()))
        used = select(UsedChallenge.id).where(UsedChallenge.challenge_hash == digest)
        if work.session.scalar(used) is not None:
            raise ValueError("answered before")
        work.session.add(UsedChallenge(challenge_hash=digest, expires_at=end))
