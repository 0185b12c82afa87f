"""An invented return operation with the published proportions, as a mission would send it.

The figures are those of November 2020: 13,000 people who asked to come home, by country and by need
(voluntary GCM review of Mongolia). Everyone is invented; the same seed gives the same people.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final, TextIO, TypeVar

from casework.reference.invented import InventedName, Inventor
from casework.reference.names import folded
from casework.reference.places import Aimag, aimags, soums
from casework.reference.table import rows
from casework.rules.age import ADULT_AGE, age_on
from casework.rules.household_records import COLUMNS
from casework.vocabulary import Channel, DocumentStatus, LegalBasis, Need, Relation, Sex

_Choice = TypeVar("_Choice")

#: People the published figures are counts of.
PUBLISHED_PEOPLE: Final = 13_000
#: Days before the end over which the requests were lodged.
DAYS: Final = 250

_IN_FAMILIES: Final = 2_500
_PREGNANT: Final = 239
_ANYONE: Final = (
    (Need.NO_MEANS, 631), (Need.NO_ACCOMMODATION, 118), (Need.HEALTH, 864),
    (Need.DISABILITY, 130), (Need.MENTAL_HEALTH, 65), (Need.VIOLENCE, 40), (Need.PROTECTION, 130),
)  # fmt: skip
_SIZES: Final = (1, 2, 3, 4, 5, 6)
_SIZE_WEIGHTS: Final = (62, 22, 10, 4.5, 1.2, 0.3)
_SMALL_CHILD: Final = 14
_FERTILE: Final = range(18, 45)
_ELDERLY: Final = 60
_KAZAKH_AIMAG: Final = "MN83"
_CAPITAL: Final = "MN11"
_HOME_CALLING_CODE: Final = "976"
_KAZAKH_SHARE: Final = {"KZ": 0.55, "TR": 0.2}
_COMPANIONS: Final = (
    (Relation.SPOUSE, 60), (Relation.SIBLING, 18), (Relation.OTHER_RELATIVE, 9),
    (Relation.NOT_RELATED, 9), (Relation.PARENT, 4),
)  # fmt: skip
_CHANNELS: Final = (
    (Channel.MISSION_DESK, 45), (Channel.PHONE, 25), (Channel.PUBLIC_FORM, 20),
    (Channel.ASSISTED, 10),
)  # fmt: skip
_BASES: Final = (
    (LegalBasis.CONSENT, 80), (LegalBasis.PUBLIC_TASK, 17), (LegalBasis.VITAL_INTEREST, 3),
)  # fmt: skip
_DOCUMENTS: Final = (
    (DocumentStatus.VALID, 80), (DocumentStatus.EXPIRED, 11), (DocumentStatus.LOST, 5),
    (DocumentStatus.IN_PROCESS, 3), (DocumentStatus.CONFISCATED, 1),
)  # fmt: skip
_NOTES: Final = (
    ("", 80), ("Ажилгүй болсон", 8), ("Сургууль нь хаагдсан", 5), ("Түрээсийн гэрээ дууссан", 4),
    ("Нислэг нь цуцлагдсан", 3),
)  # fmt: skip
_SAFE_CONTACTS: Final = (
    ("", 94), ("Оройн цагаар залгах", 3), ("Зөвхөн мессеж бичих", 2), ("Эгчээр нь дамжуулах", 1),
)  # fmt: skip


@dataclass
class _Member:
    relation: Relation
    sex: Sex
    born: date
    name: InventedName
    needs: list[str] = field(default_factory=list)


@dataclass
class _Household:
    country: dict[str, str]
    submitted_on: date
    kazakh: bool
    members: list[_Member]


def write_scenario(people: int, seed: int, until: date, stream: TextIO) -> None:
    """Write the requests of exactly `people` people, lodged in the 250 days up to `until`.

    CSV in the import format, one row per person, ordered by day. Open `stream` with newline="".
    """
    writer = csv.DictWriter(stream, COLUMNS, restval="")
    writer.writeheader()
    for row in _Operation(people, seed, until).rows():
        writer.writerow(row)


def write_requests(requests: int, seed: int, until: date, stream: TextIO) -> None:
    """Write exactly `requests` requests of about 1.6 people each, otherwise as `write_scenario`."""
    writer = csv.DictWriter(stream, COLUMNS, restval="")
    writer.writeheader()
    for row in _Operation(None, seed, until, requests).rows():
        writer.writerow(row)


class _Operation:
    def __init__(
        self, people: int | None, seed: int, until: date, requests: int | None = None
    ) -> None:
        # Reproducible by its seed; nothing secret is drawn here.
        self._random = Random(seed)  # noqa: S311
        self._inventor = Inventor(self._random)
        self._until = until
        sizes = self._sizes_of_people(people or 0) if requests is None else self._drawn(requests)
        self._people = sum(size for _, size in sizes)
        self._households = self._all_households(sizes)
        self._give_needs()

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield the rows of the file, household by household."""
        for number, household in enumerate(self._households, start=1):
            reference = f"{household.country['country']}-{number:05}"
            shared = {"request_ref": reference, **self._request_cells(household)}
            for member in household.members:
                yield shared | self._member_cells(household, member)

    def _scaled(self, published: int) -> int:
        return round(published * self._people / PUBLISHED_PEOPLE)

    def _sizes_of_people(self, people: int) -> list[tuple[dict[str, str], int]]:
        return [
            (country, size) for country, share in _shares(people) for size in self._sizes(share)
        ]

    def _drawn(self, requests: int) -> list[tuple[dict[str, str], int]]:
        return [
            (country, self._random.choices(_SIZES, _SIZE_WEIGHTS)[0])
            for country, share in _shares(requests)
            for _ in range(share)
        ]

    def _all_households(self, sizes: list[tuple[dict[str, str], int]]) -> list[_Household]:
        self._random.shuffle(sizes)
        still_in_families = self._scaled(_IN_FAMILIES)
        households = []
        for country, size in sizes:
            family = 1 < size <= still_in_families
            still_in_families -= size if family else 0
            households.append(self._household(country, size, family))
        households.sort(key=lambda household: household.submitted_on)
        return households

    def _sizes(self, people: int) -> Iterator[int]:
        while people:
            size = min(people, self._random.choices(_SIZES, _SIZE_WEIGHTS)[0])
            people -= size
            yield size

    def _household(self, country: dict[str, str], size: int, family: bool) -> _Household:
        day = self._until - timedelta(days=self._random.randrange(DAYS))
        kazakh = self._random.random() < _KAZAKH_SHARE.get(country["country"], 0.03)
        household = _Household(country, day, kazakh, [])
        self._join(household, Relation.PRINCIPAL)
        adults = 1 if size == 2 or self._random.random() < 0.2 else 2
        for place in range(1, size):
            if not family:
                self._join(household, self._one_of(_COMPANIONS) if place == 1 else self._other())
            elif place < adults:
                self._join(household, Relation.SPOUSE)
            else:
                self._join(household, Relation.CHILD, first_child=place == adults)
        return household

    def _other(self) -> Relation:
        return self._random.choice(
            (Relation.SIBLING, Relation.OTHER_RELATIVE, Relation.NOT_RELATED)
        )

    def _join(self, household: _Household, relation: Relation, first_child: bool = False) -> None:
        sex = self._sex(household, relation)
        name = self._inventor.name(sex, household.kazakh, _patronymic(household, relation))
        age = self._age(household, relation, first_child)
        born = household.submitted_on - timedelta(days=int(age * 365.25))
        household.members.append(_Member(relation, sex, born, name))

    def _sex(self, household: _Household, relation: Relation) -> Sex:
        if relation == Relation.SPOUSE:
            return Sex.MALE if household.members[0].sex == Sex.FEMALE else Sex.FEMALE
        women = 0.5 if relation == Relation.CHILD else 0.62
        return Sex.FEMALE if self._random.random() < women else Sex.MALE

    def _age(self, household: _Household, relation: Relation, first_child: bool) -> float:
        """Return an age in years; children are at least 18 years younger than the principal."""
        if relation == Relation.CHILD:
            eldest = age_on(household.members[0].born, household.submitted_on) - ADULT_AGE
            limit = _SMALL_CHILD if first_child else ADULT_AGE
            return self._random.uniform(0.1, max(1, min(limit, eldest)) - 0.05)
        if relation == Relation.PARENT:
            return self._random.uniform(55, 78)
        if relation == Relation.PRINCIPAL and self._random.random() < 0.04:
            return self._random.uniform(_ELDERLY, 79)
        return self._random.triangular(19.1, 60, 29)

    def _give_needs(self) -> None:
        """Give each need to its published share of people, drawn among those it can befall."""
        everyone = [
            (member, age_on(member.born, household.submitted_on))
            for household in self._households
            for member in household.members
        ]
        women = [each for each, age in everyone if each.sex == Sex.FEMALE and age in _FERTILE]
        self._give(Need.PREGNANT, women, self._scaled(_PREGNANT))
        adults = [each for each, age in everyone if age >= ADULT_AGE]
        for need, published in _ANYONE:
            self._give(need, adults, self._scaled(published))
        for member, age in everyone:
            if age < _SMALL_CHILD:
                member.needs.append(Need.CHILD_UNDER_14)
            if age >= _ELDERLY:
                member.needs.append(Need.ELDERLY)

    def _give(self, need: Need, people: list[_Member], count: int) -> None:
        for member in self._random.sample(people, min(count, len(people))):
            member.needs.append(need)

    def _request_cells(self, household: _Household) -> dict[str, str]:
        basis = self._one_of(_BASES)
        consented = basis == LegalBasis.CONSENT
        return {
            "channel": self._one_of(_CHANNELS),
            "submitted_on": household.submitted_on.isoformat(),
            "country": household.country["country"],
            "city": self._random.choice(household.country["cities"].split(";")),
            "legal_basis": basis,
            "consent_given_on": household.submitted_on.isoformat() if consented else "",
            "share_with": "IOM" if consented and self._random.random() < 0.6 else "",
            "language": "kk" if household.kazakh and self._random.random() < 0.3 else "mn",
            "note": self._one_of(_NOTES),
            **self._home_cells(household.kazakh),
        }

    def _home_cells(self, kazakh: bool) -> dict[str, str]:
        if self._random.random() < 0.1:
            return {}
        aimag = self._home(kazakh)
        soum = self._random.choice(soums(aimag.code)).name_mn if self._likely(0.8) else ""
        return {"home_aimag": aimag.name_mn, "home_soum": soum}

    def _home(self, kazakh: bool) -> Aimag:
        wanted = _KAZAKH_AIMAG if kazakh and self._likely(0.9) else _CAPITAL
        if wanted == _KAZAKH_AIMAG or self._likely(0.5):
            return next(aimag for aimag in aimags() if aimag.code == wanted)
        return self._random.choice(aimags())

    def _member_cells(self, household: _Household, member: _Member) -> dict[str, str]:
        born, name = member.born, member.name
        register = self._inventor.register_number(born, member.sex)
        passport = self._inventor.passport_number()
        pregnant = Need.PREGNANT in member.needs
        return {
            "relation": member.relation,
            "ovog": name.ovog if self._likely(0.6) else "",
            "patronymic": name.patronymic,
            "given_name": name.given_name,
            "latin_name": name.latin_name if self._likely(0.9) else "",
            "sex": member.sex,
            "birth_date": born.isoformat(),
            "register_number": register if self._likely(0.96) else "",
            "passport_number": passport if self._likely(0.93) else "",
            "pregnancy_weeks": str(self._random.randint(6, 34)) if pregnant else "",
            "document_status": self._one_of(_DOCUMENTS),
            **self._contact_cells(household, member),
            **self._stay_cells(household, member),
        }

    def _contact_cells(self, household: _Household, member: _Member) -> dict[str, str]:
        if age_on(member.born, household.submitted_on) < ADULT_AGE or not self._likely(0.93):
            return {}
        abroad = household.country["calling_code"] if self._likely(0.7) else _HOME_CALLING_CODE
        mailbox = folded(member.name.given_name) + str(self._random.randrange(10**4))
        return {
            "phone": self._inventor.mobile_number(abroad),
            "email": f"{mailbox}@example.org" if self._likely(0.4) else "",
            "safe_contact": self._one_of(_SAFE_CONTACTS),
        }

    def _stay_cells(self, household: _Household, member: _Member) -> dict[str, str]:
        """Return the visa's last day, where known, and the needs: irregular stay among them."""
        if not self._likely(0.45):
            return {"needs": "|".join(member.needs)}
        expires = household.submitted_on + timedelta(days=self._random.randint(-90, 700))
        overstayed = [Need.IRREGULAR_STATUS] if expires < household.submitted_on else []
        return {
            "needs": "|".join([*member.needs, *overstayed]),
            "visa_expires_on": expires.isoformat(),
        }

    def _likely(self, share: float) -> bool:
        return self._random.random() < share

    def _one_of(self, weighted: tuple[tuple[_Choice, float], ...]) -> _Choice:
        choices, weights = zip(*weighted, strict=True)
        chosen: _Choice = self._random.choices(choices, weights)[0]
        return chosen


def _shares(people: int) -> list[tuple[dict[str, str], int]]:
    """Return the countries and how many of `people` wait in each: exactly `people` in all.

    What rounding down leaves goes to the countries that lost most by it.
    """
    countries = rows("scenario_countries")
    exact = [int(country["people"]) * people / PUBLISHED_PEOPLE for country in countries]
    shares = [int(share) for share in exact]
    lost_most = sorted(range(len(exact)), key=lambda place: shares[place] - exact[place])
    for place in lost_most[: people - sum(shares)]:
        shares[place] += 1
    return list(zip(countries, shares, strict=True))


def _patronymic(household: _Household, relation: Relation) -> str:
    """Return the patronymic that kinship gives: the father's name, or that of a brother or sister.

    Empty when nobody in the household gives it.
    """
    members = household.members
    if relation == Relation.SIBLING:
        return members[0].name.patronymic
    if relation != Relation.CHILD:
        return ""
    children = [each.name.patronymic for each in members if each.relation == Relation.CHILD]
    fathers = [each.name.given_name for each in members if each.sex == Sex.MALE]
    return next(iter(children or fathers), "")
