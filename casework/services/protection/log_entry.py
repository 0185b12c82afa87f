"""One entry of the log in full: what it says, its place in the tree, whose data it is about."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select

from audit.record import Act
from casework.errors import NotFound
from casework.policy import Permission
from casework.services.access import record_in_compartment, require
from casework.services.log.export import prove_entry
from casework.services.protection.compartment import SEALED_CELL, open_detail
from casework.services.protection.log_scope import in_scope, on_people, own_cases, own_people
from casework.services.protection.log_search import FoundEntry, in_words
from casework.services.users import users_by_id
from casework.services.work import Work
from casework.vocabulary import Purpose, SubjectKind
from models.audit import AuditCheckpoint, AuditEntry, AuditLeaf, AuditSubject
from models.case import Case, CasePerson
from models.organisation import Organisation
from models.person import Household, Person
from models.return_request import RequestMember, ReturnRequest
from models.subject import Subject
from models.user import User


@dataclass(frozen=True)
class Concerned:
    """Somebody or something of the officer's organisation, by the numbers of its records."""

    kind: SubjectKind
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class EntryInFull:
    """`body` is the entry as it was written, canonical JSON read into Python.

    `position` counts from 1 and is None while the entry waits to be chained; `signed` when a
    checkpoint covers it. `others`: it is also about somebody her organisation has no record of.
    `sealed` is the detail of an act in the compartment, for an officer who is cleared.
    """

    found: FoundEntry
    body: dict[str, Any]
    leaf: str
    position: int | None
    signed: bool
    concerned: list[Concerned]
    others: bool
    sealed: dict[str, Any] | None
    names: dict[str, User | Organisation]


def entry_in_full(work: Work, entry_id: UUID) -> EntryInFull:
    """The entry, if the officer may find it; NotFound otherwise."""
    require(work, Permission.AUDIT_READ)
    with work.beyond("others' acts on the organisation's cases; the query holds the log's scope"):
        entry = _in_scope(work, entry_id)
        body = json.loads(entry.body)
        subjects = {UUID(one) for one in body["subjects"]}
        concerned = concerned_by(work, subjects)
        position = work.session.scalar(
            select(AuditLeaf.id).where(AuditLeaf.entry_id == entry.id).limit(1)
        )
        own = body["actor"]["org"] == str(work.actor.organisation_id)
        return EntryInFull(
            found=in_words(work, [entry])[0],
            body=body,
            leaf=entry.leaf.hex(),
            position=position,
            signed=position is not None and position <= _signed_size(work),
            concerned=list(concerned.values()),
            others=len(concerned) < len(subjects),
            sealed=open_detail(work, body) if own else None,
            names=_names(work, body["facts"]),
        )


def proof_of(work: Work, entry: EntryInFull) -> str:
    """The entry's inclusion proof (C2SP tlog-proof); NotYetSignedError before its checkpoint."""
    with work.beyond("the tree over the whole log, of which the proof shows hashes only"):
        return prove_entry(work, entry.found.id)


def record_entry_read(work: Work, entry: EntryInFull) -> None:
    """Write down, in a transaction of its own, that the log was read about these subjects."""
    with work.database.writing(work.actor) as writer:
        writer.request = work.request
        writer.record(
            Act(
                "audit.entry_read",
                Purpose.PROTECTION,
                permission=Permission.AUDIT_READ,
                subjects={UUID(one) for one in entry.body["subjects"]},
                facts={"entry": entry.body["id"]},
            )
        )
        if entry.sealed is not None:
            _record_unsealed(writer)


def _record_unsealed(work: Work) -> None:
    """Looking into the compartment is itself an act inside it."""
    organisation = work.session.get_one(Organisation, work.actor.organisation_id)
    detail: dict[str, object] = {
        "page": "log.entry",
        "case": None,
        "subjects": [str(organisation.subject_id)],
        "cells": [SEALED_CELL],
    }
    record_in_compartment(work, detail)


def _in_scope(work: Work, entry_id: UUID) -> AuditEntry:
    named = work.session.scalars(
        select(AuditSubject.subject_id).where(AuditSubject.id == entry_id)
    ).all()
    allowed = or_(in_scope(work), on_people(work, named)) if named else in_scope(work)
    entry = work.session.scalars(
        select(AuditEntry).where(AuditEntry.id == entry_id, allowed)
    ).first()
    if entry is None:
        raise NotFound
    return entry


def _signed_size(work: Work) -> int:
    newest = select(AuditCheckpoint.id).order_by(AuditCheckpoint.id.desc()).limit(1)
    return work.session.scalar(newest) or 0


def concerned_by(work: Work, subjects: Collection[UUID]) -> dict[UUID, Concerned]:
    """Those of `subjects` that the officer's organisation has a record of, with its numbers."""
    kinds = work.session.execute(select(Subject.id, Subject.kind).where(Subject.id.in_(subjects)))
    numbers = _numbers(work, subjects)
    return {
        row.id: Concerned(row.kind, tuple(sorted(numbers[row.id])))
        for row in kinds
        if row.id in numbers
    }


def _numbers(work: Work, subjects: Collection[UUID]) -> dict[UUID, set[str]]:
    found: dict[UUID, set[str]] = {}
    for query in _numbered(work, subjects):
        for subject_id, number in work.session.execute(query):
            found.setdefault(subject_id, set()).add(number)
    colleagues = select(User.subject_id).where(
        User.subject_id.in_(subjects), User.organisation_id == work.actor.organisation_id
    )
    for subject_id in work.session.scalars(colleagues):
        found.setdefault(subject_id, set())
    return found


def _numbered(work: Work, subjects: Collection[UUID]) -> tuple[Select[UUID, str], ...]:
    """Subject and number of the organisation's records: of people, households, cases, requests."""
    own, people = work.actor.organisation_id, own_people(work, subjects)
    cases = Case.id.in_(own_cases(work))
    requests = ReturnRequest.lodged_at_id == own
    return (
        select(Person.subject_id, Case.number)
        .join(CasePerson, CasePerson.person_id == Person.id)
        .join(Case, Case.id == CasePerson.case_id)
        .where(Person.id.in_(people), cases),
        select(Person.subject_id, ReturnRequest.reference)
        .join(RequestMember, RequestMember.person_id == Person.id)
        .join(ReturnRequest, ReturnRequest.id == RequestMember.request_id)
        .where(Person.id.in_(people), requests),
        select(Household.subject_id, Case.number)
        .join(Person, Person.household_id == Household.id)
        .join(CasePerson, CasePerson.person_id == Person.id)
        .join(Case, Case.id == CasePerson.case_id)
        .where(Household.subject_id.in_(subjects), cases),
        select(Case.subject_id, Case.number).where(Case.subject_id.in_(subjects), cases),
        select(ReturnRequest.subject_id, ReturnRequest.reference).where(
            ReturnRequest.subject_id.in_(subjects), requests
        ),
        select(Organisation.subject_id, Organisation.code).where(
            Organisation.subject_id.in_(subjects), Organisation.id == own
        ),
    )


def _names(work: Work, facts: dict[str, Any]) -> dict[str, User | Organisation]:
    """Users and organisations that facts name by id or code."""
    texts = {value for value in facts.values() if isinstance(value, str)}
    ids = {UUID(text) for text in texts if _is_id(text)}
    organisations = work.session.scalars(
        select(Organisation).where(or_(Organisation.id.in_(ids), Organisation.code.in_(texts)))
    ).all()
    users = users_by_id(work, ids).values()
    named: dict[str, User | Organisation] = {str(one.id): one for one in organisations}
    return named | {one.code: one for one in organisations} | {str(one.id): one for one in users}


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
