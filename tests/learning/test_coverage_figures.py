"""Counts, percent and bars, from rows as the database counts them."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from learning.coverage.figures import Figures, bar, ends, ends_of_months, ends_of_tens
from learning.coverage.standing import Obligation, State

ON = date(2026, 11, 24)


def a_row(obligation: Obligation, state: State, people: int, runs_out: int = -1) -> dict:
    return {"obligation": obligation, "state": state, "people": people, "runs_out": runs_out}


def index_of(day: date) -> int:
    return ends(ON).index(day)


def test_figures_count_each_kind_of_row_once():
    rows = [
        a_row(Obligation.REQUIRED, State.VALID, 20),
        a_row(Obligation.REQUIRED, State.VALID, 2, index_of(date(2026, 12, 4))),
        a_row(Obligation.REQUIRED, State.VALID, 1, index_of(date(2026, 12, 31))),
        a_row(Obligation.REQUIRED, State.IN_PROGRESS, 5),
        a_row(Obligation.REQUIRED, State.NOT_STARTED, 3),
        a_row(Obligation.REQUIRED, State.EXPIRED, 4),
        a_row(Obligation.NOT_YET_DUE, State.VALID, 6, index_of(date(2026, 12, 4))),
        a_row(Obligation.NOT_YET_DUE, State.IN_PROGRESS, 7),
        a_row(Obligation.NOT_YET_DUE, State.NOT_STARTED, 8),
        a_row(Obligation.EXEMPT, State.VALID, 2),
        a_row(Obligation.NOT_REQUIRED, State.NOT_STARTED, 1),
    ]

    figures = Figures.of(rows, on=ON)

    assert figures == Figures(
        required=35,
        valid=23,
        in_progress=5,
        not_started=3,
        expired=4,
        not_yet_due=21,
        early_valid=6,
        early_in_progress=7,
        exempt=2,
        not_required=1,
        tens=[2, 0, 0, 1, 0, 0, 0, 0, 0],
        months=[0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    )
    assert (figures.employed, figures.overdue, figures.percent) == (59, 12, 65)
    assert (figures.expiring_30, figures.expiring_60, figures.expiring_90, figures.valid_for_longer) == (2, 3, 3, 20)


@pytest.mark.parametrize(("valid", "required", "percent"), [(0, 0, None), (199, 200, 99), (200, 200, 100), (1, 3, 33)])
def test_percent_is_rounded_down_so_that_100_means_everyone(valid, required, percent):
    assert Figures(required=required, valid=valid).percent == percent


def test_months_end_on_their_last_days_forward_and_back():
    assert ends_of_months(date(2024, 1, 31), 3) == (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31))
    assert ends_of_months(date(2024, 3, 31), -3) == (date(2023, 12, 31), date(2024, 1, 31), date(2024, 2, 29))


@given(on=st.dates(date(2020, 1, 1), date(2030, 12, 31)), ahead=st.integers(0, 400))
def test_a_proof_that_ends_is_counted_in_its_ten_days_and_in_its_month(on, ahead):
    last = date.fromordinal(on.toordinal() + ahead)
    days = ends(on)
    runs_out = next((index for index, end in enumerate(days) if last <= end), -1)

    figures = Figures.of([a_row(Obligation.REQUIRED, State.VALID, 1, runs_out)], on=on)

    tens, months = ends_of_tens(on), ends_of_months(on)
    assert figures.tens == [int(max(ahead - 1, 0) // 10 == index and last <= tens[-1]) for index in range(9)]
    assert figures.months == [
        int((last.year, last.month) == (month.year, month.month) and last <= months[-1]) for month in months
    ]


@given(st.tuples(*[st.integers(0, 500)] * 5))
def test_a_bar_fills_the_width_in_order_and_leaves_out_nothing(counts):
    longer, soon, progress, none, over = counts
    figures = Figures(
        required=sum(counts),
        valid=longer + soon,
        in_progress=progress,
        not_started=none,
        expired=over,
        tens=[soon, 0, 0, 0, 0, 0, 0, 0, 0],
    )

    pieces = bar(figures)

    assert [(piece.kind, piece.people) for piece in pieces] == [
        (kind, people)
        for kind, people in zip(("valid", "soon", "progress", "none", "over"), counts, strict=True)
        if people
    ]
    assert all(0 <= float(piece.x) <= 100 for piece in pieces)
    assert all(float(piece.x) + float(piece.width) <= float(then.x) + 0.25 for piece, then in pairwise(pieces))
