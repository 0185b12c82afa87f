"""The pages of the priority policy."""

from flask import Blueprint

blueprint = Blueprint("policy", __name__)
