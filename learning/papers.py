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


@dataclass(frozen=True, slots=True)
class Attestation:
    """A document as it was issued and what became of it. `replaces`: the number of the one before it, or ""."""

    number: str
    completion_id: int
    issued_on: date
    valid_from: date
    valid_until: date | None
    revoked_on: date | None
    replaces: str


# Each gives what was issued to these people (ids) from one day to another, both included. Apps above add theirs.
issuers: list[Callable[[Sequence[int], date, date], Iterable[Attestation]]] = []


def attestations_of(user_ids: Sequence[int], *, since: date, until: date) -> list[Attestation]:
    return [paper for issuer in issuers for paper in issuer(user_ids, since, until)]


def numbers_of(completion_ids: Sequence[int]) -> dict[int, str]:
    return {pk: number for register in registers for pk, number in register(completion_ids).items()}
