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

from learning.coverage.dialect import days_between, greatest, least, plus_days, plus_months
from learning.coverage.standing import NEVER, Obligation, Retake, Rule
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
    retakes: Iterable[Retake] = (),
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
    retakes = [retake for retake in retakes if retake.published_on <= on]
    repeating = [rule for rule in rules if rule.repeat_months is not None]
    groups = dict(by or {})
    obligation = _obligation(rules, course_id, on)
    until = _until(retakes)
    due_on = _due_on(rules, on) if with_deadline else Part("")
    repeats = [_asked(rule) for rule in repeating]
    place = _at(institution, here_only=here_only)
    reads_position = any(rule.law_points for rule in rules) or any(
        source.startswith("position.") for source in groups.values()
    )
    end_of_day = _moment(on + timedelta(days=1))
    columns = "".join(f", {source} AS {name}" for name, source in groups.items())
    sql = f"""
        SELECT post.user_id{columns}, {int(course_id)} AS course_id,
            MIN({obligation.sql}) AS obligation,
            MAX(CASE WHEN void.id IS NULL AND proof.valid_from <= %s AND {until.sql} >= %s THEN 1 ELSE 0 END) AS holds,
            MAX(CASE WHEN void.id IS NULL AND proof.id IS NOT NULL THEN {until.sql} END) AS covered_until,
            MAX(CASE WHEN study.id IS NOT NULL THEN 1 ELSE 0 END) AS studying
            {f", MIN({due_on.sql}) AS due_on" if with_deadline else ""}
            {"".join(f", MAX(CASE WHEN {part.sql} THEN 1 ELSE 0 END) AS repeats_{n}" for n, part in enumerate(repeats))}
            {_WHOLE if repeating else ""}
        FROM learning_membership post
        JOIN learning_institution place ON place.id = post.institution_id
        {"JOIN learning_position position ON position.id = post.position_id" if reads_position or position_key else ""}
        LEFT JOIN learning_completion proof
            ON proof.user_id = post.user_id AND proof.course_id = %s AND proof.completed_on <= %s
        {"LEFT JOIN courses_courseversion edition ON edition.id = proof.version_id" if retakes else ""}
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
        *(on, *until.params, on),
        *until.params,
        *due_on.params,
        *(param for part in repeats for param in part.params),
        *(course_id, on, on),
        *(course_id, end_of_day, end_of_day, end_of_day),
        *(*place.params, on, on),
        *([position_key] if position_key else []),
    )
    people = Part(sql, params)
    return _repeated(people, repeating, list(groups), on, with_deadline=with_deadline) if repeating else people


# The last completion of the whole.
_WHOLE = """, MAX(CASE WHEN void.id IS NULL AND proof.kind <> 'delta' THEN proof.completed_on END) AS completed_on"""


def _repeated(people: Part, repeating: Sequence[Rule], groups: Sequence[str], on: date, *, with_deadline: bool) -> Part:
    """The same people, where requirements that repeat limit how far proofs reach."""
    # Without a completion of the whole, no day is late enough.
    began = "COALESCE(completed_on, %s)"
    ends = [plus_days(plus_months(began, rule.repeat_months), str(rule.grace_days)) for rule in repeating]
    reach = least("covered_until", *(f"CASE WHEN repeats_{n} = 1 THEN {end} ELSE %s END" for n, end in enumerate(ends)))
    limits = (date.min, NEVER) * len(repeating)
    columns = ", ".join(["user_id", *groups, "course_id", "obligation"])
    sql = f"""
        SELECT {columns}, CASE WHEN holds = 1 AND reach >= %s THEN 1 ELSE 0 END AS holds, reach AS covered_until,
            studying{", due_on" if with_deadline else ""}
        FROM (
            SELECT asked.*, CASE WHEN covered_until IS NOT NULL THEN {reach} END AS reach FROM ({people.sql}) asked
        ) limited
    """  # noqa: S608 - as above
    return Part(sql, (on, *limits, *people.params))


def _at(institution: Institution, *, here_only: bool) -> Part:
    if here_only or institution.is_leaf():
        return Part("post.institution_id = %s", (institution.pk,))
    return Part("place.path LIKE %s", (f"{institution.path}%",))


def _asked(rule: Rule) -> Part:
    """Posts that this rule speaks of."""
    parts = [
        *([Part("place.path LIKE %s", (f"{rule.path}%",))] if rule.path else []),
        *([Part("place.sector_id = %s", (rule.sector_id,))] if rule.sector_id is not None else []),
        *([_among("post.position_id", sorted(rule.position_ids))] if rule.position_ids else []),
        *([_among("position.law_point", sorted(rule.law_points))] if rule.law_points else []),
    ]
    return Part.joined("AND", parts, EVERYONE)


def _among(column: str, values: Sequence[object]) -> Part:
    return Part(f"{column} IN ({', '.join(['%s'] * len(values))})", (*values,))


def _until(retakes: Sequence[Retake]) -> Part:
    """The last day of one proof."""
    limits = ["CASE WHEN COALESCE(edition.major, 0) < %s THEN %s ELSE %s END" for _ in retakes]
    params = tuple(value for item in retakes for value in (item.major, item.by, NEVER))
    return Part(least("COALESCE(proof.valid_until, %s)", *limits), (NEVER, *params))


def _obligation(rules: Sequence[Rule], course_id: int, on: date) -> Part:
    """The obligation of one post. Days are constants, so that an index on them serves."""
    asked = Part.joined("OR", map(_asked, rules), NO_ONE)
    late = Part.joined("OR", filter(None, (_late(rule, on) for rule in rules)), NO_ONE)
    giver_is_above = "giver.path = SUBSTR(place.path, 1, LENGTH(giver.path))"
    # place.sector_id may be NULL, and so may be `asked`: it is only ever taken as "not true".
    sql = f"""CASE
        WHEN ({asked.sql}) THEN CASE
            WHEN EXISTS (
                SELECT 1 FROM learning_exemption pause
                JOIN learning_institution giver ON giver.id = pause.institution_id
                WHERE pause.user_id = post.user_id AND pause.course_id = %s
                    AND pause.starts_on <= %s AND (pause.ends_on IS NULL OR pause.ends_on >= %s) AND {giver_is_above}
            ) THEN {Obligation.EXEMPT:d}
            WHEN EXISTS (
                SELECT 1 FROM learning_leave away
                JOIN learning_institution giver ON giver.id = away.institution_id
                WHERE away.user_id = post.user_id
                    AND away.starts_on <= %s AND (away.ends_on IS NULL OR away.ends_on >= %s) AND {giver_is_above}
            ) THEN {Obligation.ON_LEAVE:d}
            WHEN ({late.sql}) THEN {Obligation.REQUIRED:d}
            ELSE {Obligation.NOT_YET_DUE:d} END
        ELSE {Obligation.NOT_REQUIRED:d} END"""  # noqa: S608 - as above
    return Part(sql, (*asked.params, course_id, on, on, on, on, *late.params))


def _late(rule: Rule, on: date) -> Part | None:
    """Posts of this rule whose deadline and grace are over; None when nobody's can be."""
    last_day = on - timedelta(days=rule.grace_days)
    starts = rule.valid_from + timedelta(days=rule.due_days)
    if max(starts, rule.due_on or starts) >= last_day:
        return None
    deadline = _deadline(rule, on)
    parts = [
        _asked(rule),
        # Leave can only put a deadline off: whoever is in time without it need not be looked at.
        Part(f"{_began(rule)} < %s", (last_day - timedelta(days=rule.due_days),)),
        Part(f"{deadline.sql} < %s", (*deadline.params, last_day)),
    ]
    return Part.joined("AND", parts, EVERYONE)


def _began(rule: Rule) -> str:
    return "post.starts_on" if rule.from_post else "COALESCE(post.employed_since, post.starts_on)"


def _deadline(rule: Rule, on: date) -> Part:
    """The last day in time for one post of this rule, as leave taken until `on` has put it off."""
    start = greatest(_began(rule), "%s")
    last_day, fixed = plus_days(start, str(rule.due_days)), [rule.due_on] if rule.due_on else []
    first = greatest("away.starts_on", plus_days(start, "1"))
    days = days_between(first, least("COALESCE(away.ends_on, %s)", "%s"))
    sql = f"""(
        SELECT COALESCE(SUM({greatest(f"{days} + 1", "0")}), 0) FROM learning_leave away
        JOIN learning_institution giver ON giver.id = away.institution_id
        WHERE away.user_id = post.user_id AND away.starts_on <= %s AND (away.ends_on IS NULL OR away.ends_on > {start})
            AND giver.path = SUBSTR(place.path, 1, LENGTH(giver.path))
    )"""  # noqa: S608 - as above
    # A difference names its last day first.
    params = (rule.valid_from, *fixed, on, on, rule.valid_from, on, rule.valid_from)
    return Part(plus_days(greatest(last_day, *(["%s"] * len(fixed))), sql), params)


def _due_on(rules: Sequence[Rule], on: date) -> Part:
    """The deadline of one post: the earliest of its rules."""
    parts = []
    for rule in rules:
        asked, deadline = _asked(rule), _deadline(rule, on)
        sql = f"CASE WHEN COALESCE({asked.sql}, {NO_ONE}) THEN {deadline.sql} ELSE %s END"
        parts.append(Part(sql, (*asked.params, *deadline.params, NEVER)))
    if not parts:
        return Part("%s", (NEVER,))
    return Part(least(*(part.sql for part in parts)), sum((part.params for part in parts), ()))


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
