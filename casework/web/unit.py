"""The unit of work of a web request: opened when first asked for, accounted for when it ends."""

from collections.abc import Callable
from typing import cast
from uuid import UUID, uuid4

from flask import Flask, current_app, g, request
from flask_login import current_user
from werkzeug.wrappers import Response

from casework.actor import Actor
from casework.services.access import record_read
from casework.services.failures import record_page_failure
from casework.services.jobs import jobs_to_start
from casework.services.sign_in.caller import anonymous, net_hash
from casework.services.work import Database, Work

DATABASE = "casework.database"
START_JOB = "casework.start_job"


def database() -> Database:
    """The data that this application serves."""
    return cast(Database, current_app.extensions[DATABASE])


def current_net() -> str | None:
    """A keyed hash of the visitor's address."""
    return net_hash(database(), request.remote_addr)


def current_actor() -> Actor:
    """Who makes this request: on the pages behind a PIN the person, else the user or nobody."""
    if "person" in g:
        return cast(Actor, g.person)
    if current_user.is_authenticated:
        return cast(Actor, current_user.profile.actor)
    return anonymous(current_net())


def current_work() -> Work:
    """This request's unit of work: it may change data only when the request is a POST."""
    if "work" not in g:
        opener = database().writer if request.method == "POST" else database().reader
        g.work = opener(current_actor())
        g.work.request = uuid4().hex
    return cast(Work, g.work)


def note_failure(error: BaseException, status: int) -> None:
    """Write down that this request was refused, or failed, and how."""
    record_page_failure(database(), current_actor(), request.endpoint or "", status, error)


def account_for_reads(response: Response) -> Response:
    """Write down what the page showed before it leaves; if that fails, so does the page."""
    work: Work | None = g.get("work")
    if work is not None:
        work.end()
        record_read(work, request.endpoint or "", g.get("permission"), g.get("case_id"))
    return response


def close_work(_error: BaseException | None) -> None:
    """Give the connection back; what was not committed is undone."""
    work: Work | None = g.pop("work", None)
    if work is not None:
        work.close()


def start_jobs() -> None:
    """Let a worker begin what was asked for; to be called once that is committed."""
    start: Callable[[UUID], object] | None = current_app.extensions[START_JOB]
    if start is not None:
        for job_id in jobs_to_start(database(), current_actor()):
            start(job_id)


def prepare_units(
    app: Flask, opened: Database, start_job: Callable[[UUID], object] | None = None
) -> None:
    """Let `app` serve `opened`."""
    app.extensions[DATABASE] = opened
    app.extensions[START_JOB] = start_job
    app.after_request(account_for_reads)
    app.teardown_appcontext(close_work)
