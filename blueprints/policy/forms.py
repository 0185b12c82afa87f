"""The settings of a priority policy as a form, and why it should be published."""

from collections.abc import Mapping
from typing import Any

from casework.clock import today
from casework.labels import label
from casework.rules.priority import RANGES, Policy, problems
from casework.vocabulary import Criterion
from casework.web.fields import ConfirmField, DateField, IntegerField, LongTextField
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _l

POINTS = "points_"


def _whole(text: Any, name: str, **options: Any) -> IntegerField:
    """A whole number within the range of the setting `name`."""
    least, most = RANGES[name]
    return IntegerField(text, least=least, most=most, **options)


class PolicyForm(CaseworkForm):
    """All settings of a draft; what contradicts itself is said beside each field."""

    elderly_from_age = _whole(_l("Elderly from this age"), "elderly_from_age")
    child_under_age = _whole(_l("Young children are under this age"), "child_under_age")
    late_pregnancy_week = _whole(
        _l("A pregnancy is far advanced from this week"), "late_pregnancy_week"
    )
    visa_within_days = _whole(
        _l("A visa counts when it ends within so many days"), "visa_within_days"
    )
    days_per_point = _whole(_l("Days of waiting for one point"), "days_per_point")
    waiting_cap = _whole(_l("Most points for waiting"), "waiting_cap")
    high_from = _whole(_l("The high band begins at so many points"), "high_from")
    medium_from = _whole(_l("The medium band begins at so many points"), "medium_from")
    medical_emergency_from = _whole(
        _l("Medical emergency: so many of health, disability and late pregnancy in one person"),
        "medical_emergency_from",
    )
    reserved_percent = _whole(
        _l("Share of the seats kept for reserved places, in per cent"), "reserved_percent"
    )
    tie_seed = _whole(
        _l("Seed of the tie-break"),
        "tie_seed",
        hint=_l("Published with the version, before the queue that it orders."),
        render_kw={"inputmode": "numeric", "classes": "govuk-input--width-20"},
    )
    source = LongTextField(_l("Source: who decided this, and where it is written"), required=False)
    provisional = ConfirmField(
        _l("Provisional: not confirmed yet by those in charge"), required=False
    )

    def settings(self) -> dict[str, object]:
        """What was typed, as the JSON of a policy without its version."""
        points = {c.value: self[f"{POINTS}{c.value}"].data for c in Criterion}
        plain = {name: self[name].data for name in SETTINGS}
        return plain | {"criteria": {code: given for code, given in points.items() if given}}

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Each field, then the settings together."""
        if not super().validate(extra_validators):
            return False
        found = list(problems(self.settings() | {"version": 1}))
        for problem in found:
            self.refuse(problem)
        return not found


for _criterion in Criterion:
    _field = IntegerField(_l(label(_criterion)), most=1000, default=0)
    setattr(PolicyForm, f"{POINTS}{_criterion.value}", _field)

#: Settings beside the points, in the order of the page.
SETTINGS = (
    *("elderly_from_age", "child_under_age", "late_pregnancy_week", "visa_within_days"),
    *("days_per_point", "waiting_cap", "high_from", "medium_from"),
    *("medical_emergency_from", "reserved_percent", "tie_seed", "source", "provisional"),
)


def answers(policy: Policy) -> dict[str, object]:
    """A policy as the form shows it."""
    points = {f"{POINTS}{c.value}": policy.criteria.get(c, 0) for c in Criterion}
    return points | {name: getattr(policy, name) for name in SETTINGS}


class PublishForm(CaseworkForm):
    """Why the draft should be in force."""

    reason = LongTextField(
        _l("Why this policy should be in force"),
        hint=_l("A second person reads this, looks at the draft and decides."),
        max_length=1000,
    )


class PeriodFilter(FilterForm):
    """Requests made in these days; the last year when none are given."""

    first = DateField(_l("First day"), required=False, latest=today)
    last = DateField(_l("Last day"), required=False, latest=today)
