"""The blueprint of acts that need two people."""

from flask import Blueprint

blueprint = Blueprint("approvals", __name__)
