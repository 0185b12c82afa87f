"""What the lists can be narrowed to."""

from casework.services.requests.queue import waiting_countries
from casework.vocabulary import Band, RequestAge, RequestState
from casework.web.fields import ChoiceField, OptionField
from casework.web.forms import FilterForm
from casework.web.i18n import _l, alphabetical, country_name
from casework.web.unit import current_work


class StateFilter(FilterForm):
    """Requests of one state; those under way when none is chosen."""

    state = ChoiceField(_l("State"), RequestState, required=False, as_list=True)
    age = ChoiceField(_l("How long it waits"), RequestAge, required=False, as_list=True)


def _countries() -> list[tuple[str, str]]:
    """Those somebody waits in, in the page's alphabet."""
    named = [(code, country_name(code)) for code in waiting_countries(current_work())]
    return sorted(named, key=lambda pair: alphabetical(pair[1]))


class QueueFilter(FilterForm):
    """The queue of one country or band."""

    country = OptionField(_l("Country"), required=False, options=_countries)
    band = ChoiceField(_l("Band"), Band, required=False, as_list=True)
