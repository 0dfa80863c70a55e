"""What a staff list would change: rows compared with what is known. Pure: no database, no clock.

Rows that say how things already are change nothing, so the same list twice is the same as once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from .known import Known, Person, Post
from .managers import Managers, Ref
from .matching import Matching, key_of
from .parsing import Cells, StaffRow
from .problems import Problem

DAY = timedelta(days=1)
Changes = Mapping[str, tuple[object, object]]
"""Field -> what it is now, what it would be."""


@dataclass(frozen=True, slots=True)
class Join:
    """A new post. Rows with the same `key` and no `person` are one new person."""

    row: StaffRow
    key: tuple[str, ...]
    person: int | None = None
    manager: Ref | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Corrections to a person and a post; with `moves_on` the post ends the day before and another begins."""

    row: StaffRow
    post: Post
    person: Changes
    details: Changes
    moves_on: date | None = None


@dataclass(frozen=True, slots=True)
class Leave:
    """A post ends. `is_named`: the list says so itself; else the person is missing from a complete list."""

    post: Post
    ends_on: date
    is_named: bool = False


@dataclass(slots=True)
class Plan:
    joins: list[Join] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    leaves: list[Leave] = field(default_factory=list)
    unchanged: list[StaffRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    """Cells that are put aside while the rest of their row counts."""

    @property
    def changes_nothing(self) -> bool:
        return not (self.joins or self.changes or self.leaves)


def plan(rows: Sequence[StaffRow], known: Known, *, on: date, complete: bool, unread: Sequence[Cells] = ()) -> Plan:
    """Compare a list with what is known on a day.

    `complete`: whoever works in an institution of the list and is not in it left the day before `on`.
    `unread`: rows left out for their problems; nobody who may be meant by them counts as having left.
    """
    result = Plan()
    people = dict(known.people)
    matching = Matching(rows, known)
    managers = Managers(rows, known, matching)
    result.problems += matching.problems + managers.problems
    groups: dict[tuple[int, str], list[StaffRow]] = defaultdict(list)
    for row in rows:
        if row.number in matching.wrong:
            continue
        if row.number in matching.person_of:
            groups[matching.person_of[row.number], row.institution].append(row)
        else:
            result.joins.append(Join(row, key_of(row), manager=managers.of.get(row.number)))
    posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
    for post in known.posts:
        posts[post.person, post.institution].append(post)
    for (person, institution), said in groups.items():
        known_posts = posts[person, institution]
        comparison = _Comparison(people, person, known_posts, managers.of, known.aliases, on, complete, result)
        comparison.compare(said)
    if complete:
        missing = {post.person for post in known.posts} - _spared(rows, unread, matching, known)
        listed = {row.institution for row in rows}
        for (person, institution), held in posts.items():
            if person in missing and institution in listed and (person, institution) not in groups:
                result.leaves += _leavers(held, on)
    _sort(result)
    return result


def _sort(result: Plan) -> None:
    for items in (result.joins, result.changes):
        items.sort(key=lambda item: item.row.number)
    result.unchanged.sort(key=lambda row: row.number)
    result.problems.sort(key=lambda problem: problem.row)


def _spared(rows: Sequence[StaffRow], unread: Sequence[Cells], matching: Matching, known: Known) -> set[int]:
    """People whom a row that was left out may mean; everybody when such a row tells no name."""
    names = {row.name.casefold() for row in rows if row.number in matching.wrong}
    spared = {matching.person_of[row.number] for row in rows if row.number in matching.wrong & set(matching.person_of)}
    emails, numbers = set(), set()
    for cells in unread:
        if not (cells.get("first_name") and cells.get("last_name")):
            return set(known.people)
        names.add(f"{cells['first_name']} {cells['last_name']}".casefold())
        emails.add(cells.get("email", "").lower())
        numbers.add(cells.get("staff_number", ""))
    spared |= {
        pk for pk, person in known.people.items() if person.name.casefold() in names or person.email in emails - {""}
    }
    return spared | {post.person for post in known.posts if post.staff_number in numbers - {""}}


def _leavers(posts: Iterable[Post], on: date) -> Iterator[Leave]:
    for post in posts:
        ends_on = max(post.starts_on, on - DAY)
        if post.starts_on <= on and (post.ends_on is None or post.ends_on > ends_on):
            yield Leave(post, ends_on)


class _Comparison:
    """What the rows about one person in one institution change there."""

    def __init__(
        self,
        people: dict[int, Person],
        person: int,
        posts: Sequence[Post],
        managers: Mapping[int, Ref],
        aliases: Mapping[str, int],
        on: date,
        complete: bool,
        result: Plan,
    ) -> None:
        self.people, self.person, self.posts = people, person, posts
        self.managers, self.aliases = managers, aliases
        self.on, self.complete, self.result = on, complete, result
        self.left = list(posts)

    def compare(self, rows: Sequence[StaffRow]) -> None:
        now = [row for row in self._once(rows) if not self._settle(row, self._same_post(row))]
        moving = [post for post in self.left if post.is_open(self.on)]
        for row in now:
            if row.ends_on is None and moving:
                self._move(row, moving.pop(0))
            elif not self._settle(row, self._ended_post(row)):
                self.result.joins.append(Join(row, key_of(row), self.person, self.managers.get(row.number)))
        if self.complete:
            self.result.leaves += _leavers(self.left, self.on)

    def _once(self, rows: Sequence[StaffRow]) -> list[StaffRow]:
        """Present posts first, each once: two rows may turn out to mean one person only here."""
        present: dict[str, StaffRow] = {}
        for row in rows:
            if row.ends_on is None and present.setdefault(row.position, row) is not row:
                first = str(present[row.position].number)
                self.result.problems.append(Problem(row.number, "last_name", "row_twice", row.name, first))
        return [*present.values(), *(row for row in rows if row.ends_on is not None)]

    def _same_post(self, row: StaffRow) -> Post | None:
        """The very period the row speaks of, else the post held now."""
        same = [post for post in self.left if post.position == row.position]
        exact = (post for post in same if (post.starts_on, post.ends_on) == (row.starts_on, row.ends_on))
        held = (post for post in same if post.is_open(self.on) and post.includes(row.starts_on, row.ends_on))
        return next(exact, None) or next(held, None)

    def _ended_post(self, row: StaffRow) -> Post | None:
        """A post that ended, where the row's days say it is the same one and not a return."""
        same = (post for post in reversed(self.left) if post.position == row.position and not post.is_open(self.on))
        return next((post for post in same if post.includes(row.starts_on, row.ends_on)), None)

    def _settle(self, row: StaffRow, post: Post | None) -> bool:
        """Compare a row with its post; False when it has none."""
        if post is None:
            return False
        self.left.remove(post)
        person, details = self._person_changes(row), self._details(row, post) | self._start(row, post)
        leaves = row.ends_on is not None and post.is_open(self.on) and post.ends_on != row.ends_on
        if leaves:
            self.result.leaves.append(Leave(post, row.ends_on, is_named=True))
        elif post.ends_on != row.ends_on:
            details["ends_on"] = (post.ends_on, row.ends_on)
        if person or details:
            self.result.changes.append(Change(row, post, person, details))
        elif not leaves:
            self.result.unchanged.append(row)
        return True

    def _start(self, row: StaffRow, post: Post) -> dict[str, tuple[object, object]]:
        """Another first day. One before posts that this one followed without a gap is the day of hiring."""
        *_later, first = self._chain(post)
        if first is not post and row.starts_on < post.starts_on:
            return {}
        return {"starts_on": (post.starts_on, row.starts_on)} if row.starts_on != post.starts_on else {}

    def _chain(self, post: Post) -> Iterator[Post]:
        """This post and those before it that it followed without a gap."""
        yield post
        before = next((other for other in self.posts if other.ends_on == post.starts_on - DAY), None)
        if before is not None:
            yield from self._chain(before)

    def _move(self, row: StaffRow, post: Post) -> None:
        """Another post in the same place. A start that is the day of hiring says nothing of the day of the move."""
        self.left.remove(post)
        details = self._details(row, post) | {"position": (post.position, row.position)}
        moves_on = row.starts_on if row.starts_on > post.starts_on else self.on
        self.result.changes.append(
            Change(row, post, self._person_changes(row), details, moves_on if moves_on > post.starts_on else None)
        )

    def _details(self, row: StaffRow, post: Post) -> dict[str, tuple[object, object]]:
        said = {
            "department": row.department,
            "staff_number": row.staff_number,
            "manager": self.managers.get(row.number),
        }
        return {
            name: (getattr(post, name), value) for name, value in said.items() if value and value != getattr(post, name)
        }

    def _person_changes(self, row: StaffRow) -> dict[str, tuple[object, object]]:
        person = self.people[self.person]
        said = {name: getattr(row, name) for name in ("first_name", "last_name", "email", "language")}
        differing = {name: value for name, value in said.items() if value and value != getattr(person, name)}
        if self.aliases.get(row.email) == self.person:
            differing.pop("email", None)
        kept = set() if person.is_ours else {"first_name", "last_name", "email", "language"}
        kept |= {"email", "language"} if person.has_account else set()
        for name, code in (("first_name", "name_kept"), ("last_name", "name_kept"), ("email", "email_kept")):
            if name in kept & set(differing):
                self.result.notices.append(Problem(row.number, name, code, said[name]))
        changes = {name: (getattr(person, name), new) for name, new in differing.items() if name not in kept}
        self.people[self.person] = replace(person, **{name: new for name, (_old, new) in changes.items()})
        return changes
