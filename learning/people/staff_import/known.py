"""What is known before a list is compared: people and posts as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody known. `is_ours`: whoever imports may correct the name; `has_account`: signs in already."""

    pk: int
    first_name: str
    last_name: str
    email: str = ""
    language: str = "lv"
    is_ours: bool = True
    has_account: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def elsewhere(self) -> Person:
        """The same person, whom no one institution may rename."""
        return replace(self, is_ours=False)


@dataclass(frozen=True, slots=True)
class Post:
    """A membership known, ended ones included."""

    pk: int
    person: int
    institution: str
    position: str
    starts_on: date
    ends_on: date | None = None
    department: str = ""
    staff_number: str = ""
    manager: int | None = None

    def is_open(self, on: date) -> bool:
        return self.ends_on is None or self.ends_on >= on

    def includes(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether a period shares a day with this post, so that both may be the same one."""
        return (self.ends_on is None or starts_on <= self.ends_on) and (ends_on is None or ends_on >= self.starts_on)


@dataclass(frozen=True, slots=True)
class Known:
    """The people who may be meant, and every post in the institutions of the list."""

    people: Mapping[int, Person]
    posts: Sequence[Post]
    aliases: Mapping[str, int] = field(default_factory=dict)
    """Address of a closed account -> whom it points to."""
    managers: Mapping[str, int] = field(default_factory=dict)
    """Address -> whoever may be named as a manager by it."""
