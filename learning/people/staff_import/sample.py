"""The format of a staff list, for people: what each column is and an example to copy."""

import csv
import io
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from learning.people.models import Institution, Position
from learning.sheets import neutral

from .columns import REQUIRED, SYNONYMS, TITLES

# The first synonyms of a language are the headings of its sample.
LATVIAN = {
    "institution": "Iestādes kods",
    "first_name": "Vārds",
    "last_name": "Uzvārds",
    "email": "E-pasts",
    "position": "Amats",
    "department": "Struktūrvienība",
    "staff_number": "Tabeles numurs",
    "starts_on": "Darba sākums",
    "ends_on": "Darba beigas",
    "language": "Valoda",
    "manager": "Tiešais vadītājs",
}


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    required: bool
    others: str
    """Other headings that mean the same."""


def columns(*, needs_institution: bool) -> list[Column]:
    return [
        Column(
            title=_(TITLES[name]),
            required=name in REQUIRED or (name == "institution" and needs_institution),
            others=", ".join(SYNONYMS[name]),
        )
        for name in TITLES
    ]


def csv_of(institution: Institution) -> bytes:
    """Two invented people of this institution, marked as UTF-8 so that spreadsheets show every letter."""
    position = Position.objects.order_by("pk").first()
    post = neutral(position.name if position else _("Teacher"))
    headings = [LATVIAN[name] if get_language() == "lv" else _(TITLES[name]) for name in TITLES]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(headings)
    anna = ("Anna", "Paraugs", "anna.paraugs@iestade.example", post, "", "0001", "01.09.2024.", "", "lv", "")
    janis = ("Jānis", "Paraugs", "", post, "", "0002", "15.01.2020.", "30.06.2026.", "", "0001")
    writer.writerows((institution.code, *person) for person in (anna, janis))
    return buffer.getvalue().encode("utf-8-sig")
