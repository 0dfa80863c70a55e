"""Who stands where, for thousands of people at once: the rule of `standing`, written in SQL.

`standings` is the one definition. The coverage page, the people list, the exports, the plan and the derived table all
filter, order or count it; nothing else decides who is required or valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import and_, or_

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Least, Left, Length, NullIf
from django.utils import timezone

from learning.coverage.standing import NEVER, Obligation, Rule, State
from learning.models import Exemption, Institution, Membership
from learning.people.models import MembershipQuerySet

# True of every post; unlike an empty Q it survives being joined by "or".
EVERYBODY = Q(starts_on__isnull=False)


def posts_of(institution: Institution, *, on: date) -> MembershipQuerySet:
    """Posts held on that day at this institution and below it."""
    posts = Membership.objects.employed(on=on)
    if institution.is_leaf():
        return posts.filter(institution=institution)
    return posts.filter(institution__path__startswith=institution.path)


def standings(
    posts: MembershipQuerySet, *, course_id: int, rules: Sequence[Rule], on: date, by: Sequence[str] = ()
) -> QuerySet:
    """One row per person among these posts, judged for one programme.

    `posts` are held on `on`; rules not in force then are passed over. With `by` (fields of Membership) a person is
    judged apart in each group, by the posts there. Columns: `user_id`, `by`, `course`, `obligation`, `state`,
    `covered_until`.
    """
    rules = [rule for rule in rules if rule.is_in_force(on)]
    judged = posts.alias(post_obligation=_obligation(rules, course_id, on), **_facts(course_id, on)).order_by()
    return (
        judged.values("user_id", *by)
        .annotate(
            obligation=Min("post_obligation"),
            holds=Max(Case(When(_proof_stands(on) & _proof_runs(on), then=1), default=0)),
            covered_until=Max(Case(When(_proof_stands(on), then=Coalesce("proof__valid_until", Value(NEVER))))),
            studying=Max(Case(When(study__isnull=False, then=1), default=0)),
        )
        .annotate(
            course=Value(course_id, IntegerField()),
            state=Case(
                When(holds=1, then=Value(State.VALID.value)),
                When(covered_until__lt=on, then=Value(State.EXPIRED.value)),
                When(studying=1, then=Value(State.IN_PROGRESS.value)),
                default=Value(State.NOT_STARTED.value),
                output_field=CharField(),
            ),
        )
    )


def with_deadlines(people: QuerySet, rules: Sequence[Rule]) -> QuerySet:
    """Add `due_on`: the last day in time; None where nothing is asked."""
    if not rules:
        return people.annotate(due_on=Value(None, DateField()))
    never = Value(NEVER, DateField())
    deadlines = [Case(When(_asked(rule), then=_deadline(rule)), default=never) for rule in rules]
    earliest = Least(*deadlines) if len(deadlines) > 1 else deadlines[0]
    return people.annotate(due_on=NullIf(Min(earliest), never))


def with_expiry(people: QuerySet, *, ends: Sequence[date]) -> QuerySet:
    """Add `runs_out`: which of these days, in order, is the first by which a valid proof will have ended; else -1."""
    steps = [When(holds=1, covered_until__lte=end, then=index) for index, end in enumerate(ends)]
    return people.annotate(runs_out=Case(*steps, default=-1, output_field=IntegerField()))


def tally(groups: Iterable[QuerySet], *columns: str) -> list[dict[str, object]]:
    """Count the people of several `standings` by these columns, in one query: the columns and `people`."""
    selected = [people.values(*columns) for people in groups]
    if not selected:
        return []
    together = selected[0].union(*selected[1:], all=True) if len(selected) > 1 else selected[0]
    try:
        inner, params = together.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return []
    names = [name.rpartition("__")[2] for name in columns]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    sql = f"SELECT {quoted}, COUNT(*) FROM ({inner}) people GROUP BY {quoted}"  # noqa: S608 - names from this code
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [dict(zip([*names, "people"], row, strict=True)) for row in cursor.fetchall()]


def _asked(rule: Rule) -> Q:
    """Posts this rule speaks of."""
    asked = [
        *([Q(institution__path__startswith=rule.path)] if rule.path else []),
        *([Q(institution__sector=rule.sector_id)] if rule.sector_id is not None else []),
        *([Q(position__in=sorted(rule.position_ids))] if rule.position_ids else []),
    ]
    return reduce(and_, asked) if asked else EVERYBODY


def _deadline(rule: Rule) -> Case:
    days = timedelta(days=rule.due_days)
    return Case(
        When(starts_on__gt=rule.valid_from, then=Cast(F("starts_on") + days, DateField())),
        default=Value(rule.valid_from + days),
        output_field=DateField(),
    )


def _obligation(rules: Sequence[Rule], course_id: int, on: date) -> Case | Value:
    """The obligation of one post. Days are constants, so no arithmetic stands between the database and its index."""
    if not rules:
        return Value(Obligation.NOT_REQUIRED.value)
    asked = reduce(or_, (_asked(rule) for rule in rules))
    over = [
        _asked(rule) & Q(starts_on__lt=on - timedelta(days=rule.due_days))
        for rule in rules
        if rule.valid_from + timedelta(days=rule.due_days) < on
    ]
    return Case(
        When(~asked, then=Obligation.NOT_REQUIRED),
        When(_exempt(course_id, on), then=Obligation.EXEMPT),
        *([When(reduce(or_, over), then=Obligation.REQUIRED)] if over else []),
        default=Obligation.NOT_YET_DUE,
        output_field=IntegerField(),
    )


def _exempt(course_id: int, on: date) -> Exists:
    """An exemption given at the post's institution or above it."""
    running = Exemption.objects.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))
    start_of_path = Left(OuterRef("institution__path"), Length("institution__path"))
    return Exists(running.filter(user=OuterRef("user"), course=course_id, institution__path=start_of_path))


def _facts(course_id: int, on: date) -> dict[str, FilteredRelation]:
    """Completions known on that day and studies under way at its end, joined to each post's holder."""
    end = timezone.make_aware(datetime.combine(on + timedelta(days=1), time.min))
    completions, enrolments = "user__completions", "user__enrolments"
    return {
        "proof": FilteredRelation(
            completions,
            condition=Q((f"{completions}__course", course_id), (f"{completions}__completed_on__lte", on)),
        ),
        "study": FilteredRelation(
            enrolments,
            condition=Q((f"{enrolments}__course", course_id), (f"{enrolments}__started_at__lt", end))
            & (Q((f"{enrolments}__completed_at", None)) | Q((f"{enrolments}__completed_at__gte", end)))
            & (Q((f"{enrolments}__withdrawn_at", None)) | Q((f"{enrolments}__withdrawn_at__gte", end))),
        ),
    }


def _proof_stands(on: date) -> Q:
    """The joined proof is there and was not withdrawn by then."""
    return Q(proof__isnull=False) & (Q(proof__withdrawal=None) | Q(proof__withdrawal__withdrawn_on__gt=on))


def _proof_runs(on: date) -> Q:
    return Q(proof__valid_from__lte=on) & (Q(proof__valid_until=None) | Q(proof__valid_until__gte=on))
