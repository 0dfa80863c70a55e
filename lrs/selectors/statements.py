"""Finding statements as the specification filters them (part 3, 2.1.3)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from lrs.keys import agent_key, iri_key
from lrs.models import Statement, StatementRelation

# More than this a page never holds; 0 asks for as many as the server gives.
PAGE = 100
# A reference to a reference to a reference … is followed this far.
REFERENCE_DEPTH = 3

Readable = Callable[[QuerySet[Statement]], QuerySet[Statement]]
Cursor = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters of a request, read and checked."""

    agent: dict[str, Any] | None = None
    verb: str | None = None
    activity: str | None = None
    registration: uuid.UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    related_activities: bool = False
    related_agents: bool = False
    limit: int = 0
    ascending: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether something is asked that a referred statement can answer as well."""
        return any((self.agent, self.verb, self.activity, self.registration))

    @property
    def page(self) -> int:
        return min(self.limit or PAGE, PAGE)


def find(number: uuid.UUID, *, voided: bool, readable: Readable) -> Statement | None:
    return readable(Statement.objects.filter(number=number, is_voided=voided)).first()


def page(wanted: Wanted, *, readable: Readable, after: Cursor | None = None) -> tuple[list[Statement], Cursor | None]:
    """One page in order, and where the next begins; None: that was all."""
    found = {row.pk: row for row in _cut(_matching(wanted), wanted, readable, after)}
    if wanted.is_narrow:
        for referring in _referring(wanted):
            found.update((row.pk, row) for row in _cut(referring, wanted, readable, after))
    rows = sorted(found.values(), key=lambda row: (row.stored, row.pk), reverse=not wanted.ascending)
    shown = rows[: wanted.page]
    is_more = len(rows) > len(shown)
    return shown, (shown[-1].stored, shown[-1].pk) if is_more else None


def _cut(rows: QuerySet[Statement], wanted: Wanted, readable: Readable, after: Cursor | None) -> QuerySet[Statement]:
    """The page's share of these rows, and one more to see whether there is more."""
    rows = readable(rows.filter(is_voided=False))
    if wanted.since:
        rows = rows.filter(stored__gt=wanted.since)
    if wanted.until:
        rows = rows.filter(stored__lte=wanted.until)
    if after:
        stored, pk = after
        rows = (
            rows.filter(Q(stored__gt=stored) | Q(stored=stored, pk__gt=pk))
            if wanted.ascending
            else rows.filter(Q(stored__lt=stored) | Q(stored=stored, pk__lt=pk))
        )
    return rows.order_by(*(("stored", "pk") if wanted.ascending else ("-stored", "-pk")))[: wanted.page + 1]


def _matching(wanted: Wanted) -> QuerySet[Statement]:
    rows = Statement.objects.all()
    if wanted.verb:
        rows = rows.filter(verb_key=iri_key(wanted.verb))
    if wanted.registration:
        rows = rows.filter(registration=wanted.registration)
    if wanted.agent:
        rows = rows.filter(_mentions(agent_key(wanted.agent), anywhere=wanted.related_agents))
    if wanted.activity:
        rows = rows.filter(_mentions(iri_key(wanted.activity), anywhere=wanted.related_activities))
    return rows


def _mentions(key: uuid.UUID | None, *, anywhere: bool) -> Exists:
    relations = StatementRelation.objects.filter(statement=OuterRef("pk"), key=key)
    return Exists(relations if anywhere else relations.filter(is_direct=True))


def _referring(wanted: Wanted) -> list[QuerySet[Statement]]:
    """2.1.3: what refers to a statement that matches, matches too; so does what refers to that."""
    levels: list[QuerySet[Statement]] = []
    rows = _matching(wanted)
    for _ in range(REFERENCE_DEPTH):
        rows = Statement.objects.filter(refers_to__isnull=False, refers_to__in=rows.order_by().values("number"))
        if not rows.exists():
            break
        levels.append(rows)
    return levels
