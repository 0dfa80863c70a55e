"""The rule of coverage for one person, case by case."""

from datetime import date, timedelta

import pytest

from learning.coverage.standing import NEVER, Obligation, Pause, Post, Proof, Rule, Standing, State, Study, standing

SCHOOL, POLICE = "00010001", "00010002"
TEACHER, OFFICER = 1, 2
ON = date(2026, 11, 24)
POST = Post(SCHOOL, 1, TEACHER, date(2020, 9, 1))
RULE = Rule("0001", due_days=60, valid_from=date(2020, 1, 1))
VALID = Proof(date(2025, 1, 10), date(2025, 1, 10), date(2028, 1, 9))


def test_who_is_not_employed_stands_nowhere():
    gone = Post(SCHOOL, 1, TEACHER, date(2020, 9, 1), date(2026, 11, 23))

    assert standing([gone], rules=[RULE], on=ON) is None


def test_the_last_day_of_work_still_counts():
    leaving = Post(SCHOOL, 1, TEACHER, date(2020, 9, 1), ON)

    assert standing([leaving], rules=[RULE], on=ON).obligation is Obligation.REQUIRED


@pytest.mark.parametrize(("days_ago", "obligation"), [(59, "NOT_YET_DUE"), (60, "NOT_YET_DUE"), (61, "REQUIRED")])
def test_the_deadline_day_itself_is_still_in_time(days_ago, obligation):
    post = Post(SCHOOL, 1, TEACHER, ON - timedelta(days=days_ago))

    found = standing([post], rules=[RULE], on=ON)

    assert (found.obligation.name, found.due_on) == (obligation, ON + timedelta(days=60 - days_ago))


def test_a_new_requirement_gives_everyone_its_days_from_the_day_it_is_in_force():
    new = Rule("0001", due_days=60, valid_from=date(2026, 11, 1))

    assert standing([POST], rules=[new], on=ON) == Standing(
        Obligation.NOT_YET_DUE, State.NOT_STARTED, date(2026, 12, 31), None
    )


def test_a_day_of_29_february_counts_like_any_other():
    rule = Rule("0001", due_days=366, valid_from=date(2020, 1, 1))
    post = Post(SCHOOL, 1, TEACHER, date(2024, 2, 29))

    assert standing([post], rules=[rule], on=date(2025, 3, 1)).due_on == date(2025, 3, 1)


@pytest.mark.parametrize(
    "rule",
    [
        Rule(POLICE, due_days=0, valid_from=date(2020, 1, 1)),
        Rule("0001", due_days=0, valid_from=date(2020, 1, 1), sector_id=2),
        Rule("0001", due_days=0, valid_from=date(2020, 1, 1), position_ids=frozenset({OFFICER})),
        Rule("0001", due_days=0, valid_from=date(2020, 1, 1), valid_until=date(2026, 11, 23)),
        Rule("0001", due_days=0, valid_from=date(2026, 11, 25)),
    ],
    ids=["another place", "another sector", "another position", "no longer in force", "not yet in force"],
)
def test_a_rule_for_others_asks_nothing(rule):
    assert standing([POST], rules=[rule], proofs=[VALID], on=ON) == Standing(
        Obligation.NOT_REQUIRED, State.VALID, None, date(2028, 1, 9)
    )


def test_an_exemption_covers_the_place_that_gave_it_and_all_below():
    everywhere, school = Pause("0001", ON, ON), Pause(SCHOOL, date(2026, 1, 1))
    second = Post(POLICE, 2, OFFICER, date(2020, 1, 1))

    assert standing([POST], rules=[RULE], pauses=[everywhere], on=ON).obligation is Obligation.EXEMPT
    assert standing([POST, second], rules=[RULE], pauses=[everywhere], on=ON).obligation is Obligation.EXEMPT
    assert standing([POST, second], rules=[RULE], pauses=[school], on=ON).obligation is Obligation.REQUIRED


def test_of_two_posts_the_earlier_deadline_decides():
    second = Post(SCHOOL, 1, OFFICER, ON)

    assert standing([second, POST], rules=[RULE], on=ON) == Standing(
        Obligation.REQUIRED, State.NOT_STARTED, date(2020, 10, 31), None
    )


@pytest.mark.parametrize(
    ("proofs", "expected"),
    [
        ([], (State.IN_PROGRESS, None)),
        ([Proof(date(2023, 11, 24), date(2023, 11, 24), ON)], (State.VALID, ON)),
        ([Proof(date(2023, 11, 23), date(2023, 11, 23), date(2026, 11, 23))], (State.EXPIRED, date(2026, 11, 23))),
        ([Proof(ON, ON, None)], (State.VALID, NEVER)),
        ([Proof(ON, ON, None, withdrawn_on=ON)], (State.IN_PROGRESS, None)),
        ([Proof(ON, ON, None, withdrawn_on=date(2026, 11, 25))], (State.VALID, NEVER)),
        ([Proof(date(2026, 11, 25), date(2026, 11, 25), None)], (State.IN_PROGRESS, None)),
    ],
    ids=["none", "last day", "a day late", "for good", "withdrawn today", "withdrawn tomorrow", "not yet completed"],
)
def test_the_state_follows_the_proofs_known_on_that_day(proofs, expected):
    found = standing([POST], rules=[RULE], proofs=proofs, studies=[Study(date(2026, 11, 24))], on=ON)

    assert (found.state, found.covered_until) == expected


def test_a_renewal_that_begins_later_is_already_counted_on():
    old = Proof(date(2023, 12, 1), date(2023, 12, 1), date(2026, 11, 30))
    renewal = Proof(date(2026, 11, 20), date(2026, 12, 1), date(2029, 11, 30))

    found = standing([POST], rules=[RULE], proofs=[old, renewal], on=ON)

    assert (found.state, found.covered_until) == (State.VALID, date(2029, 11, 30))


@pytest.mark.parametrize(
    ("study", "state"),
    [
        (Study(None), State.NOT_STARTED),
        (Study(date(2026, 11, 25)), State.NOT_STARTED),
        (Study(date(2026, 11, 24)), State.IN_PROGRESS),
        (Study(date(2026, 11, 1), date(2026, 11, 25)), State.IN_PROGRESS),
        (Study(date(2026, 11, 1), date(2026, 11, 24)), State.NOT_STARTED),
    ],
)
def test_a_study_is_under_way_from_its_first_step_until_the_day_it_ends(study, state):
    assert standing([POST], rules=[RULE], studies=[study], on=ON).state is state


def test_the_label_is_the_state_of_those_required_and_else_the_reason():
    assert standing([POST], rules=[RULE], proofs=[VALID], on=ON).label == "valid"
    assert standing([POST], rules=[], proofs=[VALID], on=ON).label == "not_required"
