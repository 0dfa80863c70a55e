"""Which known person a row means: by e-mail, then by staff number in the institution, then by exact name there."""

from collections import defaultdict
from collections.abc import Sequence

from .columns import bare
from .known import Known, Person
from .parsing import StaffRow
from .problems import Problem


class Matching:
    """`person_of` maps row numbers to primary keys; rows about somebody new are not in it.

    Rows that cannot be told apart are in `problems` and their numbers in `wrong`.
    """

    def __init__(self, rows: Sequence[StaffRow], known: Known) -> None:
        self.known = known
        self.problems: list[Problem] = []
        self.wrong: set[int] = set()
        self.person_of: dict[int, int] = {}
        self._index()
        for row in rows:
            self._match_surely(row)
        # Whoever one row means by address or number is not meant by another row of the same name.
        self.claimed = {(row.institution, self.person_of[row.number]) for row in rows if row.number in self.person_of}
        for row in rows:
            if row.number not in self.person_of:
                self._match_by_name(row)
        self._join_addresses(rows)

    def _index(self) -> None:
        people = self.known.people
        self.by_email = {**self.known.aliases, **{one.email: one.pk for one in people.values() if one.email}}
        self.by_number: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.by_name: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.numbers: dict[tuple[str, int], set[str]] = defaultdict(set)
        for post in self.known.posts:
            self.by_name[post.institution, people[post.person].name.casefold()].add(post.person)
            if post.staff_number:
                self.by_number[post.institution, post.staff_number].add(post.person)
                self.numbers[post.institution, post.person].add(post.staff_number)

    def _match_surely(self, row: StaffRow) -> None:
        person = self.by_email.get(row.email)
        column, code = "email", "email_taken"
        if person is None and row.staff_number:
            numbered = self.by_number[row.institution, row.staff_number]
            person = next(iter(numbered)) if len(numbered) == 1 else None
            column, code = "staff_number", "number_taken"
        if person is None:
            return
        self.person_of[row.number] = person
        if _is_somebody_else(row, self.known.people[person]):
            self._refuse(row, column, code)

    def _match_by_name(self, row: StaffRow) -> None:
        namesakes = [
            person
            for person in self.by_name[row.institution, row.name.casefold()]
            if (row.institution, person) not in self.claimed and self._could_be(row, person)
        ]
        if len(namesakes) == 1:
            self.person_of[row.number] = namesakes[0]
        elif namesakes:
            self._refuse(row, "last_name", "person_unclear")

    def _could_be(self, row: StaffRow, person: int) -> bool:
        numbers = self.numbers[row.institution, person]
        other_address = row.email and self.known.people[person].email
        return not other_address and (not row.staff_number or not numbers or row.staff_number in numbers)

    def _join_addresses(self, rows: Sequence[StaffRow]) -> None:
        """Rows with one address are one person, even where only one of them is known so far."""
        owner: dict[str, tuple[int, int]] = {}
        for row in rows:
            if row.email and row.number in self.person_of:
                person, first = owner.setdefault(row.email, (self.person_of[row.number], row.number))
                if person != self.person_of[row.number]:
                    self._refuse(row, "email", "email_twice", hint=str(first))
        for row in rows:
            if row.email in owner and row.number not in self.wrong:
                self.person_of.setdefault(row.number, owner[row.email][0])

    def _refuse(self, row: StaffRow, column: str, code: str, hint: str = "") -> None:
        self.wrong.add(row.number)
        self.problems.append(Problem(row.number, column, code, str(getattr(row, column)), hint))


def key_of(row: StaffRow) -> tuple[str, ...]:
    """What makes two rows about unknown people mean one person."""
    if row.email:
        return ("email", row.email)
    if row.staff_number:
        return ("number", row.institution, row.staff_number)
    return ("name", row.institution, row.name.casefold())


def _is_somebody_else(row: StaffRow, person: Person) -> bool:
    return bare(row.first_name) != bare(person.first_name) and bare(row.last_name) != bare(person.last_name)
