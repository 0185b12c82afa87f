"""Where a reason is given before a record of a person opens whose data are restricted."""

from typing import Any

from flask import url_for

from models.base import Base
from models.case import Case
from models.facility import Stay
from models.referral import Referral
from models.return_request import ReturnRequest

_PAGES: dict[type[Base], tuple[str, str]] = {
    Case: ("rights.open_case", "case_id"),
    ReturnRequest: ("rights.open_request", "request_id"),
    Referral: ("rights.open_referral", "referral_id"),
    Stay: ("rights.open_stay", "stay_id"),
}


def reason_url(record: Base) -> str:
    """The page that asks why this record is opened."""
    endpoint, argument = _PAGES[type(record)]
    values: dict[str, Any] = {argument: record.id}
    return url_for(endpoint, **values)
