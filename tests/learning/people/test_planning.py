from dataclasses import replace
from datetime import date

import pytest

from learning.people.staff_import.known import Known, Person, Post
from learning.people.staff_import.parsing import StaffRow
from learning.people.staff_import.planning import Change, Join, Leave, Plan, plan
from learning.people.staff_import.problems import Problem

TODAY = date(2026, 11, 24)
YESTERDAY = date(2026, 11, 23)
HIRED = date(2020, 9, 1)
ANNA = Person(1, "Anna", "Ozola", "anna@school.example")
ROW = StaffRow(2, "school", "Anna", "Ozola", "teacher", HIRED, email="anna@school.example")
POST = Post(11, ANNA.pk, "school", "teacher", HIRED)


def planned(*rows: StaffRow, people=(ANNA,), posts=(POST,), complete=False, unread=()) -> Plan:
    known = Known(people={person.pk: person for person in people}, posts=posts)
    return plan(rows, known, on=TODAY, complete=complete, unread=unread)


def test_what_is_known_already_changes_nothing():
    result = planned(ROW, complete=True)

    assert result.changes_nothing
    assert result.unchanged == [ROW]


def test_somebody_new_joins():
    result = planned(ROW, people=(), posts=())

    assert result.joins == [Join(ROW, ("email", "anna@school.example"))]


def test_somebody_known_elsewhere_joins_as_the_same_person():
    row = replace(ROW, institution="police")

    assert planned(row, posts=()).joins == [Join(row, ("email", "anna@school.example"), ANNA.pk)]


def test_two_rows_about_somebody_new_are_one_person():
    other = replace(ROW, number=3, institution="police")

    assert {join.key for join in planned(ROW, other, people=(), posts=()).joins} == {("email", "anna@school.example")}


def test_a_new_address_joins_rows_of_one_person_where_one_is_known():
    nameless = replace(ANNA, email="")
    police = replace(ROW, number=3, institution="police")

    result = planned(ROW, police, people=(nameless,))

    assert result.joins == [Join(police, ("email", "anna@school.example"), ANNA.pk)]
    assert result.changes == [Change(ROW, POST, {"email": ("", "anna@school.example")}, {})]


def test_a_person_is_found_by_staff_number_when_the_surname_changed():
    post = replace(POST, staff_number="17")
    row = replace(ROW, email="", last_name="Lapsa", staff_number="17")

    assert planned(row, posts=(post,)).changes == [Change(row, post, {"last_name": ("Ozola", "Lapsa")}, {})]


def test_a_person_is_found_by_exact_name_in_the_institution_alone():
    row = replace(ROW, email="")

    assert planned(row).unchanged == [row]
    assert planned(replace(row, institution="police")).joins[0].person is None


def test_namesakes_without_address_or_number_are_not_guessed():
    twin, twins_post = replace(ANNA, pk=2, email=""), replace(POST, pk=12, person=2)
    row = replace(ROW, email="")

    result = planned(row, people=(ANNA, twin), posts=(POST, twins_post), complete=True)

    assert result.problems == [Problem(2, "last_name", "person_unclear", "Ozola")]
    assert result.changes_nothing


def test_a_namesake_found_by_address_leaves_the_other_to_the_other_row():
    twin, twins_post = replace(ANNA, pk=2, email=""), replace(POST, pk=12, person=2)
    rows = ROW, replace(ROW, number=3, email="")

    assert planned(*rows, people=(ANNA, twin), posts=(POST, twins_post)).unchanged == list(rows)


def test_an_address_of_somebody_with_another_name_is_a_problem():
    row = replace(ROW, first_name="Jānis", last_name="Bērziņš")

    result = planned(row, complete=True)

    assert result.problems == [Problem(2, "email", "email_taken", "anna@school.example")]
    assert result.changes_nothing


def test_a_staff_number_of_somebody_with_another_name_is_a_problem():
    row = replace(ROW, email="", staff_number="17", first_name="Jānis", last_name="Bērziņš")

    assert planned(row, posts=(replace(POST, staff_number="17"),)).problems == [
        Problem(2, "staff_number", "number_taken", "17")
    ]


def test_two_known_people_cannot_get_one_address():
    twin = replace(ANNA, pk=2, email="")
    posts = replace(POST, staff_number="1"), replace(POST, pk=12, person=2, staff_number="2")
    rows = (
        replace(ROW, staff_number="1", email="new@school.example"),
        replace(ROW, number=3, staff_number="2", email="new@school.example"),
    )

    result = planned(*rows, people=(replace(ANNA, email=""), twin), posts=posts)

    assert result.problems == [Problem(3, "email", "email_twice", "new@school.example", "2")]


def test_two_rows_that_turn_out_to_mean_one_post_are_a_problem():
    rows = ROW, replace(ROW, number=3, email="", staff_number="17")

    result = planned(*rows, posts=(replace(POST, staff_number="17"),))

    assert result.problems == [Problem(3, "last_name", "row_twice", "Anna Ozola", "2")]


def test_absence_from_a_complete_list_means_left_the_day_before():
    newcomer = replace(ROW, first_name="Jānis", last_name="Bērziņš", email="janis@school.example")

    assert planned(newcomer, complete=True).leaves == [Leave(POST, YESTERDAY)]
    assert planned(newcomer, complete=False).leaves == []


def test_a_complete_list_says_nothing_of_institutions_it_does_not_name():
    newcomer = replace(ROW, institution="police", first_name="Jānis", last_name="Bērziņš", email="j@police.example")

    assert planned(newcomer, complete=True).leaves == []


@pytest.mark.parametrize(
    "cells",
    [
        {"first_name": "Anna", "last_name": "Ozola", "email": "x"},
        {"first_name": "Anna", "last_name": "Ozoliņa", "email": "Anna@school.example"},
        {"first_name": "A.", "last_name": "Ozola-Liepa", "staff_number": "17"},
        {"first_name": "", "last_name": "Ozola"},
    ],
)
def test_whoever_an_unread_row_may_mean_has_not_left(cells):
    newcomer = replace(ROW, first_name="Jānis", last_name="Bērziņš", email="janis@school.example")

    assert planned(newcomer, posts=(replace(POST, staff_number="17"),), complete=True, unread=[cells]).leaves == []


def test_somebody_who_starts_later_has_not_left():
    post = replace(POST, starts_on=date(2027, 1, 1))
    newcomer = replace(ROW, first_name="Jānis", last_name="Bērziņš", email="janis@school.example")

    assert planned(newcomer, posts=(post,), complete=True).leaves == []


def test_a_last_day_in_the_file_ends_the_post():
    row = replace(ROW, ends_on=date(2026, 12, 31))

    assert planned(row).leaves == [Leave(POST, date(2026, 12, 31), is_named=True)]


def test_a_leaver_listed_again_as_a_leaver_changes_nothing():
    ended = replace(POST, ends_on=date(2026, 6, 30))
    row = replace(ROW, ends_on=date(2026, 6, 30))

    assert planned(row, posts=(ended,), complete=True).changes_nothing


def test_a_leaver_listed_without_an_end_was_no_leaver():
    ended = replace(POST, ends_on=date(2026, 6, 30))

    assert planned(ROW, posts=(ended,)).changes == [Change(ROW, ended, {}, {"ends_on": (date(2026, 6, 30), None)})]


def test_a_returner_gets_a_new_post_and_keeps_the_old_one():
    ended = replace(POST, ends_on=date(2023, 6, 30))
    row = replace(ROW, starts_on=date(2026, 9, 1))

    result = planned(row, posts=(ended,), complete=True)

    assert result.joins == [Join(row, ("email", "anna@school.example"), ANNA.pk)]
    assert (result.changes, result.leaves) == ([], [])


def test_another_post_with_the_day_of_hiring_moves_on_the_day_of_the_list():
    row = replace(ROW, position="deputy")

    assert planned(row).changes == [Change(row, POST, {}, {"position": ("teacher", "deputy")}, TODAY)]


def test_another_post_with_its_own_start_moves_on_that_day():
    row = replace(ROW, position="deputy", starts_on=date(2026, 9, 1))

    assert planned(row).changes == [Change(row, POST, {}, {"position": ("teacher", "deputy")}, date(2026, 9, 1))]


def test_another_post_on_the_very_first_day_is_a_correction():
    post = replace(POST, starts_on=TODAY)
    row = replace(ROW, position="deputy", starts_on=TODAY)

    assert planned(row, posts=(post,)).changes == [Change(row, post, {}, {"position": ("teacher", "deputy")}, None)]


def test_the_day_of_hiring_still_fits_after_a_move():
    posts = replace(POST, ends_on=YESTERDAY), Post(12, ANNA.pk, "school", "deputy", TODAY)
    row = replace(ROW, position="deputy")

    assert planned(row, posts=posts, complete=True).changes_nothing


def test_a_second_post_beside_the_first_joins():
    second = replace(ROW, number=3, position="psychologist", starts_on=date(2026, 9, 1))

    result = planned(ROW, second)

    assert result.joins == [Join(second, ("email", "anna@school.example"), ANNA.pk)]
    assert result.unchanged == [ROW]


def test_a_past_period_beside_the_present_post_is_history():
    past = replace(ROW, number=3, starts_on=date(2015, 9, 1), ends_on=date(2018, 8, 31))

    result = planned(past, ROW)

    assert result.joins == [Join(past, ("email", "anna@school.example"), ANNA.pk)]
    assert result.leaves == []


def test_an_empty_cell_changes_nothing_and_another_text_does():
    post = replace(POST, department="1. korpuss", staff_number="17")
    row = replace(ROW, department="2. korpuss")

    assert planned(row, posts=(post,)).changes == [Change(row, post, {}, {"department": ("1. korpuss", "2. korpuss")})]


def test_a_corrected_first_day_is_a_change():
    row = replace(ROW, starts_on=date(2021, 1, 4))

    assert planned(row).changes == [Change(row, POST, {}, {"starts_on": (HIRED, date(2021, 1, 4))})]


def test_a_person_who_works_elsewhere_keeps_the_name_of_the_account():
    row = replace(ROW, last_name="Lapsa")

    result = planned(row, people=(replace(ANNA, is_ours=False),))

    assert result.changes_nothing
    assert result.notices == [Problem(2, "last_name", "name_kept", "Lapsa")]


def test_a_person_with_an_account_keeps_its_address_and_language():
    post = replace(POST, staff_number="17")
    row = replace(ROW, staff_number="17", email="else@school.example", language="en")

    result = planned(row, people=(replace(ANNA, has_account=True),), posts=(post,))

    assert result.changes_nothing
    assert result.notices == [Problem(2, "email", "email_kept", "else@school.example")]


def test_a_person_without_an_account_gets_a_corrected_address():
    post = replace(POST, staff_number="17")
    row = replace(ROW, staff_number="17", email="else@school.example")

    assert planned(row, posts=(post,)).changes == [
        Change(row, post, {"email": ("anna@school.example", "else@school.example")}, {})
    ]
