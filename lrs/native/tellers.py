"""Units that were finished, and programmes."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet

from courses.models import Unit, UnitText
from learning.models import Completion, UnitState
from lrs.native import recipe
from lrs.telling import BATCH, Fact

# Unit kind -> success and score of finished units of that kind, by key of their state. Apps above add theirs.
Results = Callable[[Sequence[UnitState]], Mapping[int, Mapping[str, Any]]]
results_of: dict[str, Results] = {}

WITH_ENROLMENT = ("enrolment__user", "enrolment__course", "enrolment__version")


def finished_units(since: datetime) -> Iterator[Fact]:
    """Quizzes are told by their results instead."""
    states = (
        UnitState.objects.filter(done_at__gte=since)
        .exclude(unit__kind=Unit.Kind.QUIZ)
        .select_related("unit", *WITH_ENROLMENT)
    )
    for batch in in_batches(states, "done_at"):
        titles = titles_of([state.unit_id for state in batch])
        found = _results_of(batch)
        for state in batch:
            yield Fact(
                key=f"unit-state/{state.enrolment.number}/{state.unit.key}",
                at=state.done_at,
                statement=recipe.said(
                    state.enrolment,
                    recipe.COMPLETED,
                    recipe.unit(state.enrolment, state.unit, titles[state.unit_id]),
                    result={"completion": True, **found.get(state.pk, {})},
                    context=recipe.within(state.enrolment),
                ),
                package_id=state.unit.settings.get("package") if state.unit.kind == Unit.Kind.PACKAGE else None,
            )


def _results_of(states: Sequence[UnitState]) -> dict[int, Mapping[str, Any]]:
    found: dict[int, Mapping[str, Any]] = {}
    for kind, results in results_of.items():
        if of_kind := [state for state in states if state.unit.kind == kind]:
            found.update(results(of_kind))
    return found


def completions(since: datetime) -> Iterator[Fact]:
    """Of what was learnt here: training elsewhere is told by whoever gave it."""
    rows = Completion.objects.filter(completed_at__gte=since, external=None).select_related(*WITH_ENROLMENT)
    for completion in chain.from_iterable(in_batches(rows, "completed_at")):
        yield Fact(
            key=f"completion/{completion.number}",
            at=completion.completed_at,
            statement=recipe.said(
                completion.enrolment,
                recipe.COMPLETED,
                recipe.programme(completion.enrolment),
                result={"completion": True, "success": True},
            ),
        )


def in_batches(rows: QuerySet, moment: str) -> Iterator[list[Any]]:
    """Rows in the order of a moment and their keys, a batch at a time, each batch by a query of its own."""
    rows = rows.order_by(moment, "pk")
    page = list(rows[:BATCH])
    while page:
        yield page
        last = page[-1]
        at = getattr(last, moment)
        later = Q(**{f"{moment}__gt": at}) | Q(**{moment: at}, pk__gt=last.pk)
        page = list(rows.filter(later, **{f"{moment}__gte": at})[:BATCH])


def titles_of(unit_ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Titles by language of each unit."""
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    for unit_id, language, title in UnitText.objects.filter(unit_id__in=unit_ids).values_list(
        "unit_id", "language", "title"
    ):
        titles[unit_id][language] = title
    return titles
