"""Files: what is in them, that no cell calculates, that memory stays flat, and that the taking is recorded."""

import csv
import io
import tracemalloc
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from learning import sheets
from learning.models import AuditEvent, Membership, User
from tests import factories as make
from tests.learning.staff import School

pytestmark = pytest.mark.django_db
HOSTILE = ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "|calc", "%0A=1"]
HARMLESS = ["+371 20000000", "+37120000000", "-12", "-12,5", "-", "", "Ilze", "Nr. 5 = pieci", "2026-01-01", "O'Brien"]


@pytest.fixture
def school(client, settings) -> School:
    school = School()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(school.hr)
    return school


def file_of(client, extension, **query) -> bytes:
    answer = client.get(reverse(f"institutions:export_people_{extension}", args=["school"]), query)
    assert answer.status_code == 200
    return answer.getvalue()


def csv_rows(content: bytes, delimiter: str = ",") -> list[list[str]]:
    text = content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=delimiter))


def xlsx_sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


HEADER = [
    "Surname",
    "Given name",
    "Staff number",
    "Institution",
    "Unit",
    "Position",
    "Start of work",
    "Programme",
    "Status",
    "In coverage",
    "Deadline",
    "Valid until",
    "Source",
]


def test_a_csv_holds_the_list_then_the_day_and_the_rule(client, school):
    rows = csv_rows(file_of(client, "csv"))

    end = rows.index([])
    until = school.today + timedelta(days=400)
    assert rows[0] == HEADER
    assert [row[0] for row in rows[1:end]] == ["Ābele", "Bērziņš", "Celms", "Dūre", "Ēriks", "Freimane", "Grīva"]
    assert rows[1] == [
        "Ābele",
        "Valda",
        "+371 5",
        "Centra pamatskola",
        "",
        "teacher en",
        "2020-01-01",
        "Programme",
        "Valid",
        "Counted",
        "2020-01-31",
        str(until),
        "this platform",
    ]
    told = {row[0]: row[1] for row in rows[end + 1 :]}
    assert told["Day"] == str(school.today)
    assert told["Coverage"] == "40%: 2 of 5"
    assert told["How we count"].startswith("How we count: staff with a certificate valid on this day")


def test_an_xlsx_holds_the_same_with_days_as_days_and_the_rule_on_a_sheet_of_its_own(client, school):
    book = xlsx_sheets(file_of(client, "xlsx"))

    assert list(book) == ["Staff", "How we count"]
    assert book["Staff"][0] == HEADER
    first = book["Staff"][1]
    assert (first[2], first[6], first[11]) == ("+371 5", date(2020, 1, 1), school.today + timedelta(days=400))
    assert len(book["Staff"]) == 8
    assert ["Day", school.today] in book["How we count"]


def test_files_speak_the_reader_s_language_also_while_they_stream(client, school, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "lv"

    rows = csv_rows(file_of(client, "csv"), delimiter=";")

    assert (rows[0][0], rows[1][5], rows[1][7]) == ("Uzvārds", "teacher lv", "Programma")


def test_filters_and_order_are_those_of_the_page_and_are_told(client, school):
    query = {"status": "overdue", "q": "e", "position": "teacher", "sort": "-name"}
    rows = csv_rows(file_of(client, "csv", **query))

    end = rows.index([])
    assert [row[0] for row in rows[1:end]] == ["Ēriks", "Dūre", "Celms"]
    assert ["Only this status", "Still to complete"] in rows
    assert ["Only this position", "teacher"] in rows
    assert ["Only names searched for", "yes"] in rows


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_each_file_taken_is_recorded_without_names(client, school, extension):
    file_of(client, extension, status="overdue", q="celms")

    event = AuditEvent.objects.get(action="exported-people")
    assert (event.actor, event.institution) == (school.hr, school.institution)
    assert event.facts == {
        "rows": 1,
        "format": extension,
        "on": str(school.today),
        "status": "overdue",
        "position": "",
        "searched": True,
    }


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_no_cell_of_a_file_calculates(client, school, extension):
    for number, text in enumerate([*HOSTILE, *HARMLESS]):
        person = make.a_user(last_name=f"Z{number:02}", first_name=text)
        make.a_membership(person, school.institution, staff_number=text, department=text)

    content = file_of(client, extension)

    rows = csv_rows(content) if extension == "csv" else xlsx_sheets(content)["Staff"]
    found = {row[0]: (row[1], row[2], row[4]) for row in rows if row and row[0].startswith("Z")}
    if extension == "csv":
        texts = [sheets.neutral(text) for text in HOSTILE] + HARMLESS
        assert all(
            not cell.lstrip().startswith(("=", "+1", "@", "-2", "＝", "|", "%")) for cell in texts[: len(HOSTILE)]
        )
    else:
        texts = [*HOSTILE, *HARMLESS]  # A workbook says of each cell that it is text.
        assert b"<f>" not in content
    expected = {f"Z{number:02}": (text, text, text) for number, text in enumerate(texts)}
    assert {name: tuple(cell.replace("\n", "\r") for cell in cells) for name, cells in found.items()} == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_gets_an_apostrophe(text):
    assert sheets.neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text):
    assert sheets.neutral(text) == text


@given(st.text(max_size=30))
def test_no_text_stays_a_formula_unless_it_is_digits(text):
    bare = sheets.neutral(text).lstrip()

    assert not bare.startswith(("=", "@")) or "'" in sheets.neutral(text)[:1]
    assert sheets.neutral(text).removeprefix("'") == text.removeprefix("'") or sheets.neutral(text) == text


@pytest.mark.parametrize(("language", "line"), [("lv", b"a;1;2026-02-03;\r\n"), ("en", b"a,1,2026-02-03,\r\n")])
def test_columns_are_parted_as_the_reader_s_spreadsheet_expects(language, line):
    with override(language):
        assert b"".join(sheets.csv_lines([["a", 1, date(2026, 2, 3), None]])) == "\ufeff".encode() + line


def test_a_sheet_s_name_is_one_a_workbook_accepts():
    file = sheets.xlsx_file(rows=[["a"]], title="[a]:*?/\\" + "x" * 40, widths=[10], notes=("''", [["b", "c"]]))

    assert [len(name) <= 31 for name in xlsx_sheets(file.read())] == [True, True]


def a_crowd(school: School, name: str, count: int) -> None:
    """People with posts, written at once; no two share a surname."""
    password, position = make_password(None), make.a_position()
    crowd = [User(first_name="Anna", last_name=f"{name} {n}", password=password) for n in range(count)]
    User.objects.bulk_create(crowd, batch_size=1_000)
    people = User.objects.filter(last_name__startswith=name).values_list("pk", flat=True)
    posts = [
        Membership(user_id=pk, institution=school.institution, position=position, starts_on=date(2020, 1, 1))
        for pk in people
    ]
    Membership.objects.bulk_create(posts, batch_size=1_000)


def test_memory_does_not_grow_with_the_length_of_the_list(client, school):
    def peak(extension: str) -> int:
        tracemalloc.start()
        answer = client.get(reverse(f"institutions:export_people_{extension}", args=["school"]))
        length = sum(len(portion) for portion in answer.streaming_content)
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert length
        return most

    a_crowd(school, "Zars", 1_500)
    few = {extension: peak(extension) for extension in ("csv", "xlsx", "csv", "xlsx")}
    a_crowd(school, "Lapa", 6_000)

    for extension, most in few.items():
        assert peak(extension) < most * 1.3
