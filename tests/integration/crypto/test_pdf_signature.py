"""Signed PDF files: a reader of another make finds them intact, and finds every change."""

from io import BytesIO

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from casework.crypto.pdf_signature import pdf_identity, sign_pdf
from casework.services.setup import open_database
from casework.services.work import Database
from casework.web.pdf import pdf_bytes

PAGE = '{% extends "components/pdf_layout.html" %}{% block title %}Зарчим{% endblock %}'


@pytest.fixture
def page(app: Flask) -> bytes:
    app.jinja_loader = ChoiceLoader([DictLoader({"try.pdf.html": PAGE}), app.jinja_loader])
    with app.test_request_context("/"):
        return pdf_bytes("try.pdf.html")


def validated(content: bytes, certificate: bytes) -> PdfSignatureStatus:
    roots = list(load_certs_from_pemder_data(certificate))
    signature = PdfFileReader(BytesIO(content)).embedded_signatures[0]
    return validate_pdf_signature(signature, ValidationContext(trust_roots=roots))


def test_a_signed_file_is_intact_and_of_this_installation(database: Database, page: bytes) -> None:
    signed = sign_pdf(database.keyring, page, "Evidence")
    assert signed.startswith(page)
    status = validated(signed, pdf_identity(database.keyring).certificate)
    assert status.bottom_line and status.trusted
    assert status.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_any_changed_byte_is_found(database: Database, page: bytes) -> None:
    signed = sign_pdf(database.keyring, page, "Evidence")
    certificate = pdf_identity(database.keyring).certificate
    start = page.index(b"stream") + 20
    for place in range(start, start + 3):
        altered = bytearray(signed)
        altered[place] ^= 1
        status = validated(bytes(altered), certificate)
        assert not status.intact and not status.bottom_line
    longer = signed + b"\n% and one line more\n"
    assert validated(longer, certificate).coverage is not SignatureCoverageLevel.ENTIRE_FILE


def test_the_key_outlives_the_process_and_stands_nowhere_in_clear(database: Database) -> None:
    first = pdf_identity(database.keyring)
    assert len(first.fingerprint) == 64
    again = open_database(database.settings)
    assert pdf_identity(again.keyring) == first
    again.close()
    row = database.keystore.kept_secret("pdf signature")
    assert row is not None and first.private_key[-32:] not in row.wrapped
