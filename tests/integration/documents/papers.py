"""A case and a request with people, and keeping a paper of theirs."""

from datetime import date
from uuid import UUID

from casework.actor import Actor
from casework.services.cases.intake import Ground, Newcomer, take_in
from casework.services.documents.accepting import accept
from casework.services.documents.keeping import store
from casework.services.work import Database
from casework.vocabulary import DocumentKind, LegalBasis, Sex
from models.case import Case

LETTER = "Эмчийн дүгнэлт: зүүн гар хугарсан.\n".encode()
NAME = "Оюунцэцэгийн эмчийн бичиг.txt"


def take_in_somebody(database: Database, actor: Actor) -> UUID:
    """The id of a new case of the actor's."""
    with database.writing(actor) as work:
        newcomer = Newcomer("Оюунцэцэг", Sex.FEMALE, date(1990, 5, 4))
        return take_in(work, newcomer, Ground(LegalBasis.VITAL_INTEREST, "Гэргүй ирэв")).id


def keep(
    database: Database,
    actor: Actor,
    case_id: UUID,
    content: bytes = LETTER,
    name: str = NAME,
    kind: DocumentKind = DocumentKind.MEDICAL,
) -> UUID:
    """The id of a document of the case's first person."""
    with database.writing(actor) as work:
        file = accept(work, content, name)
        case = work.session.get_one(Case, case_id)
        return store(work, case, file, kind, case.people[0].person.subject_id).id
