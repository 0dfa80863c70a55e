"""A preview as a page shows it: sentences instead of codes, and no more lines than people read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from learning.people.models import Institution, Position

from .columns import TITLES
from .managers import Ref
from .models import StaffImport
from .parsing import StaffRow
from .problems import Problem
from .services import Mends, Preview

MOST_LINES = 100
# Which cells can mend a problem, where it is not the cell that has it.
MENDED_BY: Mapping[str, tuple[str, ...]] = {"person_unclear": ("email", "staff_number"), "row_twice": ()}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell to mend. `choices`: keys and names to choose from, else it is typed."""

    row: int
    name: str
    title: str
    value: str
    message: str
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """Also the name it is posted under; `mends_in` reads it."""
        return f"cell-{self.row}-{self.name}"


@dataclass(frozen=True, slots=True)
class WrongRow:
    number: int
    person: str
    cells: tuple[Cell, ...]
    remarks: tuple[str, ...]
    """Problems that no cell can mend."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table of changes."""

    person: str
    kind: str
    now: str
    then: str


def mends_in(posted: Mapping[str, str]) -> Mends:
    """Cells as mended on the page, named `cell-<row>-<field>`."""
    mends = {}
    for name, value in posted.items():
        kind, _dash, rest = name.partition("-")
        number, _dash, field = rest.partition("-")
        if kind == "cell" and number.isdecimal() and field in TITLES:
            mends[int(number), field] = " ".join(value.split())
    return mends


class PreviewPage:
    """Everything the template asks of a preview."""

    def __init__(self, kept: StaffImport, preview: Preview) -> None:
        self.kept, self.preview, self.plan = kept, preview, preview.plan
        self.joined, self.changed = len(self.plan.joins), len(self.plan.changes)
        self.left, self.unchanged = len(self.plan.leaves), len(self.plan.unchanged)

    @cached_property
    def positions(self) -> dict[str, str]:
        return {position.key: position.name for position in Position.objects.all()}

    @cached_property
    def institutions(self) -> dict[str, str]:
        codes = {leave.post.institution for leave in self.plan.leaves}
        codes |= {item.row.institution for item in (*self.plan.joins, *self.plan.changes)}
        return dict(Institution.objects.filter(code__in=codes).values_list("code", "name"))

    @property
    def has_several_institutions(self) -> bool:
        return len(self.institutions) > 1

    @cached_property
    def wrong_rows(self) -> list[WrongRow]:
        by_row: dict[int, list[Problem]] = {}
        for problem in self.preview.problems:
            by_row.setdefault(problem.row, []).append(problem)
        return [self._wrong_row(number, problems) for number, problems in list(by_row.items())[:MOST_LINES]]

    @property
    def wrong(self) -> int:
        return len(self.preview.wrong_rows)

    @property
    def wrong_unseen(self) -> int:
        return self.wrong - len(self.wrong_rows)

    def _wrong_row(self, number: int, problems: list[Problem]) -> WrongRow:
        said = self.preview.table.rows[number]
        cells = [
            Cell(number, name, _(TITLES[name]), said[name], problem.message, self._choices(name))
            for problem in problems
            for name in MENDED_BY.get(problem.code, (problem.field,))
            if name in said
        ]
        fixed = {problem.message for problem in problems} - {cell.message for cell in cells}
        person = f"{said.get('first_name', '')} {said.get('last_name', '')}".strip()
        return WrongRow(number, person or "–", tuple(cells), tuple(sorted(fixed)))

    def _choices(self, name: str) -> tuple[tuple[str, str], ...]:
        if name == "position":
            return tuple(self.positions.items())
        if name == "language":
            return ("lv", "lv"), ("en", "en")
        return ()

    @cached_property
    def lines(self) -> list[Line]:
        """People who change or leave."""
        return [*self._changes(), *self._leaves()]

    @property
    def lines_unseen(self) -> int:
        return self.changed + self.left - len(self.lines)

    def _changes(self) -> Iterator[Line]:
        for change in self.plan.changes[:MOST_LINES]:
            fields = {**change.person, **change.details}
            now = [self._words(name, old) for name, (old, _new) in fields.items()]
            then = [self._words(name, new) for name, (_old, new) in fields.items()]
            if change.moves_on:
                then.append(_("from %(day)s") % {"day": date_format(change.moves_on, "SHORT_DATE_FORMAT")})
            yield Line(change.row.name, "changes", "; ".join(filter(None, now)), "; ".join(filter(None, then)))

    def _leaves(self) -> Iterator[Line]:
        for leave in self.plan.leaves[:MOST_LINES]:
            yield Line(
                person=self.preview.known.people[leave.post.person].name,
                kind="leaves",
                now=self.positions[leave.post.position],
                then=_("last day: %(day)s") % {"day": date_format(leave.ends_on, "SHORT_DATE_FORMAT")},
            )

    def _words(self, name: str, value: object) -> str:
        if name == "position":
            return self.positions[str(value)]
        if name == "manager":
            return f"{_(TITLES[name])}: {self._manager(value)}"
        if name in ("starts_on", "ends_on"):
            day = date_format(value, "SHORT_DATE_FORMAT") if value else _("none")
            return f"{_(TITLES[name])}: {day}"
        if name in ("first_name", "last_name"):
            return str(value)
        return f"{_(TITLES[name])}: {value or '–'}"

    def _manager(self, ref: Ref | None) -> str:
        if isinstance(ref, tuple):
            return next(join.row.name for join in self.plan.joins if join.key == ref)
        return self.preview.known.people[ref].name if ref else "–"

    @cached_property
    def newcomers(self) -> list[str]:
        return [self._newcomer(join.row) for join in self.plan.joins[:MOST_LINES]]

    @property
    def newcomers_unseen(self) -> int:
        return self.joined - len(self.newcomers)

    def _newcomer(self, row: StaffRow) -> str:
        words = f"{row.name}, {self.positions[row.position]}"
        return f"{words}, {self.institutions[row.institution]}" if self.has_several_institutions else words

    @property
    def notices(self) -> list[tuple[int, str, str]]:
        """Row, cell and what is put aside."""
        return [(notice.row, notice.value, notice.message) for notice in self.plan.notices[:MOST_LINES]]
