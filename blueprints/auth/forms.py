"""The sign-in form."""

from casework.web.fields import EmailField, PasswordField
from casework.web.forms import CaseworkForm
from casework.web.i18n import _l


class SignInForm(CaseworkForm):
    """E-mail address and password."""

    email = EmailField(_l("E-mail address"), render_kw={"autocomplete": "username"})
    password = PasswordField(_l("Password"))
