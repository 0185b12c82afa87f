"""The blueprint that the routes of this area add themselves to."""

from flask import Blueprint

blueprint = Blueprint("rights", __name__)
