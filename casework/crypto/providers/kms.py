"""Root keys in AWS KMS: they never leave it, and each use is bound to its place.

    kms:NAME?region=eu-central-1[&endpoint=https://…][&deletion-days=30]

A root is a symmetric key with the alias `alias/casework/NAME/<root id>`. The associated data is
its EncryptionContext. Credentials come from where boto3 looks for them.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from casework.errors import ConfigurationError
from casework.messages import N_

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:
    raise ConfigurationError(
        N_("Root keys in AWS KMS need boto3. Run: pip install 'casework[kms]'")
    ) from None

#: AWS itself waits at least 7 days and at most 30 before a key is gone.
DELETION_DAYS = 30
_GONE = {"NotFoundException", "KMSInvalidStateException", "DisabledException"}
_OTHER = {"InvalidCiphertextException", "IncorrectKeyException"}


class Kms:
    """The provider for AWS KMS, or whatever speaks its protocol at `endpoint`."""

    name = "kms"

    def __init__(self, client: Any, installation: str, deletion_days: int = DELETION_DAYS) -> None:
        self._client = client
        self._prefix = f"alias/casework/{installation}/"
        self._deletion_days = deletion_days

    @classmethod
    def open(cls, uri: str) -> "Kms":
        """The service that `uri` names; it is asked for nothing yet."""
        name, _, query = uri.removeprefix("kms:").partition("?")
        given = {key: values[-1] for key, values in parse_qs(query).items()}
        days = given.get("deletion-days", str(DELETION_DAYS))
        if not name or not given.get("region") or not (days.isdigit() and 7 <= int(days) <= 30):
            raise ConfigurationError(
                N_(
                    "CASEWORK_KEYS does not say which keys to use. Write: kms:NAME?region=REGION, "
                    "with &deletion-days= from 7 to 30 if you need another wait than 30."
                )
            )
        patience = Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})
        with _in_words():
            client = boto3.session.Session().client(
                "kms",
                region_name=given["region"],
                endpoint_url=given.get("endpoint"),
                config=patience,
            )
        return cls(client, name, int(days))

    def roots(self) -> list[str]:
        """Ids of the roots with this installation's alias."""
        with _in_words():
            pages = self._client.get_paginator("list_aliases").paginate()
            names = [alias["AliasName"] for page in pages for alias in page["Aliases"]]
        return [name.removeprefix(self._prefix) for name in names if name.startswith(self._prefix)]

    def make_root(self, root_id: str) -> None:
        """Make a symmetric key and its alias."""
        if root_id in self.roots():
            return
        with _in_words():
            key = self._client.create_key(
                Description="Casework root key", Tags=[{"TagKey": "casework", "TagValue": root_id}]
            )
            self._client.create_alias(
                AliasName=self._prefix + root_id, TargetKeyId=key["KeyMetadata"]["KeyId"]
            )

    def destroy_root(self, root_id: str) -> date | None:
        """Schedule the key's deletion; from now on it opens nothing, and it is gone on the day."""
        if root_id not in self.roots():
            return None
        with _in_words():
            key = self._client.describe_key(KeyId=self._prefix + root_id)["KeyMetadata"]
            if key["KeyState"] != "PendingDeletion":
                key = self._client.schedule_key_deletion(
                    KeyId=key["KeyId"], PendingWindowInDays=self._deletion_days
                )
            self._client.delete_alias(AliasName=self._prefix + root_id)
        gone: date = key["DeletionDate"].date()
        return gone

    def wrap(self, root_id: str, plaintext: bytes, associated: bytes) -> bytes:
        """What KMS made of `plaintext`, in its own format."""
        with _in_words():
            answer = self._client.encrypt(
                KeyId=self._prefix + root_id,
                Plaintext=plaintext,
                EncryptionContext=_context(associated),
            )
        sealed: bytes = answer["CiphertextBlob"]
        return sealed

    def unwrap(self, root_id: str, wrapped: bytes, associated: bytes) -> bytes:
        """What KMS wrapped, if the root and the associated data are the same."""
        with _in_words():
            answer = self._client.decrypt(
                KeyId=self._prefix + root_id,
                CiphertextBlob=wrapped,
                EncryptionContext=_context(associated),
            )
        opened: bytes = answer["Plaintext"]
        return opened


def _context(associated: bytes) -> dict[str, str]:
    return {"casework": base64.b64encode(associated).decode()}


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _refusal(error.response["Error"]["Code"]) from None
    except (BotoCoreError, ValueError) as error:
        raise ConfigurationError(
            N_(
                "AWS KMS does not answer (%(reason)s). Make it reachable, check the credentials, "
                "and try again; nothing was changed."
            ),
            reason=type(error).__name__,
        ) from None


def _refusal(code: str) -> ConfigurationError:
    if code in _GONE | _OTHER:
        return ConfigurationError(
            N_("AWS KMS does not hold the root key that protects this key store (%(code)s)."),
            code=code,
        )
    return ConfigurationError(
        N_(
            "AWS KMS refuses (%(code)s). Check the credentials and the key's policy: docs/keys.md "
            "lists the rights that Casework needs."
        ),
        code=code,
    )
