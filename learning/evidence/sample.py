"""The format of a list of documents, for people: what each column is and an example to copy."""

import csv
import io
from dataclasses import dataclass

from django.utils.translation import override

from learning.evidence.columns import LATVIAN, REQUIRED, SYNONYMS, TITLES


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    required: bool
    others: str
    """Other headings that mean the same."""


def columns() -> list[Column]:
    return [
        Column(title=str(title), required=name in REQUIRED, others=", ".join((LATVIAN[name], *SYNONYMS[name])))
        for name, title in TITLES.items()
    ]


def csv_of(*, programmes: list[tuple[str, str]], language: str | None) -> bytes:
    """Two invented documents, marked as UTF-8 so that spreadsheets show every letter."""
    programme = programmes[0][0] if programmes else ""
    with override(language):
        titles = LATVIAN if language == "lv" else {name: str(title) for name, title in TITLES.items()}
    training = (programme, "Bērnu tiesību aizsardzība", "Mācību centrs “Paraugs”", "40000000000")
    anna, janis = ("anna.paraugs@iestade.example", "", "Anna", "Paraugs"), ("", "0002", "Jānis", "Paraugs")
    rows = [
        [*anna, *training, "BT-2025/17", "8", "45", "15.05.2025.", "15.05.2028."],
        [*janis, *training, "BT-2025/18", "8", "45", "15.05.2025.", ""],
    ]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(titles.values())
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8-sig")
