"""What the database knows that a staff list is read and compared with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q

from learning.people.models import Institution, Membership, Position, User

from .columns import plain
from .known import Known, Person, Post
from .parsing import StaffRow, Vocabulary, name_positions

T = TypeVar("T")

# Keeps `IN (…)` lists within what SQLite takes.
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Reach:
    """The institutions a list may speak of: one and all below it, or the whole site."""

    institution: Institution | None = None

    @property
    def path(self) -> str:
        return self.institution.path if self.institution else ""

    def institutions(self) -> Iterable[Institution]:
        return Institution.objects.filter(path__startswith=self.path)

    @property
    def is_one(self) -> bool:
        """Rows need not name the institution."""
        return self.institution is not None and self.institution.is_leaf()

    def vocabulary(self) -> Vocabulary:
        names: dict[str, str] = {}
        twice: set[str] = set()
        for code, name in self.institutions().values_list("code", "name"):
            twice |= {plain(name)} & names.keys()
            names[plain(name)] = code
        codes = {plain(code): code for code in set(names.values())}
        return Vocabulary(
            institutions={**{name: code for name, code in names.items() if name not in twice}, **codes},
            positions=name_positions(
                {key: (lv, en) for key, lv, en in Position.objects.values_list("key", "name_lv", "name_en")}
            ),
            institution=self.institution.code if self.institution else "",
        )


def read_known(rows: Sequence[StaffRow], reach: Reach, *, on: date) -> Known:
    """Everyone who works or worked in the institutions of the rows, and whoever has an address of theirs."""
    codes = dict(Institution.objects.filter(code__in={row.institution for row in rows}).values_list("pk", "code"))
    posts = [
        Post(pk, user, codes[institution], position, starts_on, ends_on, department, staff_number)
        for pk, user, institution, position, starts_on, ends_on, department, staff_number in (
            Membership.objects.filter(institution__in=codes)
            .order_by("starts_on", "pk")
            .values_list(
                *("pk", "user_id", "institution_id", "position__key"),
                *("starts_on", "ends_on", "department", "staff_number"),
            )
        )
    ]
    users = User.objects.filter(pk__in=Membership.objects.filter(institution__in=codes).values("user"))
    found = {person.pk: person for person in _people(users)}
    for emails in batched({row.email for row in rows if row.email}):
        found |= {person.pk: person for person in _people(User.objects.filter(email__in=emails))}
    return Known(people=_mark_ours(found, reach, on), posts=posts)


def _people(users: Iterable[User]) -> Iterator[Person]:
    fields = ("pk", "first_name", "last_name", "email", "language", "is_staff", "is_superuser", "password")
    for pk, first_name, last_name, email, language, is_staff, is_superuser, password in users.values_list(*fields):
        yield Person(
            pk,
            first_name,
            last_name,
            email or "",
            language,
            is_ours=not (is_staff or is_superuser),
            has_account=not password.startswith(UNUSABLE_PASSWORD_PREFIX),
        )


def _mark_ours(people: dict[int, Person], reach: Reach, on: date) -> dict[int, Person]:
    """People who also work elsewhere belong to no one institution."""
    if not reach.path:
        return people
    for pks in batched(people):
        elsewhere = (
            Membership.objects.filter(user__in=pks)
            .filter(Q(ends_on=None) | Q(ends_on__gte=on))
            .exclude(institution__path__startswith=reach.path)
        )
        for pk in elsewhere.values_list("user_id", flat=True):
            people[pk] = people[pk].elsewhere()
    return people


def batched(values: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    left = iter(values)
    while batch := list(islice(left, size)):
        yield batch
