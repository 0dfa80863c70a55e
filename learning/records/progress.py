"""Counting what is done on a way through a version. Pure: no database, no clock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from courses.models import ACADEMIC_HOUR_MINUTES
from courses.selectors import UnitOutline

# How far a unit or a module is, as the component `state` names it.
DONE, STARTED, NOT_STARTED = "done", "progress", "none"


@dataclass(frozen=True, slots=True)
class Tally:
    """How far something is: units done of all, and minutes left of those that are not."""

    done: int
    total: int
    minutes: int
    minutes_left: int
    is_started: bool

    @property
    def academic_hours(self) -> float:
        """To one decimal."""
        return round(self.minutes / ACADEMIC_HOUR_MINUTES, 1)

    @property
    def is_done(self) -> bool:
        return self.done == self.total

    @property
    def state(self) -> str:
        if self.is_done:
            return DONE
        return STARTED if self.is_started else NOT_STARTED


def tally(units: Iterable[UnitOutline], *, done: Collection[int], opened: Collection[int] = ()) -> Tally:
    """Count required units; `done` and `opened` are ids of units."""
    units = [unit for unit in units if unit.required]
    left = [unit for unit in units if unit.id not in done]
    return Tally(
        done=len(units) - len(left),
        total=len(units),
        minutes=sum(unit.minutes for unit in units),
        minutes_left=sum(unit.minutes for unit in left),
        is_started=any(unit.id in done or unit.id in opened for unit in units),
    )
