"""The page on which anybody, without an account, can tell a protection officer something."""

from hashlib import sha256

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from blueprints.protection.forms import ConcernForm
from casework.errors import InvalidInput
from casework.services.protection.public_concerns import receive_concern
from casework.web.access import public
from casework.web.unit import current_net, database

blueprint = Blueprint("public_concern", __name__)


@blueprint.route("/concern", methods=["GET", "POST"])
@public
def write() -> ResponseReturnValue:
    """Ask what happened; answer with a receipt on the same address."""
    form = ConcernForm()
    receipt = None
    if form.validate_on_submit():
        key = sha256((form.idempotency_key.data or "").encode()).digest()
        try:
            receipt = receive_concern(
                database(), form.kind.data, form.text.data, current_net(), key
            )
        except InvalidInput as error:
            form.refuse(error)
    return render_template("protection/public_concern.html", form=form, receipt=receipt)
