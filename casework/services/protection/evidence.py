"""The evidence as a signed file: whoever holds it can show that it was not changed."""

from hashlib import sha256

from audit.record import Act
from casework.crypto.pdf_signature import pdf_identity, sign_pdf
from casework.policy import Permission
from casework.services.access import require
from casework.services.work import Work
from casework.vocabulary import Purpose


def fingerprint(work: Work) -> str:
    """Of the certificate that signs here: SHA-256 in groups of four, to be compared once."""
    plain = pdf_identity(work.keyring).fingerprint
    return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))


def sign_evidence(work: Work, pdf: bytes) -> bytes:
    """`pdf` signed; its SHA-256 stands in the log, so that a file can be found again there."""
    require(work, Permission.AUDIT_READ)
    signed = sign_pdf(work.keyring, pdf, "Evidence of the data-protection principles")
    work.record(
        Act(
            "evidence.signed",
            Purpose.PROTECTION,
            permission=Permission.AUDIT_READ,
            facts={"digest": sha256(signed).hexdigest()},
        )
    )
    return signed
