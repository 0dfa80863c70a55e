"""Who may renew what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from courses.models import Course, CourseVersion
from learning.errors import NothingPublished
from learning.people.models import User
from learning.records.models import Completion
from learning.records.validity import RenewalPeriod, valid_until


@dataclass(frozen=True, slots=True)
class RenewalOffer:
    """The refresher would renew `completion` now."""

    completion: Completion
    version: CourseVersion
    period: RenewalPeriod
    expires_on: date
    new_valid_until: date
    has_expired: bool

    @property
    def course_key(self) -> str:
        return self.completion.course.key

    @property
    def minutes(self) -> int:
        return self.version.refresher_minutes


def last_completions(user: User, *, on: date) -> dict[int, Completion]:
    """By programme, the completion in hand on that day that lasts longest, run out or not; never a withdrawn one.

    Each comes with its days, its programme's key, the terms of its version and who asked for the study, or with the
    document of training elsewhere; the rest of these rows is long and not read.
    """
    held = (
        Completion.objects.of(user)
        .filter(valid_from__lte=on)
        .exclude(withdrawal__withdrawn_on__lte=on)
        .select_related("version", "course", "enrolment", "external")
        .only(
            "user",
            "completed_on",
            "valid_until",
            "course__key",
            "version__renewal_window_days",
            "version__grace_days",
            "enrolment__number",
            "enrolment__institution",
            "enrolment__requirement",
            "kind",
            "external__institution",
            "external__provider",
            "external__document_number",
        )
        .order_by("completed_at", "pk")
    )
    last: dict[int, Completion] = {}
    for completion in held:
        known = last.get(completion.course_id)
        if known is None or _lasts(completion) >= _lasts(known):
            last[completion.course_id] = completion
    return last


def renewal_offers(last: dict[int, Completion], *, on: date, versions: dict[int, CourseVersion]) -> list[RenewalOffer]:
    """What may be renewed on that day, soonest to run out first.

    `last` comes from `last_completions`; `versions` are the newest, by programme.
    """
    offers = []
    for course_id, completion in last.items():
        version, period = versions[course_id], period_of(completion)
        if period is None or not period.is_open(on=on) or not version.refresher_minutes:
            continue
        new = valid_until(completed_on=on, months=version.validity_months, renewed=period)
        if new is not None:
            offers.append(RenewalOffer(completion, version, period, period.expires_on, new, period.has_expired(on=on)))
    return sorted(offers, key=lambda offer: offer.expires_on)


def renewal_offer(user: User, course: Course, *, on: date) -> RenewalOffer | None:
    """The refresher that would renew this person's proof of this programme, if one would."""
    last = {pk: completion for pk, completion in last_completions(user, on=on).items() if pk == course.pk}
    return next(iter(renewal_offers(last, on=on, versions=newest_versions(last))), None)


def newest_version(course: Course) -> CourseVersion:
    """The version a new enrolment studies. Raises NothingPublished."""
    if version := newest_versions([course.pk]).get(course.pk):
        return version
    raise NothingPublished


def newest_versions(course_ids: Iterable[int]) -> dict[int, CourseVersion]:
    """The version a new enrolment studies, by programme; programmes without one are left out."""
    newest: dict[int, CourseVersion] = {}
    for version in CourseVersion.objects.filter(course__in=list(course_ids)).newest_first():
        newest.setdefault(version.course_id, version)
    return newest


def period_of(completion: Completion) -> RenewalPeriod | None:
    """When the completion may be renewed, by the terms it was made under. None: it never runs out."""
    if completion.valid_until is None:
        return None
    version = completion.terms
    return RenewalPeriod.of(
        valid_until=completion.valid_until, window_days=version.renewal_window_days, grace_days=version.grace_days
    )


def _lasts(completion: Completion) -> date:
    return completion.valid_until or date.max
