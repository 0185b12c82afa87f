"""One family from the first request to the closed case, in a real browser, in both languages."""

import pytest

from casework.config import Settings
from tests.browser.conftest import Open
from tests.browser.site import Site
from tests.browser.thread import Thread
from tests.browser.visit import Checked

pytestmark = pytest.mark.browser

WAY = (
    "register register_again verify see_queue make_facility plan_flight allocate confirm travel "
    "stay ask_adults assign assess add_line plan approve assist list_service refer help follow_up "
    "close look_back"
).split()


@pytest.mark.parametrize("language", ["mn", "en"])
def test_whole_thread(site: Site, visit: Open, checked: Checked, language: str) -> None:
    thread = Thread(visit, language)
    for step in WAY:
        getattr(thread, step)()
    assert checked.problems == []
