"""Forms of signing in."""

from wtforms import HiddenField

from casework.web.confirmation import CodeField
from casework.web.fields import EmailField, PasswordField, TextField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class SignInForm(CaseworkForm):
    """E-mail address and password."""

    email = EmailField(_l("E-mail address"), render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Password"), render_kw={"autocomplete": "current-password"})


class PasskeyForm(CaseworkForm):
    """What the device answered."""

    passkey = HiddenField()


class SecondStepForm(PasskeyForm):
    """A code, unless a passkey answers."""

    passcode = CodeField()


class WelcomeForm(CaseworkForm):
    """The code of an invitation, and the password chosen with it."""

    passcode = TextField(
        _l("Code"),
        max_length=60,
        hint=_l("What follows the sign # in the link you were given"),
        render_kw={
            "autocomplete": "off",
            "spellcheck": False,
            "attributes": {"data-from-link": "1"},
        },
    )
    new_password = PasswordField(
        _l("New password"),
        hint=_l("At least 12 characters: three or more unrelated words are good."),
        render_kw={"autocomplete": "new-password"},
    )
