"""The certificate that somebody's quarantine is over."""

from casework.crypto.pdf_signature import sign_pdf
from casework.errors import InvalidTransition
from casework.messages import N_
from casework.services.work import Work
from casework.vocabulary import StayState
from models.facility import Stay


def require_released(stay: Stay) -> None:
    """InvalidTransition while the quarantine goes on: nothing is certified before its end."""
    if stay.state is not StayState.RELEASED:
        raise InvalidTransition(N_("The certificate can be made when the person is released."))


def signed(work: Work, stay: Stay, pdf: bytes) -> bytes:
    """`pdf` signed by the installation; the reason in it is neutral and names the stay's number."""
    require_released(stay)
    return sign_pdf(work.keyring, pdf, f"Certificate {stay.id}")
