"""The blueprint that the pages of a case file belong to."""

from flask import Blueprint

blueprint = Blueprint("cases", __name__)
