from dataclasses import replace
from datetime import date

import pytest

from learning.people.duplicates.finding import Evidence, Held, Pair, Someone, pairs

POST = Held(institution=1, position=1, staff_number="", starts_on=date(2020, 9, 1), ends_on=None)
ANNA = Someone(1, "Anna", "Ozola", "", (POST,))


def told(one: Someone, other: Someone) -> tuple[Evidence, ...]:
    found = pairs([one, replace(other, pk=2)])
    return found[0].evidence if found else ()


def with_post(someone: Someone, **fields) -> Someone:
    return replace(someone, posts=(replace(POST, **fields),))


@pytest.mark.parametrize(
    ("other", "evidence"),
    [
        (ANNA, (Evidence.NAME,)),
        (replace(ANNA, first_name="ANNA ", last_name="ozola"), (Evidence.NAME,)),
        (replace(ANNA, first_name="Ozola", last_name="Anna"), (Evidence.NAME,)),
        (with_post(ANNA, institution=2), (Evidence.NAME,)),
        (replace(ANNA, last_name="Ozolla"), (Evidence.SPELLING,)),
        (replace(ANNA, last_name="Ozloa"), (Evidence.SPELLING,)),
        (replace(ANNA, last_name="Ozols"), (Evidence.SPELLING,)),
        (replace(ANNA, last_name="Bērziņa"), ()),
        (replace(ANNA, first_name="Jana", last_name="Kalniņa"), ()),
        (replace(ANNA, first_name="Ilze"), ()),
        (with_post(replace(ANNA, last_name="Ozolla"), institution=2), ()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else f"{value.first_name} {value.last_name}",
)
def test_names_that_may_mean_one_person(other, evidence):
    assert told(ANNA, other) == evidence


def test_a_name_with_and_without_diacritics_is_one():
    assert told(replace(ANNA, last_name="Ozoliņa"), replace(ANNA, last_name="Ozolina")) == (Evidence.NAME,)


def test_one_staff_number_with_one_given_name_is_strong():
    anna = with_post(ANNA, staff_number="17")

    assert told(anna, replace(anna, last_name="Ozoliņa")) == (Evidence.NUMBER,)
    assert told(anna, replace(anna, first_name="Pēteris", last_name="Liepa")) == ()


def test_a_number_of_another_institution_says_nothing():
    anna = with_post(ANNA, staff_number="17")

    assert told(anna, with_post(replace(ANNA, last_name="Ozoliņa"), staff_number="17", institution=2)) == ()


def test_a_new_surname_in_the_post_just_left_may_be_a_marriage():
    before = with_post(ANNA, ends_on=date(2026, 6, 30))
    after = with_post(replace(ANNA, last_name="Liepiņa"), starts_on=date(2026, 7, 1))

    assert told(before, after) == (Evidence.FOLLOWS,)
    assert told(before, with_post(replace(ANNA, last_name="Liepiņa"), starts_on=date(2026, 9, 1))) == ()
    assert told(before, with_post(replace(ANNA, last_name="Liepiņa"), starts_on=date(2026, 7, 1), position=2)) == ()


@pytest.mark.parametrize(
    ("one", "other", "is_hint"),
    [
        ("anna.ozola@skola.lv", "annaozola@skola.lv", True),
        ("anna.ozola@skola.lv", "Anna.Ozola+kopa@skola.lv", True),
        ("anna.ozola@skola.lv", "anna.ozola@novads.lv", True),
        ("anna.ozola@skola.lv", "ilze.liepa@skola.lv", False),
        ("", "", False),
    ],
    ids=["dots", "tag", "host", "another", "none"],
)
def test_addresses_that_may_be_one(one, other, is_hint):
    first = replace(ANNA, email=one)
    second = replace(ANNA, email=other, last_name="Bērziņa")

    assert told(first, second) == ((Evidence.EMAIL,) if is_hint else ())


def test_an_address_at_another_host_needs_the_given_name():
    info = replace(ANNA, email="info@skola.lv")

    assert told(info, replace(ANNA, first_name="Ilze", last_name="Liepa", email="info@novads.lv")) == ()


def test_the_likeliest_pair_comes_first():
    numbered = with_post(ANNA, staff_number="17")
    people = [ANNA, replace(numbered, pk=2, last_name="Ozoliņa"), replace(numbered, pk=3)]

    assert pairs(people) == [
        Pair(2, 3, (Evidence.NUMBER,)),
        Pair(1, 3, (Evidence.NAME,)),
    ]


def test_a_name_that_dozens_share_tells_nothing():
    assert pairs([replace(ANNA, pk=pk) for pk in range(1, 40)]) == []
