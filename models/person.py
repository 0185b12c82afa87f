"""People and the households they ask to travel with."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from casework.vocabulary import AgeBand, Language, Sex, WriteBy
from models.base import Cell, Record, belongs_to


class Household(Record):
    """People who travel together; its subject's key protects what is said of all of them."""

    __tablename__ = "household"
    subject_id: Mapped[UUID] = belongs_to("subject")


class Person(Record):
    """A person. Given name is the one used to address, sort and sign."""

    __tablename__ = "person"
    subject_id: Mapped[UUID] = belongs_to("subject")
    household_id: Mapped[UUID | None] = belongs_to("household")
    sex: Mapped[Sex]
    age_band: Mapped[AgeBand]
    language: Mapped[Language] = mapped_column(default=Language.MN)

    ovog = Cell[str | None]("person.ovog")
    patronymic = Cell[str | None]("person.patronymic")
    given_name = Cell[str]("person.given_name")
    latin_name = Cell[str | None]("person.latin_name")
    birth_date = Cell[date]("person.birth_date")
    register_number = Cell[str | None]("person.register_number")
    passport_number = Cell[str | None]("person.passport_number")
    phone = Cell[str | None]("person.phone")
    email = Cell[str | None]("person.email")
    #: how and when the person may be reached without harm
    safe_contact = Cell[str | None]("person.safe_contact")
    #: how the person said that messages may come; None: not asked yet
    may_write = Cell[WriteBy | None]("person.may_write")

    @property
    def short_name(self) -> str:
        """`Ц. Оюунчимэг`, as lists show it."""
        return f"{self.patronymic[0]}. {self.given_name}" if self.patronymic else self.given_name

    @property
    def full_name(self) -> str:
        """Clan, father's and own name, as the file shows it."""
        before = [part for part in (self.ovog, self.patronymic) if part]
        return " ".join([*before, self.given_name]) if before else self.given_name
