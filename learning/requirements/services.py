"""Enrolling people one by one; `asking` does it for everybody a requirement asks."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from courses.models import Course
from learning.coverage.services import mark_dirty
from learning.people.models import Institution, User
from learning.records.models import AuditEvent
from learning.requirements.asking import enrol_required
from learning.requirements.models import Enrolment, Requirement
from learning.requirements.selectors import newest_version

__all__ = ["NO_ROLE", "enrol", "enrol_required", "role_key_of"]

NO_ROLE = ""  # Nobody's post is known: the content common to all roles is shown.


@transaction.atomic
def enrol(
    *,
    user: User,
    course: Course,
    path: str = Enrolment.Path.FULL,
    institution: Institution | None = None,
    requirement: Requirement | None = None,
    due_on: date | None = None,
    at: datetime | None = None,
    by: User | None = None,
) -> tuple[Enrolment, bool]:
    """The person's open enrolment in the programme, and whether this call made it.

    One that is open already stays as it is, on its version and path. `by` is the person who decided it, kept in the
    audit; None when a rule did. Raises NothingPublished.
    """
    at = at or timezone.now()
    enrolment = Enrolment(
        user=user,
        course=course,
        version=newest_version(course),
        path=path,
        role_key=role_key_of(user, at=institution, on=timezone.localdate(at)),
        institution=institution,
        requirement=requirement,
        due_on=due_on,
        enrolled_at=at,
    )
    # The database keeps one open enrolment per person and programme; whoever comes second finds the first one's.
    Enrolment.objects.bulk_create([enrolment], ignore_conflicts=True)
    found = Enrolment.objects.open().of(user).get(course=course)
    if found.number != enrolment.number:
        return found, False
    mark_dirty(user.memberships.values_list("institution_id", flat=True))
    if by is not None:
        AuditEvent.objects.create(
            actor=by,
            action="enrolled",
            institution=institution,
            subject=str(found.number),
            facts={"course": course.key, "path": path},
        )
    return found, True


def role_key_of(user: User, *, at: Institution | None, on: date) -> str:
    """The role of the person's post in this institution, else of the post held longest; NO_ROLE with no post."""
    posts = user.memberships.employed(on=on).order_by("starts_on", "pk")
    keys = posts.values_list("institution_id", "position__role__key")
    return min(keys, key=lambda post: at is None or post[0] != at.pk, default=(None, NO_ROLE))[1]
