"""What an import wrote, exactly, so that it can be taken back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from learning.people.models import Membership
from learning.requirements.models import Enrolment

from .snapshots import batched

Values = dict[str, list[Any]]
"""Field -> what it was, what the import made of it; days as text."""


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


@dataclass(slots=True)
class Trace:
    """Ids and values; nothing that was not in the database before or after."""

    new_people: list[int] = field(default_factory=list)
    people: dict[int, Values] = field(default_factory=lambda: defaultdict(dict))
    opened: dict[int, list[Any]] = field(default_factory=dict)
    """New post -> `stands` of it."""
    posts: dict[int, Values] = field(default_factory=lambda: defaultdict(dict))
    enrolled: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)
    newest: int = 0
    """The newest post when the import ended."""

    def change_person(self, pk: int, name: str, old: object, new: object) -> None:
        self.people[pk][name] = [old, new]

    def change_post(self, pk: int, name: str, old: object, new: object) -> None:
        first = self.posts[pk].get(name, [_plain(old)])[0]
        self.posts[pk][name] = [first, _plain(new)]

    def open_posts(self, posts: Iterable[Membership]) -> None:
        self.opened |= {post.pk: stands(post) for post in posts}

    def note_studies(self, users: Iterable[int], *, at: datetime) -> None:
        """The studies that rules opened and withdrew for these people at that moment."""
        for some in batched(users):
            studies = Enrolment.objects.filter(user__in=some)
            self.enrolled += studies.filter(enrolled_at=at).values_list("pk", flat=True)
            self.withdrawn += studies.filter(withdrawn_at=at).values_list("pk", flat=True)

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it: keys are texts."""
        return {
            "new_people": self.new_people,
            "people": {str(pk): values for pk, values in self.people.items()},
            "opened": {str(pk): values for pk, values in self.opened.items()},
            "posts": {str(pk): values for pk, values in self.posts.items()},
            "enrolled": self.enrolled,
            "withdrawn": self.withdrawn,
            "newest": Membership.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Trace":
        by_pk = {name: {int(pk): values for pk, values in kept[name].items()} for name in ("people", "opened", "posts")}
        return cls(**{**kept, **by_pk})


def stands(post: Membership) -> list[Any]:
    """What makes a post another one when it differs."""
    names = ("user_id", "institution_id", "position_id", "starts_on", "ends_on", "manager_id")
    return [_plain(getattr(post, name)) for name in names]


def values_of(post: Membership, names: Iterable[str]) -> dict[str, object]:
    return {name: _plain(getattr(post, name)) for name in names}
