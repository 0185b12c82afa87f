"""Timestamps of a third party (RFC 3161): asking for one, and checking it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any


class BadTimestampError(ValueError):
    """The answer is no timestamp of what was sent, or nobody trusted signed it."""


def timestamp_query(digest: bytes, nonce: int) -> bytes:
    """DER of a request for a timestamp over a SHA-256 digest, the certificate included."""
    from asn1crypto import algos, tsp  # asked late: most processes never need it

    imprint = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    )
    query = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    der: bytes = tsp.TimeStampReq(query).dump()
    return der


def timestamp_token(answer: bytes, nonce: int) -> bytes:
    """DER of the token in a server's answer; BadTimestampError when it holds none of ours."""
    from asn1crypto import tsp

    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        granted = response["status"]["status"].native in ("granted", "granted_with_mods")
        token = response["time_stamp_token"]
        same = granted and _info(token)["nonce"].native == nonce
    except (ValueError, TypeError, KeyError) as error:
        raise BadTimestampError("not a timestamp") from error
    if not same:
        raise BadTimestampError("not granted, or an answer to something else")
    der: bytes = token.dump()
    return der


def timestamp_moment(token: bytes, digest: bytes, roots: Sequence[bytes] = ()) -> datetime:
    """When the token says that `digest` existed, in UTC.

    With `roots` (certificates, PEM or DER) its signer must descend from one of them. Raises
    BadTimestampError when anything is wrong.
    """
    from asn1crypto import cms

    try:
        content = cms.ContentInfo.load(token, strict=True)
        status = asyncio.run(_validated(content["content"], digest, roots))
        moment: datetime = _info(content)["gen_time"].native
    except Exception as error:  # of the library's many, all mean the same here
        raise BadTimestampError("the timestamp cannot be checked") from error
    if not (status["intact"] and status["valid"]) or (roots and not _trusted(status)):
        raise BadTimestampError("the timestamp is of something else or not trusted")
    return moment


def _info(token: Any) -> Any:
    return token["content"]["encap_content_info"]["content"].parsed


async def _validated(signed: Any, digest: bytes, roots: Sequence[bytes]) -> dict[str, Any]:
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
    from pyhanko_certvalidator import ValidationContext

    trusted = [found for root in roots for found in load_certs_from_pemder_data(root)]
    context = ValidationContext(trust_roots=trusted, allow_fetching=False)
    found: dict[str, Any] = await validate_tst_signed_data(
        signed, context, lambda algorithm: digest if algorithm == "sha256" else b""
    )
    return found


def _trusted(status: dict[str, Any]) -> bool:
    return status["trust_problem_indic"] is None and status["validation_path"] is not None
