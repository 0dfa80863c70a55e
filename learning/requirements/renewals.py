"""Studying again: a refresher before the proof runs out, what changed, or everything once more."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import Course, CourseVersion, Path
from learning.errors import NothingToRenew, TooEarlyToRenew
from learning.people.models import Membership, User
from learning.records.models import Completion
from learning.requirements.models import Enrolment
from learning.requirements.selectors import last_completions, newest_version, period_of
from learning.requirements.services import NO_ROLE, enrol

PEOPLE_AT_A_TIME = 2_000


@transaction.atomic
def start_refresher(*, user: User, course: Course, at: datetime) -> tuple[Enrolment, bool]:
    """Begin the renewal of the person's proof, and say whether this call began it.

    The refresher inside the renewal window and the days of grace; the full programme after them, or when the newest
    version has no refresher. A study that is open already is the answer, but for "what changed": the renewal covers
    it. Raises NothingToRenew, TooEarlyToRenew.
    """
    on = timezone.localdate(at)
    completion = last_completions(user, on=on).get(course.pk)
    period = period_of(completion) if completion else None
    if period is None:
        raise NothingToRenew
    if on < period.opens_on:
        raise TooEarlyToRenew(period.opens_on)
    in_time = period.is_open(on=on) and newest_version(course).refresher_minutes > 0
    Enrolment.objects.open().of(user).filter(course=course, path=Enrolment.Path.DELTA).update(withdrawn_at=at)
    return enrol(
        user=user,
        course=course,
        path=Enrolment.Path.REFRESHER if in_time else Enrolment.Path.FULL,
        institution=(completion.enrolment or completion.external).institution,
        requirement=completion.enrolment and completion.enrolment.requirement,
        due_on=period.grace_until if period.has_expired(on=on) else period.expires_on,
        at=at,
    )


@transaction.atomic
def apply_version(*, version: CourseVersion) -> int:
    """Give holders of valid proofs what a new version asks of them, and say how many were enrolled.

    Delta: the changed units. Retake: the full programme by `retake_by`, in place of what an earlier delta still asks.
    Minor: nothing. Who studies the programme otherwise keeps that study and its version.
    """
    if version.change == CourseVersion.Change.DELTA:
        if not version.units.filter(path=Path.FULL, changed=True).exists():
            return 0
        path, due_on = Enrolment.Path.DELTA, None
    elif version.change == CourseVersion.Change.RETAKE:
        path, due_on = Enrolment.Path.FULL, version.retake_by
        deltas = Enrolment.objects.open().filter(course=version.course_id, path=Enrolment.Path.DELTA)
        deltas.update(withdrawn_at=version.published_at)
    else:
        return 0
    enrolled = 0
    for held in _holders(version):
        enrolments = [
            Enrolment(
                user_id=user_id,
                course_id=version.course_id,
                version=version,
                path=path,
                role_key=role_key,
                institution_id=institution_id,
                requirement_id=requirement_id,
                due_on=due_on,
                enrolled_at=version.published_at,
            )
            for user_id, role_key, institution_id, requirement_id in held
        ]
        Enrolment.objects.bulk_create(enrolments, ignore_conflicts=True, batch_size=500)
        enrolled += len(enrolments)
    return enrolled


def _holders(version: CourseVersion) -> Iterator[list[tuple[int, str, int | None, int | None]]]:
    """(person, role, institution, requirement) of the last completion of each who has to act, page by page.

    What changed means nothing to those who never studied the programme here; a retake is for them, too.
    """
    on = timezone.localdate(version.published_at)
    valid = Completion.objects.valid(on=on).filter(course=version.course_id)
    if version.change == CourseVersion.Change.DELTA:
        valid = valid.filter(external=None)
    posts = Membership.objects.employed(on=on).filter(user=OuterRef("user")).order_by("starts_on", "pk")
    mine = {"user": OuterRef("user"), "course": version.course_id}
    todo = valid.exclude(Exists(valid.filter(user=OuterRef("user"), version=version))).exclude(
        Exists(Enrolment.objects.open().filter(**mine))
    )
    last = 0
    while people := list(
        todo.filter(user_id__gt=last)
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()[:PEOPLE_AT_A_TIME]
    ):
        last = people[-1]
        rows = todo.filter(user__in=people).order_by("completed_at", "pk")
        newest = {
            row[0]: row
            for row in rows.values_list(
                "user_id",
                Coalesce("enrolment__role_key", Subquery(posts.values("position__role__key")[:1]), Value(NO_ROLE)),
                Coalesce("enrolment__institution_id", "external__institution_id"),
                "enrolment__requirement_id",
            )
        }
        yield list(newest.values())
