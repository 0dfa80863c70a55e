"""The rule of `standing` in SQL: who stands where, for thousands of people in one statement.

`standings` is the one definition. The coverage page, the people list, the exports, the plan and the derived table all
count, filter or order it; nothing else decides who is required or valid. It is written by hand because the
ORM needed some 25 ms to build what runs in one for a school. Every value is a parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

from learning.coverage.standing import NEVER, Obligation, Rule
from learning.people.models import Institution

Params = tuple[object, ...]
NO_ONE = "1 = 0"
EVERYONE = "1 = 1"


@dataclass(frozen=True)
class Part:
    """A piece of SQL with its parameters."""

    sql: str
    params: Params = ()

    @classmethod
    def joined(cls, word: str, parts: Iterable[Part], default: str) -> Part:
        parts = list(parts)
        if not parts:
            return cls(default)
        return cls(f" {word} ".join(f"({part.sql})" for part in parts), sum((part.params for part in parts), ()))


# What people may be told apart by, besides who they are: the name of the column and where it comes from.
POSITION = {
    "position_id": "post.position_id",
    "position_key": "position.key",
    "name_lv": "position.name_lv",
    "name_en": "position.name_en",
    "law_point": "position.law_point",
}
SECTOR = {"sector_id": "place.sector_id"}


def branch(institution: Institution) -> dict[str, str]:
    """The path of the institution right below this one under which a post lies."""
    return {"branch": f"SUBSTR(place.path, 1, {len(institution.path) + institution.steplen})"}


def standings(
    institution: Institution,
    *,
    course_id: int,
    rules: Iterable[Rule],
    on: date,
    by: Mapping[str, str] | None = None,
    position_key: str = "",
    here_only: bool = False,
    with_deadline: bool = False,
) -> Part:
    """One row per person employed on that day at the institution or below it (or `here_only`), judged for a programme.

    With `by`, a person is judged apart in each group, by the posts there; with a position, by the posts in it.
    Columns: `user_id`, those of `by`, `course_id`, `obligation`; `holds` (1: a proof is valid), `covered_until` (the
    last day the proofs known by then reach; NEVER for good; NULL without any), `studying` (1: under way); `due_on` if
    asked for (the last day in time; NEVER where nothing is asked).
    """
    rules = [rule for rule in rules if rule.is_in_force(on)]
    groups = dict(by or {})
    obligation = _obligation(rules, course_id, on)
    due_on = _due_on(rules) if with_deadline else None
    place = _at(institution, here_only=here_only)
    needs_position = bool(position_key) or any(source.startswith("position.") for source in groups.values())
    end_of_day = _moment(on + timedelta(days=1))
    columns = "".join(f", {source} AS {name}" for name, source in groups.items())
    sql = f"""
        SELECT post.user_id{columns}, {int(course_id)} AS course_id,
            MIN({obligation.sql}) AS obligation,
            MAX(CASE WHEN void.id IS NULL AND proof.valid_from <= %s
                AND (proof.valid_until IS NULL OR proof.valid_until >= %s) THEN 1 ELSE 0 END) AS holds,
            MAX(CASE WHEN void.id IS NULL AND proof.id IS NOT NULL THEN COALESCE(proof.valid_until, %s) END)
                AS covered_until,
            MAX(CASE WHEN study.id IS NOT NULL THEN 1 ELSE 0 END) AS studying
            {f", MIN({due_on.sql}) AS due_on" if due_on else ""}
        FROM learning_membership post
        JOIN learning_institution place ON place.id = post.institution_id
        {"JOIN learning_position position ON position.id = post.position_id" if needs_position else ""}
        LEFT JOIN learning_completion proof
            ON proof.user_id = post.user_id AND proof.course_id = %s AND proof.completed_on <= %s
        LEFT JOIN learning_completionwithdrawal void ON void.completion_id = proof.id AND void.withdrawn_on <= %s
        LEFT JOIN learning_enrolment study
            ON study.user_id = post.user_id AND study.course_id = %s AND study.started_at < %s
            AND (study.completed_at IS NULL OR study.completed_at >= %s)
            AND (study.withdrawn_at IS NULL OR study.withdrawn_at >= %s)
        WHERE {place.sql} AND post.starts_on <= %s AND (post.ends_on IS NULL OR post.ends_on >= %s)
            {"AND position.key = %s" if position_key else ""}
        GROUP BY {", ".join(["post.user_id", *groups.values()])}
    """  # noqa: S608 - names and numbers of this code; every value is a parameter
    params = (
        *obligation.params,
        *(on, on, NEVER),
        *(due_on.params if due_on else ()),
        *(course_id, on, on),
        *(course_id, end_of_day, end_of_day, end_of_day),
        *(*place.params, on, on),
        *([position_key] if position_key else []),
    )
    return Part(sql, params)


def _at(institution: Institution, *, here_only: bool) -> Part:
    if here_only or institution.is_leaf():
        return Part("post.institution_id = %s", (institution.pk,))
    return Part("place.path LIKE %s", (f"{institution.path}%",))


def _asked(rule: Rule) -> Part:
    """Posts that this rule speaks of."""
    positions = sorted(rule.position_ids)
    parts = [
        *([Part("place.path LIKE %s", (f"{rule.path}%",))] if rule.path else []),
        *([Part("place.sector_id = %s", (rule.sector_id,))] if rule.sector_id is not None else []),
        *([Part(f"post.position_id IN ({', '.join(['%s'] * len(positions))})", (*positions,))] if positions else []),
    ]
    return Part.joined("AND", parts, EVERYONE)


def _obligation(rules: Sequence[Rule], course_id: int, on: date) -> Part:
    """The obligation of one post. Days are constants, so that an index on them serves."""
    asked = Part.joined("OR", map(_asked, rules), NO_ONE)
    over = [
        Part.joined("AND", [_asked(rule), Part("post.starts_on < %s", (on - timedelta(days=rule.due_days),))], EVERYONE)
        for rule in rules
        if rule.valid_from + timedelta(days=rule.due_days) < on
    ]
    late = Part.joined("OR", over, NO_ONE)
    # place.sector_id may be NULL, and so may be `asked`: it is only ever taken as "not true".
    sql = f"""CASE
        WHEN ({asked.sql}) THEN CASE
            WHEN EXISTS (
                SELECT 1 FROM learning_exemption pause
                JOIN learning_institution giver ON giver.id = pause.institution_id
                WHERE pause.user_id = post.user_id AND pause.course_id = %s
                    AND pause.starts_on <= %s AND (pause.ends_on IS NULL OR pause.ends_on >= %s)
                    AND giver.path = SUBSTR(place.path, 1, LENGTH(giver.path))
            ) THEN {Obligation.EXEMPT:d}
            WHEN ({late.sql}) THEN {Obligation.REQUIRED:d}
            ELSE {Obligation.NOT_YET_DUE:d} END
        ELSE {Obligation.NOT_REQUIRED:d} END"""  # noqa: S608 - as above
    return Part(sql, (*asked.params, course_id, on, on, *late.params))


def _due_on(rules: Sequence[Rule]) -> Part:
    """The deadline of one post: the earliest of its rules."""
    if not rules:
        return Part("%s", (NEVER,))
    parts = []
    for rule in rules:
        asked, days = _asked(rule), timedelta(days=rule.due_days)
        sql = (
            f"CASE WHEN NOT COALESCE({asked.sql}, {NO_ONE}) THEN %s "
            f"WHEN post.starts_on > %s THEN {_plus('post.starts_on', rule.due_days)} ELSE %s END"
        )
        parts.append(Part(sql, (*asked.params, NEVER, rule.valid_from, rule.valid_from + days)))
    if len(parts) == 1:
        return parts[0]
    least = "LEAST" if connection.vendor == "postgresql" else "MIN"
    return Part(f"{least}({', '.join(part.sql for part in parts)})", sum((part.params for part in parts), ()))


def _plus(day: str, days: int) -> str:
    return f"{day} + {int(days)}" if connection.vendor == "postgresql" else f"DATE({day}, '+{int(days)} days')"


def _moment(day: date) -> object:
    """Local midnight at which the day begins, as this database keeps moments."""
    return connection.ops.adapt_datetimefield_value(timezone.make_aware(datetime.combine(day, time.min)))


def counted(groups: Sequence[Part], *columns: str, on: date, ends: Sequence[date]) -> Part:
    """How many people of several `standings` share these columns, obligation, holds, studying and `reach`.

    `reach` is where covered_until lies: -2 nowhere, -1 before `on`, else the index of the first of `ends` (days in
    order) that is not before it, and one more beyond them all.
    """
    together = Part(" UNION ALL ".join(part.sql for part in groups), sum((part.params for part in groups), ()))
    steps = " ".join(f"WHEN covered_until <= %s THEN {index}" for index in range(len(ends)))
    names = ", ".join([*columns, "obligation", "holds", "studying"])
    sql = f"""
        SELECT {names},
            CASE WHEN covered_until IS NULL THEN -2
                WHEN covered_until < %s THEN -1 {steps} ELSE {len(ends)} END AS reach,
            COUNT(*) AS people
        FROM ({together.sql}) people GROUP BY {names}, reach
    """  # noqa: S608 - as above
    return Part(sql, (on, *ends, *together.params))
