"""The published order of return requests: points, bands, reserved places and ties.

A score is a pure function of the request's facts, a policy version and a day. Each criterion
counts once for a request, however many members meet it, so that a large household gains nothing
by its size. Medical emergency and protection give a reserved place and never points.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from casework.errors import InvalidInput
from casework.messages import N_, Message
from casework.rules.age import age_on, weeks_pregnant
from casework.vocabulary import Band, Criterion, Need

_DEFAULT = Path(__file__).with_name("data") / "priority_policy_2020.json"
_MOST_POINTS = 1000

#: Least and greatest value of each whole number of a policy.
RANGES: Mapping[str, tuple[int, int]] = {
    "version": (1, 2**31 - 1),
    "elderly_from_age": (40, 120),
    "child_under_age": (1, 18),
    "late_pregnancy_week": (1, 42),
    "visa_within_days": (0, 3650),
    "days_per_point": (1, 3650),
    "waiting_cap": (0, 10_000),
    "high_from": (1, 10_000),
    "medium_from": (1, 10_000),
    "medical_emergency_from": (0, 3),
    "reserved_percent": (0, 100),
    "tie_seed": (0, 2**63 - 1),
}

#: Needs that are a criterion as they stand. Mental health counts as health, so that no list
#: singles it out; violence and protection are absent because they work through reserved places.
_BY_NEED: Mapping[Need, Criterion] = {
    Need.HEALTH: Criterion.HEALTH,
    Need.MENTAL_HEALTH: Criterion.HEALTH,
    Need.DISABILITY: Criterion.DISABILITY,
    Need.UNACCOMPANIED_CHILD: Criterion.UNACCOMPANIED_CHILD,
    Need.NO_MEANS: Criterion.NO_MEANS,
    Need.NO_ACCOMMODATION: Criterion.NO_ACCOMMODATION,
    Need.IRREGULAR_STATUS: Criterion.IRREGULAR_STATUS,
}
_RESERVED_NEEDS = frozenset({Need.PROTECTION, Need.VIOLENCE})
#: Criteria that together may make a medical emergency, which has a reserved place as well.
_MEDICAL = frozenset({Criterion.HEALTH, Criterion.DISABILITY, Criterion.LATE_PREGNANCY})

REASONS: Mapping[Criterion, str] = {
    Criterion.HEALTH: N_("Someone is in poor health"),
    Criterion.PREGNANT: N_("Someone is pregnant"),
    Criterion.LATE_PREGNANCY: N_("The pregnancy is far advanced"),
    Criterion.CHILD_UNDER_14: N_("There are young children"),
    Criterion.UNACCOMPANIED_CHILD: N_("A child is without its parents"),
    Criterion.DISABILITY: N_("Someone has a disability"),
    Criterion.ELDERLY: N_("Someone is elderly"),
    Criterion.NO_MEANS: N_("There is no money to live on"),
    Criterion.NO_ACCOMMODATION: N_("There is no place to stay"),
    Criterion.IRREGULAR_STATUS: N_("Someone has no valid permission to stay"),
    Criterion.VISA_EXPIRING: N_("The visa has run out or soon will"),
}


@dataclass(frozen=True)
class Policy:
    """One version of the priority policy; a published version never changes.

    `criteria` gives the points of each criterion; a criterion not named gives none.
    `late_pregnancy` comes on top of `pregnant` from `late_pregnancy_week` on. Waiting gives a
    point for every `days_per_point` days, at most `waiting_cap`. `reserved_percent` is the share
    of a movement's seats kept for reserved places. One traveller who meets
    `medical_emergency_from` of health, disability and late pregnancy is a medical emergency.
    """

    version: int
    criteria: Mapping[Criterion, int]
    elderly_from_age: int
    child_under_age: int
    late_pregnancy_week: int
    visa_within_days: int
    days_per_point: int
    waiting_cap: int
    high_from: int
    medium_from: int
    medical_emergency_from: int
    reserved_percent: int
    tie_seed: int
    source: str = ""
    provisional: bool = False

    @classmethod
    def parse(cls, data: Mapping[str, object]) -> "Policy":
        """The policy in a JSON object; raises the first `InvalidInput` that `problems` finds."""
        for problem in problems(data):
            raise problem
        settings = cast(dict[str, Any], dict(data))
        points = {Criterion(code): given for code, given in settings.pop("criteria").items()}
        return cls(criteria=points, **settings)

    def as_dict(self) -> dict[str, object]:
        """The JSON object that `parse` reads."""
        return asdict(self) | {"criteria": {str(c): n for c, n in self.criteria.items()}}

    def reserved_seats(self, seats: int) -> int:
        """How many of a movement's seats are kept for reserved places, rounded down."""
        return seats * self.reserved_percent // 100


def default_policy() -> Policy:
    """The State Emergency Commission's list of 2020, as shipped; provisional."""
    return Policy.parse(json.loads(_DEFAULT.read_text(encoding="utf-8")))


def problems(data: Mapping[str, object]) -> Iterator[InvalidInput]:
    """Everything wrong with a policy in JSON, each with the `field` it is about."""
    known = {field.name for field in fields(Policy)}
    for name in sorted(data.keys() - known):
        yield InvalidInput(N_("A policy has no setting “%(name)s”."), field=name, name=name)
    for name, (least, most) in RANGES.items():
        if not _is_whole(data.get(name), least, most):
            yield InvalidInput(
                N_("“%(name)s” must be a whole number from %(least)s to %(most)s."),
                field=name,
                name=name,
                least=least,
                most=most,
            )
    yield from _criteria_problems(data.get("criteria"))
    yield from _band_problems(data.get("high_from"), data.get("medium_from"))
    yield from _reach_problems(data)
    yield from _quota_problems(data.get("reserved_percent"), data.get("medical_emergency_from"))
    yield from _note_problems(data.get("source", ""), data.get("provisional", False))


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _criteria_problems(criteria: object) -> Iterator[InvalidInput]:
    if not isinstance(criteria, Mapping) or not criteria:
        yield InvalidInput(N_("A policy needs at least one criterion."), field="criteria")
        return
    known = {str(criterion) for criterion in Criterion}
    for code, points in criteria.items():
        if code in {str(need) for need in _RESERVED_NEEDS}:
            text = N_("“%(name)s” gives a reserved place and never points.")
        elif code not in known:
            text = N_("“%(name)s” is not a criterion.")
        elif not _is_whole(points, 0, _MOST_POINTS):
            text = N_("The points of “%(name)s” must be a whole number from 0 to %(most)s.")
        else:
            continue
        yield InvalidInput(text, field="criteria", name=str(code), most=_MOST_POINTS)


def _band_problems(high: object, medium: object) -> Iterator[InvalidInput]:
    if isinstance(high, int) and isinstance(medium, int) and high <= medium:
        yield InvalidInput(N_("The high band must begin above the medium band."), field="high_from")


def _quota_problems(percent: object, emergency_from: object) -> Iterator[InvalidInput]:
    """Reserved places without emergencies would tell that who has one needs protection."""
    if emergency_from == 0:
        yield InvalidInput(
            N_("Nobody is a medical emergency: set from when on one is."),
            field="medical_emergency_from",
        )
    if percent == 0 and emergency_from:
        yield InvalidInput(
            N_("There are medical emergencies, but no seats are reserved for them: set a share."),
            field="reserved_percent",
        )


def _reach_problems(data: Mapping[str, object]) -> Iterator[InvalidInput]:
    """A band that no request can ever reach was meant otherwise."""
    criteria, cap, high = data.get("criteria"), data.get("waiting_cap"), data.get("high_from")
    if not isinstance(criteria, Mapping) or not isinstance(cap, int) or not isinstance(high, int):
        return
    most = cap + sum(n for n in criteria.values() if isinstance(n, int))
    if high > most:
        yield InvalidInput(
            N_("Nobody can have more than %(most)s points: the high band must begin lower."),
            field="high_from",
            most=most,
        )


def _note_problems(source: object, provisional: object) -> Iterator[InvalidInput]:
    if not isinstance(source, str):
        yield InvalidInput(N_("The source of a policy must be text."), field="source")
    if not isinstance(provisional, bool):
        yield InvalidInput(
            N_("A policy is provisional or it is not: true or false."), field="provisional"
        )


@dataclass(frozen=True)
class MemberFacts:
    """What the policy may know of one traveller.

    Where the birth date is known it decides about age, whatever need was declared. `reserved`
    says that a medical emergency or protection asks for a reserved place, never which.
    """

    birth_date: date | None = None
    needs: frozenset[Need] = frozenset()
    due_date: date | None = None
    reserved: bool = False


@dataclass(frozen=True)
class RequestFacts:
    """What the policy may know of a request."""

    submitted_on: date
    members: tuple[MemberFacts, ...]
    visa_expires_on: date | None = None


@dataclass(frozen=True)
class Score:
    """Points of a request on one day, and where they come from.

    `points` = `base` + `waiting_points`; `criteria` holds (criterion, points, members who meet
    it), most points first. `reserved` never changes the points.
    """

    points: int
    base: int
    waiting_points: int
    waiting_days: int
    band: Band
    reserved: bool
    criteria: tuple[tuple[Criterion, int, int], ...]


def score(facts: RequestFacts, policy: Policy, on: date) -> Score:
    """The score of a request under `policy` on the day `on`."""
    met_by = [_met_by(member, policy, on) for member in facts.members]
    met = Counter(criterion for criteria in met_by for criterion in criteria)
    if _is_expiring(facts.visa_expires_on, policy, on):
        met[Criterion.VISA_EXPIRING] = 1
    criteria = sorted(
        ((c, policy.criteria[c], count) for c, count in met.items() if policy.criteria.get(c)),
        key=lambda entry: (-entry[1], entry[0]),
    )
    base = sum(points for _, points, _ in criteria)
    days = max(0, (on - facts.submitted_on).days)
    waiting = min(policy.waiting_cap, days // policy.days_per_point)
    reserved = any(m.reserved or m.needs & _RESERVED_NEEDS for m in facts.members)
    reserved = reserved or any(_is_medical_emergency(criteria, policy) for criteria in met_by)
    return Score(
        points=base + waiting,
        base=base,
        waiting_points=waiting,
        waiting_days=days,
        band=Band.RESERVED if reserved else _band(base + waiting, policy),
        reserved=reserved,
        criteria=tuple(criteria),
    )


def _is_medical_emergency(met: set[Criterion], policy: Policy) -> bool:
    least = policy.medical_emergency_from
    return least > 0 and len(met & _MEDICAL) >= least


def _met_by(member: MemberFacts, policy: Policy, on: date) -> set[Criterion]:
    met = {_BY_NEED[need] for need in member.needs if need in _BY_NEED}
    if member.birth_date is None:
        is_elderly = Need.ELDERLY in member.needs
        is_small = Need.CHILD_UNDER_14 in member.needs
    else:
        age = age_on(member.birth_date, on)
        is_elderly, is_small = age >= policy.elderly_from_age, age < policy.child_under_age
    if is_elderly:
        met.add(Criterion.ELDERLY)
    if is_small:
        met.add(Criterion.CHILD_UNDER_14)
    return met | _pregnancy(member, policy, on)


def _pregnancy(member: MemberFacts, policy: Policy, on: date) -> set[Criterion]:
    if member.due_date is None:
        return {Criterion.PREGNANT} if Need.PREGNANT in member.needs else set()
    weeks = weeks_pregnant(member.due_date, on)
    if weeks is None:
        return set()
    if weeks < policy.late_pregnancy_week:
        return {Criterion.PREGNANT}
    return {Criterion.PREGNANT, Criterion.LATE_PREGNANCY}


def _is_expiring(expires_on: date | None, policy: Policy, on: date) -> bool:
    return expires_on is not None and expires_on <= on + timedelta(days=policy.visa_within_days)


def _band(points: int, policy: Policy) -> Band:
    if points >= policy.high_from:
        return Band.HIGH
    return Band.MEDIUM if points >= policy.medium_from else Band.STANDARD


def tie_break(reference: str, seed: int) -> int:
    """A number anyone can compute again: SHA-256 of `seed:reference`, first 8 bytes."""
    digest = hashlib.sha256(f"{seed}:{reference}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


OrderKey = tuple[int, date, int, str]


def order_key(score: Score, submitted_on: date, reference: str, seed: int) -> OrderKey:
    """Sorts requests by points, then the earliest submission, then the published seed.

    The order in which a movement's unreserved seats are given; reserved places come on top.
    """
    return (-score.points, submitted_on, tie_break(reference, seed), reference)


def queue_key(score: Score, submitted_on: date, reference: str, seed: int) -> tuple[bool, OrderKey]:
    """Sorts the queue as it is shown: reserved places first, each part by `order_key`."""
    return (not score.reserved, order_key(score, submitted_on, reference, seed))


def explain(score: Score) -> tuple[Message, ...]:
    """Why a request stands where it stands, in sentences for the person."""
    lines = [
        Message("%(reason)s: +%(points)s", {"reason": Message(REASONS[c]), "points": points})
        for c, points, _ in score.criteria
    ]
    lines.append(
        Message(
            "Days of waiting: %(days)s: +%(points)s",
            {"days": score.waiting_days, "points": score.waiting_points},
        )
    )
    if score.reserved:
        lines.append(Message("A reserved place is asked for."))
    lines.append(
        Message("Points: %(points)s. Band: %(band)s.", {"points": score.points, "band": score.band})
    )
    return tuple(lines)
