"""Finding statements as the specification filters them (part 3, 2.1.3)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL

from lrs.keys import agent_key, iri_key
from lrs.models import Statement, StatementQuerySet, StatementRelation

# More than this a page never holds; 0 asks for as many as the server gives.
PAGE = 100
# However long the chain of references, and even where it bites its own tail: UNION leaves out what was found before.
_REFERRING = """
    WITH RECURSIVE referring(number) AS (
        SELECT number FROM {table} WHERE refers_to IN ({matching})
        UNION
        SELECT one.number FROM {table} AS one JOIN referring ON one.refers_to = referring.number
    )
    SELECT number FROM referring
"""

Readable = Callable[[StatementQuerySet], StatementQuerySet]
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
    rows = Statement.objects.filter(number=number)
    return readable(rows.voided() if voided else rows.standing()).first()


def page(wanted: Wanted, *, readable: Readable, after: Cursor | None = None) -> tuple[list[Statement], Cursor | None]:
    """One page in order, and where the next begins; None: that was all."""
    found = {row.pk: row for row in _cut(_matching(wanted), wanted, readable, after)}
    if wanted.is_narrow:
        found.update((row.pk, row) for row in _cut(_referring(wanted), wanted, readable, after))
    rows = sorted(found.values(), key=lambda row: (row.stored, row.pk), reverse=not wanted.ascending)
    shown = rows[: wanted.page]
    is_more = len(rows) > len(shown)
    return shown, (shown[-1].stored, shown[-1].pk) if is_more else None


def _cut(rows: StatementQuerySet, wanted: Wanted, readable: Readable, after: Cursor | None) -> StatementQuerySet:
    """The page's share of these rows, and one more to see whether there is more."""
    rows = readable(rows.standing())
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


def _matching(wanted: Wanted) -> StatementQuerySet:
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


def _referring(wanted: Wanted) -> StatementQuerySet:
    """2.1.3: what refers to a statement that matches, matches too; so does what refers to that, and so on."""
    matching, parameters = _matching(wanted).order_by().values("number").query.sql_with_params()
    sql = _REFERRING.format(table=Statement._meta.db_table, matching=matching)
    # Django has no words for recursion. The filters are parameters; the text is all ours.
    return Statement.objects.filter(number__in=RawSQL(sql, parameters))  # noqa: S611
