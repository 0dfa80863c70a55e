from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from learning.models import Membership
from learning.people import employment
from tests.factories import a_membership, a_position, a_user, an_institution
from tests.learning.people.test_staff_import import save

TODAY = timezone.localdate()
HEADING = "institution,first name,surname,e-mail,position,start,end\n"
days = st.dates(date(2020, 1, 1), date(2021, 12, 31))
periods = st.lists(st.tuples(days, st.one_of(st.none(), st.integers(0, 400))), max_size=6).map(
    lambda all_: [(start, None if length is None else start + timedelta(length)) for start, length in all_]
)


def worked(held: list[tuple[date, date | None]], day: date) -> bool:
    return any(start <= day and (end is None or day <= end) for start, end in held)


@given(periods)
def test_work_began_on_the_last_day_with_a_free_day_before_it(held):
    for (start, _end), since in zip(held, employment.first_days(held), strict=True):
        day = start
        while worked(held, day - timedelta(1)):
            day -= timedelta(1)

        assert since == day


@pytest.fixture
def school(db):
    a_position("teacher")
    a_position("deputy")
    return an_institution("school")


def held() -> list[tuple]:
    posts = Membership.objects.order_by("starts_on", "pk")
    return list(posts.values_list("position__key", "starts_on", "ends_on", "employed_since"))


def test_a_mover_keeps_the_first_day_of_work(school):
    save(HEADING + "school,Anna,Ozola,anna@school.example,teacher,2020-09-01,\n", school)

    save(HEADING + "school,Anna,Ozola,anna@school.example,deputy,2024-03-01,\n", school)

    assert held() == [
        ("teacher", date(2020, 9, 1), date(2024, 2, 29), None),
        ("deputy", date(2024, 3, 1), None, date(2020, 9, 1)),
    ]


def test_a_mover_of_two_moves_keeps_the_first_day_too(school):
    a_position("head")
    for post, day in (("teacher", "2020-09-01"), ("deputy", "2022-09-01"), ("head", "2024-03-01")):
        save(HEADING + f"school,Anna,Ozola,anna@school.example,{post},{day},\n", school)

    assert [since for *_, since in held()] == [None, date(2020, 9, 1), date(2020, 9, 1)]


def test_whoever_returns_after_a_gap_begins_anew(school):
    save(HEADING + "school,Anna,Ozola,anna@school.example,teacher,2020-09-01,2022-06-30\n", school)

    save(HEADING + "school,Anna,Ozola,anna@school.example,teacher,2023-09-01,\n", school)

    assert held() == [
        ("teacher", date(2020, 9, 1), date(2022, 6, 30), None),
        ("teacher", date(2023, 9, 1), None, None),
    ]


def test_a_second_post_beside_the_first_is_no_new_work(school):
    posts = "school,Anna,Ozola,anna@school.example,teacher,2020-09-01,\n"

    save(HEADING + posts + "school,Anna,Ozola,anna@school.example,deputy,2021-09-01,\n", school)

    assert [since for *_, since in held()] == [None, date(2020, 9, 1)]


def test_a_corrected_start_moves_the_first_day_of_later_posts(school):
    anna = a_user("anna@school.example", first_name="Anna", last_name="Ozola")
    a_membership(anna, school, starts_on=date(2020, 9, 1), ends_on=date(2021, 8, 31))
    a_membership(anna, school, position=a_position("deputy"), starts_on=date(2021, 9, 1))
    employment.recount([anna.pk])

    save(HEADING + "school,Anna,Ozola,anna@school.example,teacher,2019-09-01,2021-08-31\n", school)

    assert [since for *_, since in held()] == [None, date(2019, 9, 1)]


def test_a_start_before_the_other_post_takes_its_place(school):
    anna = a_user("anna@school.example", first_name="Anna", last_name="Ozola")
    a_membership(anna, school, starts_on=date(2020, 9, 1))
    a_membership(anna, school, position=a_position("deputy"), starts_on=date(2021, 9, 1))
    employment.recount([anna.pk])

    save(HEADING + "school,Anna,Ozola,anna@school.example,deputy,2019-09-01,\n", school)

    assert held() == [("deputy", date(2019, 9, 1), None, None), ("teacher", date(2020, 9, 1), None, date(2019, 9, 1))]


def test_work_elsewhere_is_other_work(school):
    anna = a_user("anna@school.example", first_name="Anna", last_name="Ozola")
    a_membership(anna, an_institution("police"), starts_on=date(2015, 1, 1))

    save(HEADING + "school,Anna,Ozola,anna@school.example,teacher,2020-09-01,\n", school)

    assert [since for *_, since in held()] == [None, None]


def test_counting_again_changes_nothing_and_asks_little(school, django_assert_num_queries):
    for number in range(3):
        anna = a_user(f"anna{number}@school.example")
        a_membership(anna, school, starts_on=date(2020, 9, 1), ends_on=date(2021, 8, 31))
        a_membership(anna, school, position=a_position("deputy"), starts_on=date(2021, 9, 1))
    people = list(Membership.objects.values_list("user", flat=True))
    assert employment.recount(people) == 3

    with django_assert_num_queries(1):
        assert employment.recount(people) == 0
