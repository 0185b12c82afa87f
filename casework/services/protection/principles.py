"""The 13 data-protection principles of IOM, each with what the product does and counted evidence.

Titles and their order: IOM Data Protection Manual (2010). Figures are counted from the records at
the moment the page is made, for the officer's organisation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain

from casework.messages import N_
from casework.policy import Permission
from casework.services.access import require
from casework.services.protection import evidence_keeping as keeping
from casework.services.protection import evidence_sharing as sharing
from casework.services.protection.figures import Figure
from casework.services.work import Work

Evidence = Callable[[Work], list[Figure]]


@dataclass(frozen=True)
class Principle:
    """A principle, what keeps it here, and what the records show now."""

    number: int
    title: str
    control: str
    figures: list[Figure]

    @property
    def sound(self) -> bool:
        """Whether no figure asks for a look."""
        return all(figure.sound is not False for figure in self.figures)


def principles(work: Work) -> list[Principle]:
    """All 13, in their order."""
    require(work, Permission.AUDIT_READ)
    with work.beyond("the evidence counts whole tables; it shows numbers only"):
        return [
            Principle(number, title, control, evidence(work))
            for number, (title, control, evidence) in enumerate(_PRINCIPLES, start=1)
        ]


def to_look_at(found: list[Principle]) -> list[Figure]:
    """Figures that are not as the principles want them."""
    figures = chain.from_iterable(one.figures for one in found)
    return [figure for figure in figures if figure.sound is False]


_PRINCIPLES: tuple[tuple[str, str, Evidence], ...] = (
    (
        N_("Lawful and fair collection"),
        N_("Each answer keeps who asked, when, in which language and how."),
        sharing.collected,
    ),
    (
        N_("Specified and legitimate purpose"),
        N_("Every consent and every act names its purpose; sharing for another is refused."),
        sharing.purposes,
    ),
    (
        N_("Data quality"),
        N_("Duplicates are asked about, changes keep their history, entries of the directory age."),
        sharing.quality,
    ),
    (
        N_("Consent"),
        N_("One question at a time, a no is kept as well, and a yes can be taken back at once."),
        sharing.answers,
    ),
    (
        N_("Transfer to third parties"),
        N_("Consent, purpose and agreement are checked before anything is sent."),
        sharing.transfers,
    ),
    (
        N_("Confidentiality"),
        N_("Roles reach only their own records; protected records need a clearance."),
        keeping.confidential,
    ),
    (
        N_("Access and transparency"),
        N_("A person can have everything held about her, and everyone who saw or received it."),
        keeping.transparency,
    ),
    (
        N_("Data security"),
        N_("Personal data are encrypted field by field, and the log proves that none was altered."),
        keeping.security,
    ),
    (
        N_("Retention of personal data"),
        N_("Destroying a person's keys makes the data unreadable for ever."),
        keeping.retention,
    ),
    (
        N_("Application of the principles"),
        N_("The same rules hold for files as for fields."),
        keeping.files,
    ),
    (
        N_("Ownership of personal data"),
        N_("Every record belongs to one organisation; partners see what a grant names."),
        sharing.ownership,
    ),
    (
        N_("Oversight, compliance and internal remedies"),
        N_("Concerns about a worker go past caseworker and supervisor to this page."),
        keeping.oversight,
    ),
    (
        N_("Exceptions"),
        N_(
            "Sharing without consent, opening a case in an emergency and erasing each need a "
            "stated ground, and a second person or a review."
        ),
        sharing.exceptions,
    ),
)
