"""Counts of people as pages show them. Everything is derived from rows of `selectors.tally`; nothing is asked here."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from learning.coverage.standing import Obligation, State
from learning.records.validity import add_months

# Valid proofs that run out are counted by ten days, for ninety days ahead, and by calendar month for a year ahead.
TENS = 9
MONTHS = 12


@lru_cache(maxsize=64)
def ends_of_tens(on: date) -> tuple[date, ...]:
    return tuple(on + timedelta(days=10 * number) for number in range(1, TENS + 1))


@lru_cache(maxsize=64)
def ends_of_months(on: date, count: int = MONTHS) -> tuple[date, ...]:
    """The last days of that many months: forward from the month of `on`, or those gone by when negative."""
    months = range(1, count + 1) if count > 0 else range(count + 1, 1)
    return tuple(add_months(on.replace(day=1), number) - timedelta(days=1) for number in months)


@lru_cache(maxsize=64)
def ends(on: date) -> tuple[date, ...]:
    """The days by which `selectors.tally` divides people for `Figures.of`."""
    return tuple(sorted({*ends_of_tens(on), *ends_of_months(on)}))


@dataclass
class Figures:
    """How many people stand where, for one programme on one day.

    `valid`, `in_progress`, `not_started` and `expired` count those required; `early_valid` and `early_in_progress`
    count those not yet due. Of the valid, `tens[i]` run out in the i-th ten days, the first beginning today, and
    `months[i]` in the i-th month, the first being this one.
    """

    required: int = 0
    valid: int = 0
    in_progress: int = 0
    not_started: int = 0
    expired: int = 0
    not_yet_due: int = 0
    early_valid: int = 0
    early_in_progress: int = 0
    on_leave: int = 0
    exempt: int = 0
    not_required: int = 0
    tens: list[int] = field(default_factory=lambda: [0] * TENS)
    months: list[int] = field(default_factory=lambda: [0] * MONTHS)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, int | str]], *, on: date) -> Figures:
        """From rows with obligation, state, people and runs_out (an index of `ends`, or -1)."""
        figures, count, days = cls(), Counter(), ends(on)
        for row in rows:
            obligation, state, people = row["obligation"], row["state"], row["people"]
            count[obligation] += people
            count[obligation, state] += people
            if obligation == Obligation.REQUIRED and row["runs_out"] >= 0:
                figures._run_out(days[row["runs_out"]], people, on)
        figures.required = count[Obligation.REQUIRED]
        for state in State:
            setattr(figures, state.value, count[Obligation.REQUIRED, state])
        figures.not_yet_due = count[Obligation.NOT_YET_DUE]
        figures.early_valid = count[Obligation.NOT_YET_DUE, State.VALID]
        figures.early_in_progress = count[Obligation.NOT_YET_DUE, State.IN_PROGRESS]
        figures.on_leave = count[Obligation.ON_LEAVE]
        figures.exempt = count[Obligation.EXEMPT]
        figures.not_required = count[Obligation.NOT_REQUIRED]
        return figures

    def _run_out(self, by: date, people: int, on: date) -> None:
        for counts, last_days in ((self.tens, ends_of_tens(on)), (self.months, ends_of_months(on))):
            if by <= last_days[-1]:
                counts[bisect_left(last_days, by)] += people

    @property
    def employed(self) -> int:
        return self.required + self.not_yet_due + self.on_leave + self.exempt + self.not_required

    @property
    def overdue(self) -> int:
        return self.required - self.valid

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down, so that 100 means everyone; None when nobody is required."""
        return self.valid * 100 // self.required if self.required else None

    @property
    def expiring_30(self) -> int:
        return sum(self.tens[:3])

    @property
    def expiring_60(self) -> int:
        return sum(self.tens[:6])

    @property
    def expiring_90(self) -> int:
        return sum(self.tens)

    @property
    def valid_for_longer(self) -> int:
        """Valid and not running out soon."""
        return self.valid - self.expiring_60


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar: `kind` is part of a CSS class, positions are percent of the width."""

    kind: str
    people: int
    x: str
    width: str


def bar(figures: Figures) -> list[Piece]:
    """Those required, side by side: valid, soon to run out, in progress, not started, expired; empty ones left out."""
    counts = {
        "valid": figures.valid_for_longer,
        "soon": figures.expiring_60,
        "progress": figures.in_progress,
        "none": figures.not_started,
        "over": figures.expired,
    }
    pieces, x = [], 0.0
    for kind, people in counts.items():
        if people:
            width = people * 100 / figures.required
            pieces.append(Piece(kind, people, f"{x:.2f}", f"{max(width - 0.35, 0.2):.2f}"))
            x += width
    return pieces


def grouped(rows: Iterable[Mapping], key: str, *, on: date) -> dict[object, Figures]:
    """Figures for each value of `key`, in the order in which the values first come."""
    groups: dict[object, list[Mapping]] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return {value: Figures.of(group, on=on) for value, group in groups.items()}
