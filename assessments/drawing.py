"""Draw the questions of one attempt from a pool: pure calculation."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

EVERYONE = "all"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question as the draw sees it. `key` is whatever the caller knows it by."""

    key: Hashable
    topic: str
    difficulty: int
    roles: frozenset[str]


def draw(
    pool: Sequence[Candidate], count: int, *, role: str, seed: str, seen: Mapping[Hashable, int] | None = None
) -> tuple[Hashable, ...]:
    """The keys of up to `count` questions, easier ones first.

    Chosen one at a time, by in turn: questions meant for this role or for everyone; those this learner has met least;
    those for this role alone; topics and then difficulties drawn least so far; the seed. The same arguments give the
    same paper, in whatever order the pool comes.
    """
    met = seen or {}
    left = list(pool)
    drawn: list[Candidate] = []
    topics: Counter[str] = Counter()
    difficulties: Counter[int] = Counter()
    while left and len(drawn) < count:
        best = min(
            left,
            key=lambda one: (
                not one.roles & {role, EVERYONE},
                met.get(one.key, 0),
                role not in one.roles,
                topics[one.topic],
                difficulties[one.difficulty],
                _lot(one, seed),
            ),
        )
        left.remove(best)
        drawn.append(best)
        topics[best.topic] += 1
        difficulties[best.difficulty] += 1
    drawn.sort(key=lambda one: (one.difficulty, _lot(one, seed)))
    return tuple(one.key for one in drawn)


def _lot(one: Candidate, seed: str) -> bytes:
    return sha256(f"{seed}:{one.key}".encode()).digest()
