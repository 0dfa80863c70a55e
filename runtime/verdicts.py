"""What a learner's progress in one activity, and in all of them, comes to. Pure calculation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

# Scores are kept as decimals with as many places.
FOUR_PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`passed` is None while that is open. `score` is scaled, −1 to 1; None means no score."""

    is_completed: bool = False
    passed: bool | None = None
    score: Decimal | None = None

    @property
    def word(self) -> str:
        """passed, failed, completed or incomplete: the one that says most."""
        if self.passed is not None:
            return "passed" if self.passed else "failed"
        return "completed" if self.is_completed else "incomplete"


def verdict_of(
    completed_at: datetime | None, passed_at: datetime | None, failed_at: datetime | None, score: Decimal | None
) -> Verdict:
    """The verdict that the columns of runtime.models.Progress keep. Who passed once has not failed."""
    return Verdict(completed_at is not None, True if passed_at else False if failed_at else None, score)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the editor asks of a package before its unit is done; see Unit.settings of kind PACKAGE."""

    done_when: str = "completed"
    pass_mark_percent: int | None = None
    failed_counts: bool = False

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Wish:
        return cls(
            done_when=settings.get("done_when") or "completed",
            pass_mark_percent=settings.get("pass_mark_percent"),
            failed_counts=bool(settings.get("failed_counts")),
        )

    def is_met(self, whole: Verdict) -> bool:
        match self.done_when:
            case "opened":
                return True
            case "passed":
                return whole.passed is True
            case "completed_and_passed":
                return whole.is_completed and whole.passed is True
            case _:
                return whole.is_completed

    def judge(self, verdict: Verdict, *, is_final: bool) -> Verdict:
        """The verdict with the editor's own pass mark in place of the package's, once the score is final."""
        if self.pass_mark_percent is None:
            return verdict
        if not is_final or verdict.score is None:
            return Verdict(verdict.is_completed, None, verdict.score)
        return Verdict(verdict.is_completed, verdict.score * 100 >= self.pass_mark_percent, verdict.score)


def all_of(parts: Collection[Verdict]) -> Verdict:
    """The whole of several parts: completed with all of them; only then it has a score, and is passed when one of them
    is and none failed. A package of one part comes to what that part came to."""
    if len(parts) == 1:
        return next(iter(parts))
    if not parts or not all(part.is_completed for part in parts):
        return Verdict()
    results = {part.passed for part in parts}
    passed = False if False in results else True if True in results else None
    return Verdict(True, passed, mean_score(parts))


def mean_score(parts: Iterable[Verdict]) -> Decimal | None:
    """The mean of the scores there are."""
    scores = [part.score for part in parts if part.score is not None]
    return (sum(scores, Decimal(0)) / len(scores)).quantize(FOUR_PLACES) if scores else None
