"""Whom a round asks, and how long they have to answer."""

from uuid import UUID

from wtforms.fields import HiddenField

from casework.services.confirmations.rounds import Asked, waiting_places
from casework.web.fields import IntegerField, OptionField, Options
from casework.web.filters import organisation_name
from casework.web.forms import CaseworkForm, FilterForm
from casework.web.i18n import _l, alphabetical, country_name
from casework.web.unit import current_work


def _missions() -> Options:
    missions, _ = waiting_places(current_work())
    named = [(str(each.id), organisation_name(each)) for each in missions]
    return sorted(named, key=lambda pair: alphabetical(pair[1]))


def _countries() -> Options:
    _, codes = waiting_places(current_work())
    named = [(code, country_name(code)) for code in codes]
    return sorted(named, key=lambda pair: alphabetical(pair[1]))


class WhomFilter(FilterForm):
    """Households by how long they did not confirm and wait, mission and country."""

    not_confirmed = IntegerField(
        _l("Not confirmed for at least, days"), least=1, most=999, required=False, default=30
    )
    waiting = IntegerField(
        _l("Waiting for at least, days"), least=0, most=9999, required=False, default=0
    )
    mission = OptionField(_l("Mission"), required=False, options=_missions)
    country = OptionField(_l("Country"), required=False, options=_countries)

    def asked(self) -> Asked:
        """Whom the answers name."""
        return Asked.since(
            self.not_confirmed.data or 30,
            self.waiting.data or 0,
            UUID(self.mission.data) if self.mission.data else None,
            self.country.data or None,
        )


class StartForm(CaseworkForm):
    """Sending, once the number was seen."""

    counted = HiddenField()
    answer_days = IntegerField(
        _l("Days to answer"),
        least=1,
        most=90,
        default=14,
        hint=_l("Whoever did not answer by then is flagged; nobody loses a place."),
    )
