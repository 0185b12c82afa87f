"""PDF files: the same templates, language and escaping as pages, set for paper by WeasyPrint.

A PDF is tagged (PDF/UA-1), carries its language and a neutral title, and no moment of its making
outside its text, so the same content gives the same bytes. Nothing is fetched while it is made.
"""

from functools import cache
from pathlib import Path
from types import ModuleType

from flask import Response, render_template

from casework import clock
from casework.errors import CaseworkError
from casework.messages import N_

STYLES = Path(__file__).parent / "assets" / "pdf.css"


class PdfOff(CaseworkError):
    """PDF files cannot be made here: the libraries that set letters are not installed."""

    def __init__(self) -> None:
        super().__init__(
            N_(
                "PDF files are off: this server lacks the Pango library. Everything else works. "
                "Ask the administrator to run script/bootstrap, which names the packages."
            )
        )


def pdf_bytes(template: str, **context: object) -> bytes:
    """`template` as a PDF in the language of the page being made.

    The template extends `components/pdf_layout.html`. `made_at` in `context` is the moment that
    the foot of each page names; now, unless given. Raises PdfOff without Pango, RuntimeError when
    the template asks for any address.
    """
    weasyprint = _weasyprint()
    html = render_template(template, **{"made_at": clock.now(), **context})
    refused = weasyprint.urls.FatalURLFetchingError
    try:
        document = weasyprint.HTML(string=html, url_fetcher=_refuse)
        written: bytes = document.write_pdf(
            stylesheets=[weasyprint.CSS(string=_styles(), url_fetcher=_refuse)],
            pdf_variant="pdf/ua-1",
        )
    except refused as error:
        raise RuntimeError(f"{template} asks for an address") from error
    return written


def pdf_response(template: str, filename: str, **context: object) -> Response:
    """`template` as a PDF to save; `filename` is neutral: it never says whose it is."""
    return pdf_download(pdf_bytes(template, **context), filename)


def pdf_download(content: bytes, filename: str) -> Response:
    """A PDF to save under `filename`; browsers never show it inside a page."""
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    return response


def _weasyprint() -> ModuleType:
    try:
        import weasyprint  # asked late: a second of work, and Pango may be missing
    except OSError as error:
        raise PdfOff from error
    return weasyprint  # type: ignore[no-any-return]


def _refuse(url: str) -> None:
    """Templates hold all that they need: what a person typed can reach no file and no server."""
    from weasyprint.urls import FatalURLFetchingError

    raise FatalURLFetchingError("nothing is fetched for a PDF")


@cache
def _styles() -> str:
    return STYLES.read_text()
