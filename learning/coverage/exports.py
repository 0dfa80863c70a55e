"""The staff list and the figures as files. Each file says for which day it holds and how coverage is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import IO, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from learning import sheets
from learning.coverage import people, wording
from learning.coverage.figures import Figures
from learning.coverage.people import Choice, Person
from learning.coverage.programmes import Programme
from learning.coverage.reports import Plan
from learning.coverage.standing import NEVER, State
from learning.models import AuditEvent, Institution, Membership, User
from learning.sheets import Cell, Row


@dataclass(frozen=True)
class Column:
    title: str | Promise
    width: int
    of: Callable[[Any], Cell]


@dataclass(frozen=True)
class Table:
    """What a file holds. `rows` come when asked for; `notes` stand below them (CSV) or on a sheet of their own."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Any]
    notes: Sequence[Row]

    def lines(self) -> Iterator[Row]:
        yield [str(column.title) for column in self.columns]
        for row in self.rows:
            yield [column.of(row) for column in self.columns]

    def csv(self) -> Iterator[bytes]:
        """In the language active now, however late it is read."""
        return in_language(sheets.csv_lines(chain(self.lines(), [[]], self.notes)), get_language())

    def xlsx(self) -> IO[bytes]:
        return sheets.xlsx_file(
            rows=self.lines(),
            title=self.title,
            widths=[column.width for column in self.columns],
            notes=(_("How we count"), self.notes),
        )


def people_table(institution: Institution, programme: Programme | None, choice: Choice, figures: Figures) -> Table:
    """The people of the list, chosen as on the page. `figures` are of everyone at the place."""
    return Table(
        name=f"{institution.code}-{choice.on}",
        title=_("Staff"),
        columns=_people_columns(programme, choice.on),
        rows=chain.from_iterable(people.everyone(institution, programme, choice)),
        notes=[*about(institution, programme, choice.on, figures), *_filters(choice)],
    )


def plan_table(plan: Plan) -> Table:
    """The whole place, its sectors and the institutions right below it."""
    rows = [
        (_("Total"), plan.institution.name, plan.figures),
        *((_("Sector"), sector.name, figures) for sector, figures in plan.sectors),
        *((_("Institution"), place.name, figures) for place, figures in plan.places),
    ]
    title = _("Training coverage")
    columns = [
        Column(_("Level"), 12, lambda row: row[0]),
        Column(_("Sector or institution"), 40, lambda row: row[1]),
        *(Column(title, 14, _number(name)) for name, title in FIGURES.items()),
    ]
    notes = about(plan.institution, plan.programme, plan.on, plan.figures)
    return Table(f"{plan.institution.code}-{plan.on}", title, columns, rows, notes)


def _number(name: str) -> Callable[[tuple[str, str, Figures]], Cell]:
    return lambda row: getattr(row[2], name)


FIGURES = {
    "employed": gettext_lazy("Staff"),
    "required": gettext_lazy("Required"),
    "valid": gettext_lazy("Valid"),
    "percent": gettext_lazy("Coverage, percent"),
    "in_progress": gettext_lazy("In progress"),
    "not_started": gettext_lazy("Not started"),
    "expired": gettext_lazy("Expired"),
    "expiring_30": gettext_lazy("Ends within 30 days"),
    "expiring_60": gettext_lazy("Ends within 60 days"),
    "expiring_90": gettext_lazy("Ends within 90 days"),
    "not_yet_due": gettext_lazy("Not yet due"),
    "early_valid": gettext_lazy("Of them already valid"),
    "on_leave": gettext_lazy("On leave"),
    "exempt": gettext_lazy("Exempt"),
    "not_required": gettext_lazy("Not required"),
}


def in_language(portions: Iterator[bytes], language: str) -> Iterator[bytes]:
    """A response is streamed after the request's language has ended, so each portion is made in it anew."""
    while True:
        with override(language):
            portion = next(portions, None)
        if portion is None:
            return
        yield portion


def record(table: Table, *, kind: str, institution: Institution, by: User, rows: int, **facts: object) -> None:
    """Keep who took which list with how many rows; never what was in it."""
    AuditEvent.objects.create(
        actor=by,
        action=f"exported-{kind}",
        institution=institution,
        subject=table.name,
        facts={"rows": rows, **facts},
    )


def _people_columns(programme: Programme | None, on: date) -> list[Column]:
    def each(read: Callable[[Membership], object]) -> Callable[[Person], str]:
        return lambda person: "; ".join(dict.fromkeys(text for post in person.posts if (text := str(read(post) or ""))))

    return [
        Column(_("Surname"), 22, lambda person: person.last_name),
        Column(_("Given name"), 18, lambda person: person.first_name),
        Column(_("Staff number"), 14, each(lambda post: post.staff_number)),
        Column(_("Institution"), 30, each(lambda post: post.institution.name)),
        Column(_("Unit"), 20, each(lambda post: post.department)),
        Column(_("Position"), 30, each(lambda post: post.position.name)),
        Column(_("Start of work"), 14, lambda person: min(post.starts_on for post in person.posts)),
        Column(_("Programme"), 34, lambda person: programme.title if programme else ""),
        Column(_("Status"), 18, lambda person: str(wording.state_of(person.standing, on)[1])),
        Column(_("In coverage"), 18, _in_coverage),
        Column(_("Deadline"), 14, lambda person: person.standing.due_on),
        Column(_("Valid until"), 16, _valid_until),
        Column(_("Source"), 18, _source),
    ]


def _source(person: Person) -> str:
    """Where the training was given; "" without a valid proof."""
    if person.standing.state != State.VALID:
        return ""
    return _("training elsewhere") if person.is_elsewhere else _("this platform")


def _in_coverage(person: Person) -> str:
    return str(wording.REASONS.get(person.standing.obligation, _("Counted")))


def _valid_until(person: Person) -> Cell:
    if person.standing.state not in (State.VALID, State.EXPIRED):
        return None
    last = person.standing.covered_until
    return _("no end date") if last == NEVER else last


def _filters(choice: Choice) -> Iterator[Row]:
    """What the list was narrowed to, so that a part is not taken for the whole. The name searched for is not told."""
    if choice.status:
        yield [_("Only this status"), str(wording.STATUS_TITLES[choice.status])]
    if choice.position_key:
        yield [_("Only this position"), choice.position_key]
    if choice.words:
        yield [_("Only names searched for"), _("yes")]


def about(institution: Institution, programme: Programme | None, on: date, figures: Figures) -> list[Row]:
    made = date_format(timezone.localtime(), "SHORT_DATETIME_FORMAT")
    return [
        [_("Institution"), institution.name],
        [_("Programme"), programme.title if programme else "–"],
        [_("Day"), on],
        [_("Made"), made],
        [
            _("Coverage"),
            _("%(percent)s: %(valid)d of %(required)d")
            % {
                "percent": wording.percent(figures.percent),
                "valid": figures.valid,
                "required": figures.required,
            },
        ],
        [_("How we count"), wording.rule(figures)],
    ]
