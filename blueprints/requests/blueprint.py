"""The pages of return requests."""

from flask import Blueprint

blueprint = Blueprint("requests", __name__)
