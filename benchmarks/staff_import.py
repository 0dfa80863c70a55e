"""What importing a staff list costs beside a plain bulk insert of the same rows.

Run `.venv/bin/python -m benchmarks.staff_import`. It works on the database that the settings name, with a programme
loaded, in one transaction that is rolled back.
"""

import argparse
import csv
import io
import os
from collections.abc import Callable
from datetime import date
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from config.population.structure import LEGAL_BASIS, create_posts  # noqa: E402
from courses.models import Course  # noqa: E402
from learning.models import Enrolment, Institution, Membership, Position, Requirement, User  # noqa: E402
from learning.people.staff_import import services  # noqa: E402

PEOPLE_OF_AN_INSTITUTION = 100
LIMIT = 5
STARTED = date(2024, 9, 2)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=20_000)
    rows = arguments.parse_args().rows
    with transaction.atomic():
        root = _structure(rows)
        content = _list(rows)
        _import(root, content[: content.index(b"\n", 2_000)])  # Compiles queries and reads what is kept in memory.
        plain = min(_timed_and_undone(lambda: _insert_plainly(rows)) for _turn in range(3))
        imported = _timed(lambda: _import(root, content))
        again = _timed(lambda: _import(root, content))
        transaction.set_rollback(True)
    ratio = imported / plain
    print(
        f"{connection.vendor}, {rows:,} rows: plain bulk insert {plain:.2f} s, import {imported:.2f} s ({ratio:.1f}×)"
    )
    print(f"the same list once more, when nothing changes: {again:.2f} s")
    if ratio > LIMIT:
        raise SystemExit(f"More than {LIMIT} times a plain insert.")


def _structure(rows: int) -> Institution:
    create_posts()
    root = Institution.add_root(code="speed", name="Speed")
    for number in range(-(-rows // PEOPLE_OF_AN_INSTITUTION)):
        root.add_child(code=f"speed-{number}", name=f"Speed {number}")
        root.refresh_from_db()
    course = Course.objects.exclude(versions=None).first()
    rule = Requirement.objects.create(institution=root, course=course, valid_from=STARTED, **LEGAL_BASIS)
    rule.positions.set(Position.objects.filter(key="teacher"))
    return root


def _list(rows: int) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["institution", "first name", "surname", "e-mail", "position", "staff number", "start"])
    for number in range(rows):
        code = f"speed-{number // PEOPLE_OF_AN_INSTITUTION}"
        writer.writerow([code, "Anna", f"Ozola{number}", f"p{number}@speed.example", "teacher", number, STARTED])
    return buffer.getvalue().encode()


def _insert_plainly(rows: int) -> None:
    """The same people, posts and studies, as a script would write them that knows no rules."""
    places = dict(Institution.objects.filter(code__startswith="speed-").values_list("code", "pk"))
    position = Position.objects.get(key="teacher").pk
    rule = Requirement.objects.filter(institution__code="speed").get()
    version = rule.course.versions.newest_first().first()
    users = [
        User(
            email=f"q{number}@speed.example",
            first_name="Anna",
            last_name=f"Ozola{number}",
            password=UNUSABLE_PASSWORD_PREFIX,
        )
        for number in range(rows)
    ]
    User.objects.bulk_create(users, batch_size=1_000)
    codes = [f"speed-{number // PEOPLE_OF_AN_INSTITUTION}" for number in range(rows)]
    Membership.objects.bulk_create(
        (
            Membership(user=user, institution_id=places[code], position_id=position, starts_on=STARTED)
            for user, code in zip(users, codes, strict=True)
        ),
        batch_size=1_000,
    )
    Enrolment.objects.bulk_create(
        (
            Enrolment(user=user, course=rule.course, version=version, role_key="teacher", institution_id=places[code])
            for user, code in zip(users, codes, strict=True)
        ),
        batch_size=1_000,
    )


def _import(root: Institution, content: bytes) -> None:
    kept = services.keep_upload(institution=root, content=content, file_name="speed.csv", complete=False, by=None)
    services.preview(kept, on=timezone.localdate())
    services.confirm(staff_import=kept, on=timezone.localdate(), by=None)


def _timed(work: Callable[[], None]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _timed_and_undone(work: Callable[[], None]) -> float:
    with transaction.atomic():
        seconds = _timed(work)
        transaction.set_rollback(True)
    return seconds


if __name__ == "__main__":
    main()
