"""The fields of every form that asks for a consent: who answered, and with whose help."""

from casework.services.consents.recording import Giver
from casework.vocabulary import AskedBy, Assent
from casework.web.fields import ChoiceField, TextField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class GiverForm(CaseworkForm):
    """Who answered. Left as it is, the person did."""

    given_by = ChoiceField(_l("Who answered?"), AskedBy, required=False, default=AskedBy.PERSON)
    guardian = TextField(
        _l("Guardian or representative"),
        hint=_l("Name, and what gives the right to answer. Only when the person did not."),
        required=False,
        max_length=200,
    )
    assent = ChoiceField(
        _l("What did the child say?"),
        Assent,
        hint=_l("Only when a guardian answers for a child."),
        required=False,
    )
    interpreter = TextField(_l("Interpreter"), required=False, max_length=200)


def giver_of(form: GiverForm) -> Giver:
    """Who answered, as the form says."""
    return Giver(
        by=form.given_by.data or AskedBy.PERSON,
        guardian=form.guardian.data or None,
        assent=form.assent.data or None,
    )
