"""What changed in Demo novads lately: a second list, of this month, whose dates follow today's."""

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import date, timedelta

from .staff import HEADING, Line, address, lines

NEWCOMERS = (
    # Institution, given name, surname, post, started so many days ago.
    ("centra-pamatskola", "Elīna", "Priedīte", "Skolotāja", 20),
    ("centra-pamatskola", "Raimonds", "Sproģis", "Skolotājs", 96),
    ("centra-pamatskola", "Zanda", "Vilciņa", "Skolotāja palīgs", 24),
    ("centra-pamatskola", "Oskars", "Mežs", "Skolotājs", 100),
    ("demo-vidusskola", "Madara", "Līce", "Skolotāja", 35),
    ("pii-rukitis", "Ilva", "Sudraba", "Pirmsskolas skolotāja", 30),
    ("socialais-dienests", "Arta", "Kaija", "Sociālā darbiniece darbam ar ģimenēm", 40),
    ("pasvaldibas-policija", "Rolands", "Zīle", "Pašvaldības policijas inspektors", 28),
    ("valsts-policija", "Kintija", "Ozola", "Valsts policijas inspektore", 45),
    ("jaunatnes-centrs", "Renārs", "Vējš", "Sporta treneris", 18),
)
LEAVERS = 6


def change_list(*, today: date) -> str:
    """Newcomers and leavers of the last months as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADING)
    writer.writerows(astuple(line) for line in (*_newcomers(today), *_leavers(today)))
    return buffer.getvalue()


def _newcomers(today: date) -> Iterator[Line]:
    for number, (code, first, last, post, days) in enumerate(NEWCOMERS, start=801):
        yield Line(
            institution=code,
            first_name=first,
            last_name=last,
            email=address(first, last, code),
            position=post,
            department="",
            staff_number=f"{number:04d}",
            starts_on=_written(today - timedelta(days=days)),
        )


def _leavers(today: date) -> Iterator[Line]:
    """Some who hold a common post, one of each institution that has many."""
    taken: set[str] = set()
    for line in lines():
        is_common = line.position in {"Skolotāja", "Pirmsskolas skolotāja", "Sociālā darbiniece", "Skolotājs"}
        if is_common and line.email and not line.ends_on and line.institution not in taken and len(taken) < LEAVERS:
            taken.add(line.institution)
            day = today - timedelta(days=3 + 4 * len(taken))
            yield replace(line, ends_on=_written(day))


def _written(day: date) -> str:
    return f"{day:%d.%m.%Y.}"
