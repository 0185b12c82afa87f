#!/usr/bin/env python3
"""Check an exported Casework log against checkpoints that were kept outside it.

FOR THE AUDITOR. This is one file. It needs Python 3.8 or newer and nothing else: no database, no
network, no part of the product. (If the package `cryptography` is installed, signatures are checked
faster; without it, by the arithmetic at the end of this file.) Read it before you run it.

    python3 offline_verifier.py EXPORT ANCHOR... [--key KEY] [--cosigner KEY] [--json]
    python3 offline_verifier.py --proof PROOF [ANCHOR...] [--key KEY] [--cosigner KEY] [--json]

EXPORT     made by the ministry with `casework audit export --out FILE`: one entry a line.
ANCHOR     checkpoints that somebody else kept: an anchor file, a countersigner's own file, or a
           system log with lines `casework: checkpoint ...`. Get them from whoever keeps them, never
           from the ministry: a checkpoint proves nothing to those who got it with the log.
PROOF      made with `casework audit prove ENTRY --out FILE`: that one entry stands in the log.
--key      the log's public key, as you wrote it down when the log began (`casework audit key`).
           Without it the key written at the head of an anchor file is taken, and that is said.
--cosigner the public key of a second organisation that must have countersigned. May be repeated.

It checks: that every line is an entry in canonical form; that the Merkle tree (RFC 6962) over the
first N lines is the one that was signed, for every checkpoint over N entries; every signature and
countersignature; that each record's history has no gap; that moments do not go back by more than
five minutes, unless an entry explains it. It names the first bad entry by position and id.

It cannot see entries after the newest checkpoint, nor whether what an entry says is true, nor the
records themselves: those are compared by `casework audit verify`, which reads the database.

Exit code: 0 sound; 1 altered; 2 these files cannot be checked; 3 sound with a reservation: moments
go back, or no key was given and no signature checked.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from datetime import datetime, timedelta
from typing import Any

SOUND, ALTERED, UNUSABLE, RESERVED = 0, 1, 2, 3
TOLERANCE = timedelta(minutes=5)
ED25519, COSIGNATURE = 1, 4
DASH = "\u2014"
ORDER = "Are the files in the right order?"
SYSLOG = "casework: checkpoint "
HEAD = "# casework log key: "
ENTRY_KEYS = {
    *("v", "id", "at", "actor", "event", "permission", "purpose", "outcome", "where"),
    *("subjects", "case", "cells", "rows", "facts", "cause", "request"),
}
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


class Unusable(Exception):
    """The files are not what they should be."""


# --- signed notes (C2SP signed-note, tlog-checkpoint, tlog-cosignature) ---


class Key:
    """A verifier key: `name+id+base64(kind, 32 bytes)`."""

    def __init__(self, name: str, kind: int, public: bytes) -> None:
        self.name, self.kind, self.public = name, kind, public
        material = name.encode() + b"\n" + bytes([kind]) + public
        self.id = hashlib.sha256(material).digest()[:4]

    @classmethod
    def read(cls, text: str) -> Key:
        """The key that `text` writes."""
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        material = decoded(encoded)
        if len(material) != 33 or material[0] not in (ED25519, COSIGNATURE):
            raise Unusable(f"this is no verifier key: {text}")
        key = cls(name, material[0], material[1:])
        if key.id.hex() != key_id:
            raise Unusable(f"this verifier key is mistyped: {text}")
        return key

    def signed(self, note: Note) -> int | None:
        """None: not signed by this key. -1: wrongly. Else when (0 for a log's own key)."""
        for name, value in note.signatures:
            if name == self.name and value[:4] == self.id:
                at = int.from_bytes(value[4:12], "big") if self.kind == COSIGNATURE else 0
                head = f"cosignature/v1\ntime {at}\n" if self.kind == COSIGNATURE else ""
                signature = value[12:] if self.kind == COSIGNATURE else value[4:]
                return at if verifies(self.public, signature, (head + note.text).encode()) else -1
        return None


class Note:
    """A checkpoint and its signatures."""

    def __init__(self, text: str, lines: list[str], place: str) -> None:
        self.text, self.place = text, place
        parts = text.split("\n")
        if len(parts) != 4 or not parts[0] or not re.fullmatch("0|[1-9][0-9]*", parts[1]):
            raise Unusable(f"{place} holds something that is no checkpoint")
        self.origin, self.size, self.root = parts[0], int(parts[1]), decoded(parts[2])
        pairs = [line.split(" ") for line in lines]
        if not pairs or any(len(pair) != 3 or pair[0] != DASH for pair in pairs):
            raise Unusable(f"{place} holds a checkpoint without a signature")
        self.signatures = [(name, decoded(value)) for _, name, value in pairs]


def decoded(text: str) -> bytes:
    """Standard base64."""
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise Unusable("base64 was expected") from None


def read_anchor(path: str) -> tuple[list[Note], list[Key]]:
    """The checkpoints of a file, and the key at its head if there is one."""
    text = read_file(path).decode("utf-8", "replace")
    if SYSLOG in text:
        return [_logged(line, path) for line in text.split("\n") if SYSLOG in line], []
    keys = []
    if text.startswith(HEAD):
        head, _, text = text.partition("\n\n")
        keys = [Key.read(head[len(HEAD) :])]
    pieces = text.split("\n\n")
    if len(pieces) == 2 or (len(pieces) % 2 == 0 and pieces[-1].endswith("\n")):
        pieces = [*pieces[:-1], pieces[-1].rstrip("\n"), ""]
    notes = [
        Note(f"{pieces[at]}\n", pieces[at + 1].split("\n"), path)
        for at in range(0, len(pieces) - 2, 2)
    ]
    if not notes:
        raise Unusable(f"{path} holds no checkpoint. {ORDER}")
    return notes, keys


def _logged(line: str, path: str) -> Note:
    words = line.partition(SYSLOG)[2].split()
    signatures = [f"{DASH} {words[at]} {words[at + 1]}" for at in range(3, len(words) - 1, 2)]
    return Note("\n".join(words[:3]) + "\n", signatures, path)


def read_file(path: str) -> bytes:
    """All of a file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Unusable(f"{path} cannot be read: {error.strerror}") from None


# --- the tree (RFC 6962) ---


def leaf_of(body: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + body).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Grows leaf by leaf; `roots` are those of the perfect subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.roots: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Append a leaf."""
        self.size += 1
        full = self.size
        while full % 2 == 0:
            leaf, full = node_of(self.roots.pop(), leaf), full // 2
        self.roots.append(leaf)

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.roots:
            return hashlib.sha256(b"").digest()
        root = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            root = node_of(left, root)
        return root


def included(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that `path` leads to (RFC 9162, 2.1.3.2); None when it cannot be a path."""
    place, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            found = node_of(sibling, found)
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            found = node_of(found, sibling)
        place, last = place // 2, last // 2
    return found if last == 0 and index < size else None


# --- entries ---


def _refuse(what: str) -> Any:
    raise ValueError(f"{what} has no canonical form")


def _integer(digits: str) -> Any:
    return int(digits) if abs(int(digits)) < 2**53 else _refuse(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs) if "".join(key for key, _ in pairs).isascii() else _refuse("a key")


def read_entry(line: bytes) -> dict[str, Any]:
    """The entry of a line; ValueError unless it is canonical JSON (RFC 8785) of an entry."""
    text = line.decode("utf-8")
    entry = (_QUICK if text.isascii() else _DECODER).decode(text)
    if _ENCODER.encode(entry) != text or set(entry) != ENTRY_KEYS:
        raise ValueError("not in canonical form, or no entry")
    if not MOMENT.fullmatch(entry["at"]):
        raise ValueError("its moment is none")
    return entry  # type: ignore[no-any-return]


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refuse, parse_constant=_refuse, parse_int=_integer
)
_QUICK = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, parse_int=_integer)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Log:
    """Reads the export and holds it against the checkpoints."""

    def __init__(self, notes: list[Note]) -> None:
        self.notes = sorted(notes, key=lambda note: note.size)
        self.tree = Tree()
        self.problems: list[dict[str, Any]] = []
        self.moments: list[dict[str, Any]] = []
        self.vouched: list[tuple[bytes, bytes]] = []
        self.origin, self.covered = "", 0
        self._rows: set[tuple[str, str]] = set()
        self._explained: set[int] = set()
        self._newest, self._back = "", False
        self._first_id: str | None = None

    def read(self, path: str) -> None:
        """Every line of the export."""
        try:
            with open(path, "rb") as file:
                for line in file:
                    self._line(line)
        except OSError as error:
            raise Unusable(f"{path} cannot be read: {error.strerror}") from None
        for note in self.notes:
            if note.size > self.tree.size:
                what = f"entries are gone: a checkpoint was signed over {note.size}"
                self._problem(what, self.tree.size + 1, place=note.place)
                break
        self.moments = [odd for odd in self.moments if odd["position"] not in self._explained]

    def _line(self, line: bytes) -> None:
        position = self.tree.size + 1
        body = line[:-1] if line.endswith(b"\n") else b""
        entry_id = None
        try:
            entry = read_entry(body)
            entry_id = entry["id"]
            self._entry(position, entry)
        except (ValueError, TypeError, LookupError, RecursionError) as error:
            if position == 1:
                raise Unusable(f"the export does not begin with an entry. {ORDER}") from None
            self._problem(f"it is not an entry in canonical form ({error})", position, entry_id)
        self.tree.add(leaf_of(body))
        if position == 1:
            self.origin = f"casework/log/{leaf_of(body).hex()[:32]}"
        if position == self.covered + 1:
            self._first_id = entry_id
        self._hold(position)

    def _entry(self, position: int, entry: dict[str, Any]) -> None:
        self._moment(position, entry["id"], entry["at"])
        for table, row_id, _version, op, _digest in entry["rows"]:
            if ((table, row_id) in self._rows) == (op == "insert"):
                self._problem(f"the history of {table} {row_id} has a gap", position, entry["id"])
            (self._rows.discard if op == "delete" else self._rows.add)((table, row_id))
        if entry["event"] == "audit.key_named":
            facts = entry["facts"]
            self.vouched.append((bytes.fromhex(facts["key"]), bytes.fromhex(facts["signature"])))
        elif entry["event"] == "audit.time_explained":
            self._explained.add(entry["facts"]["position"])

    def _moment(self, position: int, entry_id: str, at: str) -> None:
        moment = datetime.fromisoformat(at[:-1])
        if at >= self._newest:
            self._newest, self._back = at, False
            return
        behind = datetime.fromisoformat(self._newest[:-1]) - moment
        if behind > TOLERANCE and not self._back:
            what = f"it is dated {behind} before one ahead of it: late, or the clock was set back"
            self.moments.append({"position": position, "entry": entry_id, "what": what})
        self._back = behind > TOLERANCE

    def _hold(self, size: int) -> None:
        """Every checkpoint over exactly `size` entries."""
        while self.notes and self.notes[0].size == size:
            note = self.notes.pop(0)
            if note.origin != self.origin:
                self._problem("a checkpoint is of another log", size, place=note.place)
            elif note.root != self.tree.root():
                first = self.covered + 1
                what = f"the first bad entry is one of {first} to {size}: the checkpoint differs"
                self._problem(what, first, self._first_id, note.place, until=size)
            else:
                self.covered = size

    def _problem(
        self, what: str, position: int, entry: str | None = None, place: str = "", until: int = 0
    ) -> None:
        found = {"position": position, "until": until or position, "entry": entry, "what": what}
        self.problems.append({**found, "anchor": place or None})


# --- judging ---


def judge_signatures(
    log: Log, notes: list[Note], keys: list[Key], cosigners: list[Key]
) -> dict[str, int]:
    """Every signature by a trusted key; how far each cosigner countersigned."""
    trusted = list(keys)
    for public, signature in log.vouched:
        encoded = base64.b64encode(public).decode()
        for key in list(trusted):
            said = f"casework log key\n{key.name}\n{encoded}\n".encode()
            if verifies(key.public, signature, said):
                trusted.append(Key(key.name, ED25519, public))
                break
    for note in notes:
        answers = [answer for answer in (key.signed(note) for key in trusted) if answer is not None]
        if not answers or -1 in answers:
            what = "a checkpoint is not signed with a trusted key"
            log._problem(what, note.size, place=note.place)
    return {cosigner.name: _countersigned(log, notes, cosigner) for cosigner in cosigners}


def _countersigned(log: Log, notes: list[Note], cosigner: Key) -> int:
    sizes = [0]
    for note in notes:
        answer = cosigner.signed(note)
        if answer == -1:
            what = f"the countersignature of {cosigner.name} is wrong"
            log._problem(what, note.size, place=note.place)
        elif answer is not None:
            sizes.append(note.size)
    if max(sizes) == 0:
        log._problem(f"{cosigner.name} countersigned no checkpoint here", 1)
    return max(sizes)


def prove(path: str) -> tuple[dict[str, Any], Note]:
    """Entry and checkpoint of a proof (C2SP tlog-proof); Unusable unless it proves the one."""
    head, _, checkpoint = read_file(path).decode("utf-8", "replace").partition("\n\n")
    text, _, signatures = checkpoint.partition("\n\n")
    lines = head.split("\n")
    try:
        body, index = decoded(lines[1][len("extra ") :]), int(lines[2][len("index ") :])
        entry = read_entry(body)
    except (Unusable, ValueError, IndexError):
        raise Unusable(f"{path} is no proof of an entry") from None
    note = Note(f"{text}\n", signatures.rstrip("\n").split("\n"), path)
    nodes = [decoded(line) for line in lines[3:]]
    if included(leaf_of(body), index, note.size, nodes) != note.root:
        raise Unusable(f"{path} does not prove that its entry stands in the log")
    return {"position": index + 1, "entry": entry}, note


# --- reporting ---


def main(arguments: list[str] | None = None) -> int:
    """Check what the command line names; returns the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="EXPORT ANCHOR...")
    parser.add_argument("--proof", help="check a proof instead of an export")
    parser.add_argument("--key", action="append", default=[], help="the log's public key")
    parser.add_argument("--cosigner", action="append", default=[], help="who must countersign")
    parser.add_argument("--json", action="store_true", help="one JSON value on standard output")
    options = parser.parse_args(arguments)
    try:
        report = check(options)
    except Unusable as error:
        report = {"result": UNUSABLE, "problem": str(error)}
    print(json.dumps(report) if options.json else "\n".join(in_words(report)))
    return int(report["result"])


def check(options: argparse.Namespace) -> dict[str, Any]:
    """What was found."""
    anchors = options.files if options.proof else options.files[1:]
    if not options.proof and not anchors:
        raise Unusable("name the export and at least one anchor")
    read = [read_anchor(path) for path in anchors]
    notes = [note for found, _ in read for note in found]
    pinned = [Key.read(text) for text in options.key]
    keys = pinned or [key for _, found in read for key in found]
    report: dict[str, Any] = {"key": "given" if pinned else "from the anchor" if keys else "none"}
    log = Log([] if options.proof else notes)
    if options.proof:
        proven, note = prove(options.proof)
        report.update(proven)
        known = [other for other in notes if other.size == note.size]
        if any((other.origin, other.root) != (note.origin, note.root) for other in known):
            log._problem("the anchor holds another checkpoint of this size", note.size)
        notes = [note]
    else:
        log.read(options.files[0])
    report["countersigned"] = judge_signatures(
        log, notes if keys else [], keys, [Key.read(text) for text in options.cosigner]
    )
    log.problems.sort(key=lambda problem: problem["until"])
    reserved = log.moments or not keys
    result = ALTERED if log.problems else RESERVED if reserved else SOUND
    report.update(result=result, entries=log.tree.size, covered=log.covered, origin=log.origin)
    report.update(problems=log.problems, moments=log.moments, first=None)
    if log.problems or log.moments:
        report["first"] = (log.problems or log.moments)[0]
    return report


_KEYS = {
    "given": "The log's key was given by you.",
    "from the anchor": "ATTENTION: the log's key was taken from the anchor file itself. Compare it "
    "with the one you wrote down when the log began, and give it with --key.",
    "none": "ATTENTION: no key was given, so NO SIGNATURE WAS CHECKED. Give the log's key with "
    "--key: whoever can write the anchor could have written these checkpoints.",
}


def in_words(report: dict[str, Any]) -> list[str]:
    """The report for a person."""
    if report["result"] == UNUSABLE:
        return [f"Cannot be checked: {report['problem']}"]
    if "entry" in report:
        lines = [
            f"Entry {report['entry']['id']} stands at position {report['position']} of the log.",
            json.dumps(report["entry"], indent=1, ensure_ascii=False),
        ]
    else:
        lines = [
            f"Log {report['origin']}: {report['entries']} entries, of which checkpoints "
            f"confirm {report['covered']}."
        ]
    lines += [f"{name} countersigned {size}." for name, size in report["countersigned"].items()]
    lines.append(_KEYS[report["key"]])
    first = report["first"]
    if first:
        where = f"position {first['position']}"
        if first.get("until", first["position"]) > first["position"]:
            where += f" to {first['until']}"
        where += f", entry {first['entry']}" if first["entry"] else ""
        count = len(report["problems"]) or len(report["moments"])
        lines.append(f"First of {count} findings: {where}: {first['what']}.")
    lines.append(_RESULTS[report["result"]])
    return lines


_RESULTS = {
    SOUND: "SOUND.",
    ALTERED: "NOT SOUND: the log is not the one that was signed.",
    RESERVED: "SOUND, with the reservation above.",
}


# --- Ed25519 (RFC 8032) ---

P = 2**255 - 19
ORDER_L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def verifies(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` is by the private half of `public`."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return _verifies(public, signature, data)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def _verifies(public: bytes, signature: bytes, data: bytes) -> bool:
    point, scalar = _point(public), int.from_bytes(signature[32:], "little")
    if point is None or scalar >= ORDER_L:
        return False
    digest = hashlib.sha512(signature[:32] + public + data).digest()
    challenge = int.from_bytes(digest, "little") % ORDER_L
    negative = (P - point[0], point[1], point[2], P - point[3])
    return _packed(_combined(scalar, BASE, challenge, negative)) == signature[:32]


def _point(packed: bytes) -> Point | None:
    number = int.from_bytes(packed, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if y >= P or (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x % 2 != sign else x
    return (x, y, 1, x * y % P)


def _packed(point: Point) -> bytes:
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _sum(one: Point, two: Point) -> Point:
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    d = 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _combined(first: int, one: Point, second: int, two: Point) -> Point:
    """first * one + second * two, bit by bit."""
    both, found = _sum(one, two), (0, 1, 1, 0)
    for bit in range(252, -1, -1):
        found = _sum(found, found)
        pair = (first >> bit & 1, second >> bit & 1)
        if pair != (0, 0):
            found = _sum(found, {(1, 0): one, (0, 1): two, (1, 1): both}[pair])
    return found


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)

if __name__ == "__main__":
    sys.exit(main())
