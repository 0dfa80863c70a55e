"""SCORM 1.2: the manifest of CAM 1.2, chapter 2."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.hrefs import Files
from courses.packages.manifest import Manifest
from courses.packages.scorm import LAUNCH_DATA_LENGTH, Reader, Settings, text_of
from courses.packages.untrusted import Notes, clean, filled, storable
from courses.packages.xml import Node

KIND = "scorm12"
MASTERY = re.compile(r"[0-9]{1,3}(\.[0-9]{1,10})?")
TIMESPAN = re.compile(r"[0-9]{2,4}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,2})?")
TIME_LIMIT_ACTIONS = frozenset({"exit,message", "exit,no message", "continue,message", "continue,no message"})
PREREQUISITES_LENGTH = 2000


def read(root: Node, files: Files, notes: Notes) -> Manifest:
    """Raises PackageRefused."""
    reader = Reader(root, files, notes, settings_of=lambda item: _settings(item, notes))
    outline = reader.outline()
    return Manifest(
        kind=KIND,
        identifier=outline.identifier,
        title=outline.title,
        activities=tuple(outline.activities),
        settings={"menu": outline.menu},
        warnings=notes.all(),
    )


def _settings(item: Node, notes: Notes) -> Settings:
    """CAM 1.2, 2.3.2.5: what ADL adds to an item."""
    prerequisites, where = text_of(item, "prerequisites")
    if len(prerequisites) > PREREQUISITES_LENGTH:
        raise PackageRefused(where, _("The prerequisites are too long."), _("Keep them below 2,000 characters."))
    return {
        "mastery_score": _mastery_score(item),
        "max_time_allowed": _max_time(item, notes),
        "time_limit_action": _time_limit_action(item, notes),
        "launch_data": launch_data(item, "datafromlms", "dataFromLMS"),
        "prerequisites": clean(prerequisites, PREREQUISITES_LENGTH),
    }


def launch_data(item: Node, *names: str) -> str:
    """What the package wants to be told on launch; at most 64,000 characters."""
    text, where = text_of(item, *names)
    if len(text) > LAUNCH_DATA_LENGTH:
        raise PackageRefused(where, _("The launch data is too long."), _("Keep it below 64,000 characters."))
    return storable(text)


def _mastery_score(item: Node) -> float | None:
    text, where = text_of(item, "masteryscore")
    if not text:
        return None
    if not MASTERY.fullmatch(text) or float(text) > 100:
        raise PackageRefused(
            where,
            filled(_("The mastery score “%(score)s” is not a number from 0 to 100."), {"score": clean(text, 20)}),
            _("Write the points needed to pass, for example 80."),
        )
    return float(text)


def _max_time(item: Node, notes: Notes) -> str | None:
    text, where = text_of(item, "maxtimeallowed")
    if text and not TIMESPAN.fullmatch(text):
        notes.add(where, _("It is not a time span such as 01:30:00; it is left out."))
        return None
    return text or None


def _time_limit_action(item: Node, notes: Notes) -> str | None:
    text, where = text_of(item, "timelimitaction")
    if text and text not in TIME_LIMIT_ACTIONS:
        notes.add(where, _("It is not an action that SCORM knows; it is left out."))
        return None
    return text or None
