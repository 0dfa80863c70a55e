"""A list of documents about training done elsewhere: read, judged row by row, and written down for a second person."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.models import ACADEMIC_HOUR_MINUTES, Course
from learning.evidence.columns import REQUIRED, TITLES, recognise
from learning.evidence.models import ExternalEvidence
from learning.people.models import Institution, Membership
from learning.people.staff_import.columns import HEADING_WITHIN_ROWS, bare
from learning.people.staff_import.errors import ColumnsMissing, ColumnTwice, FileEmpty
from learning.people.staff_import.parsing import EARLIEST_YEAR, read_date
from learning.people.staff_import.reading import read_rows
from learning.people.staff_import.snapshots import batched
from learning.records.models import AuditEvent

ROWS_AT_A_TIME = 500
LONGEST = {"title": 300, "provider": 200, "provider_registration_number": 20, "document_number": 100}
MOST_HOURS = Decimal("9999.9")
MOST_MINUTES = 120

MESSAGES: dict[str, str | Promise] = {
    "missing": _("The cell is empty. Fill it in."),
    "too_long": _("The text is too long for this column. Shorten it."),
    "person_unnamed": _("Give the person's e-mail or staff number."),
    "person_unknown": _("Nobody with this e-mail or staff number works here. Check both, or add the person first."),
    "person_unclear": _("Several people have this staff number. Give the e-mail to tell them apart."),
    "name_differs": _("This e-mail or staff number belongs to somebody with another name. Check both."),
    "programme_unknown": _("There is no programme “%(value)s”. Use the key shown on the import page."),
    "hours_wrong": _("“%(value)s” is not a number of hours. Write it as 8 or 8,5."),
    "date_wrong": _("“%(value)s” is not a date. Write it as 01.09.2026. or 2026-09-01."),
    "date_to_come": _("This day is still to come. Check the date."),
    "ends_before": _("The last valid day is before the day of completion. Check both."),
    "row_twice": _("An earlier row says the same. Keep one of the two rows."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be used. `row` counts as a spreadsheet does, the heading included."""

    row: int
    field: str
    code: str
    value: str = ""

    @property
    def title(self) -> str:
        return str(TITLES[self.field])

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code]) % {"value": self.value}


@dataclass
class Imported:
    """What a list came to; `known` documents were recorded before."""

    new: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def wrong_rows(self) -> int:
        return len({problem.row for problem in self.problems})


Cells = Mapping[str, str]
Key = tuple[int, int, date, str, str]


def import_list(
    *, institution: Institution | None, content: bytes, leave_out_wrong: bool, by: Any, at: datetime
) -> Imported:
    """Write down every document that is not yet known; each waits for a second person. One transaction.

    When a row is wrong nothing is written, unless `leave_out_wrong`. `institution` None: everybody's. The same list
    twice changes nothing. Raises a StaffFileError when the file cannot be read.
    """
    table = _table(read_rows(content, recognise=recognise))
    found, problems = _judged(table, institution, on=timezone.localdate(at))
    result = Imported(problems=sorted(problems, key=lambda problem: problem.row))
    if problems and not leave_out_wrong:
        return result
    with transaction.atomic():
        # What two imports at once both think new, the database takes once.
        known = _known({evidence.user_id for evidence in found})
        new = [evidence for evidence in found if _key(evidence) not in known]
        for evidence in new:
            evidence.recorded_by, evidence.recorded_at = by, at
        ExternalEvidence.objects.bulk_create(new, batch_size=ROWS_AT_A_TIME, ignore_conflicts=True)
        result.new = sum(
            ExternalEvidence.objects.filter(number__in=numbers).count()
            for numbers in batched((evidence.number for evidence in new), ROWS_AT_A_TIME)
        )
        result.known = len(found) - result.new
        if result.new:
            AuditEvent.objects.create(
                actor=by,
                action="evidence-imported",
                institution=institution,
                facts={"new": result.new, "known": result.known, "wrong": result.wrong_rows},
            )
    return result


def _table(rows: Sequence[Sequence[str]]) -> dict[int, dict[str, str]]:
    """Cells under their columns, by their row in the file. Raises ColumnsMissing, ColumnTwice, FileEmpty."""
    heads = [[recognise(title) for title in row] for row in rows[:HEADING_WITHIN_ROWS]]
    best = max(range(len(heads)), key=lambda row: len(set(heads[row]) - {None}))
    places: dict[str, int] = {}
    for place, name in enumerate(heads[best]):
        if name in places:
            raise ColumnTwice(str(TITLES[name]))
        if name:
            places[name] = place
    missing = [str(TITLES[name]) for name in REQUIRED if name not in places]
    if not {"email", "staff_number"} & set(places):
        missing.append(str(TITLES["email"]))
    if missing:
        raise ColumnsMissing(missing)
    table = {}
    for number, row in enumerate(rows[best + 1 :], start=best + 2):
        cells = {name: row[place] if place < len(row) else "" for name, place in places.items()}
        if any(cells.values()):
            table[number] = cells
    if not table:
        raise FileEmpty
    return table


def _judged(
    table: dict[int, Cells], institution: Institution | None, *, on: date
) -> tuple[list[ExternalEvidence], list[Problem]]:
    courses = {course.key: course for course in Course.objects.exclude(versions=None)}
    found: list[ExternalEvidence] = []
    problems: list[Problem] = []
    seen: set[Key] = set()
    for some in batched(table.items(), ROWS_AT_A_TIME):
        posts = _Posts(institution, [cells for _number, cells in some], on)
        for number, cells in some:
            reader = _Reader(number, cells, courses, posts, on)
            evidence = reader.read()
            if evidence and _key(evidence) in seen:
                reader.complain("document_number", "row_twice")
            problems += reader.problems
            if evidence and not reader.problems:
                seen.add(_key(evidence))
                found.append(evidence)
    return found, problems


class _Posts:
    """The posts of the people some rows may mean."""

    def __init__(self, institution: Institution | None, rows: Sequence[Cells], on: date) -> None:
        emails = {_email(cells) for cells in rows} - {""}
        numbers = {cells.get("staff_number", "") for cells in rows} - {""}
        posts = Membership.objects.employed(on=on).filter(Q(user__email__in=emails) | Q(staff_number__in=numbers))
        if institution is not None:
            posts = posts.filter(institution__path__startswith=institution.path)
        self.by_email: dict[str, Membership] = {}
        self.by_number: dict[str, list[Membership]] = {}
        for post in posts.select_related("user", "institution").order_by("starts_on", "pk"):
            self.by_email.setdefault(post.user.email or "", post)
            self.by_number.setdefault(post.staff_number, []).append(post)


class _Reader:
    def __init__(self, number: int, cells: Cells, courses: Mapping[str, Course], posts: _Posts, on: date) -> None:
        self.number, self.cells, self.courses, self.posts, self.on = number, cells, courses, posts, on
        self.problems: list[Problem] = []

    def read(self) -> ExternalEvidence | None:
        """The document of this row; None, with `problems`, when it cannot be used."""
        for name in REQUIRED:
            if not self.cells.get(name):
                self.complain(name, "missing")
        for name, longest in LONGEST.items():
            if len(self.cells.get(name, "")) > longest:
                self.complain(name, "too_long")
        post, course = self.post(), self.course()
        hours, minutes = self.amount("hours", MOST_HOURS), self.minutes()
        completed_on, stated_until = self.day("completed_on"), self.day("stated_until")
        if completed_on and completed_on > self.on:
            self.complain("completed_on", "date_to_come")
        if completed_on and stated_until and stated_until < completed_on:
            self.complain("stated_until", "ends_before")
        if self.problems:
            return None
        return ExternalEvidence(
            user=post.user,
            course=course,
            institution=post.institution,
            **{name: self.cells.get(name, "") for name in LONGEST},
            hours=hours,
            minutes_per_hour=minutes,
            completed_on=completed_on,
            stated_until=stated_until,
        )

    def complain(self, name: str, code: str) -> None:
        if not any(problem.field == name for problem in self.problems):
            self.problems.append(Problem(self.number, name, code, self.cells.get(name, "")))

    def post(self) -> Membership | None:
        email, number = _email(self.cells), self.cells.get("staff_number", "")
        if not email and not number:
            self.complain("email", "person_unnamed")
            return None
        posts = [self.posts.by_email[email]] if email in self.posts.by_email else []
        if not email:
            posts = self.posts.by_number.get(number, [])
        name = "email" if email else "staff_number"
        if len({post.user_id for post in posts}) != 1:
            self.complain(name, "person_unclear" if posts else "person_unknown")
            return None
        for part in ("first_name", "last_name"):
            written = self.cells.get(part, "")
            if written and bare(written) != bare(getattr(posts[0].user, part)):
                self.complain(part, "name_differs")
        return posts[0]

    def course(self) -> Course | None:
        """A list may leave the programme out where there is only one."""
        written = self.cells.get("programme", "")
        if not written and len(self.courses) == 1:
            return next(iter(self.courses.values()))
        course = self.courses.get(written.lower())
        if course is None:
            self.complain("programme", "programme_unknown" if written else "missing")
        return course

    def amount(self, name: str, most: Decimal) -> Decimal | None:
        written = self.cells.get(name, "")
        if not written:
            return None
        try:
            amount = Decimal(written.replace(",", ".").replace(" ", ""))
        except InvalidOperation:
            amount = Decimal(0)
        if not amount.is_finite() or not 0 < amount <= most or amount != amount.quantize(Decimal("0.1")):
            self.complain(name, "hours_wrong")
            return None
        return amount

    def minutes(self) -> int:
        amount = self.amount("minutes_per_hour", Decimal(MOST_MINUTES))
        return int(amount) if amount else ACADEMIC_HOUR_MINUTES

    def day(self, name: str) -> date | None:
        written = self.cells.get(name, "")
        day = read_date(written) if written else None
        if written and (day is None or day.year < EARLIEST_YEAR):
            self.complain(name, "date_wrong")
        return day


def _email(cells: Cells) -> str:
    return cells.get("email", "").removeprefix("mailto:").lower()


def _key(evidence: ExternalEvidence) -> Key:
    return (
        evidence.user_id,
        evidence.course_id,
        evidence.completed_on,
        evidence.provider,
        evidence.document_number,
    )


def _known(user_ids: set[int]) -> set[Key]:
    """What is recorded of these people, whatever became of it: a list does not bring back what was refused."""
    return set(_rows_of(sorted(user_ids)))


def _rows_of(user_ids: Sequence[int]) -> Iterator[Key]:
    for some in batched(user_ids, ROWS_AT_A_TIME):
        yield from ExternalEvidence.objects.filter(user__in=some).values_list(
            "user_id", "course_id", "completed_on", "provider", "document_number"
        )
