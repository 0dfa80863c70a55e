from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.questions import NO_ANSWER, parse_question
from assessments.scoring import mark, passed

from .strategies import answers, contents, key_of

points = st.fractions(min_value=0, max_value=50, max_denominator=90)
marks = st.integers(0, 100)


@given(points=points, more=points, maximum=st.integers(1, 50), mark_percent=marks)
def test_more_points_never_turn_a_pass_into_a_fail(points, more, maximum, mark_percent):
    assume(points + more <= maximum)

    assert passed(points, maximum, mark_percent) <= passed(points + more, maximum, mark_percent)


@given(points=points, maximum=st.integers(1, 50), mark_percent=st.integers(0, 99))
def test_a_higher_mark_is_never_easier_to_pass(points, maximum, mark_percent):
    assert passed(points, maximum, mark_percent) >= passed(points, maximum, mark_percent + 1)


def test_points_that_add_up_to_the_mark_pass_exactly():
    assert passed(sum([Fraction(2, 3)] * 3) + 2, 5, 80) is True
    assert passed(Fraction(3999, 1000), 5, 80) is False


@given(data=st.data(), papers=st.lists(contents(), min_size=1, max_size=4))
def test_a_paper_is_worth_the_sum_of_its_questions(data, papers):
    questions = [parse_question(content, locale="lv") for content in papers]
    given_answers = [data.draw(answers(content)) for content in papers]

    outcome = mark(questions, given_answers, mark_percent=80)

    assert outcome.scores == tuple(map(lambda q, a: q.score(a), questions, given_answers))
    assert outcome.points == sum(outcome.scores)
    assert outcome.passed is (outcome.points / len(papers) >= Fraction(4, 5))


@given(papers=st.lists(contents(), min_size=1, max_size=4), mark_percent=st.integers(1, 100))
def test_complete_answers_always_pass_and_none_never_do(papers, mark_percent):
    questions = [parse_question(content, locale="en") for content in papers]

    assert mark(questions, [key_of(content) for content in papers], mark_percent=mark_percent).passed is True
    assert mark(questions, [NO_ANSWER] * len(papers), mark_percent=mark_percent).passed is False
