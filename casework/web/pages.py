"""Prepares the application to make pages: templates, languages, filters, compiled assets."""

from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, current_app, request, send_from_directory, url_for
from flask_login import current_user
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from casework.web import filters, i18n

ROOT = Path(__file__).resolve().parents[2]
STATIC = Path(__file__).parent / "static"
YEAR = 365 * 24 * 3600
LANGUAGE_COOKIE = "language"
#: Never sent back to the page after an expired form: secrets and the keys of the old page.
NOT_KEPT = ("csrf_token", "password", "passcode", "passkey")


def prepare_pages(app: Flask) -> None:
    """Let `app` render the templates: loader, filters, sentences, and the language per request.

    Before this the application sets `static_folder` to `STATIC` and adds `csp_nonce` and
    `navigation` to the template context.
    """
    env = app.jinja_env
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader(ROOT / "templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    env.add_extension("jinja2.ext.i18n")
    env.add_extension("jinja2.ext.do")
    env.policies["ext.i18n.trimmed"] = True
    env.install_gettext_callables(i18n.lookup, i18n.lookup_plural, newstyle=True)  # type: ignore[attr-defined]
    env.finalize = i18n.finished
    env.filters.update(filters.FILTERS)
    env.globals.update(
        tag_colour=filters.tag_colour,
        percent=filters.percent,
        error_summary=filters.error_summary,
        current_language=i18n.current_language,
        language_names=i18n.LANGUAGE_NAMES,
        asset=asset_url,
    )
    app.before_request(choose_language)
    app.view_functions["static"] = send_static


def choose_language() -> None:
    """The signed-in person's language, else the cookie's, else Mongolian."""
    if request.endpoint == "static":  # no language, and no session to look into
        return
    chosen = current_user.language if current_user.is_authenticated else None
    i18n.use_language(chosen or request.cookies.get(language_cookie()))


def language_cookie() -> str:
    """The name of the language's cookie; over HTTPS one that no other host can set."""
    prefix = "__Host-" if current_app.config["SESSION_COOKIE_SECURE"] else ""
    return prefix + LANGUAGE_COOKIE


def asset_url(name: str) -> str:
    """The address of a compiled file, changed whenever its content changes."""
    return url_for("static", filename=f"dist/{name}", v=_digest(name))


def send_static(filename: str) -> Response:
    """A static file, compressed beforehand where it can be; a versioned one is kept for a year.

    Pages themselves are never compressed: the length of a compressed page that holds both secrets
    and what a stranger typed gives the secrets away.
    """
    zipped = f"{filename}.gz"
    compressed = request.accept_encodings["gzip"] > 0 and (STATIC / zipped).is_file()
    response = send_from_directory(
        STATIC,
        zipped if compressed else filename,
        mimetype=guess_type(filename)[0],
        max_age=YEAR if "v" in request.args else None,
    )
    response.vary.add("Accept-Encoding")
    if compressed:
        response.content_encoding = "gzip"
    return response


def local_path(target: str | None) -> str:
    """`target` when it is a path of this site, else the first page."""
    if not target or not target.isprintable():  # browsers leave tabs and line ends out
        return url_for("home.index")
    here = target.startswith("/") and not target.startswith(("//", "/\\"))
    return target if here else url_for("home.index")


def kept_values(version: int | None = None) -> list[tuple[str, str]]:
    """What was typed in a form that expired or met a newer version, to be sent again.

    Secrets and the old page's keys are left out, and everything another site's page sent. With
    `version`, the form is sent again as made from that version of the record.
    """
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    left_out = NOT_KEPT if version is None else (*NOT_KEPT, "version")
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if not name.endswith(left_out)
    ]
    return kept if version is None else [*kept, ("version", str(version))]


@cache
def _digest(name: str) -> str:
    path = STATIC / "dist" / name
    return sha256(path.read_bytes()).hexdigest()[:12] if path.exists() else ""
