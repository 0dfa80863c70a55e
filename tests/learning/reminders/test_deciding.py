"""The decisions in themselves: never twice, never too many, never at a quiet time."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.reminders.deciding import CATCH_UP, Known, Reader, Skip, Subject, decide, is_full
from learning.reminders.policy import (
    DEFAULT,
    DUE,
    EXPIRY,
    HR,
    KINDS,
    LEARNER,
    MANAGER,
    ROLES,
    WORKDAYS,
    Policy,
    Step,
)

RIGA = ZoneInfo("Europe/Riga")
BEGINNING = date(2000, 1, 1)
# Around 29 February, both changes of the clock, and the year's end.
DAYS = st.one_of(
    st.dates(date(2027, 12, 1), date(2028, 4, 30)),
    st.dates(date(2026, 10, 1), date(2027, 1, 31)),
)
STEPS = st.builds(Step, kind=st.sampled_from(KINDS), days=st.integers(-60, 60), to=st.sampled_from(ROLES))
HOURS = st.integers(6, 21).flatmap(
    lambda first: st.tuples(st.just(time(first)), st.integers(first + 1, 22).map(lambda last: time(last)))
)


@st.composite
def policies(draw) -> Policy:
    earliest, latest = draw(HOURS)
    return Policy(
        steps=tuple(draw(st.sets(STEPS, max_size=8))),
        per_week=draw(st.integers(1, 4)),
        weekdays=frozenset(draw(st.sets(st.integers(1, 7), min_size=1))),
        earliest=earliest,
        latest=latest,
        digest_weekday=draw(st.none() | st.integers(1, 7)),
    )


def a_subject(target_on: date, *, pk: int = 1, kind: str = DUE, since: date = BEGINNING) -> Subject:
    return Subject(kind, pk, user_id=10, course_id=1, target_on=target_on, since=since)


READERS = {LEARNER: [Reader(10)], MANAGER: [Reader(20)], HR: [Reader(30)]}


def decide_on(subject: Subject, policy: Policy = DEFAULT, *, on: date, known: Known | None = None, readers=READERS):
    return list(decide(subject, policy, readers, known=known or Known(), on=on, first_day=on))


def told(decisions) -> list[tuple[str, int]]:
    return [(decision.step.to, decision.step.days) for decision in decisions]


TUESDAY = date(2026, 11, 24)


def test_each_step_falls_on_its_day_and_the_readers_hear_in_turn():
    subject, known = a_subject(TUESDAY), Known()

    days = {
        offset: told(decide_on(subject, on=TUESDAY + timedelta(days=offset), known=known)) for offset in range(-20, 30)
    }

    assert {offset: heard for offset, heard in days.items() if heard} == {
        -14: [(LEARNER, -14)],
        -7: [(LEARNER, -7)],
        0: [(LEARNER, 0)],
        7: [(LEARNER, 7), (MANAGER, 7)],
        14: [(HR, 14)],
    }


def test_after_days_without_a_run_only_the_latest_step_is_made_up_for():
    assert told(decide_on(a_subject(TUESDAY), on=TUESDAY + timedelta(days=9))) == [(LEARNER, 7), (MANAGER, 7)]


def test_what_was_missed_for_too_long_is_left_out():
    last = TUESDAY + timedelta(days=7) + CATCH_UP

    assert told(decide_on(a_subject(TUESDAY), on=last)) == [(LEARNER, 7), (MANAGER, 7), (HR, 14)]
    assert told(decide_on(a_subject(TUESDAY), on=last + timedelta(days=1))) == [(HR, 14)]


def test_whoever_was_enrolled_after_a_step_is_not_told_of_it():
    subject = a_subject(TUESDAY + timedelta(days=5), since=TUESDAY)

    assert told(decide_on(subject, on=TUESDAY)) == []


@pytest.mark.parametrize(
    ("target_on", "on", "step"),
    [
        # A Saturday and a Sunday: what lies ahead is said on the Friday before.
        (date(2026, 11, 28), date(2026, 11, 27), (LEARNER, 0)),
        (date(2026, 11, 29), date(2026, 11, 27), (LEARNER, 0)),
    ],
)
def test_what_lies_ahead_is_said_before_a_quiet_day(target_on, on, step):
    (decision,) = decide_on(a_subject(target_on), on=on)

    assert (told([decision]), decision.send_on, decision.reason) == ([step], on, "")


def test_what_is_late_anyway_waits_for_the_next_permitted_day():
    sunday = date(2026, 11, 29)
    decisions = decide_on(a_subject(sunday - timedelta(days=7)), on=sunday)

    assert {decision.send_on for decision in decisions} == {date(2026, 11, 30)}


def test_a_letter_that_announces_a_day_never_comes_after_it():
    friday = date(2026, 11, 27)
    decisions = list(
        decide(
            a_subject(friday),
            DEFAULT,
            READERS,
            known=Known(),
            on=friday,
            first_day=friday + timedelta(days=1),  # The permitted hours of Friday are over.
        )
    )

    assert [(decision.step.days, decision.reason) for decision in decisions] == [(0, Skip.LATE)]


def test_one_letter_a_day_carries_all_and_a_full_week_takes_no_more():
    policy = Policy(steps=(Step(DUE, 0, LEARNER),), per_week=1)
    known = Known()
    first = decide_on(a_subject(TUESDAY, pk=1), policy, on=TUESDAY, known=known)
    second = decide_on(a_subject(TUESDAY, pk=2), policy, on=TUESDAY, known=known)
    third = decide_on(a_subject(TUESDAY + timedelta(days=6), pk=3), policy, on=TUESDAY + timedelta(days=6), known=known)
    fourth = decide_on(
        a_subject(TUESDAY + timedelta(days=7), pk=4), policy, on=TUESDAY + timedelta(days=7), known=known
    )

    assert [decision.reason for decision in (*first, *second, *third, *fourth)] == ["", "", Skip.CAP, ""]


def test_who_cannot_be_written_to_is_in_the_ledger_with_the_reason():
    readers = {LEARNER: [Reader(10, Skip.NO_ADDRESS)]}
    (decision,) = decide_on(a_subject(TUESDAY), on=TUESDAY, readers=readers)

    assert decision.reason == Skip.NO_ADDRESS


def test_a_policy_that_is_off_decides_nothing():
    policy = Policy(steps=DEFAULT.steps, is_on=False)

    assert decide_on(a_subject(TUESDAY), policy, on=TUESDAY) == []


def test_a_new_deadline_is_a_new_matter():
    known = Known()
    decide_on(a_subject(TUESDAY), on=TUESDAY, known=known)
    moved = decide_on(a_subject(TUESDAY + timedelta(days=7)), on=TUESDAY, known=known)

    assert told(moved) == [(LEARNER, -7)]


@given(
    policy=policies(),
    targets=st.lists(st.tuples(DAYS, st.sampled_from(KINDS)), min_size=1, max_size=6),
    gaps=st.lists(st.integers(0, 20), min_size=1, max_size=40),
    start=DAYS,
    evenings=st.booleans(),
)
def test_whatever_days_the_job_runs_on(policy, targets, gaps, start, evenings):
    subjects = [a_subject(target, pk=pk, kind=kind) for pk, (target, kind) in enumerate(targets)]
    known, written, on = Known(), [], start
    for gap in gaps:
        on += timedelta(days=gap)
        first_day = on + timedelta(days=1) if evenings else on
        of_run = [
            decision
            for subject in subjects
            for decision in decide(subject, policy, READERS, known=known, on=on, first_day=first_day)
        ]
        # One run tells each reader at most one thing of each subject.
        assert len({(item.subject, item.step.to, item.reader_id) for item in of_run}) == len(of_run)
        assert all(item.send_on >= first_day for item in of_run)
        written += of_run

    # Never twice.
    assert len({item.key for item in written}) == len(written)
    sent = [item for item in written if not item.reason]
    for item in sent:
        assert item.send_on.isoweekday() in policy.days_for(item.step.to)
        if item.step.to != HR and item.step.days <= 0:
            assert item.send_on <= item.subject.target_on
    # Letters in any seven days on end, each day one.
    for to in (LEARNER, MANAGER):
        letters = {item.send_on for item in sent if item.step.to == to}
        assert all(
            sum(day <= other <= day + timedelta(days=6) for other in letters) <= policy.per_week for day in letters
        )


@given(policy=policies(), day=DAYS, now=st.datetimes(datetime(2026, 10, 1), datetime(2028, 4, 30)), turn=st.integers(0))
def test_letters_leave_at_permitted_hours_only(policy, day, now, turn):
    now = now.replace(tzinfo=ZoneInfo("UTC"))
    first = policy.first_day(now.astimezone(RIGA))
    day = policy.next_day(LEARNER, max(day, first))

    leaves = policy.moment(day, zone=RIGA, turn=turn, now=now)
    again = policy.next_moment(now, to=LEARNER, zone=RIGA, turn=turn)

    for at in (leaves, again):
        # As the database keeps it and as the sweeper reads it again.
        local = at.astimezone(ZoneInfo("UTC")).astimezone(RIGA)
        assert policy.is_open(local)
        assert at >= now
    assert leaves.date() == day


@given(days=st.sets(st.integers(0, 20)), new=st.integers(0, 20), per_week=st.integers(1, 7))
def test_full_means_that_some_week_would_have_too_many(days, new, per_week):
    start = date(2028, 2, 20)
    days -= {new}
    letters = {start + timedelta(days=number) for number in days}

    full = is_full(letters, start + timedelta(days=new), per_week=per_week)

    assert full == any(
        len((days | {new}) & set(range(first, first + 7))) > per_week for first in range(new - 6, new + 1)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"earliest": time(5)},
        {"latest": time(23)},
        {"earliest": time(12), "latest": time(12)},
        {"weekdays": frozenset()},
        {"weekdays": frozenset({0})},
        {"per_week": 0},
    ],
)
def test_a_policy_cannot_be_nonsense(wrong):
    with pytest.raises(ValueError):
        Policy(steps=(), **wrong)


def test_the_policy_of_the_platform_speaks_to_all_three_of_both_days():
    assert {(step.kind, step.to) for step in DEFAULT.steps} == {(kind, to) for kind in (DUE, EXPIRY) for to in ROLES}
    assert DEFAULT.weekdays == WORKDAYS
