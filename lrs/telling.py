"""Statements about what happened on the platform, written after the fact from the facts themselves.

Nothing is written while a learner waits: handing in, finishing and saving make no query for it. A teller reads facts
in the order in which they happened; each is told once, under an id made from what it is.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from courses.models import Package
from lrs import actors
from lrs.models import Statement, Telling
from lrs.services.statements import moment_text, record

NAMESPACE = uuid.UUID("0d2c1f5e-5f0b-5d6a-9a51-2f1d3b8f6c70")
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# A fact is dated before its transaction ends; the longest may end this much later.
OVERLAP = timedelta(minutes=10)
BATCH = 100
# In one sweep; the next one goes on.
LIMIT = 5000


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened once. `key` names it for ever; `statement` has neither id nor timestamp."""

    key: str
    at: datetime
    statement: dict[str, Any]
    package_id: int | None = None

    @property
    def number(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, self.key)

    def told(self) -> dict[str, Any]:
        return {"id": str(self.number), **self.statement, "timestamp": moment_text(self.at.astimezone(UTC))}


# Facts since a moment, oldest first.
Teller = Callable[[datetime], Iterable[Fact]]
# Apps above add theirs when they start. The name is kept in the database: it never changes.
tellers: dict[str, Teller] = {}


def tell(*, since: datetime | None = None, limit: int = LIMIT) -> int:
    """Tell what has not been told, and how many facts that were; safe to call twice, and at the same time.

    `since`: look again at everything from there on, for facts that were entered with an older date.
    """
    return sum(_tell(name, teller, since, limit) for name, teller in tellers.items())


def _tell(name: str, teller: Teller, since: datetime | None, limit: int) -> int:
    telling, _ = Telling.objects.get_or_create(teller=name, defaults={"told_until": BEGINNING})
    told = 0
    for facts in _batches(teller(since or telling.told_until - OVERLAP)):
        told += _record(name, facts)
        if told >= limit:
            break
    return told


@transaction.atomic
def _record(name: str, facts: Sequence[Fact]) -> int:
    there = set(Statement.objects.filter(number__in=[fact.number for fact in facts]).values_list("number", flat=True))
    new = [fact for fact in facts if fact.number not in there]
    packages = Package.objects.in_bulk({fact.package_id for fact in new if fact.package_id})
    for package_id in {fact.package_id for fact in new}:
        statements = [fact.told() for fact in new if fact.package_id == package_id]
        record(statements=statements, authority=actors.platform(), package=packages.get(package_id))
    Telling.objects.filter(teller=name, told_until__lt=facts[-1].at).update(told_until=facts[-1].at)
    return len(new)


def _batches(facts: Iterable[Fact]) -> Iterator[list[Fact]]:
    remaining = iter(facts)
    while batch := list(islice(remaining, BATCH)):
        yield batch
