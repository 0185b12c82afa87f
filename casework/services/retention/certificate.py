"""The certificate that data were destroyed."""

from casework.crypto.pdf_signature import sign_pdf
from casework.errors import InvalidTransition
from casework.messages import N_
from casework.services.work import Work
from casework.vocabulary import DisposalState
from models.retention import Disposal


def signed(work: Work, disposal: Disposal, pdf: bytes) -> bytes:
    """`pdf` signed; InvalidTransition while nothing was destroyed."""
    if disposal.state is not DisposalState.DONE:
        raise InvalidTransition(N_("Nothing was destroyed yet: a second person must approve."))
    return sign_pdf(work.keyring, pdf, f"Certificate of disposal {disposal.number}")
