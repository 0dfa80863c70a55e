"""The documents a learner holds, told by the app that issues them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from learning.people.models import User


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in force, as My learning names it. `is_soon`: it runs out soon."""

    completion_id: int
    title: str
    url: str
    valid_until: date | None
    is_soon: bool = False


# Each gives a person's documents in force on a day, in one query. Apps above add theirs when they start.
shelves: list[Callable[[User, date], Iterable[Paper]]] = []


def papers_of(user: User, *, on: date) -> list[Paper]:
    return [paper for shelf in shelves for paper in shelf(user, on)]


# Each gives, by completion, the number printed on its latest document, for those who may see no more than that.
registers: list[Callable[[Sequence[int]], Mapping[int, str]]] = []


def numbers_of(completion_ids: Sequence[int]) -> dict[int, str]:
    return {pk: number for register in registers for pk, number in register(completion_ids).items()}
