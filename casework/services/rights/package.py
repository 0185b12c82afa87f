"""The access package: all that is held about a person, and everyone who saw or received it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audit.record import Act
from casework import clock
from casework.clock import ULAANBAATAR
from casework.errors import FieldUnreadable, InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.documents.reading import documents_about, open_document
from casework.services.idempotency import expect_version
from casework.services.protection.disclosures import disclosures_of
from casework.services.rights.holdings import (
    INCLUDE,
    HeldRow,
    SharedText,
    holdings,
    shared_keys,
    shared_texts,
    text_key,
)
from casework.services.rights.register import begin
from casework.services.rights.subjects import Reach, reach_of
from casework.services.work import Work
from casework.vocabulary import (
    Language,
    Outcome,
    Purpose,
    Role,
    SubjectRequestKind,
    Withheld,
)
from models.document import Document
from models.organisation import Organisation
from models.person import Person
from models.rights import SubjectRequest

#: Texts on one page of the officer's review.
TEXTS = 20
_WHY = "the package of a person holds what any organisation keeps about her"


@dataclass(frozen=True)
class SeenLine:
    """Who saw or received data: one line a day, organisation, role and act, and how often.

    `received`: the organisation was given the data.
    """

    on: date
    organisation: Organisation | None
    role: Role | None
    event: str
    purpose: Purpose
    outcome: Outcome
    received: bool
    times: int


@dataclass(frozen=True, repr=False)
class PackedFile:
    """One of her files; `name` inside the package tells nothing of it.

    `content` is None when the file cannot be read any more: the package says so.
    """

    name: str
    document: str
    content: bytes | None


@dataclass(frozen=True, repr=False)
class Package:
    """What is handed to the person; lives in memory only."""

    number: str
    made_at: datetime
    language: Language
    protected: bool
    rows: Sequence[HeldRow]
    seen: Sequence[SeenLine]
    files: Sequence[PackedFile]


@dataclass(frozen=True, repr=False)
class Review:
    """A page of shared texts with what was decided so far, and how many wait for a decision."""

    texts: Sequence[SharedText]
    decided: Mapping[str, str]
    undecided: int
    whole: int
    following: int | None


def review_texts(work: Work, row: SubjectRequest, first: int = 0) -> Review:
    """Texts about several people from number `first` on, for the officer to let through or not."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    with work.beyond(_WHY):
        reach = reach_of(work, row.person)
        keys = shared_keys(work, reach)
        shown = keys[first : first + TEXTS]
        texts = shared_texts(work, reach, shown)
    more = first + TEXTS if len(keys) > first + TEXTS else None
    undecided = [key for key in keys if key not in row.choices]
    return Review(texts, row.choices, len(undecided), len(keys), more)


def decide_texts(
    work: Work, row: SubjectRequest, choices: Mapping[str, Withheld | None], version: int | None
) -> None:
    """Keep what the officer decided: None lets a text through, a code leaves it out."""
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    expect_version(row, version)
    begin(work, row)
    with work.beyond(_WHY):
        known = set(shared_keys(work, reach_of(work, row.person)))
    decided = {key: why.value if why else INCLUDE for key, why in choices.items() if key in known}
    row.choices = {**row.choices, **decided}
    included = sum(choice == INCLUDE for choice in decided.values())
    facts = {
        "number": row.number,
        "included": included,
        "withheld": len(decided) - included,
    }
    work.record(_act("subject_request.texts_reviewed", row, facts))


def make_package(work: Work, row: SubjectRequest) -> Package:
    """Everything held about the person, as it is now, and written down as handed out.

    Raises InvalidTransition before the identity is checked, or while shared texts wait for a
    decision.
    """
    require(work, Permission.SUBJECT_REQUEST_FULFIL, row)
    if row.kind is not SubjectRequestKind.ACCESS:
        raise InvalidTransition(N_("This request does not ask for access."))
    begin(work, row)
    with work.beyond(_WHY):
        package, texts = _gathered(work, row)
    row.packages += 1
    withheld = [choice for choice in row.choices.values() if choice != INCLUDE]
    facts = {
        "number": row.number,
        "texts": texts,
        "withheld": len(withheld),
        "files": len(package.files),
        "protected": package.protected,
    }
    work.record(_act("access_package.made", row, facts))
    return package


def _gathered(work: Work, row: SubjectRequest) -> tuple[Package, int]:
    person = work.session.get_one(Person, row.person_id)
    reach = reach_of(work, person)
    keys = shared_keys(work, reach)
    undecided = [key for key in keys if key not in row.choices]
    if undecided:
        raise InvalidTransition(
            N_("Decide first about the texts on several people. Still to decide: %(n)s."),
            n=len(undecided),
        )
    package = Package(
        number=row.number,
        made_at=clock.now(),
        language=person.language,
        protected=work.actor.cleared,
        rows=holdings(work, reach, row.choices),
        seen=_seen(work, reach),
        files=_files(work, reach, row.choices),
    )
    return package, len(keys)


def _seen(work: Work, reach: Reach) -> list[SeenLine]:
    counted = Counter(
        (
            one.at.astimezone(ULAANBAATAR).date(),
            one.organisation,
            one.role,
            one.event,
            one.purpose,
            one.outcome,
            one.received,
        )
        for one in disclosures_of(work, reach.own | reach.shared)
    )
    return [SeenLine(*line, times) for line, times in counted.items()]


def _files(work: Work, reach: Reach, choices: Mapping[str, str]) -> list[PackedFile]:
    documents = [
        document
        for document in documents_about(work, reach.own | reach.shared)
        if document.destroyed_at is None and _let_through(document, reach, choices)
    ]
    return [_packed(work, number, document) for number, document in enumerate(documents, start=1)]


def _packed(work: Work, number: int, document: Document) -> PackedFile:
    try:
        content = open_document(work, document)
    except FieldUnreadable:
        content = None
    return PackedFile(f"files/{number:02d}{_ending(document)}", document.name, content)


def _let_through(document: Document, reach: Reach, choices: Mapping[str, str]) -> bool:
    """A file of several people goes with its name's decision."""
    if document.subject_id in reach.own:
        return True
    return choices.get(text_key(Document.cells["name"], document)) == INCLUDE


def _ending(document: Document) -> str:
    """The ending of the file's own name: letters and digits only."""
    _, dot, ending = document.name.rpartition(".")
    return f".{ending.lower()}" if dot and ending.isascii() and ending.isalnum() else ""


def _act(event: str, row: SubjectRequest, facts: dict[str, object]) -> Act:
    return Act(
        event,
        Purpose.PROTECTION,
        permission=Permission.SUBJECT_REQUEST_FULFIL,
        subjects={row.subject_id},
        facts=facts,
    )
