"""The staff of a place with their standing: filtered, sorted, a page at a time or one after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection

from learning.coverage import sql
from learning.coverage.programmes import Programme
from learning.coverage.selectors import rows_of, standing_in
from learning.coverage.sql import Part
from learning.coverage.standing import SOON_DAYS, Obligation, Standing, State
from learning.evidence.selectors import proven_elsewhere
from learning.people.models import Institution, Membership
from learning.people.names import folded, folded_sql

PEOPLE_AT_A_TIME = 1_000
MOST_WORDS = 5


@dataclass(frozen=True)
class Person:
    """A row of the list. `posts` are those held at the place on that day.

    `is_elsewhere`: what proves the training is a document of another provider alone.
    """

    user_id: int
    number: UUID
    first_name: str
    last_name: str
    standing: Standing
    posts: Sequence[Membership]
    is_elsewhere: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Choice:
    """What the reader chose to see. `status` is a key of `statuses`, `sort` of `ORDERS`, with `-` for descending."""

    on: date
    words: tuple[str, ...] = ()
    status: str = ""
    position_key: str = ""
    sort: str = "name"

    @classmethod
    def searching(cls, text: str, **rest: Any) -> Choice:
        return cls(words=tuple(folded(text).split()[:MOST_WORDS]), **rest)


def statuses(on: date) -> dict[str, Part]:
    """Conditions on rows of `sql.standings`. The states are of those required, as coverage counts them."""
    required, holds = Part(f"p.obligation = {Obligation.REQUIRED:d}"), Part("p.holds = 1")
    lapsed = Part("p.holds = 0 AND p.covered_until < %s", (on,))
    open_ = Part("p.holds = 0 AND (p.covered_until IS NULL OR p.covered_until >= %s)", (on,))
    states = {
        "overdue": [Part("p.holds = 0")],
        State.VALID: [holds],
        "soon": [holds, _until(on, 0, SOON_DAYS)],
        State.IN_PROGRESS: [open_, Part("p.studying = 1")],
        State.NOT_STARTED: [open_, Part("p.studying = 0")],
        State.EXPIRED: [lapsed],
        "ends_30": [holds, _until(on, 0, 30)],
        "ends_60": [holds, _until(on, 31, 60)],
        "ends_90": [holds, _until(on, 61, 90)],
    }
    others = [item for item in Obligation if item is not Obligation.REQUIRED]
    return {
        **{str(name): Part.joined("AND", [required, *parts], sql.EVERYONE) for name, parts in states.items()},
        **{item.name.lower(): Part(f"p.obligation = {item:d}") for item in others},
    }


def _until(on: date, first: int, last: int) -> Part:
    days = (on + timedelta(days=first), on + timedelta(days=last))
    return Part("p.covered_until >= %s AND p.covered_until <= %s", days)


def _orders(on: date) -> dict[str, Part]:
    urgency = "CASE WHEN p.holds = 1 THEN 3 WHEN p.covered_until < %s THEN 0 WHEN p.studying = 1 THEN 2 ELSE 1 END"
    day = (
        "CASE WHEN p.holds = 1 OR p.covered_until < %s THEN p.covered_until "
        f"WHEN p.obligation <= {Obligation.NOT_YET_DUE:d} THEN p.due_on END"
    )
    return {
        "name": Part(folded_sql("u.last_name")),
        "status": Part(f"p.obligation * 10 + {urgency}", (on,)),
        "day": Part(day, (on,)),
    }


ORDERS = ("name", "status", "day")


def page(
    institution: Institution, programme: Programme | None, choice: Choice, *, start: int, count: int
) -> tuple[list[Person], int]:
    """Some people of the list, and how many there are in all (0 when `start` lies beyond the end)."""
    chosen = _chosen(institution, programme, choice)
    with connection.cursor() as cursor:
        cursor.execute(f"{chosen.sql} LIMIT %s OFFSET %s", (*chosen.params, count, start))
        rows = list(rows_of(cursor))
    return _people(institution, rows, choice.on), rows[0]["total"] if rows else 0


def everyone(institution: Institution, programme: Programme | None, choice: Choice) -> Iterator[list[Person]]:
    """The whole list in portions, so that memory stays flat whatever its length."""
    chosen = _chosen(institution, programme, choice)
    with connection.chunked_cursor() as cursor:
        cursor.execute(chosen.sql, chosen.params)
        rows = rows_of(cursor)
        while some := list(islice(rows, PEOPLE_AT_A_TIME)):
            yield _people(institution, some, choice.on)


def _chosen(institution: Institution, programme: Programme | None, choice: Choice) -> Part:
    people = sql.standings(
        institution,
        course_id=programme.course_id if programme else 0,
        rules=programme.rules if programme else (),
        retakes=programme.retakes if programme else (),
        on=choice.on,
        position_key=choice.position_key,
        with_deadline=True,
    )
    name = folded_sql("u.first_name || ' ' || u.last_name")
    wanted = [Part(f"{name} LIKE %s ESCAPE '!'", (f"%{_plain(word)}%",)) for word in choice.words]
    if choice.status:
        wanted.append(statuses(choice.on)[choice.status])
    where = Part.joined("AND", wanted, sql.EVERYONE)
    order = _orders(choice.on)[choice.sort.removeprefix("-")]
    direction = "DESC" if choice.sort.startswith("-") else "ASC"
    last_name, first_name = folded_sql("u.last_name"), folded_sql("u.first_name")
    statement = f"""
        SELECT p.*, u.number, u.first_name, u.last_name, COUNT(*) OVER () AS total
        FROM ({people.sql}) p JOIN learning_user u ON u.id = p.user_id
        WHERE {where.sql}
        ORDER BY {order.sql} {direction} NULLS LAST, {last_name}, {first_name}, p.user_id
    """  # noqa: S608 - every value is a parameter
    return Part(statement, (*people.params, *where.params, *order.params))


def _plain(word: str) -> str:
    """The word as LIKE finds it literally."""
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _people(institution: Institution, rows: list[dict[str, Any]], on: date) -> list[Person]:
    posts: dict[int, list[Membership]] = {}
    held = Membership.objects.employed(on=on).filter(
        institution__path__startswith=institution.path, user__in=[row["user_id"] for row in rows]
    )
    for post in held.select_related("position", "institution").order_by("starts_on", "pk"):
        posts.setdefault(post.user_id, []).append(post)
    elsewhere = proven_elsewhere([row["user_id"] for row in rows], rows[0]["course_id"], on=on) if rows else set()
    return [
        Person(
            user_id=row["user_id"],
            number=row["number"] if isinstance(row["number"], UUID) else UUID(row["number"]),
            first_name=row["first_name"],
            last_name=row["last_name"],
            standing=standing_in(row, on=on),
            posts=posts.get(row["user_id"], ()),
            is_elsewhere=row["user_id"] in elsewhere,
        )
        for row in rows
    ]
