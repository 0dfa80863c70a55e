from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from assessments.drawing import Candidate, draw

ROLES = ["teacher", "head", "mpolice"]
topics = st.sampled_from(["signs", "duty", "talk", "plan"])
roles = st.sampled_from([frozenset({"all"}), *(frozenset({role}) for role in ROLES)])


@st.composite
def pools(draw_value):
    parts = draw_value(st.lists(st.tuples(topics, st.integers(1, 3), roles), min_size=1, max_size=15))
    return [Candidate(number, *part) for number, part in enumerate(parts)]


seen = st.dictionaries(st.integers(0, 14), st.integers(0, 3))
seeds = st.integers().map(str)


@given(pool=pools(), count=st.integers(0, 20), role=st.sampled_from(ROLES), seed=seeds, met=seen, data=st.data())
def test_the_same_draw_gives_the_same_paper_in_whatever_order_the_pool_comes(pool, count, role, seed, met, data):
    paper = draw(pool, count, role=role, seed=seed, seen=met)

    assert draw(data.draw(st.permutations(pool)), count, role=role, seed=seed, seen=met) == paper
    assert len(paper) == len(set(paper)) == min(count, len(pool))


@given(pool=pools(), count=st.integers(1, 15), role=st.sampled_from(ROLES), seed=seeds, met=seen)
def test_another_roles_question_comes_only_when_the_fitting_ones_run_out(pool, count, role, seed, met):
    fitting = {one.key for one in pool if one.roles & {role, "all"}}

    paper = set(draw(pool, count, role=role, seed=seed, seen=met))

    assert paper <= fitting or fitting <= paper


@given(pool=pools(), count=st.integers(1, 15), seed=seeds, met=seen)
def test_questions_met_less_come_before_those_met_more(pool, count, seed, met):
    pool = [Candidate(one.key, one.topic, one.difficulty, frozenset({"all"})) for one in pool]

    paper = draw(pool, count, role="teacher", seed=seed, seen=met)

    left_out = [met.get(one.key, 0) for one in pool if one.key not in paper]
    assert max(met.get(key, 0) for key in paper) <= min(left_out, default=3)


@given(seed=seeds)
def test_topics_and_difficulties_are_spread(seed):
    pool = [
        Candidate((topic, difficulty, copy), topic, difficulty, frozenset({"all"}))
        for topic in ("signs", "duty", "talk")
        for difficulty in (1, 2)
        for copy in (1, 2)
    ]

    paper = draw(pool, 6, role="teacher", seed=seed)

    assert Counter(topic for topic, _difficulty, _copy in paper) == {"signs": 2, "duty": 2, "talk": 2}
    assert Counter(difficulty for _topic, difficulty, _copy in paper) == {1: 3, 2: 3}
    assert [difficulty for _topic, difficulty, _copy in paper] == sorted(d for _topic, d, _copy in paper)


def test_another_seed_draws_other_questions():
    pool = [Candidate(number, "duty", 1, frozenset({"all"})) for number in range(15)]

    papers = {draw(pool, 6, role="teacher", seed=str(seed)) for seed in range(20)}

    assert len(papers) == 20


def test_a_question_for_the_learners_own_role_is_asked_at_the_first_try():
    pool = [Candidate(number, "duty", 1, frozenset({"all"})) for number in range(14)]
    pool.append(Candidate("own", "plan", 3, frozenset({"mpolice"})))

    assert "own" in draw(pool, 5, role="mpolice", seed="1")
    assert "own" not in draw(pool, 5, role="mpolice", seed="1", seen={"own": 1})
    assert "own" not in draw(pool, 5, role="teacher", seed="1")
