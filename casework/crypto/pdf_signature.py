"""Signs PDF files as this installation: a reader sees at once whether a byte was changed.

The key is ECDSA P-256 with a self-signed X.509 certificate, both made at first use and kept in the
key store as one secret. Nobody outside vouches for it: a recipient compares the certificate's
fingerprint, which the evidence page shows, once.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from casework import clock
from casework.crypto.key_tables import KeptSecretRow
from casework.crypto.keyring import Keyring
from casework.vocabulary import KeyDomain

SECRET_NAME = "pdf signature"  # noqa: S105 - the secret's name in the key store
VALID_FOR = timedelta(days=3650)
LENGTH_BYTES = 4


@dataclass(frozen=True)
class PdfIdentity:
    """The installation's certificate and private key, both DER (X.509, PKCS #8)."""

    certificate: bytes
    private_key: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate: 64 hexadecimal digits."""
        return sha256(self.certificate).hexdigest()


def sign_pdf(keyring: Keyring, pdf: bytes, reason: str) -> bytes:
    """`pdf` with an invisible signature that allows no later change; `reason` stands in it."""
    from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers  # asked late: most processes never sign
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    identity = pdf_identity(keyring)
    signer = signers.SimpleSigner(
        signing_cert=next(iter(load_certs_from_pemder_data(identity.certificate))),
        signing_key=load_private_key_from_pemder_data(identity.private_key, None),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )
    said = signers.PdfSignatureMetadata(
        field_name="Casework",
        reason=reason,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    signed = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), said, signer=signer)
    content: bytes = signed.getvalue()
    return content


def pdf_identity(keyring: Keyring) -> PdfIdentity:
    """Who signs; made now if this installation never signed."""
    row = keyring.store.kept_secret(SECRET_NAME)
    if row is None:
        keyring.store.add_kept_secret(_wrapped(keyring, _new_identity()))
        row = keyring.store.kept_secret(SECRET_NAME)
        assert row is not None  # noqa: S101 - just stored, by this process or another
    secret = keyring.domain_keys.unwrap(row.domain_key_id, row.wrapped, row.associated)
    length = int.from_bytes(secret[:LENGTH_BYTES], "big")
    rest = secret[LENGTH_BYTES:]
    return PdfIdentity(certificate=rest[:length], private_key=rest[length:])


def _wrapped(keyring: Keyring, identity: PdfIdentity) -> KeptSecretRow:
    length = len(identity.certificate).to_bytes(LENGTH_BYTES, "big")
    secret = length + identity.certificate + identity.private_key
    domain_key_id = keyring.domain_keys.wrapping(KeyDomain.AUDIT)
    associated = KeptSecretRow(SECRET_NAME, domain_key_id, b"").associated
    wrapped = keyring.domain_keys.wrap(domain_key_id, secret, associated)
    return KeptSecretRow(SECRET_NAME, domain_key_id, wrapped)


def _new_identity() -> PdfIdentity:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Casework")])
    now = clock.now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signs_only(), critical=True)
        .sign(key, SHA256())
    )
    return PdfIdentity(
        certificate=certificate.public_bytes(Encoding.DER),
        private_key=key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    )


def _signs_only() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
