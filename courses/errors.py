"""What can go wrong with a programme, said so that its editor knows what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class CourseError(Exception):
    """Base of everything this app raises on purpose; `message` is for people."""

    message: str | Promise = ""

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class PageProblem:
    """What keeps a page out of a version. `page_id` leads to its editor."""

    page_id: int
    page: str
    message: str | Promise

    def __str__(self) -> str:
        return f"{self.page}: {self.message}"


class NotReady(CourseError):
    """Pages lack something; `problems` names each page and what it lacks."""

    message = _("The version was not published: some pages are not ready.")

    def __init__(self, problems: Sequence[PageProblem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([str(self.message), *map(str, self.problems)])


class NoteMissing(CourseError):
    message = _("Write what changed, in every language: learners and certificate holders read it.")


class RetakeDateMissing(CourseError):
    message = _("Give the day by which everyone studies again, today or later.")


class NothingToStudyAgain(CourseError):
    message = _("No lesson, case or quiz changed, so there is nothing to study. Choose a minor version.")
