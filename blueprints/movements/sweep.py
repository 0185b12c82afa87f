"""Ends offers whose time is over before a page shows them."""

from flask import request
from flask_login import current_user

from casework.services.movements.offers import sweep_offers
from casework.web.unit import database


def end_overdue_offers() -> None:
    """Nobody sees a place as offered when its time is over."""
    if request.method == "GET" and current_user.is_authenticated:
        sweep_offers(database())
