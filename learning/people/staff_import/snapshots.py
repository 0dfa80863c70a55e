"""What the database knows that a staff list is read and compared with."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TypeVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet

from learning.people.models import Institution, InstitutionQuerySet, Membership, Position, User

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

    def institutions(self) -> InstitutionQuerySet:
        return Institution.objects.filter(path__startswith=self.path)

    @property
    def is_one(self) -> bool:
        """Rows need not name the institution."""
        return self.institution is not None and self.institution.is_leaf()

    def lock(self) -> None:
        """One list at a time for an institution and all below it, until the transaction ends."""
        list(self.institutions().select_for_update().order_by("pk").values_list("pk"))

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
        Post(pk, user, codes[institution], *rest)
        for pk, user, institution, *rest in (
            Membership.objects.filter(institution__in=codes)
            .order_by("starts_on", "pk")
            .values_list(
                *("pk", "user_id", "institution_id", "position__key"),
                *("starts_on", "ends_on", "department", "staff_number", "manager_id"),
            )
        )
    ]
    users = User.objects.filter(pk__in=Membership.objects.filter(institution__in=codes).values("user"))
    found = {person.pk: person for person in _people(users)}
    aliases: dict[str, int] = {}
    for emails in batched({row.email for row in rows if row.email}):
        named = User.objects.filter(email__in=emails)
        aliases |= dict(named.exclude(merged_into=None).values_list("email", "merged_into"))
        people = named.filter(merged_into=None) | User.objects.filter(pk__in=aliases.values())
        found |= {person.pk: person for person in _people(people)}
    managers = {found[post.person].email: post.person for post in posts if found[post.person].email}
    unknown = {row.manager for row in rows if "@" in row.manager} - managers.keys()
    unnamed = {post.manager for post in posts if post.manager} - found.keys()
    for some in batched(unknown):
        above = {person.email: person for person in _people(managers_within(reach, on).filter(email__in=some))}
        found |= {person.pk: person for person in above.values()}
        managers |= {email: person.pk for email, person in above.items()}
    for some in batched(unnamed):
        found |= {person.pk: person for person in _people(User.objects.filter(pk__in=some))}
    return Known(people=_mark_ours(found, reach, on), posts=posts, aliases=aliases, managers=managers)


def managers_within(reach: Reach, on: date) -> QuerySet[User]:
    """Whoever works within reach or above it: nobody learns from a list who has an account elsewhere."""
    places = Institution.objects.filter(path__startswith=reach.path)
    if reach.institution is not None:
        step, path = Institution.steplen, reach.path
        places |= Institution.objects.filter(path__in=[path[:end] for end in range(step, len(path), step)])
    posts = Membership.objects.employed(on=on).filter(institution__in=places)
    return User.objects.filter(pk__in=posts.values("user"))


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
