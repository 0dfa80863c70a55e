"""Whom the column of the direct manager means: by e-mail, or by staff number in the same institution."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from .known import Known
from .matching import Matching, key_of
from .parsing import StaffRow
from .problems import Problem

Ref = int | tuple[str, ...]
"""The primary key of somebody known, or the key of somebody who joins with this list."""


class Managers:
    """`of` maps row numbers to managers. Rows whose manager cannot be found join the wrong ones of `matching`."""

    def __init__(self, rows: Sequence[StaffRow], known: Known, matching: Matching) -> None:
        self.known, self.matching = known, matching
        self.of: dict[int, Ref] = {}
        self.problems: list[Problem] = []
        # A row that falls away may be the very manager of another, so that one falls, too.
        while wrong := list(self._find([row for row in rows if row.number not in matching.wrong])):
            self.problems += wrong
            matching.wrong |= {problem.row for problem in wrong}

    def _find(self, rows: Sequence[StaffRow]) -> Iterator[Problem]:
        by_email: dict[str, Ref] = dict(self.known.managers)
        by_number: dict[tuple[str, str], set[Ref]] = defaultdict(set)
        for post in self.known.posts:
            if post.staff_number:
                by_number[post.institution, post.staff_number].add(post.person)
        for row in rows:
            if row.email:
                by_email[row.email] = self._person(row)
            if row.staff_number:
                by_number[row.institution, row.staff_number].add(self._person(row))
        self.of = {}
        for row in rows:
            if not row.manager:
                continue
            meant = {by_email[row.manager]} if row.manager in by_email else by_number[row.institution, row.manager]
            if len(meant) != 1:
                yield Problem(row.number, "manager", "manager_unclear" if meant else "manager_unknown", row.manager)
            elif self._person(row) in meant:
                yield Problem(row.number, "manager", "manager_self", row.manager)
            else:
                self.of[row.number] = next(iter(meant))

    def _person(self, row: StaffRow) -> Ref:
        return self.matching.person_of.get(row.number) or key_of(row)
