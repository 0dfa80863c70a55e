"""Storing statements: all of a batch or none, each id once, for ever."""

import uuid
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import Package
from lrs import anatomy, attachments
from lrs.errors import Conflict, Forbidden, Invalid, TooLarge
from lrs.keys import agent_key, iri_key
from lrs.models import VOIDED_KEY, Statement, StatementRelation
from lrs.principals import Principal
from lrs.reading import parse, written
from lrs.sameness import as_list, same
from lrs.selectors.consistency import announce_writer
from lrs.services.terms import learn_terms
from lrs.validation import atoms
from lrs.validation.atoms import Edition
from lrs.validation.statements import check_statement

Node = dict[str, Any]

# What a statement is said to follow when it does not say so itself (part 2, 2.4.10).
DEFAULT_VERSIONS = {Edition.FIRST: "1.0.0", Edition.SECOND: "2.0.0"}
# Two requests with the same new id: the loser of the race looks again and finds the winner's statement.
TRIES = 3
# Of statements in one batch.
MOST = 5000


@dataclass(frozen=True, slots=True)
class Stored:
    """Ids of a batch in its order, and the statements among them that were not there before, complete."""

    ids: list[str]
    new: list[Node] = field(default_factory=list)


class Recorder(Principal):
    """The platform itself: what it records has been decided already."""

    def __init__(self, authority: Mapping[str, Any], package: Package | None) -> None:
        self.authority = authority
        self.package = package

    def may_void(self, target: Statement) -> bool:
        return True


def record(
    *, statements: Sequence[Node], authority: Mapping[str, Any], package: Package | None = None, files: Mapping = {}
) -> list[Node]:
    """Store the platform's own statements inside the caller's transaction; those already there stay as they are.

    Returns the statements that are new, complete. `package` is what they are about. Raises Invalid or Conflict.
    """
    for statement in statements:
        check_statement(statement)
    return store(statements=statements, principal=Recorder(authority, package), files=files).new


def store(
    *,
    statements: Sequence[Node],
    principal: Principal,
    edition: Edition = Edition.FIRST,
    files: Mapping[str, bytes] | None = None,
) -> Stored:
    """Store statements that are valid and allowed. `files` are their attachments by hash, checked.

    Raises Conflict when an id is taken by another statement, Invalid for an id twice in one batch or a voiding of a
    voiding, Forbidden for a voiding that is not this client's to do, TooLarge.
    """
    if len(statements) > MOST:
        raise TooLarge(f"A batch may have {MOST} statements.")
    # Files first: a row must never promise what the disk does not have.
    if files:
        attachments.keep(files)
    # Statements are new as a rule, and the database says when one is not: only then is it looked for.
    try:
        return _store(statements, principal, edition, looks=False)
    except IntegrityError:
        pass
    for _ in range(TRIES - 1):
        try:
            return _store(statements, principal, edition, looks=True)
        except IntegrityError:
            continue
    return _store(statements, principal, edition, looks=True)


@transaction.atomic
def _store(statements: Sequence[Node], principal: Principal, edition: Edition, *, looks: bool) -> Stored:
    numbers = [uuid.UUID(one["id"]) if "id" in one else uuid.uuid4() for one in statements]
    if len(set(numbers)) != len(numbers):
        raise Invalid("A batch has an id twice.")
    announce_writer()
    there = _known(numbers) if looks else {}
    now = _now()
    new, rows = [], []
    for number, statement in zip(numbers, statements, strict=True):
        if number in there:
            if not same(parse(there[number]), statement):
                raise Conflict(f"Another statement with the id {number} is stored already.")
            continue
        complete = _complete(statement, number, principal.authority, now, edition)
        new.append(complete)
        rows.append(_row(complete, number, now, principal.package))
    if rows:
        _check_voidings(rows, principal)
        _insert(rows, new)
        principal.stored(new)
        # Last: a word that is new makes others who say it wait until this transaction ends.
        learn_terms(new)
    return Stored([one.get("id", str(number)) for number, one in zip(numbers, statements, strict=True)], new)


def _known(numbers: Sequence[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Bodies of those that are stored."""
    return dict(Statement.objects.filter(number__in=numbers).values_list("number", "body"))


def _now() -> datetime:
    """To the millisecond: what clients can tell apart, and what the column and the text then both say."""
    now = timezone.now()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def moment_text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"


def _complete(
    statement: Node, number: uuid.UUID, authority: Mapping[str, Any], now: datetime, edition: Edition
) -> Node:
    """With all that a store adds (part 2, 2.3.1, 2.4.7–2.4.10); the statement sent stays as it is."""
    stored = moment_text(now)
    complete = {"id": str(number), **statement, "stored": stored, "authority": dict(authority)}
    complete.setdefault("timestamp", stored)
    complete.setdefault("version", DEFAULT_VERSIONS[edition])
    _list_context_activities(complete)
    return complete


def _list_context_activities(part: Node) -> None:
    """Part 2, 2.4.6.2: every value is returned as an array, even if it was sent alone."""
    groups = part.get("context", {}).get("contextActivities")
    if groups:
        part["context"] = copy(part["context"])
        part["context"]["contextActivities"] = {name: as_list(group) for name, group in groups.items()}
    if part["object"].get("objectType") == "SubStatement":
        part["object"] = copy(part["object"])
        _list_context_activities(part["object"])


def _row(complete: Node, number: uuid.UUID, now: datetime, package: Package | None) -> Statement:
    registration = complete.get("context", {}).get("registration")
    refers_to = complete["object"]["id"] if complete["object"].get("objectType") == "StatementRef" else None
    return Statement(
        number=number,
        body=written(complete),
        stored=now,
        timestamp=atoms.moment(complete["timestamp"], "timestamp"),
        verb_key=iri_key(complete["verb"]["id"]),
        registration=registration and uuid.UUID(registration),
        refers_to=refers_to and uuid.UUID(refers_to),
        authority_key=agent_key(complete["authority"]),
        package=package,
    )


def _check_voidings(rows: Sequence[Statement], principal: Principal) -> None:
    targets = {row.refers_to for row in rows if row.verb_key == VOIDED_KEY}
    if not targets:
        return
    here = [row for row in rows if row.number in targets]
    there = list(Statement.objects.filter(number__in=targets).defer("body"))
    if any(target.verb_key == VOIDED_KEY for target in [*here, *there]):
        raise Invalid("A voiding statement cannot be voided.")
    if not all(principal.may_void(target) for target in there):
        raise Forbidden("This client may not void that statement.")


def _insert(rows: Sequence[Statement], new: Sequence[Node]) -> None:
    Statement.objects.bulk_create(rows)
    StatementRelation.objects.bulk_create(
        StatementRelation(statement_id=row.pk, key=key, is_direct=is_direct, stored=row.stored)
        for row, complete in zip(rows, new, strict=True)
        for key, is_direct in anatomy.relations(complete).items()
    )
