"""What is asked about a document."""

from casework.services.documents.reading import PeopleShown
from casework.services.people.reveal import PURPOSES
from casework.vocabulary import DocumentEnd, DocumentKind
from casework.web.fields import ChoiceField, FileField, OptionField, Options
from casework.web.filters import person_name
from casework.web.forms import CaseworkForm
from casework.web.i18n import _, _l
from casework.web.widgets import Radios

ENDS = tuple(end for end in DocumentEnd if end is not DocumentEnd.ERASED)


class AddForm(CaseworkForm):
    """A file, what it is and whose."""

    file = FileField(_l("The file"))
    kind = ChoiceField(_l("What it is"), DocumentKind, as_list=True)
    about: OptionField


class OpenForm(CaseworkForm):
    """What for."""

    purpose = ChoiceField(_l("What do you need the document for?"), PURPOSES)


class DestroyForm(CaseworkForm):
    """Why its file is destroyed."""

    reason = ChoiceField(_l("Why is it destroyed?"), ENDS)


def add_form(shown: PeopleShown) -> AddForm:
    """The form for a record with these people; it asks whose the paper is where that is open."""
    whose = _whose(shown)

    class Offered(AddForm):
        about = OptionField(_l("Whose it is"), options=lambda: whose, widget=Radios())

    form = Offered()
    if len(whose) == 1:
        form.about.data = whose[0][0]
    return form


def _whose(shown: PeopleShown) -> Options:
    named = [(str(person.subject_id), person_name(person)) for person in shown.people]
    if shown.together and len(named) != 1:
        named.append((str(shown.together), _("All of them together")))
    return named
