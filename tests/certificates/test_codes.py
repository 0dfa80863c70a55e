import contextlib
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from certificates import codes

places = st.integers(0, codes.LENGTH - 1)
letters = st.sampled_from(codes.ALPHABET)
fresh = st.builds(codes.new_code)


def changed(code: str, place: int, letter: str) -> str:
    return code[:place] + letter + code[place + 1 :]


def test_a_code_holds_at_least_sixty_random_bits():
    assert codes.RANDOM_BITS >= 60
    assert len({codes.new_code() for _ in range(2000)}) == 2000


def test_every_random_character_takes_every_value():
    drawn = [codes.new_code() for _ in range(2000)]

    for place in range(codes.LENGTH):
        assert {code[place] for code in drawn} == set(codes.ALPHABET)


@given(code=fresh)
def test_what_is_printed_is_read_back(code):
    assert codes.parse(codes.printed(code)) == code


@given(code=fresh, separator=st.sampled_from([" ", "-", "–", "\u00a0", " - ", "\t", "—"]), lower=st.booleans())
def test_case_spaces_and_dashes_do_not_matter(code, separator, lower):
    typed = separator.join(codes.printed(code).split("-"))

    assert codes.parse(f" {typed.lower() if lower else typed}\n") == code


@given(code=fresh, zero=st.sampled_from("Oo"), one=st.sampled_from("IiLl"))
def test_letters_that_look_like_digits_are_read_as_digits(code, zero, one):
    assert codes.parse(code.replace("0", zero).replace("1", one)) == code


@given(code=fresh, place=places, letter=letters)
def test_one_wrong_character_is_always_noticed(code, place, letter):
    assume(code[place] != letter)

    with pytest.raises(codes.NotACode):
        codes.parse(changed(code, place, letter))


@given(code=fresh, first=places, second=places)
def test_two_exchanged_characters_are_always_noticed(code, first, second):
    assume(code[first] != code[second])

    with pytest.raises(codes.NotACode):
        codes.parse(changed(changed(code, first, code[second]), second, code[first]))


@given(typed=st.text(max_size=40))
def test_any_text_is_a_code_or_a_named_error(typed):
    with contextlib.suppress(codes.NotACode):
        assert len(codes.parse(typed)) == codes.LENGTH


@pytest.mark.parametrize("typed", ["", "U" * 15, "7K4M-Q2XD", "0" * 16, "٠" * 15, "Ā" * 15, string.whitespace])
def test_what_cannot_be_a_code_is_refused(typed):
    with pytest.raises(codes.NotACode):
        codes.parse(typed)
