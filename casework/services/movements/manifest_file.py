"""The manifest with identifiers, for the carrier or the border: for a purpose, written down."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.record import Act
from casework.errors import InvalidTransition
from casework.messages import N_
from casework.policy import Permission
from casework.reference.names import passport_names
from casework.services.access import require
from casework.services.movements.boarding import manifest
from casework.services.work import Work
from casework.vocabulary import ManifestFormat, ManifestRecipient, Purpose
from models.movement import Hold, Movement

#: What the file holds beside names; opened when it is written.
HANDED_OUT = {
    "person.birth_date",
    "person.passport_number",
    "request_member.passport_expires_on",
}


@dataclass(frozen=True)
class Passenger:
    """A line of the carrier's list; the names as the passport has them, or romanised."""

    hold: Hold
    surname: str
    given_names: str

    @property
    def without_number(self) -> bool:
        """Whether the carrier will ask for a document number."""
        return not self.hold.member.person.passport_number


def passengers(travellers: Sequence[Hold]) -> list[Passenger]:
    """One line a traveller, by surname."""
    lines = []
    for hold in travellers:
        person = hold.member.person
        names = passport_names(person.latin_name, person.patronymic, person.given_name)
        lines.append(Passenger(hold, *names))
    return sorted(lines, key=lambda line: (line.surname, line.given_names))


def hand_out_manifest(
    work: Work,
    movement: Movement,
    recipient: ManifestRecipient,
    form: ManifestFormat,
    purpose: Purpose,
) -> list[Passenger]:
    """The lines of the file; the entry names everybody on it, so that each can be told.

    Travellers whom the actor may not board are left out. Raises InvalidTransition when nobody is
    on the manifest, Refused without identity:reveal and manifest:board on the movement.
    """
    require(work, Permission.MANIFEST_BOARD, movement)
    require(work, Permission.IDENTITY_REVEAL, movement)
    travellers = manifest(work, movement)
    if not travellers:
        raise InvalidTransition(N_("Nobody is on the manifest: there is nothing to print."))
    lines = passengers(travellers)
    work.record(
        Act(
            "manifest.handed_out",
            purpose,
            permission=Permission.IDENTITY_REVEAL,
            subjects={hold.subject_id for hold in travellers},
            cells={name for name, _, _ in work.reads()} | HANDED_OUT,
            facts={
                "movement": str(movement.id),
                "recipient": recipient.value,
                "form": form.value,
                "people": len(lines),
            },
        )
    )
    work.forget_reads()
    return lines
