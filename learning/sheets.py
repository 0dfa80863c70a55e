"""Tables as files: CSV in a stream, XLSX from a temporary file, both with flat memory and harmless cells."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import get_language

Cell = str | int | Decimal | date | None
Row = Sequence[Cell]

# A spreadsheet takes text that begins like this for a formula; some skip blanks before it.
_FORMULA = re.compile(r"^[\s\x00]*[=+\-@\t\r|%＝＋－＠]")
# What is written with digits alone cannot call anything: telephone numbers, negative amounts, dashes.
_HARMLESS = re.compile(r"^[+\-]?[\d\s().,/\-–]*$")
ROWS_AT_A_TIME = 500


def neutral(text: str) -> str:
    """The text so that no spreadsheet calculates it: a formula gets an apostrophe before it (SECURITY S24).

    `+371 20000000` and `-12` stay as they are.
    """
    return f"'{text}" if _FORMULA.match(text) and not _HARMLESS.match(text) else text


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Row], *, delimiter: str = "") -> Iterator[bytes]:
    """The file in portions: UTF-8 with its mark, days as 2026-11-24.

    Unless a delimiter is given, columns are parted as spreadsheets of the reader's language expect: by semicolons in
    Latvian, else by commas.
    """
    writer = csv.writer(_Echo(), delimiter=delimiter or (";" if get_language() == "lv" else ","))
    portion = ["\ufeff"]
    for row in rows:
        portion.append(writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row]))
        if len(portion) >= ROWS_AT_A_TIME:
            yield "".join(portion).encode()
            portion = []
    yield "".join(portion).encode()


def xlsx_file(*, rows: Iterable[Row], title: str, widths: Sequence[int], notes: tuple[str, Iterable[Row]]) -> IO[bytes]:
    """A workbook, open at its start: the rows (the first one is the header) and a second sheet with notes."""
    return xlsx_book(tables=[(title, widths, rows)], notes=notes)


def xlsx_book(
    *, tables: Iterable[tuple[str, Sequence[int], Iterable[Row]]], notes: tuple[str, Iterable[Row]]
) -> IO[bytes]:
    """A workbook, open at its start: a sheet for each (title, widths, rows), and a last one with notes.

    The first row of each is its header. Text stays text whatever it begins with. Days are days.
    """
    import xlsxwriter  # Slow to import, and only exports need it.

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False}
    book = xlsxwriter.Workbook(file, options)
    day = book.add_format({"num_format": "dd.mm.yyyy."})
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for title, widths, rows in tables:
        table = book.add_worksheet(_sheet_name(title))
        table.freeze_panes(1, 0)
        for column, width in enumerate(widths):
            table.set_column(column, column, width)
        for number, row in enumerate(rows):
            _write(table, number, row, day, bold if number == 0 else None)
    notes_title, told = notes
    sheet = book.add_worksheet(_sheet_name(notes_title))
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 100)
    for number, row in enumerate(told):
        _write(sheet, number, row, day, wrapped)
    book.close()
    file.seek(0)
    return file


def _write(sheet: Any, number: int, row: Row, day: Any, text_format: Any) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, date):
            sheet.write_datetime(number, column, cell, day)
        elif isinstance(cell, int | Decimal):
            sheet.write_number(number, column, float(cell))
        elif cell:
            sheet.write_string(number, column, cell, text_format)


def _sheet_name(title: str) -> str:
    """What a workbook accepts: at most 31 characters, none of []:*?/\\."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ") or "1"
