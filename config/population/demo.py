"""Demo novads in the database: structure, staff through the real import, requirements, history, personas."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from courses.models import Course
from learning.models import Enrolment, Institution, StaffImport
from learning.people.staff_import import services
from learning.records import outbox

from .accounts import open_accounts
from .changes import change_list
from .evidence import write_evidence
from .history import write_history
from .personas import create_personas
from .sessions import hold_sessions
from .staff import CSV_PATH
from .structure import create_requirements, create_structure


class NoProgramme(Exception):
    """There is nothing to study yet."""


@dataclass(frozen=True, slots=True)
class Populated:
    """Whether this call made the history, and what is there now."""

    is_new: bool
    institutions: int
    people: int


@transaction.atomic
def populate_demo(*, today: date | None = None) -> Populated:
    """Make Demo novads as of a day (None: today), everything or nothing. A second call changes nothing.

    Raises NoProgramme when no programme is published.
    """
    today = today or timezone.localdate()
    course = Course.objects.exclude(versions=None).order_by("pk").first()
    if course is None:
        raise NoProgramme
    with outbox.hushed():
        root = create_structure()
        people = Enrolment.objects.filter(course=course, institution__path__startswith=root.path)
        is_new = not people.exists()
        if is_new:
            _import(root, CSV_PATH.read_bytes(), CSV_PATH.name, today)
            _import(root, change_list(today=today).encode(), f"izmainas-{today:%Y-%m}.csv", today)
            create_requirements(root, course, today=today)
            write_history(root, course, today=today)
            open_accounts(root)
        create_personas()
        if is_new:
            write_evidence(root, course, today=today)
        hold_sessions(root, course, today=today)
    inside = Institution.objects.under(root)
    staff = inside.values_list("memberships__user").exclude(memberships=None).distinct().count()
    return Populated(is_new=is_new, institutions=inside.count() - 1, people=staff)


def _import(root: Institution, content: bytes, name: str, today: date) -> None:
    kept: StaffImport = services.keep_upload(institution=root, content=content, file_name=name, complete=False, by=None)
    services.confirm(staff_import=kept, on=today, by=None)
