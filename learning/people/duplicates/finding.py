"""Which two people may be one, and what speaks for it. Pure: no database, no clock."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations

from learning.people.names import folded

# A new contract under a new surname begins soon after the old one ended.
FOLLOWS_WITHIN = timedelta(days=31)
# More people than this with one thing in common tell nothing about any two of them.
MOST_ALIKE = 30


class Evidence(StrEnum):
    """Why two people may be one, the strongest first."""

    NUMBER = "number"
    EMAIL = "email"
    FOLLOWS = "follows"
    NAME = "name"
    SPELLING = "spelling"


WEIGHTS = {Evidence.NUMBER: 8, Evidence.EMAIL: 8, Evidence.FOLLOWS: 4, Evidence.NAME: 4, Evidence.SPELLING: 2}


@dataclass(frozen=True, slots=True)
class Held:
    """A post, ended ones included."""

    institution: int
    position: int
    staff_number: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Someone:
    pk: int
    first_name: str
    last_name: str
    email: str
    posts: tuple[Held, ...]

    @property
    def given(self) -> str:
        return " ".join(folded(self.first_name).split())

    @property
    def surname(self) -> str:
        return " ".join(folded(self.last_name).replace("-", " ").split())


@dataclass(frozen=True, slots=True)
class Pair:
    """`first` has the smaller key."""

    first: int
    second: int
    evidence: tuple[Evidence, ...]

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[one] for one in self.evidence)


def pairs(people: Sequence[Someone]) -> list[Pair]:
    """Those who may be one person, the likeliest first."""
    found: dict[tuple[int, int], set[Evidence]] = defaultdict(set)
    for evidence, one, other in _hints(people):
        found[min(one.pk, other.pk), max(one.pk, other.pk)].add(evidence)
    told = [Pair(*who, tuple(sorted(why, key=list(Evidence).index))) for who, why in found.items()]
    return sorted(told, key=lambda pair: (-pair.weight, pair.first, pair.second))


def _hints(people: Sequence[Someone]) -> Iterator[tuple[Evidence, Someone, Someone]]:
    for one, other in _alike(people, _numbers):
        if one.given == other.given or one.surname == other.surname:
            yield Evidence.NUMBER, one, other
    for one, other in _alike(people, _addresses):
        yield Evidence.EMAIL, one, other
    for one, other in _alike(people, lambda someone: [tuple(sorted((someone.given, someone.surname)))]):
        yield Evidence.NAME, one, other
    for one, other in _alike(people, lambda someone: [(someone.given, post.institution) for post in someone.posts]):
        if one.surname != other.surname and _follows(one, other):
            yield Evidence.FOLLOWS, one, other
        if _is_one_slip(one.surname, other.surname):
            yield Evidence.SPELLING, one, other
    for one, other in _alike(people, lambda someone: [(someone.surname, post.institution) for post in someone.posts]):
        if _is_one_slip(one.given, other.given):
            yield Evidence.SPELLING, one, other


def _numbers(someone: Someone) -> Iterable[Hashable]:
    return [(post.institution, post.staff_number) for post in someone.posts if post.staff_number]


def _addresses(someone: Someone) -> Iterable[Hashable]:
    """`anna.ozola+kopa@skola.lv` is `annaozola@skola.lv`; at two hosts the given name has to be the same, too."""
    local, _at, host = someone.email.lower().partition("@")
    bare = "".join(letter for letter in local.partition("+")[0] if letter not in "._-")
    return [(bare, host), (bare, someone.given)] if bare else []


def _alike(
    people: Sequence[Someone], keys: Callable[[Someone], Iterable[Hashable]]
) -> Iterator[tuple[Someone, Someone]]:
    groups: dict[Hashable, dict[int, Someone]] = defaultdict(dict)
    for someone in people:
        for key in keys(someone):
            groups[key][someone.pk] = someone
    for group in groups.values():
        if 1 < len(group) <= MOST_ALIKE:
            yield from combinations(group.values(), 2)


def _follows(one: Someone, other: Someone) -> bool:
    """Whether one took up the very post that the other had just left."""
    return any(
        earlier.ends_on is not None
        and (earlier.institution, earlier.position) == (later.institution, later.position)
        and timedelta(0) < later.starts_on - earlier.ends_on <= FOLLOWS_WITHIN
        for a, b in ((one, other), (other, one))
        for earlier in a.posts
        for later in b.posts
    )


def _is_one_slip(one: str, other: str) -> bool:
    """One letter too many, too few or other, or two of them swapped; short names differ that much anyway."""
    short, long = sorted((one, other), key=len)
    if one == other or len(short) < 4 or len(long) - len(short) > 1:
        return False
    start = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(long) > len(short):
        return short[start:] == long[start + 1 :]
    rest, other_rest = short[start:], long[start:]
    return rest[1:] == other_rest[1:] or (rest[1::-1] == other_rest[:2] and rest[2:] == other_rest[2:])
