"""From cells to rows that can be used, or the reasons why not. Pure: the words known come as arguments."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .columns import REQUIRED, Chosen, bare, find_heading, plain
from .errors import FileEmpty
from .problems import Problem

LONGEST = {"first_name": 100, "last_name": 100, "email": 254, "department": 120, "staff_number": 40, "manager": 254}
DATE_PATTERNS = (
    re.compile(r"(?P<year>\d{4})[-./](?P<month>\d{1,2})[-./](?P<day>\d{1,2})\.?(?:[ T]00:00(?::00)?)?"),
    re.compile(r"(?P<day>\d{1,2})[-./] ?(?P<month>\d{1,2})[-./] ?(?P<year>\d{4})\.?"),
)
EARLIEST_YEAR = 1950
YEARS_AHEAD = 5
LANGUAGES = {
    **dict.fromkeys(("lv", "lav", "latviesu", "latviesu valoda", "latvian"), "lv"),
    **dict.fromkeys(("en", "eng", "anglu", "anglu valoda", "english"), "en"),
}

Cells = Mapping[str, str]
"""One row: field -> the cell as written."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under the heading, by their number in the file."""

    rows: dict[int, dict[str, str]]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person in one post of one institution, as the file says. An empty text says nothing and changes nothing."""

    number: int
    institution: str
    first_name: str
    last_name: str
    position: str
    starts_on: date
    ends_on: date | None = None
    email: str = ""
    department: str = ""
    staff_number: str = ""
    language: str = ""
    manager: str = ""
    """E-mail or staff number."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words a file may use: `institutions` by code, `positions` by key and by the names people use."""

    institutions: Mapping[str, str]
    positions: Mapping[str, str]
    institution: str = ""
    """The code meant where a row names none."""


@dataclass(slots=True)
class StaffList:
    """What a file says: rows that can be used, and what is wrong with the others."""

    rows: list[StaffRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_table(rows: Sequence[Sequence[str]], *, needs_institution: bool, chosen: Chosen | None = None) -> Table:
    """Cells under their columns; empty rows are left out. Raises a StaffFileError about the heading."""
    heading = find_heading(rows, needs_institution=needs_institution, chosen=chosen)
    table: dict[int, dict[str, str]] = {}
    for number, row in enumerate(rows[heading.row + 1 :], start=heading.row + 2):
        cells = {name: row[place] if place < len(row) else "" for name, place in heading.places.items()}
        if any(cells.values()):
            table[number] = cells
    if not table:
        raise FileEmpty
    return Table(rows=table, ignored=heading.ignored)


def position_stem(name: str) -> str:
    """A post without the endings that tell men from women: “skolotāja” and “skolotājs” are one."""
    return " ".join(_stem(word) for word in plain(name).split())


def _stem(word: str) -> str:
    stem = re.sub(r"(ais|is|us|s|a|e)$", "", word) if len(word) > 4 else word
    # darbinieks, darbiniece: the k of the stem turns into c before e.
    return re.sub(r"iec$", "iek", stem)


def name_positions(positions: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Every way to write a position -> its key. A way that could mean two positions is left out.

    `positions` maps each key to its names.
    """
    exact: dict[str, str] = {}
    stems: dict[str, set[str]] = {}
    for key, names in positions.items():
        for name in (key, *names):
            exact[plain(name)] = key
            stems.setdefault(position_stem(name), set()).add(key)
    return {**{stem: keys.pop() for stem, keys in stems.items() if len(keys) == 1}, **exact}


def parse(table: Table, vocabulary: Vocabulary, *, on: date) -> StaffList:
    """Judge every row by itself, then the rows against each other. `on` is today, for unlikely dates."""
    result = StaffList()
    for number, cells in table.rows.items():
        reader = _RowReader(number, cells, vocabulary, on)
        row = reader.read()
        result.problems += reader.problems
        if not reader.problems:
            result.rows.append(row)
    clashes = list(_clashes(result.rows))
    wrong = {problem.row for problem in clashes}
    result.rows = [row for row in result.rows if row.number not in wrong]
    result.problems = sorted(result.problems + clashes, key=lambda problem: problem.row)
    return result


@lru_cache(maxsize=10_000)
def read_date(written: str) -> date | None:
    """A day as written in Latvia or by a spreadsheet; None when it is no day."""
    for pattern in DATE_PATTERNS:
        if match := pattern.fullmatch(written):
            try:
                return date(int(match["year"]), int(match["month"]), int(match["day"]))
            except ValueError:
                return None
    return None


class _RowReader:
    def __init__(self, number: int, cells: Cells, vocabulary: Vocabulary, on: date) -> None:
        self.number, self.cells, self.vocabulary, self.on = number, cells, vocabulary, on
        self.problems: list[Problem] = []

    def read(self) -> StaffRow:
        for name in REQUIRED:
            if not self.cells.get(name):
                self.complain(name, "missing")
        for name, longest in LONGEST.items():
            if len(self.cells.get(name, "")) > longest:
                self.complain(name, "too_long", hint=str(longest))
        row = StaffRow(
            number=self.number,
            institution=self.institution(),
            first_name=self.cells.get("first_name", ""),
            last_name=self.cells.get("last_name", ""),
            email=self.email(),
            position=self.position(),
            department=self.cells.get("department", ""),
            staff_number=self.cells.get("staff_number", ""),
            starts_on=self.day("starts_on") or self.on,
            ends_on=self.day("ends_on"),
            language=self.language(),
            manager=self.manager(),
        )
        if not self.problems and row.ends_on and row.ends_on < row.starts_on:
            self.complain("ends_on", "ends_before_start")
        return row

    def complain(self, name: str, code: str, hint: str = "") -> None:
        if not any(problem.field == name for problem in self.problems):
            self.problems.append(Problem(self.number, name, code, self.cells.get(name, ""), hint))

    def institution(self) -> str:
        written = self.cells.get("institution", "")
        code = self.vocabulary.institutions.get(plain(written)) if written else self.vocabulary.institution
        if not code:
            self.complain("institution", "institution_unknown" if written else "missing")
        return code or ""

    def position(self) -> str:
        written = self.cells.get("position", "")
        known = self.vocabulary.positions
        key = known.get(plain(written)) or known.get(position_stem(written))
        if written and not key:
            self.complain("position", "position_unknown")
        return key or ""

    def email(self) -> str:
        written = self.cells.get("email", "").removeprefix("mailto:").lower()
        if written and "@" not in written:
            self.complain("email", "email_without_at")
        elif written:
            try:
                validate_email(written)
            except ValidationError:
                self.complain("email", "email_wrong")
        return written

    def manager(self) -> str:
        written = self.cells.get("manager", "").removeprefix("mailto:")
        return written.lower() if "@" in written else written

    def language(self) -> str:
        written = self.cells.get("language", "")
        language = LANGUAGES.get(plain(written), "")
        if written and not language:
            self.complain("language", "language_unknown")
        return language

    def day(self, name: str) -> date | None:
        written = self.cells.get(name, "")
        if not written:
            return None
        day = read_date(written)
        if day is None:
            self.complain(name, "date_wrong")
        elif not EARLIEST_YEAR <= day.year <= self.on.year + YEARS_AHEAD:
            self.complain(name, "date_unlikely")
        return day


def _clashes(rows: Sequence[StaffRow]) -> Iterator[Problem]:
    """Rows that cannot both be true; the later one is the wrong one."""
    names: dict[str, StaffRow] = {}
    seen: dict[tuple[str, str, str, date | None], StaffRow] = {}
    for row in rows:
        first = names.setdefault(row.email, row) if row.email else row
        if bare(first.name) != bare(row.name):
            yield Problem(row.number, "email", "email_twice", row.email, str(first.number))
            continue
        person = row.email or row.staff_number or row.name.casefold()
        # A past period and a present one in the same post are two different things to say.
        same = seen.setdefault((person, row.institution, row.position, row.ends_on), row)
        if same is not row:
            yield Problem(row.number, "last_name", "row_twice", row.name, str(same.number))
