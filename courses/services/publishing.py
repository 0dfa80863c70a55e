"""Freeze a programme's pages into a version that never changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from courses.errors import NoteMissing, NothingToStudyAgain, NotReady, RetakeDateMissing
from courses.models import Course, CoursePage, CourseVersion, Module, Path, Unit, UnitText
from courses.signals import version_frozen

from .drafting import VersionDraft, draft_version


@dataclass(frozen=True, slots=True)
class Publication:
    """`is_new` is False when the newest version already held exactly this content."""

    version: CourseVersion
    is_new: bool


@transaction.atomic
def publish_version(
    *,
    course_page: CoursePage,
    change: str,
    note: dict[str, str],
    by: AbstractBaseUser | None,
    retake_by: date | None = None,
) -> Publication:
    """Freeze what is published below `course_page` now.

    The first version is 1.0 whatever `change` says. A retake raises the first number, other changes the second.
    `retake_by` is the last day of a retake, today or later; other changes take none.
    Raises NotReady, NoteMissing, RetakeDateMissing or NothingToStudyAgain.
    """
    course = _course_of(course_page)
    draft = draft_version(course_page)
    if draft.problems:
        raise NotReady(draft.problems)
    newest = course.versions.newest_first().first()
    if newest and newest.content_sha256 == draft.content_sha256:
        return Publication(newest, is_new=False)
    before = dict(newest.units.values_list("key", "content_sha256")) if newest else {}
    changed = {unit.key for unit in draft.units() if before.get(unit.key) != unit.content_sha256}
    if newest is None:
        change, major, minor = CourseVersion.Change.FIRST, 1, 0
    else:
        _check_change(change, note, retake_by, changed)
        is_retake = change == CourseVersion.Change.RETAKE
        major, minor = (newest.major + 1, 0) if is_retake else (newest.major, newest.minor + 1)
    version = CourseVersion.objects.create(
        course=course,
        major=major,
        minor=minor,
        change=change,
        note=note,
        **draft.texts,
        **draft.rules,
        full_minutes=draft.minutes(Path.FULL),
        refresher_minutes=draft.minutes(Path.REFRESHER),
        certificate_terms=draft.certificate_terms,
        content_sha256=draft.content_sha256,
        retake_by=retake_by if change == CourseVersion.Change.RETAKE else None,
        published_at=timezone.now(),
        published_by=by,
    )
    _freeze_modules(version, draft, changed)
    version_frozen.send(sender=CourseVersion, version=version)
    return Publication(version, is_new=True)


def _course_of(course_page: CoursePage) -> Course:
    """The programme behind the page, locked: of two people publishing at once, one waits for the other."""
    if course_page.course_id is None:
        course_page.course, _created = Course.objects.get_or_create(key=course_page.key)
        CoursePage.objects.filter(pk=course_page.pk).update(course=course_page.course)
    return Course.objects.select_for_update().get(pk=course_page.course_id)


def _check_change(change: str, note: dict[str, str], retake_by: date | None, changed: set[str]) -> None:
    if change not in (CourseVersion.Change.MINOR, CourseVersion.Change.DELTA, CourseVersion.Change.RETAKE):
        raise ValueError(change)
    if not all(note.get(code, "").strip() for code, _name in settings.LANGUAGES):
        raise NoteMissing
    if change == CourseVersion.Change.RETAKE and (retake_by is None or retake_by < timezone.localdate()):
        raise RetakeDateMissing
    if change == CourseVersion.Change.DELTA and not changed:
        raise NothingToStudyAgain


def _freeze_modules(version: CourseVersion, draft: VersionDraft, changed: set[str]) -> None:
    modules = Module.objects.bulk_create(
        Module(
            version=version,
            key=module.key,
            path=module.path,
            position=position,
            title=module.title,
            content_note=module.content_note,
            objectives=module.objectives,
        )
        for position, module in enumerate(draft.modules, start=1)
    )
    frozen = {module.key: module for module in modules}
    drafts = [(module, unit) for module in draft.modules for unit in module.units]
    units = Unit.objects.bulk_create(
        Unit(
            version=version,
            module=frozen[module.key],
            key=unit.key,
            kind=unit.kind,
            path=module.path,
            position=position,
            minutes=unit.minutes,
            changed=unit.key in changed,
            settings=unit.settings,
            content_sha256=unit.content_sha256,
        )
        for position, (module, unit) in enumerate(drafts, start=1)
    )
    UnitText.objects.bulk_create(
        UnitText(unit=row, language=language, **texts)
        for row, (_module, unit) in zip(units, drafts, strict=True)
        for language, texts in unit.texts.items()
    )
