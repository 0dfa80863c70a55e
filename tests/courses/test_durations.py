from hypothesis import given
from hypothesis import strategies as st

from courses.durations import case_minutes, lesson_minutes, quiz_minutes, words, words_in

NOTHING = {"lv": [], "en": []}


def paragraph(number):
    return {"type": "paragraph", "text": " ".join(["vārds"] * number)}


def lesson(**bodies):
    return lesson_minutes(bodies, {language: [] for language in bodies})


def test_words_are_counted_as_a_reader_would():
    assert words("„Bērna māja” – tas nav sods, tā ir palīdzība.") == 8
    assert words("don't stop-gap") == 2
    assert words({"type": "law", "ref": "BTAL 73. pants", "text": "viens divi", "checked": "2026-02-21"}) == 5


def test_words_of_one_language_are_found_at_any_depth():
    content = {
        "kind": "single",
        "text": {"lv": "viens divi", "en": "one"},
        "options": [{"text": {"lv": "trīs", "en": "two"}}],
    }

    assert (words_in(content, "lv"), words_in(content, "en")) == (3, 2)


def test_a_lesson_takes_as_long_as_its_slowest_language():
    assert lesson(lv=[paragraph(240)], en=[paragraph(160)]) == 2
    assert lesson(lv=[paragraph(120)], en=[paragraph(480)]) == 3


def test_minutes_are_rounded_up_and_never_nothing():
    assert lesson(lv=[paragraph(121)]) == 2
    assert lesson(lv=[]) == 1


def test_checks_and_questions_to_think_about_take_time_of_their_own():
    check = {"type": "check", "kind": "single", "question": "", "options": [], "why": ""}
    reflection = {"type": "reflection", "text": ""}

    assert lesson(lv=[check, check]) == 1
    assert lesson(lv=[check, check, check]) == 2
    assert lesson(lv=[reflection, reflection, check]) == 3


def test_of_the_roles_one_is_read():
    roles = {role: {"title": "", "text": "vārds " * 120} for role in ("teacher", "head", "social")}

    assert lesson(lv=[{"type": "role", "roles": roles}]) == 1


def test_a_case_counts_the_longest_set_of_options():
    option = {"text": "vārds " * 60, "quality": "good", "feedback": "vārds " * 30}
    body = {"text": "", "question": "", "pitfall": "", "actions": [], "options": [option], "role_options": {}}

    assert case_minutes({"lv": body}) == 3
    assert case_minutes({"lv": {**body, "role_options": {"head": [option] * 3}}}) == 4


def test_a_quiz_takes_its_questions_at_their_average():
    short, long = ({"text": {"lv": "vārds " * number, "en": ""}} for number in (60, 180))

    assert quiz_minutes([short, long], count=2) == 3
    assert quiz_minutes([short, long], count=1) == 2
    assert quiz_minutes([short], count=8) == 1
    assert quiz_minutes([], count=8) == 0


@given(st.integers(0, 2000), st.integers(1, 500))
def test_a_longer_text_never_takes_less_time(number, more):
    assert lesson(lv=[paragraph(number)]) <= lesson(lv=[paragraph(number + more)])
