"""Signed notes, checkpoints and cosignatures, against the examples of their specifications."""

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.notes import (
    COSIGNATURE,
    Checkpoint,
    MalformedNoteError,
    Note,
    VerifierKey,
    read_all,
    signed_by_any,
    written,
)

#: The key of Go's checksum database, and a note of its tests (golang.org/x/mod/sumdb/note).
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAID = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
SIGNED = (
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2p"
    "ZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
#: The example of C2SP tlog-checkpoint and tlog-cosignature.
SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Z"
    "hcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlr"
    "DJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def key_pair(name: str, kind: int = 1) -> tuple[Ed25519PrivateKey, VerifierKey]:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    return private, VerifierKey(name, private.public_key().public_bytes_raw(), kind)


def test_the_note_of_another_implementation_verifies() -> None:
    key = VerifierKey.read(PETER)
    assert str(key) == PETER
    note = Note.read(f"{SAID}\n{SIGNED}")
    assert str(note) == f"{SAID}\n{SIGNED}"
    assert key.found_in(note) == 0
    altered = Note.read(f"{SAID.replace('answer', 'question')}\n{SIGNED}")
    with pytest.raises(MalformedNoteError, match="PeterNeumann is wrong"):
        key.found_in(altered)


def test_the_example_of_a_checkpoint_reads() -> None:
    note = Note.read(SOFA)
    found = note.checkpoint
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text == note.text
    assert [line.name for line in note.signatures][1] == "witness.example.com/w1"
    assert note.signatures[1].key_id.hex() == "8d66cf3f"
    assert int.from_bytes(note.signatures[1].value[:8], "big") == 1679315147
    assert str(note) == SOFA


def test_a_cosignature_covers_its_moment() -> None:
    private, key = key_pair("witness.example/w1", COSIGNATURE)
    text = Checkpoint("log.example", 7, bytes(32)).text
    assert key.signed(text, 1679315147) == f"cosignature/v1\ntime 1679315147\n{text}".encode()
    at = 1_700_000_000
    value = at.to_bytes(8, "big") + private.sign(key.signed(text, at))
    log, log_key = key_pair("log.example")
    note = Note(text, (log_key.signature(text, log.sign(text.encode())),))
    assert key.found_in(note) is None
    assert not signed_by_any([key], note)
    cosigned = note.with_signatures([key.signature(text, value)])
    assert key.found_in(cosigned) == at
    assert log_key.found_in(cosigned) == 0
    assert signed_by_any([key, log_key], cosigned)
    later = (at + 1).to_bytes(8, "big") + value[8:]
    with pytest.raises(MalformedNoteError):
        key.found_in(note.with_signatures([key.signature(text, later)]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n1\n",
        "log\n01\n" + b64encode(bytes(32)).decode() + "\n",
        "log\n-1\n" + b64encode(bytes(32)).decode() + "\n",
        "log\n\u0661\n" + b64encode(bytes(32)).decode() + "\n",
        "log\n1\n" + b64encode(bytes(31)).decode() + "\n",
        "log\n1\n" + b64encode(bytes(32)).decode().rstrip("=") + "\n",
        "log\n1\n" + b64encode(bytes(32)).decode() + "\nmore\n",
        "\n1\n" + b64encode(bytes(32)).decode() + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedNoteError):
        Checkpoint.read(text)


@pytest.mark.parametrize(
    "text",
    [
        "text\n",
        "text\n\n",
        "text\n\n- name AAAAAAAA\n",
        "text\n\n\u2014 name AAAA\n",
        "text\n\n\u2014 a+b AAAAAAAA\n",
        "text\n\n\u2014 name AAAAAAAA",
        "te\rxt\n\n\u2014 name AAAAAAAA\n",
        "text\n\n" + "\u2014 name AAAAAAAA\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(MalformedNoteError):
        Note.read(text)


@pytest.mark.parametrize(
    "text", ["", "name", PETER.replace("c74f", "c74e"), PETER.replace("Peter", "Petra"), PETER[:-4]]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(MalformedNoteError):
        VerifierKey.read(text)


def test_an_anchor_holds_notes_and_perhaps_an_unfinished_one() -> None:
    first, second = Note.read(SOFA), Note.read(f"{SAID}\n{SIGNED}")
    text = written([first, second])
    assert read_all(text) == ([first, second], "")
    assert read_all("") == ([], "")
    assert read_all(text[:-1]) == ([first, second], "")
    assert read_all(SOFA) == ([first], "")
    for cut in range(len(str(first)) + 1, len(text) - 2):
        assert read_all(text[:cut])[0] == [first], text[:cut]
    with pytest.raises(MalformedNoteError):
        read_all(f"something\n\nelse\n\n{text}")
