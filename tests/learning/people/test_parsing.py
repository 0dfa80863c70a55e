from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.people.staff_import.columns import SYNONYMS, recognise
from learning.people.staff_import.errors import ColumnsMissing, ColumnTwice, FileEmpty
from learning.people.staff_import.parsing import (
    StaffRow,
    Vocabulary,
    name_positions,
    parse,
    position_stem,
    read_date,
    read_table,
)
from learning.people.staff_import.problems import Problem

TODAY = date(2026, 11, 24)
HEADING = [
    *("Iestādes kods", "Vārds", "Uzvārds", "E-pasts", "Amats"),
    *("Struktūrvienība", "Tabeles numurs", "Darba sākums", "Darba beigas", "Valoda"),
]
GOOD = [
    "skola-1",
    "Anna",
    "Ozola",
    "Anna.Ozola@skola.example",
    "Skolotāja",
    "Sākumskola",
    "017",
    "01.09.2020.",
    "",
    "EN",
]
WORDS = Vocabulary(
    institutions={"skola 1": "skola-1", "skola 2": "skola-2"},
    positions=name_positions(
        {
            "teacher": ("Skolotājs", "Teacher"),
            "social-worker": ("Sociālais darbinieks", "Social worker"),
            "deputy": ("Direktora vietnieks izglītības jomā", "Deputy head"),
        }
    ),
)


def said(*rows: list[str]):
    return parse(read_table([HEADING, *rows], needs_institution=True), WORDS, on=TODAY)


def with_cell(title: str, cell: str) -> list[str]:
    return [cell if name == title else value for name, value in zip(HEADING, GOOD, strict=True)]


def test_a_whole_row_is_understood():
    assert said(GOOD).rows == [
        StaffRow(
            number=2,
            institution="skola-1",
            first_name="Anna",
            last_name="Ozola",
            email="anna.ozola@skola.example",
            position="teacher",
            department="Sākumskola",
            staff_number="017",
            starts_on=date(2020, 9, 1),
            language="en",
        )
    ]


@pytest.mark.parametrize(
    ("title", "cell", "field", "code"),
    [
        ("Iestādes kods", "cita-skola", "institution", "institution_unknown"),
        ("Iestādes kods", "", "institution", "missing"),
        ("Vārds", "", "first_name", "missing"),
        ("Uzvārds", "", "last_name", "missing"),
        ("Uzvārds", "x" * 101, "last_name", "too_long"),
        ("E-pasts", "anna.ozola.skola.example", "email", "email_without_at"),
        ("E-pasts", "anna ozola@skola.example", "email", "email_wrong"),
        ("E-pasts", "a@b.example, c@d.example", "email", "email_wrong"),
        ("Amats", "", "position", "missing"),
        ("Amats", "soc. ped.", "position", "position_unknown"),
        ("Struktūrvienība", "x" * 121, "department", "too_long"),
        ("Tabeles numurs", "1" * 41, "staff_number", "too_long"),
        ("Darba sākums", "", "starts_on", "missing"),
        ("Darba sākums", "septembrī", "starts_on", "date_wrong"),
        ("Darba sākums", "31.02.2020.", "starts_on", "date_wrong"),
        ("Darba sākums", "01.09.0220", "starts_on", "date_unlikely"),
        ("Darba beigas", "31.08.2020.", "ends_on", "ends_before_start"),
        ("Valoda", "fr", "language", "language_unknown"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_column_and_mend(title, cell, field, code):
    result = said(GOOD, with_cell(title, cell))

    assert [(problem.row, problem.field, problem.code) for problem in result.problems] == [(3, field, code)]
    assert [row.number for row in result.rows] == [2]
    assert "%(" not in result.problems[0].message
    assert result.problems[0].title


def test_every_wrong_cell_of_a_row_is_named_at_once():
    row = ["nav", "", "Ozola", "x", "y", "", "", "z", "", ""]

    assert [problem.field for problem in said(row).problems] == [
        *("first_name", "institution", "email", "position", "starts_on"),
    ]


def test_one_address_with_two_names_is_a_mistake_in_the_second_row():
    other = with_cell("Vārds", "Inese")

    assert said(GOOD, other).problems == [Problem(3, "email", "email_twice", "anna.ozola@skola.example", "2")]


def test_lost_diacritics_do_not_make_another_person():
    assert said(GOOD, ["skola-2", "Anna", "Ōzola", *GOOD[3:]]).problems == []


def test_the_same_row_twice_is_named_once():
    assert said(GOOD, GOOD).problems == [Problem(3, "last_name", "row_twice", "Anna Ozola", "2")]


def test_one_person_in_two_institutions_or_posts_is_no_mistake():
    result = said(GOOD, ["skola-2", *GOOD[1:]], with_cell("Amats", "Social worker"))

    assert (result.problems, len(result.rows)) == ([], 3)


def test_the_heading_may_stand_below_a_title_and_rows_keep_their_numbers():
    table = read_table([["Skolas darbinieki"], [], HEADING, [], GOOD], needs_institution=True)

    assert list(table.rows) == [5]


def test_missing_columns_are_named():
    with pytest.raises(ColumnsMissing) as refusal:
        read_table([["Vārds", "E-pasts"], ["Anna", "a@b.example"]], needs_institution=True)

    assert len(refusal.value.titles) == 4


def test_a_heading_with_nobody_below_is_an_empty_list():
    with pytest.raises(FileEmpty):
        read_table([HEADING, [""]], needs_institution=True)


def test_two_columns_for_one_thing_are_refused():
    with pytest.raises(ColumnTwice):
        read_table([[*HEADING, "E-mail"], GOOD], needs_institution=True)


def test_columns_nobody_asked_for_are_not_read():
    table = read_table([[*HEADING, "Personas kods"], [*GOOD, "010180-12345"]], needs_institution=True)

    assert table.ignored == ("Personas kods",)
    assert "010180-12345" not in str(table.rows)


def test_every_heading_means_one_column():
    assert {name: recognise(name) for names in SYNONYMS.values() for name in names} == {
        name: field for field, names in SYNONYMS.items() for name in names
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Skolotājs", "skolotāja"),
        ("Sociālais pedagogs", "Sociālā pedagoģe"),
        ("Sociālais darbinieks", "sociālā darbiniece"),
        ("Psihologs", "Psiholoģe"),
        ("Inspektors", "Inspektore"),
        ("Direktora vietnieks", "Direktora vietniece"),
    ],
)
def test_men_and_women_in_one_post_are_recognised(one, other):
    assert position_stem(one) == position_stem(other)


def test_a_name_that_could_mean_two_positions_is_not_guessed():
    names = name_positions({"one": ("Vadītājs", "Head"), "two": ("Vadītāja", "Chief")})

    assert (names["vaditajs"], names["vaditaja"], names.get("vaditaj")) == ("one", "two", None)


@pytest.mark.parametrize(
    "written",
    ["01.09.2026.", "1.9.2026", "2026-09-01", "2026-09-01 00:00:00", "01/09/2026", "01-09-2026", "2026.09.01."],
)
def test_dates_are_read_as_people_write_them(written):
    assert read_date(written) == date(2026, 9, 1)


@given(st.text(max_size=20))
def test_any_text_is_a_date_or_none(written):
    assert read_date(written) is None or isinstance(read_date(written), date)


@given(st.lists(st.lists(st.text(max_size=12), max_size=12), max_size=6))
def test_any_cells_give_rows_or_problems(cells):
    table = read_table([HEADING, GOOD, *cells], needs_institution=True)
    result = parse(table, WORDS, on=TODAY)

    assert {row.number for row in result.rows} | {problem.row for problem in result.problems} == set(table.rows)
    assert all(problem.message for problem in result.problems)
