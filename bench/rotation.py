"""How long renewing keys takes while requests go on: `python -m bench.rotation`.

Fills a key store with the data keys of many subjects, lets a process of its own save and read
households all the while, and prints one JSON value: seconds of each rotation, the requests that
were answered meanwhile, and how the seconds compare with unwrapping and wrapping the same keys in
memory. The key store and the data are where CASEWORK_DATABASE_URL and CASEWORK_KEYSTORE_URL say
(empty databases), else SQLite files of a temporary folder.
"""

import argparse
import json
import multiprocessing
import os
import secrets
import tempfile
import time
from collections.abc import Callable
from datetime import date
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from typing import Any
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from casework.clock import today
from casework.config import Settings, load_settings
from casework.crypto.key_tables import subject_key
from casework.crypto.keyring import NewSubject
from casework.crypto.wrapping import KEY_BYTES, unwrap, wrap
from casework.services.keys.domains import rewrap_epoch, rotate_domains
from casework.services.keys.roots import rotate_root
from casework.services.organisations import get_organisation
from casework.services.requests.household_input import HouseholdInput, PersonInput
from casework.services.requests.registering import register_request
from casework.services.setup import command_actor, initialise, open_database
from casework.services.work import Database
from casework.vocabulary import SUBJECT_DOMAINS, Channel, KeyDomain, LegalBasis, Relation, Sex

AT_ONCE = 1_000
PAUSE_SECONDS = 0.02
NAME = "Оюунчимэг"


def fill(database: Database, subjects: int) -> None:
    """Give the key store the data keys of this many invented subjects."""
    for start in range(0, subjects, AT_ONCE):
        made = [
            NewSubject(
                UUID(bytes=uuid7().bytes),
                {(int(domain), 1): secrets.token_bytes(KEY_BYTES) for domain in SUBJECT_DOMAINS},
            )
            for _ in range(min(AT_ONCE, subjects - start))
        ]
        database.keyring.store_subjects(made)


def raw_seconds(keys: int) -> float:
    """Processor seconds to unwrap and wrap this many data keys in memory, from 20,000 of them."""
    old, new, sample = os.urandom(KEY_BYTES), os.urandom(KEY_BYTES), 20_000
    wrapped = [wrap(old, os.urandom(KEY_BYTES), b"place") for _ in range(sample)]
    began = time.process_time()
    for each in wrapped:
        wrap(new, unwrap(old, each, b"place"), b"place")
    return (time.process_time() - began) * keys / sample


def requests(settings: Settings, stop: Event, answers: "Queue[dict[str, Any]]") -> None:
    """Register a household and read it, again and again, as a worker does."""
    database = open_database(settings)
    waits, failed, errors = [], 0, set()
    while not stop.is_set():
        began = time.perf_counter()
        try:
            _one_request(database)
        except Exception as error:  # what is counted here
            failed += 1
            errors.add(repr(error))
        waits.append(time.perf_counter() - began)
        time.sleep(PAUSE_SECONDS)
    database.close()
    waits.sort()
    answers.put(
        {
            "requests": len(waits),
            "failed": failed,
            "errors": sorted(errors),
            "median_ms": round(waits[len(waits) // 2] * 1000, 1),
            "longest_ms": round(waits[-1] * 1000, 1),
        }
    )


def _one_request(database: Database) -> None:
    person = PersonInput(
        relation=Relation.PRINCIPAL,
        given_name=NAME,
        patronymic="Цэрэндорж",
        sex=Sex.FEMALE,
        birth_date=date(1990, 1, 1),
    )
    with database.writing(command_actor()) as work:
        said = HouseholdInput(
            organisation=get_organisation(work, "KR"),
            channel=Channel.MISSION_DESK,
            submitted_on=today(),
            country="KR",
            legal_basis=LegalBasis.PUBLIC_TASK,
            members=(person,),
        )
        request = register_request(work, said)
    with database.reading(command_actor()) as work:
        found = work.session.get_one(type(request), request.id)
        if found.members[0].person.given_name != NAME:
            raise ValueError("another name came back")
        work.forget_reads()


def measured(database: Database, act: Callable[[Database], Any]) -> dict[str, Any]:
    """Seconds of `act`, and what happened to the requests meanwhile."""
    context = multiprocessing.get_context("fork")
    stop, answers = context.Event(), context.Queue()
    worker = context.Process(target=requests, args=(database.settings, stop, answers))
    worker.start()
    time.sleep(0.5)
    began, worked = time.perf_counter(), time.process_time()
    act(database)
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    time.sleep(0.5)
    stop.set()
    report = answers.get(timeout=120)
    worker.join()
    return {"seconds": round(seconds, 2), "processor_seconds": round(worked, 2), **report}


def notice_microseconds(database: Database) -> float:
    """What each unit of work pays to learn of erased and renewed keys."""
    began = time.perf_counter()
    for _ in range(2_000):
        database.keyring.notice()
    return round((time.perf_counter() - began) / 2_000 * 1e6, 1)


def _left_over(database: Database) -> int:
    """Data keys under a domain key that is gone: always 0."""
    living = [row.id for row in database.keystore.domain_keys()]
    with database.keystore.engine.connect() as connection:
        lost = select(subject_key.c.subject_id).where(subject_key.c.domain_key_id.not_in(living))
        return len(connection.execute(lost).all())


def main() -> None:
    """Print one JSON value."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--subjects", type=int, default=200_000)
    parser.add_argument("--settle", type=float, default=2.0, help="seconds; 120 in production")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = {"CASEWORK_HOME": f"{folder}/home", "CASEWORK_KEYS": f"{folder}/home/root.key"}
        database = initialise(load_settings({**os.environ, **home}))
        fill(database, options.subjects)
        keys = options.subjects * len(SUBJECT_DOMAINS)
        raw = raw_seconds(keys)
        result = {
            "subjects": options.subjects,
            "data_keys": keys,
            "database": database.engine.dialect.name,
            "raw_unwrap_and_wrap_seconds": round(raw, 2),
            "notice_microseconds": notice_microseconds(database),
            "root": measured(database, rotate_root),
            "domain": measured(
                database, lambda each: rotate_domains(each, [*KeyDomain], options.settle)
            ),
            "epoch": measured(database, lambda each: rewrap_epoch(each, options.settle)),
            "lost_keys": _left_over(database),
        }
        for kind in ("domain", "epoch"):
            result[kind]["times_raw"] = round(result[kind]["processor_seconds"] / raw, 1)
        print(json.dumps(result, ensure_ascii=False))
        database.close()


if __name__ == "__main__":
    main()
