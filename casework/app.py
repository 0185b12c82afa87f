"""Builds the web application from its parts."""

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from blueprints import BLUEPRINTS
from casework.config import Settings
from casework.services.names import load_names
from casework.services.setup import open_database
from casework.services.work import Database
from casework.vocabulary import KeyDomain
from casework.web.access import check_declared, public
from casework.web.faults import handle_faults
from casework.web.headers import add_headers, csp_nonce
from casework.web.pages import STATIC, prepare_pages
from casework.web.shell import page_context
from casework.web.signed_in import signed_in_user
from casework.web.unit import prepare_units


def create_app(settings: Settings, database: Database | None = None) -> Flask:
    """The application over `settings`' data; ConfigurationError when it must not start."""
    opened = database or open_database(settings)
    load_names(opened)
    app = Flask("casework", static_folder=str(STATIC), template_folder=None)
    app.config.update(
        SECRET_KEY=opened.keyring.keyed_hash(KeyDomain.SEARCH, "flask cookies", ""),
        SESSION_COOKIE_NAME="casework",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        MAX_CONTENT_LENGTH=60 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=settings.session_lifetime,
        WTF_CSRF_SSL_STRICT=False,
    )
    prepare_units(app, opened)
    prepare_pages(app)
    _sign_in_with(app)
    CSRFProtect(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.context_processor(page_context)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    public(app.view_functions["static"])
    handle_faults(app)
    add_headers(app)
    check_declared(app)
    return app


def _sign_in_with(app: Flask) -> None:
    manager = LoginManager(app)
    manager.request_loader(signed_in_user)
    manager.session_protection = None
