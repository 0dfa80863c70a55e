import io
import zipfile
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from learning.people.staff_import import reading
from learning.people.staff_import.errors import (
    FileEmpty,
    FileTooLarge,
    FileUnreadable,
    OldSpreadsheet,
    StaffFileError,
    TooManyColumns,
    TooManyRows,
)
from learning.people.staff_import.reading import MOST_BYTES, MOST_ROWS, read_rows

TABLE = [["Vārds", "Uzvārds", "Amats"], ["Jānis", "Bērziņš", "Skolotājs"], ["Līga", "Ķirse-Šļakota", "Pavārs; Žīguri"]]
TEXT = 'Vārds;Uzvārds;Amats\r\nJānis;Bērziņš;Skolotājs\r\nLīga;Ķirse-Šļakota;"Pavārs; Žīguri"\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1257"])
def test_latvian_text_is_read_in_every_encoding_in_use(encoding):
    assert read_rows(TEXT.encode(encoding)) == TABLE


def test_western_code_page_is_read_where_the_baltic_one_does_not_fit():
    assert read_rows("Vārds;Uzvārds\nZoë;Škėrys\n".replace("ā", "a").replace("ė", "e").encode("cp1252")) == [
        ["Vards", "Uzvards"],
        ["Zoë", "Škerys"],
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_every_common_delimiter_is_found(mark):
    lines = [mark.join(cells) for cells in (["First name", "Surname", "Position"], ["Anna", "Ozola", "teacher"])]

    assert read_rows("\n".join(lines).encode()) == [["First name", "Surname", "Position"], ["Anna", "Ozola", "teacher"]]


def test_a_delimiter_hint_of_excel_is_followed_and_keeps_row_numbers():
    assert read_rows(b"sep=|\r\nname|surname\r\na|b\r\n") == [[], ["name", "surname"], ["a", "b"]]


def test_cells_become_one_line_of_visible_text():
    rows = read_rows('vārds,uzvārds\n" Anna\u00a0\n Marija ","O\u00adzola\u202e"\n'.encode())

    assert rows[1] == ["Anna Marija", "Ozola"]


def test_what_looks_like_a_formula_stays_the_text_it_is():
    rows = read_rows(b'name,surname,number\n"=HYPERLINK(""http://x"")",@SUM(A1),+37120000000\n')

    assert rows[1] == ['=HYPERLINK("http://x")', "@SUM(A1)", "+37120000000"]


def a_workbook(fill) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        fill(book)
    return buffer.getvalue()


def test_a_workbook_gives_the_sheet_that_holds_the_list():
    def fill(book):
        book.add_worksheet("Piezīmes").write(0, 0, "Sagatavoja personāla daļa")
        sheet = book.add_worksheet("Darbinieki")
        for number, row in enumerate(TABLE):
            sheet.write_row(number, 0, row)

    assert read_rows(a_workbook(fill)) == TABLE


def test_dates_and_whole_numbers_of_a_workbook_are_written_plainly():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["vārds", "sākums", "tabeles numurs"])
        sheet.write_string(1, 0, "=1+1")
        sheet.write_datetime(1, 1, datetime(2026, 9, 1), book.add_format({"num_format": "dd.mm.yyyy"}))
        sheet.write_number(1, 2, 1042)

    assert read_rows(a_workbook(fill))[1] == ["=1+1", "2026-09-01", "1042"]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", FileEmpty),
        (b"\n \n,,\n", FileEmpty),
        (b"\xd0\xcf\x11\xe0 old workbook", OldSpreadsheet),
        (b"PK\x03\x04 cut off", FileUnreadable),
        (b"\x89PNG\r\n\x1a\n\x00\x00", FileUnreadable),
        (b"%PDF-1.7\x00", FileUnreadable),
        (b"x" * (MOST_BYTES + 1), FileTooLarge),
        (b"a,b\n" * (MOST_ROWS + 1), TooManyRows),
    ],
)
def test_what_is_no_list_is_refused_with_a_reason(content, error):
    with pytest.raises(error) as refusal:
        read_rows(content)

    assert refusal.value.message


def an_archive(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_an_archive_that_is_no_workbook_is_refused():
    with pytest.raises(FileUnreadable):
        read_rows(an_archive({"letter.txt": b"hello"}))


@pytest.fixture
def small_limit(monkeypatch):
    monkeypatch.setattr(reading, "MOST_UNPACKED_BYTES", 1_500_000)


def test_a_bomb_is_refused_before_it_goes_off(small_limit):
    with pytest.raises(FileTooLarge):
        read_rows(an_archive({"xl/worksheets/sheet1.xml": b" " * 3_000_000}))


def test_a_bomb_that_lies_about_its_size_is_refused(small_limit):
    bomb = bytearray(an_archive({"xl/worksheets/sheet1.xml": b" " * 3_000_000}))
    directory = bomb.rindex(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = (1000).to_bytes(4, "little")

    with pytest.raises(FileTooLarge):
        read_rows(bytes(bomb))


def test_one_stray_cell_cannot_take_all_memory():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "vārds")
        sheet.write(20, 16_000, "x")

    with pytest.raises(TooManyColumns):
        read_rows(a_workbook(fill))


def test_a_cell_far_below_the_list_is_refused():
    def fill(book):
        sheet = book.add_worksheet()
        sheet.write(0, 0, "vārds")
        sheet.write(MOST_ROWS, 0, "x")

    with pytest.raises(TooManyRows):
        read_rows(a_workbook(fill))


@given(st.binary(max_size=400) | st.binary(max_size=400).map(b"PK\x03\x04".__add__))
def test_any_bytes_are_read_or_refused(content):
    try:
        rows = read_rows(content)
    except StaffFileError:
        return
    assert all(isinstance(cell, str) and "\n" not in cell for row in rows for cell in row)
