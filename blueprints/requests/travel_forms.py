"""What is asked of papers and fitness."""

from casework.clock import today
from casework.vocabulary import DocumentStatus
from casework.web.fields import ChoiceField, DateField, IntegerField, YesNoField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class TravelForm(CaseworkForm):
    """Passport, emergency certificate, and what a doctor wrote."""

    document_status = ChoiceField(
        _l("Travel document"), DocumentStatus, required=False, as_list=True
    )
    passport_expires_on = DateField(_l("Passport runs out on"), required=False)
    certificate_applied_on = DateField(_l("Applied for on"), latest=today, required=False)
    certificate_expected_on = DateField(_l("Expected on"), required=False)
    certificate_issued_on = DateField(_l("Issued on"), latest=today, required=False)
    certificate_valid_until = DateField(_l("Valid until"), required=False)
    multiple_pregnancy = YesNoField(_l("Is more than one child expected?"), required=False)
    statement_on = DateField(_l("Day of the doctor's statement"), latest=today, required=False)
    statement_fit = YesNoField(_l("Does it say fit to travel?"), required=False)
    statement_days = IntegerField(
        _l("Days it is good for"),
        least=1,
        most=365,
        required=False,
        hint=_l("Leave out when it does not say: then the carrier's own number counts."),
    )
