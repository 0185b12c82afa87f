"""Forms of one's own way of signing in."""

from uuid import UUID

from wtforms import HiddenField

from casework.web.fields import PasswordField, TextField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class PasswordForm(CaseworkForm):
    """The password now, and the new one."""

    password = PasswordField(
        _l("Password you use now"), render_kw={"autocomplete": "current-password"}
    )
    new_password = PasswordField(
        _l("New password"),
        hint=_l("At least 12 characters: three or more unrelated words are good."),
        render_kw={"autocomplete": "new-password"},
    )


class NewPasskeyForm(CaseworkForm):
    """What the device made, and what its owner calls it."""

    passkey = HiddenField()
    label = TextField(
        _l("What do you call this device?"),
        max_length=60,
        hint=_l("For example: my telephone"),
        render_kw={"classes": "govuk-input--width-20"},
    )


class AppForm(CaseworkForm):
    """The code that the app shows for the secret of this page."""

    setup = HiddenField()
    code = TextField(
        _l("Code that the app shows"),
        max_length=10,
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "classes": "govuk-input--width-5",
        },
    )


class RemovalForm(CaseworkForm):
    """One of one's own passkeys or sessions."""

    chosen = HiddenField()

    def chosen_id(self) -> UUID | None:
        """The id sent, if it is one."""
        try:
            return UUID(self.chosen.data or "")
        except ValueError:
            return None
