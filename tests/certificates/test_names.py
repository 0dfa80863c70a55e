import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.names import same_name


def matches(typed: str, surname: str = "Bērziņa-Kalniņa") -> bool:
    return same_name(typed, given_names="Ilze Anna", surname=surname)


@pytest.mark.parametrize(
    "typed",
    [
        "Bērziņa-Kalniņa",
        "  bērziņa – kalniņa ",
        "BĒRZIŅA-KALNIŅA",
        unicodedata.normalize("NFD", "Bērziņa-Kalniņa"),
        "Ilze Anna Bērziņa-Kalniņa",
        "ilze  anna\u00a0bērziņa‑kalniņa",
    ],
)
def test_case_spaces_dashes_and_ways_of_writing_do_not_matter(typed):
    assert matches(typed)


@pytest.mark.parametrize("typed", ["Berzina-Kalnina", "Bērziņa", "Kalniņa", "Ilze", "Bērziņa-Kalniņš", "", "%", "-"])
def test_another_name_does_not_match(typed):
    assert not matches(typed)


@given(surname=st.text(min_size=1, max_size=30))
def test_a_surname_matches_itself_in_any_composition(surname):
    assert matches(unicodedata.normalize("NFD", surname), surname)
    assert matches(unicodedata.normalize("NFC", surname), surname)
