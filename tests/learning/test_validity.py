"""Days of validity: short months, renewals, and that nobody ever loses a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.records.validity import RenewalPeriod, add_months, valid_until

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2080, 12, 31))
months = st.integers(1, 120)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 11, 24), 36, date(2029, 11, 24)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(day, count, expected):
    assert add_months(day, count) == expected


@given(day=days, earlier=st.integers(0, 60), later=st.integers(0, 60))
def test_adding_months_keeps_order(day, earlier, later):
    assert (add_months(day, earlier) <= add_months(day, later)) == (earlier <= later)


@given(first=days, second=days, count=months)
def test_who_completes_later_is_valid_at_least_as_long(first, second, count):
    first, second = sorted([first, second])

    assert add_months(first, count) <= add_months(second, count)


def period(valid_until, *, window=90, grace=60):
    return RenewalPeriod.of(valid_until=valid_until, window_days=window, grace_days=grace)


EXPIRES = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("completed_on", "expected"),
    [
        (EXPIRES - timedelta(days=90), date(2030, 3, 31)),
        (EXPIRES, date(2030, 3, 31)),
        (EXPIRES + timedelta(days=1), date(2030, 4, 1)),
        (EXPIRES + timedelta(days=60), date(2030, 5, 30)),
        (EXPIRES + timedelta(days=400), add_months(EXPIRES + timedelta(days=400), 36)),
        (EXPIRES - timedelta(days=91), date(2029, 12, 30)),
    ],
)
def test_inside_the_window_it_counts_from_the_old_last_day_and_else_from_the_completion(completed_on, expected):
    assert valid_until(completed_on=completed_on, months=36, renewed=period(EXPIRES)) == expected


def test_a_proof_without_a_term_never_runs_out():
    assert valid_until(completed_on=EXPIRES, months=None, renewed=period(EXPIRES)) is None


@given(completed_on=days, expires=days, count=months, window=st.integers(0, 120), grace=st.integers(0, 120))
def test_a_renewal_never_shortens_what_is_held_nor_what_a_first_completion_would_give(
    completed_on, expires, count, window, grace
):
    renewed = period(expires, window=window, grace=grace)

    last_day = valid_until(completed_on=completed_on, months=count, renewed=renewed)

    assert last_day >= add_months(completed_on, count)
    assert last_day >= expires or renewed.has_expired(on=completed_on)


@given(expires=days, window=st.integers(0, 120), grace=st.integers(0, 120), on=days)
def test_the_period_is_open_from_the_window_to_the_end_of_grace(expires, window, grace, on):
    renewed = period(expires, window=window, grace=grace)

    assert renewed.is_open(on=on) == (-window <= (on - expires).days <= grace)
