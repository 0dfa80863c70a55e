"""Printing codes, using one, and signing in with the number beside it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from learning.people.models import Institution, Membership, Scope, User
from learning.records.models import AuditEvent

from .errors import CodeUnusable
from .models import SignInCode

LIFETIME = timedelta(days=30)
# Crockford's base 32: no letter that is taken for another one or for a digit. Ten of them are 50 bits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
NUMBER_LENGTH = 8
MISREAD = str.maketrans("OIL", "011", " -–")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed for one person; the code is known only now."""

    person: User
    number: str
    code: str
    expires_at: object


def without_email(institution: Institution, *, on: date) -> QuerySet[User]:
    """Who works here or below on that day and has no address, with the latest sheet as `printed_*`.

    Whoever looks after others is left out: a sheet in strange hands would open too much.
    """
    posts = Membership.objects.employed(on=on).filter(institution__path__startswith=institution.path)
    latest = SignInCode.objects.filter(user=OuterRef("pk")).order_by("-created_at", "-pk")
    return (
        User.objects.filter(Exists(posts.filter(user=OuterRef("pk"))), email=None, is_active=True, is_staff=False)
        .exclude(Exists(Scope.objects.filter(user=OuterRef("pk"))))
        .annotate(
            printed_until=Subquery(latest.values("expires_at")[:1]),
            printed_used_at=Subquery(latest.values("used_at")[:1]),
            printed_revoked_at=Subquery(latest.values("revoked_at")[:1]),
        )
        .order_by("last_name", "first_name", "pk")
    )


def waiting(people: QuerySet[User]) -> QuerySet[User]:
    """Those of `without_email` who cannot sign in yet."""
    return people.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)


@transaction.atomic
def print_sheets(*, people: Sequence[User], institution: Institution, by: User) -> list[Sheet]:
    """A new code for each person; codes printed before are void. `people` are of `without_email`."""
    now = timezone.now()
    _number(people)
    SignInCode.objects.filter(user__in=people).revoke()
    codes = {person.pk: "".join(secrets.choice(ALPHABET) for _letter in range(CODE_LENGTH)) for person in people}
    SignInCode.objects.bulk_create(
        (
            SignInCode(
                user=person,
                institution=institution,
                code_hash=_hash(person, codes[person.pk]),
                created_at=now,
                created_by=by,
                expires_at=now + LIFETIME,
            )
            for person in people
        ),
        batch_size=500,
    )
    AuditEvent.objects.bulk_create(
        (
            AuditEvent(actor=by, action="code-printed", institution=institution, subject=str(person.number))
            for person in people
        ),
        batch_size=500,
    )
    return [
        Sheet(person, in_groups(person.sign_in_number, 4), in_groups(codes[person.pk], 5), now + LIFETIME)
        for person in people
    ]


def _number(people: Sequence[User]) -> None:
    """Eight digits for whoever has none yet: drawn by lot, so that a number tells nothing of the next one."""
    new = [person for person in people if not person.sign_in_number]
    for person in new:
        person.sign_in_number = _draw()
    drawn = [person.sign_in_number for person in new]
    while len(set(drawn)) < len(drawn) or User.objects.filter(sign_in_number__in=drawn).exists():
        for person in new:
            person.sign_in_number = _draw()
        drawn = [person.sign_in_number for person in new]
    User.objects.bulk_update(new, ["sign_in_number"], batch_size=500)


def _draw() -> str:
    lowest = 10 ** (NUMBER_LENGTH - 1)
    return str(lowest + secrets.randbelow(9 * lowest))


def in_groups(text: str, size: int) -> str:
    """`48217360` → `4821 7360`, as people copy it."""
    return " ".join(text[at : at + size] for at in range(0, len(text), size))


def person_of(number: str) -> User | None:
    """Whoever signs in with this number, typed with or without spaces."""
    digits = "".join(letter for letter in number if letter.isdecimal())
    return User.objects.filter(sign_in_number=digits, is_active=True).first() if digits else None


def check(*, number: str, secret: str, on: date) -> tuple[User, SignInCode | None]:
    """Who this is: with the code of a sheet that may be used now, or with the password and None.

    Raises CodeUnusable; as slow for a number that nobody has.
    """
    person = person_of(number)
    if person is None:
        make_password(secret)
        raise CodeUnusable
    if person.check_password(secret):
        return person, None
    if (code := usable_code(person, on=on)) and constant_time_compare(code.code_hash, _hash(person, _typed(secret))):
        return person, code
    raise CodeUnusable


def usable_code(person: User, *, on: date) -> SignInCode | None:
    """The code printed last, while it is open, in time, and its person works somewhere and has no address."""
    works = person.memberships.employed(on=on).exists()
    codes = SignInCode.objects.open().filter(user=person, expires_at__gt=timezone.now())
    return codes.first() if works and person.email is None else None


@transaction.atomic
def use(*, code: SignInCode, password: str) -> User:
    """Set the password and use the code up. `password` has been validated.

    Raises CodeUnusable, also when another request came first.
    """
    now = timezone.now()
    if not SignInCode.objects.open().filter(pk=code.pk, expires_at__gt=now).update(used_at=now):
        raise CodeUnusable
    person = User.objects.get(pk=code.user_id)
    person.set_password(password)
    person.save(update_fields=["password"])
    AuditEvent.objects.create(
        actor=person, action="code-used", institution=code.institution, subject=str(person.number)
    )
    return person


def _typed(code: str) -> str:
    return code.upper().translate(MISREAD)


def _hash(person: User, code: str) -> str:
    return salted_hmac("learning.people.codes", f"{person.number}:{code}", algorithm="sha256").hexdigest()
