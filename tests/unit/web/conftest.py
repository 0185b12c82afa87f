"""A small application that has only what pages need, and the cast's two languages."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Blueprint, Flask
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect

from casework.web.i18n import in_language
from casework.web.pages import STATIC, prepare_pages


@dataclass
class NavigationItem:
    label: str
    url: str
    current: bool = False
    badge: int = 0


def make_app() -> Flask:
    app = Flask("pages", static_folder=str(STATIC), static_url_path="/static")
    app.config.update(SECRET_KEY="only for these tests", TESTING=True)
    LoginManager(app).user_loader(lambda key: None)
    CSRFProtect(app)
    auth = Blueprint("auth", __name__)
    auth.add_url_rule("/language", "set_language", lambda: "", methods=["POST"])
    auth.add_url_rule("/sign-out", "sign_out", lambda: "", methods=["POST"])
    app.register_blueprint(auth)
    app.context_processor(lambda: {"csp_nonce": lambda: "nonce", "navigation": []})
    prepare_pages(app)
    return app


@pytest.fixture
def app() -> Flask:
    return make_app()


@pytest.fixture
def english(app: Flask) -> Iterator[Flask]:
    with app.test_request_context("/"), in_language("en"):
        yield app


@pytest.fixture
def mongolian(app: Flask) -> Iterator[Flask]:
    with app.test_request_context("/"), in_language("mn"):
        yield app
