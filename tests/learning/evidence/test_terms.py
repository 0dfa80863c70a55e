"""How old training elsewhere may be and how long it counts."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.evidence.errors import EvidenceError, RanOut, StillToCome, TooOld, TooShort
from learning.evidence.terms import Terms

DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
MONTHS = st.none() | st.integers(1, 240)
TODAY = date(2026, 11, 24)


def judged(terms: Terms, *, completed_on: date, stated_until: date | None = None, minutes: int = 360) -> date | None:
    return terms.judge(completed_on=completed_on, stated_until=stated_until, minutes=minutes, on=TODAY)


def test_it_counts_from_its_own_day_and_not_from_the_day_of_acceptance():
    assert judged(Terms(24, 36), completed_on=date(2025, 5, 15)) == date(2028, 5, 15)


def test_the_earlier_end_holds_of_the_rule_and_the_document():
    terms = Terms(None, 36)

    assert judged(terms, completed_on=date(2026, 1, 1), stated_until=date(2027, 1, 1)) == date(2027, 1, 1)
    assert judged(terms, completed_on=date(2026, 1, 1), stated_until=date(2035, 1, 1)) == date(2029, 1, 1)
    assert judged(Terms(None, None), completed_on=date(2026, 1, 1)) is None


def test_the_oldest_day_allowed_is_allowed_and_the_day_before_is_not():
    terms = Terms(oldest_months=12, counts_months=36)

    assert judged(terms, completed_on=date(2025, 11, 24)) == date(2028, 11, 24)
    with pytest.raises(TooOld) as refused:
        judged(terms, completed_on=date(2025, 11, 23))
    assert refused.value.oldest == date(2025, 11, 24)


@pytest.mark.parametrize(
    ("refusal", "terms", "facts"),
    [
        (StillToCome, Terms(None, None), {"completed_on": date(2026, 11, 25)}),
        (TooShort, Terms(None, None, 361), {"completed_on": TODAY}),
        (RanOut, Terms(None, 12), {"completed_on": date(2025, 11, 23)}),
        (RanOut, Terms(None, None), {"completed_on": date(2020, 1, 1), "stated_until": date(2026, 11, 23)}),
    ],
    ids=["to come", "too short", "ran out by rule", "ran out by document"],
)
def test_what_cannot_count_is_refused_with_its_reason(refusal, terms, facts):
    with pytest.raises(refusal):
        judged(terms, **facts)


@given(on=DAYS, age=st.integers(0, 4000), oldest=MONTHS, counts=MONTHS, stated=st.none() | DAYS)
def test_whatever_is_accepted_is_in_force_that_day_and_never_outlives_rule_or_document(on, age, oldest, counts, stated):
    completed_on = on - timedelta(days=age)
    try:
        last = Terms(oldest, counts).judge(completed_on=completed_on, stated_until=stated, minutes=0, on=on)
    except EvidenceError:
        return

    assert last is None or last >= on
    assert stated is None or (last is not None and last <= stated)
    assert last is not None or (counts is None and stated is None)
