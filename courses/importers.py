"""What apps above add to programmes. They append here when they start; `courses` never imports them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.models import Course
from courses.programme_files import Programme


@dataclass(frozen=True, slots=True)
class Loaded:
    """What an importer did, by kind of thing: `{"questions": 12}`."""

    created: Mapping[str, int] = field(default_factory=dict)
    updated: Mapping[str, int] = field(default_factory=dict)


# Called inside the loading transaction, before a version is published. Safe to call twice: the second time changes
# and reports nothing. Added by: assessments.
question_importers: list[Callable[[Course, Programme], Loaded]] = []

# The questions now in use in a pool, as (key, content per language), for lengths and for the hash of a version.
# Added by: assessments.
pool_readers: list[Callable[[Course, str], Sequence[tuple[str, Mapping[str, Any]]]]] = []
