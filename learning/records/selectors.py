"""Where a learner is: on the way through one version, and in one unit of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.sql.compiler import SQLCompiler

from courses.selectors import ModuleOutline, Outline, UnitOutline, outline
from learning.people.models import User
from learning.records.models import UnitState
from learning.records.progress import Tally, tally
from learning.requirements.models import Enrolment
from learning.requirements.paths import modules_on


@dataclass(frozen=True, slots=True)
class Place:
    """A unit among its neighbours on one way through a version. Frozen, so shared by all its readers."""

    module: ModuleOutline
    siblings: tuple[UnitOutline, ...]
    unit: UnitOutline
    number: int
    previous: UnitOutline | None
    following: UnitOutline | None

    @property
    def total(self) -> int:
        return len(self.siblings)

    @property
    def index(self) -> int:
        return self.number - 1


@lru_cache(maxsize=256)
def places(version_id: int, path: str, language: str) -> dict[str, Place]:
    """Every unit of a way in order, by its key. Shared, so never change it."""
    way = [
        (module, units, unit, number)
        for module, units in modules_on(path, outline(version_id, language))
        for number, unit in enumerate(units, start=1)
    ]
    return {
        unit.key: Place(
            module=module,
            siblings=units,
            unit=unit,
            number=number,
            previous=way[step - 1][2] if step else None,
            following=way[step + 1][2] if step + 1 < len(way) else None,
        )
        for step, (module, units, unit, number) in enumerate(way)
    }


@dataclass(frozen=True, slots=True)
class Trace:
    """What is kept of one unit: `UnitState` without its row. `answers` are read for the page of a unit alone."""

    unit_id: int
    seen_at: datetime
    block: int
    is_done: bool
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def traces_of(enrolments: Iterable[Enrolment]) -> dict[int, dict[int, Trace]]:
    """By enrolment and unit, in one query."""
    enrolments = list(enrolments)
    found: dict[int, dict[int, Trace]] = {enrolment.pk: {} for enrolment in enrolments}
    if not enrolments:
        return found
    rows = UnitState.objects.filter(enrolment__in=enrolments)
    for enrolment_id, unit_id, seen_at, block, done_at in rows.values_list(
        "enrolment_id", "unit_id", "seen_at", "block", "done_at"
    ):
        found[enrolment_id][unit_id] = Trace(unit_id, seen_at, block, done_at is not None)
    return found


STUDY_COLUMNS = [column.attname for column in Enrolment._meta.concrete_fields]
TRACE_COLUMNS = [f"unit_states__{column}" for column in ("unit_id", "seen_at", "block", "answers")]


@cache
def _study_statement() -> tuple[SQLCompiler, str]:
    """The SQL of `study_of`, written once: Django takes three times as long to write it as to run it."""
    anybodys = Enrolment.objects.readable().filter(number=UUID(int=0), user=0).order_by()
    is_done = ExpressionWrapper(Q(unit_states__done_at__isnull=False), BooleanField())
    compiler = anybodys.values_list(*STUDY_COLUMNS, *TRACE_COLUMNS, is_done).query.get_compiler(DEFAULT_DB_ALIAS)
    sql, _ = compiler.as_sql()
    return compiler, sql


def study_of(user: User, number: UUID) -> tuple[Enrolment | None, dict[int, Trace]]:
    """A person's own study with what is kept of its units, in one query; None when it cannot be read."""
    compiler, sql = _study_statement()
    with connection.cursor() as cursor:
        cursor.execute(sql, [Enrolment._meta.get_field("number").get_db_prep_value(number, connection), user.pk])
        rows = list(compiler.results_iter([cursor.fetchall()]))
    if not rows:
        return None, {}
    width = len(STUDY_COLUMNS)
    traces = {
        unit_id: Trace(unit_id, seen_at, block, is_done, answers)
        for unit_id, seen_at, block, answers, is_done in (row[width:] for row in rows)
        if unit_id is not None
    }
    return Enrolment.from_db(DEFAULT_DB_ALIAS, STUDY_COLUMNS, rows[0][:width]), traces


@dataclass(frozen=True)
class ModuleProgress:
    """A module on a learner's way. `is_now`: the next step lies in it."""

    outline: ModuleOutline
    units: tuple[UnitOutline, ...]
    tally: Tally
    is_now: bool


@dataclass(frozen=True)
class Study:
    """One enrolment with its programme in one language and what is done of it."""

    enrolment: Enrolment
    outline: Outline
    language: str
    traces: dict[int, Trace] = field(repr=False)

    @cached_property
    def done(self) -> frozenset[int]:
        return frozenset(trace.unit_id for trace in self.traces.values() if trace.is_done)

    @cached_property
    def modules(self) -> tuple[ModuleProgress, ...]:
        now = self.next_step.module.key if self.next_step else None
        return tuple(
            ModuleProgress(
                module, units, tally(units, done=self.done, opened=self.traces.keys()), is_now=module.key == now
            )
            for module, units in modules_on(self.enrolment.path, self.outline)
        )

    @property
    def modules_done(self) -> int:
        return sum(module.tally.is_done for module in self.modules)

    @cached_property
    def tally(self) -> Tally:
        return tally(self._units(), done=self.done, opened=self.traces.keys())

    @cached_property
    def last(self) -> Trace | None:
        """The unit opened last."""
        return max(self.traces.values(), key=lambda trace: trace.seen_at, default=None)

    @cached_property
    def next_step(self) -> Place | None:
        """The unit to go on with: the one opened last while it is not done, else the next required one after it,
        else the first that was left out. None when everything is done."""
        way = list(places(self.outline.version_id, self.enrolment.path, self.language).values())
        todo = [place.unit.required and place.unit.id not in self.done for place in way]
        start = next((step for step, place in enumerate(way) if self.last and place.unit.id == self.last.unit_id), 0)
        order = [*range(start, len(way)), *range(start)]
        return next((way[step] for step in order if todo[step]), None)

    @property
    def next_block(self) -> int:
        """The block of the next step last read; 0 is its beginning."""
        trace = self.next_step and self.traces.get(self.next_step.unit.id)
        return trace.block if trace else 0

    def _units(self) -> Iterator[UnitOutline]:
        return (unit for _, units in modules_on(self.enrolment.path, self.outline) for unit in units)


def studies(enrolments: Iterable[Enrolment], *, language: str) -> list[Study]:
    """The enrolments with their progress, in their order; one query beside the programmes, which are kept."""
    enrolments = list(enrolments)
    traces = traces_of(enrolments)
    return [
        Study(enrolment, outline(enrolment.version_id, language), language, traces[enrolment.pk])
        for enrolment in enrolments
    ]
