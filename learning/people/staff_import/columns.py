"""The columns of a staff list and the names people give them."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from .errors import ColumnsMissing, ColumnTwice

# The heading stands within these first rows; titles and notes above it are common.
HEADING_WITHIN_ROWS = 15

TITLES: dict[str, str] = {
    "institution": gettext_noop("Institution code"),
    "first_name": gettext_noop("First name"),
    "last_name": gettext_noop("Surname"),
    "email": gettext_noop("E-mail"),
    "position": gettext_noop("Position"),
    "department": gettext_noop("Department"),
    "staff_number": gettext_noop("Staff number"),
    "starts_on": gettext_noop("Start of work"),
    "ends_on": gettext_noop("Last day of work"),
    "language": gettext_noop("Language"),
    "manager": gettext_noop("Direct manager"),
}
REQUIRED = ("first_name", "last_name", "position", "starts_on")

SYNONYMS: dict[str, Sequence[str]] = {
    "institution": ("institution", "institution code", "code", "organisation", "iestāde", "iestādes kods", "skola"),
    "first_name": ("first name", "given name", "name", "forename", "vārds", "vārdi"),
    "last_name": ("surname", "last name", "family name", "uzvārds"),
    "email": ("e-mail", "mail", "e-mail address", "e-pasts", "e-pasta adrese", "darba e-pasts"),
    "position": ("position", "post", "job", "job title", "amats", "amata nosaukums", "profesija", "ieņemamais amats"),
    "department": ("department", "unit", "struktūrvienība", "nodaļa", "daļa"),
    "staff_number": (
        *("staff number", "staff no", "employee number", "personnel number", "employee id"),
        *("darbinieka numurs", "darbinieka nr", "tabeles numurs", "tabeles nr", "personāla numurs"),
    ),
    "starts_on": (
        *("start", "starts", "start date", "starts on", "start of work", "hired", "hired on", "from"),
        *("sākums", "darba sākums", "sākuma datums", "darba sākuma datums", "pieņemts darbā", "strādā no", "no"),
    ),
    "ends_on": (
        *("end", "ends", "end date", "ends on", "last day", "last day of work", "left", "left on", "until"),
        *("beigas", "darba beigas", "beigu datums", "darba beigu datums", "pēdējā darba diena", "atbrīvots", "līdz"),
    ),
    "language": ("language", "lang", "valoda", "saziņas valoda", "mācību valoda"),
    "manager": (
        *("manager", "direct manager", "line manager", "supervisor", "manager's e-mail", "manager's staff number"),
        *("tiešais vadītājs", "vadītājs", "tiešā vadītāja e-pasts", "vadītāja e-pasts", "vadītāja tabeles numurs"),
    ),
}


def bare(text: str) -> str:
    """Small letters without diacritics: how names are compared when people type them."""
    if text.isascii():
        return text.casefold()
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=10_000)
def plain(text: str) -> str:
    """Latin letters and digits alone, as in `bare`, one space between words: how headings and posts are compared."""
    return " ".join(re.findall(r"[a-z0-9]+", bare(text).replace("e-", "e")))


_FIELDS: Mapping[str, str] = {plain(name): field for field, names in SYNONYMS.items() for name in (field, *names)}


NOT_READ = ""
Chosen = Mapping[str, str]
"""Heading as in `plain` -> the column somebody said it means, NOT_READ when nobody is to read it."""


def recognise(title: str, chosen: Chosen | None = None) -> str | None:
    """The column that a heading means, or None. What somebody chose goes before what the words say."""
    words = plain(title)
    return ((chosen or {}).get(words, _FIELDS.get(words))) or None


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the columns are."""

    row: int
    """Place of the heading among the rows, from 0."""
    places: Mapping[str, int]
    ignored: tuple[str, ...]
    """Headings nobody reads, as written."""


def heading_row(rows: Sequence[Sequence[str]], chosen: Chosen | None = None) -> int:
    """Place of the row that names the most columns; where none does better, the first of the fullest ones."""

    def likelihood(row: int) -> tuple[int, int]:
        return len({recognise(title, chosen) for title in rows[row]} - {None}), sum(map(bool, rows[row]))

    return max(range(min(len(rows), HEADING_WITHIN_ROWS)), key=likelihood)


def find_heading(rows: Sequence[Sequence[str]], *, needs_institution: bool, chosen: Chosen | None = None) -> Heading:
    """The first row that names columns.

    Raises ColumnsMissing with the titles of what is not there, ColumnTwice when two columns mean the same.
    """
    best = heading_row(rows, chosen)
    titles = rows[best]
    places = places_of([recognise(title, chosen) for title in titles], needs_institution=needs_institution)
    ignored = tuple(title for title in titles if title and not recognise(title, chosen))
    return Heading(row=best, places=places, ignored=ignored)


def places_of(fields: Sequence[str | None], *, needs_institution: bool) -> dict[str, int]:
    """Column -> its place among the fields. Raises ColumnTwice, ColumnsMissing."""
    places: dict[str, int] = {}
    for place, field in enumerate(fields):
        if field in places:
            raise ColumnTwice(str(_(TITLES[field])))
        if field:
            places[field] = place
    wanted = ("institution", *REQUIRED) if needs_institution else REQUIRED
    if missing := [str(_(TITLES[field])) for field in wanted if field not in places]:
        raise ColumnsMissing(missing)
    return places
