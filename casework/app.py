"""Builds the web application from its parts."""

from collections.abc import Callable
from secrets import token_bytes
from uuid import UUID

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from blueprints import BLUEPRINTS
from casework.config import Settings
from casework.crypto.kept import kept_secret
from casework.services.names import load_names
from casework.services.setup import open_database
from casework.services.work import Database
from casework.web.access import check_declared, public
from casework.web.faults import handle_faults
from casework.web.headers import add_headers, csp_nonce
from casework.web.pages import STATIC, prepare_pages
from casework.web.senders import refuse_strangers
from casework.web.shell import page_context
from casework.web.signed_in import signed_in_user
from casework.web.unit import prepare_units
from casework.web.uploads import limit_requests


def create_app(
    settings: Settings,
    database: Database | None = None,
    start_job: Callable[[UUID], object] | None = None,
) -> Flask:
    """The application over `settings`' data; ConfigurationError when it must not start.

    `start_job` hands a job that a page committed to the worker; without it the sweep finds it.
    """
    opened = database or open_database(settings)
    load_names(opened)
    app = Flask("casework", static_folder=str(STATIC), template_folder=None)
    app.config.update(
        SECRET_KEY=kept_secret(opened.keyring, "cookies", lambda: token_bytes(32)),
        SESSION_COOKIE_NAME="__Host-casework" if settings.secure else "casework",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure,
        TRUSTED_HOSTS=settings.hosts,
        PREFERRED_URL_SCHEME="https" if settings.secure else "http",
        PROVIDE_AUTOMATIC_OPTIONS=False,
        WTF_CSRF_TIME_LIMIT=settings.session_lifetime,
        WTF_CSRF_SSL_STRICT=False,
    )
    _trust_proxies(app, settings.proxies)
    prepare_units(app, opened, start_job)
    prepare_pages(app)
    _sign_in_with(app)
    refuse_strangers(app)
    limit_requests(app)
    CSRFProtect(app)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.context_processor(page_context)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    public(app.view_functions["static"])
    handle_faults(app)
    add_headers(app, settings)
    check_declared(app)
    return app


def _trust_proxies(app: Flask, count: int) -> None:
    """Believe the last `count` proxies about the visitor's address and protocol, never her host."""
    if count:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=0, x_port=0, x_prefix=0
        )


def _sign_in_with(app: Flask) -> None:
    manager = LoginManager(app)
    manager.request_loader(signed_in_user)
    manager.session_protection = None
