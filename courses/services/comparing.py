"""What the next version would change, for the editor who decides what kind of change it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import CourseVersion, Path, Unit, UnitText

from .drafting import UnitDraft, VersionDraft

# Words that say how a block looks or is scored, not what a reader meets.
UNREAD = frozenset({"type", "kind", "tone", "correct", "quality", "role", "sha256"})


class Difference(models.TextChoices):
    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    REMOVED = "removed", _("removed")


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit that differs. `taken_out` and `put_in` are texts in the editor's language."""

    key: str
    kind: str
    title: str
    difference: Difference
    minutes: int
    taken_out: tuple[str, ...] = ()
    put_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """`rules` is true when something differs that is no unit: rules, terms of the certificate, titles, notes.

    `minutes` is how long those certified would study if what changed in the full programme were theirs to study.
    """

    units: tuple[UnitChange, ...]
    rules: bool
    minutes: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.units and not self.rules

    @property
    def has_something_to_study(self) -> bool:
        return any(unit.difference != Difference.REMOVED for unit in self.units)


def compare(newest: CourseVersion | None, draft: VersionDraft, language: str) -> Comparison:
    """What `draft` changes against the newest version; against none, everything is new."""
    if newest and newest.content_sha256 == draft.content_sha256:
        return Comparison((), rules=False)
    frozen = {unit.key: unit for unit in newest.units.all()} if newest else {}
    texts = {text.unit_id: text for text in UnitText.objects.filter(unit__version=newest, language=language)}
    found = [
        _change(unit, frozen.get(unit.key), texts, language)
        for unit in draft.units()
        if unit.key not in frozen or frozen[unit.key].content_sha256 != unit.content_sha256
    ]
    kept = {unit.key for unit in draft.units()}
    gone = [
        UnitChange(unit.key, unit.kind, texts[unit.pk].title, Difference.REMOVED, unit.minutes)
        for key, unit in frozen.items()
        if key not in kept
    ]
    differing = {unit.key for unit in found}
    minutes = sum(
        unit.minutes
        for module in draft.modules
        for unit in module.units
        if module.path == Path.FULL and unit.key in differing
    )
    return Comparison((*found, *gone), rules=newest is not None and _outside_differs(newest, draft), minutes=minutes)


def _change(unit: UnitDraft, before: Unit | None, texts: dict[int, UnitText], language: str) -> UnitChange:
    now = unit.texts[language]
    if before is None:
        return UnitChange(unit.key, unit.kind, now["title"], Difference.NEW, unit.minutes)
    text = texts[before.pk]
    old = list(_lines([text.title, text.objectives, text.body, text.sources]))
    new = list(_lines([now["title"], now["objectives"], now["body"], now["sources"]]))
    taken_out, put_in = [], []
    for operation, first, last, start, end in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if operation != "equal":
            taken_out += old[first:last]
            put_in += new[start:end]
    return UnitChange(
        unit.key, unit.kind, now["title"], Difference.CHANGED, unit.minutes, tuple(taken_out), tuple(put_in)
    )


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        # In a fixed order, because a database may keep names in another.
        for name in sorted(value):
            if name not in UNREAD:
                yield from _lines(value[name])
    elif isinstance(value, list):
        for part in value:
            yield from _lines(part)


def _outside_differs(newest: CourseVersion, draft: VersionDraft) -> bool:
    modules = [
        (module.key, module.path, module.title, module.content_note, module.objectives)
        for module in newest.modules.order_by("position")
    ]
    drafted = [
        (module.key, module.path, module.title, module.content_note, module.objectives) for module in draft.modules
    ]
    return (
        {name: getattr(newest, name) for name in draft.texts} != draft.texts
        or {name: getattr(newest, name) for name in draft.rules} != draft.rules
        or newest.certificate_terms != draft.certificate_terms
        or modules != drafted
    )


def next_label(newest: CourseVersion | None, change: str) -> str:
    """The number the next version would have."""
    if newest is None:
        return "1.0"
    if change == CourseVersion.Change.RETAKE:
        return f"{newest.major + 1}.0"
    return f"{newest.major}.{newest.minor + 1}"
