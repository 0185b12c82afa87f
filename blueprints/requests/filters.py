"""What the lists can be narrowed to."""

from casework.vocabulary import Band, RequestState
from casework.web.fields import ChoiceField
from casework.web.forms import FilterForm
from casework.web.i18n import _l
from casework.web.place_fields import CountryField


class StateFilter(FilterForm):
    """Requests of one state; those under way when none is chosen."""

    state = ChoiceField(_l("State"), RequestState, required=False, as_list=True)


class QueueFilter(FilterForm):
    """The queue of one country or band."""

    country = CountryField(_l("Country"), required=False)
    band = ChoiceField(_l("Band"), Band, required=False, as_list=True)
