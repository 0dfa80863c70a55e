"""Reads of frozen programmes. Frozen rows never change, so each is read once per process and kept by primary key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cms.i18n import pick
from courses import rendering
from courses.models import ACADEMIC_HOUR_MINUTES, CourseVersion, UnitText


@dataclass(frozen=True, slots=True)
class UnitOutline:
    """A unit as a table of contents shows it, in one language."""

    id: int
    key: str
    kind: str
    path: str
    minutes: int
    required: bool
    changed: bool
    title: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ModuleOutline:
    """A module with its units in order. `number` counts from 1 within its path."""

    key: str
    path: str
    number: int
    title: str
    content_note: str
    objectives: tuple[str, ...]
    units: tuple[UnitOutline, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """A version's table of contents in one language."""

    version_id: int
    course_id: int
    label: str
    title: str
    subtitle: str
    about: str
    note: str
    validity_months: int | None
    full_minutes: int
    refresher_minutes: int
    published_at: datetime
    modules: tuple[ModuleOutline, ...] = field(repr=False)

    def units(self) -> Iterator[UnitOutline]:
        return (unit for module in self.modules for unit in module.units)

    @property
    def validity_years(self) -> int | None:
        """Whole years of validity; None when it is not a number of years."""
        years, months = divmod(self.validity_months or 0, 12)
        return years if years and not months else None

    @property
    def academic_hours(self) -> float:
        """Academic hours of 45 minutes, to one decimal."""
        return round(self.full_minutes / ACADEMIC_HOUR_MINUTES, 1)


@lru_cache(maxsize=256)
def outline(version_id: int, language: str) -> Outline:
    """The table of contents of a version. Raises CourseVersion.DoesNotExist."""
    version = CourseVersion.objects.get(pk=version_id)
    titles = dict(UnitText.objects.filter(unit__version=version, language=language).values_list("unit_id", "title"))
    units: dict[int, list[UnitOutline]] = {}
    for unit in version.units.order_by("position"):
        units.setdefault(unit.module_id, []).append(
            UnitOutline(
                id=unit.pk,
                key=unit.key,
                kind=unit.kind,
                path=unit.path,
                minutes=unit.minutes,
                required=unit.required,
                changed=unit.changed,
                title=titles.get(unit.pk, unit.key),
                settings=unit.settings,
            )
        )
    modules = []
    numbers: dict[str, int] = {}
    for module in version.modules.order_by("position"):
        numbers[module.path] = numbers.get(module.path, 0) + 1
        modules.append(
            ModuleOutline(
                key=module.key,
                path=module.path,
                number=numbers[module.path],
                title=pick(module.title, language),
                content_note=pick(module.content_note, language),
                objectives=tuple(pick(text, language) for text in module.objectives),
                units=tuple(units.get(module.pk, ())),
            )
        )
    return Outline(
        version_id=version.pk,
        course_id=version.course_id,
        label=version.label,
        title=pick(version.title, language),
        subtitle=pick(version.subtitle, language),
        about=pick(version.about, language),
        note=pick(version.note, language),
        validity_months=version.validity_months,
        full_minutes=version.full_minutes,
        refresher_minutes=version.refresher_minutes,
        published_at=version.published_at,
        modules=tuple(modules),
    )


@lru_cache(maxsize=2_000)
def unit_text(unit_id: int, language: str) -> UnitText:
    """A unit as read in one language; shared, so never change it. Raises UnitText.DoesNotExist."""
    return UnitText.objects.get(unit_id=unit_id, language=language)


@lru_cache(maxsize=2_000)
def lesson(unit_id: int, language: str, role: str) -> tuple[rendering.Segment, ...]:
    """A lesson as a role reads it, rendered once for all its readers."""
    return rendering.segments(unit_text(unit_id, language).body, role=role, language=language)


@lru_cache(maxsize=500)
def case(unit_id: int, language: str, role: str) -> rendering.Case:
    """A case as a role meets it."""
    return rendering.case(unit_text(unit_id, language).body, role=role)


def forget() -> None:
    """Empty what this process keeps: for tests, where primary keys come back with other contents."""
    outline.cache_clear()
    unit_text.cache_clear()
    lesson.cache_clear()
    case.cache_clear()
