"""Whom a change of rules would affect, and how, before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from learning.coverage import sql
from learning.coverage.programmes import programmes_at, retakes_of
from learning.coverage.selectors import day_in, rows_of
from learning.coverage.standing import NEVER, Obligation, Rule
from learning.people.models import Institution, Membership
from learning.people.names import folded_sql

PEOPLE_SHOWN = 50


class Effect(TextChoices):
    """What would change for a person; the first that fits."""

    ASKED = "asked", _("Newly required")
    RELEASED = "released", _("No longer required")
    REACH = "reach", _("Proof valid until another day")
    MOVED = "moved", _("Deadline changed")


@dataclass(frozen=True)
class Affected:
    """A person with the day before and after: the deadline, for `REACH` the end of validity. NEVER has no end."""

    name: str
    posts: Sequence[Membership]
    before: date | None
    after: date | None


@dataclass(frozen=True)
class Group:
    effect: Effect
    total: int
    people: Sequence[Affected]


def effects(
    institution: Institution, *, course_id: int, on: date, drops: Rule | None, adds: Rule | None, with_people: bool
) -> list[Group]:
    """How standings at and below the institution would differ on that day without the one rule and with the other.

    Both are rules of this institution. Names and posts are read `with_people` only. A deadline that moves is told of
    those without a valid proof.
    """
    programmes = programmes_at(institution, on=on)
    present = next((list(programme.rules) for programme in programmes if programme.course_id == course_id), [])
    wanted = list(present)
    # Rules of this place and above come without their path.
    if drops is not None and (dropped := replace(drops, path="")) in wanted:
        wanted.remove(dropped)
    if adds is not None:
        wanted.append(replace(adds, path=""))
    rows = _compared(institution, course_id, present, wanted, on)
    posts = _posts(institution, [row["user_id"] for row in rows], on) if with_people else {}
    return [_group(effect, [row for row in rows if row["effect"] == effect], posts, with_people) for effect in Effect]


def _compared(institution: Institution, course_id: int, present: list[Rule], wanted: list[Rule], on: date) -> list:
    retakes = retakes_of([course_id]).get(course_id, ())
    before, after = (
        sql.standings(institution, course_id=course_id, rules=rules, retakes=retakes, on=on, with_deadline=True)
        for rules in (present, wanted)
    )
    nothing = f"{Obligation.NOT_REQUIRED:d}"
    effect = f"""CASE
        WHEN b.obligation = {nothing} AND a.obligation <> {nothing} THEN '{Effect.ASKED}'
        WHEN b.obligation <> {nothing} AND a.obligation = {nothing} THEN '{Effect.RELEASED}'
        WHEN b.obligation = {nothing} THEN NULL
        WHEN b.covered_until <> a.covered_until THEN '{Effect.REACH}'
        WHEN b.holds = 0 AND b.due_on <> a.due_on THEN '{Effect.MOVED}' END"""
    order = f"{folded_sql('u.last_name')}, {folded_sql('u.first_name')}, d.user_id"
    statement = f"""
        SELECT * FROM (
            SELECT d.*, u.first_name, u.last_name, COUNT(*) OVER (PARTITION BY d.effect) AS total,
                ROW_NUMBER() OVER (PARTITION BY d.effect ORDER BY {order}) AS place
            FROM (
                SELECT b.user_id, {effect} AS effect, b.due_on AS due_before, a.due_on AS due_after,
                    b.covered_until AS until_before, a.covered_until AS until_after
                FROM ({before.sql}) b JOIN ({after.sql}) a ON a.user_id = b.user_id
            ) d JOIN learning_user u ON u.id = d.user_id
            WHERE d.effect IS NOT NULL
        ) ranked WHERE place <= %s ORDER BY effect, place
    """  # noqa: S608 - names and numbers of this code; every value is a parameter
    with connection.cursor() as cursor:
        cursor.execute(statement, (*before.params, *after.params, PEOPLE_SHOWN))
        return list(rows_of(cursor))


def _group(effect: Effect, rows: list[dict], posts: dict[int, list[Membership]], with_people: bool) -> Group:
    kind = "until" if effect == Effect.REACH else "due"
    people = [
        Affected(
            name=f"{row['first_name']} {row['last_name']}".strip(),
            posts=posts.get(row["user_id"], ()),
            before=_told(row[f"{kind}_before"], kind),
            after=_told(row[f"{kind}_after"], kind),
        )
        for row in rows
    ]
    return Group(effect, rows[0]["total"] if rows else 0, people if with_people else [])


def _told(value: date | str | None, kind: str) -> date | None:
    """No deadline where nothing is asked; a proof may reach for good."""
    day = day_in(value)
    return None if day == NEVER and kind == "due" else day


def _posts(institution: Institution, user_ids: list[int], on: date) -> dict[int, list[Membership]]:
    posts: dict[int, list[Membership]] = {}
    held = Membership.objects.employed(on=on).filter(institution__path__startswith=institution.path, user__in=user_ids)
    for post in held.select_related("position", "institution").order_by("starts_on", "pk"):
        posts.setdefault(post.user_id, []).append(post)
    return posts
