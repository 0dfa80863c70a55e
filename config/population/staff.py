"""The staff list of Demo novads, the same for ever: `demo_staff.csv` is what `staff_list` writes."""

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from .municipality import MAIL_DOMAIN, PLACES, POSTS, Place, Post
from .names import Names, ascii_of
from .personas import STAFF_PERSONAS

CSV_PATH = Path(__file__).with_name("demo_staff.csv")
SEED = 20240614
HEADING = (
    *("Iestādes kods", "Vārds", "Uzvārds", "E-pasts", "Amats", "Struktūrvienība", "Tabeles numurs"),
    *("Darba sākums", "Darba beigas", "Valoda"),
)
FIRST_DAY, LAST_DAY = date(2004, 8, 1), date(2024, 9, 2)
PERSONA_STARTED = date(2015, 9, 1)
SHARE_WITHOUT_EMAIL = 0.06
LEAVERS = 14
SECOND_POSTS = 9
SUBJECTS = ("Sākumskola", "Valodas", "Matemātika", "Dabaszinības", "Humanitārās zinātnes", "Tehnoloģijas", "Māksla")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, as an HR officer types it."""

    institution: str
    first_name: str
    last_name: str
    email: str
    position: str
    department: str
    staff_number: str
    starts_on: str
    ends_on: str = ""
    language: str = ""


def staff_list() -> str:
    """The whole list as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADING)
    writer.writerows(astuple(line) for line in lines())
    return buffer.getvalue()


def lines() -> list[Line]:
    """Everyone, institution by institution."""
    source = Random(SEED)  # noqa: S311 - a demo must come out the same every time
    names = Names(source)
    names.reserve(*(persona.name for persona in STAFF_PERSONAS))
    people = [line for place in PLACES for line in _staff(place, names, source)]
    people = _some_left(people, source)
    return sorted(people + list(_second_posts(people, source)), key=lambda line: _order(line.institution))


def _order(code: str) -> int:
    return next(number for number, place in enumerate(PLACES) if place.code == code)


def _staff(place: Place, names: Names, source: Random) -> Iterator[Line]:
    known = {persona.position: persona for persona in STAFF_PERSONAS if persona.institution == place.code}
    number = 100
    for post in POSTS:
        for place_in_post in range(place.posts.get(post.key, 0)):
            number += source.randint(1, 4)
            persona = known.get(post.key) if place_in_post == 0 else None
            woman = persona.woman if persona else source.random() < place.women
            first, last = (persona.first_name, persona.last_name) if persona else names.next(woman=woman)
            has_email = persona or source.random() >= SHARE_WITHOUT_EMAIL
            yield Line(
                institution=place.code,
                first_name=first,
                last_name=last,
                email=persona.email if persona else address(first, last, place.code) if has_email else "",
                position=post.lv_woman if woman else post.lv,
                department=_department(post, source),
                staff_number=f"{number:04d}",
                starts_on=_written(PERSONA_STARTED if persona else _some_day(source)),
                language="en" if not persona and source.random() < 0.03 else "",
            )


def address(first: str, last: str, code: str) -> str:
    return f"{ascii_of(first)}.{ascii_of(last)}@{code}.{MAIL_DOMAIN}"


def _department(post: Post, source: Random) -> str:
    return source.choice(SUBJECTS) if post.key in {"teacher", "class-teacher"} else ""


def _some_day(source: Random) -> date:
    """More people were hired lately than long ago."""
    days = (LAST_DAY - FIRST_DAY).days
    day = LAST_DAY - timedelta(days=int(days * source.random() ** 2))
    return day - timedelta(days=max(day.weekday() - 4, 0))


def _written(day: date) -> str:
    return f"{day:%d.%m.%Y.}"


def _some_left(people: list[Line], source: Random) -> list[Line]:
    """A few left in 2025; nobody who is alone in a post or a persona."""
    fixed = {persona.email for persona in STAFF_PERSONAS}
    many = [line for line in people if line.email not in fixed and line.position in _common(people)]
    left = set(source.sample(many, LEAVERS))
    return [
        replace(line, ends_on=_written(date(2025, 1, 31) + timedelta(days=source.randint(0, 150))))
        if line in left
        else line
        for line in people
    ]


def _common(people: list[Line]) -> set[str]:
    positions = [line.position for line in people]
    return {position for position in positions if positions.count(position) > 8}


def _second_posts(people: list[Line], source: Random) -> Iterator[Line]:
    """Some teachers, psychologists and social workers work part of the week elsewhere, under the same address."""
    wanted = {
        "demo-vidusskola": "liepkalnu-pamatskola",
        "centra-pamatskola": "makslu-skola",
        "socialais-dienests": "gimenes-centrs",
        "liepkalnu-pamatskola": "ezermalas-pamatskola",
    }
    fixed = {persona.email for persona in STAFF_PERSONAS}
    able = [
        line
        for line in people
        if line.institution in wanted and line.email and not line.ends_on and line.email not in fixed
        if line.position in {"Skolotāja", "Skolotājs", "Izglītības psiholoģe", "Sociālā darbiniece"}
    ]
    for number, line in enumerate(source.sample(able, SECOND_POSTS), start=901):
        yield replace(
            line,
            institution=wanted[line.institution],
            department="",
            staff_number=f"{number:04d}",
            starts_on=_written(date(2024, 9, 2)),
        )
