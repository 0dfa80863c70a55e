"""SCORM 1.2: the manifest of CAM 1.2, chapter 2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.hrefs import Files
from courses.packages.manifest import ActivityFacts, Manifest
from courses.packages.prerequisites import Item, Tree, chapters_of, locks
from courses.packages.scorm import LAUNCH_DATA_LENGTH, Outline, Reader, Settings, child, is_adlcp, text_of
from courses.packages.untrusted import Notes, clean, filled, storable
from courses.packages.xml import Node

if TYPE_CHECKING:
    from courses.models import Activity

KIND = "scorm12"
MASTERY = re.compile(r"[0-9]{1,3}(\.[0-9]{1,10})?")
TIMESPAN = re.compile(r"[0-9]{2,4}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,2})?")
TIME_LIMIT_ACTIONS = frozenset({"exit,message", "exit,no message", "continue,message", "continue,no message"})
PREREQUISITES_LENGTH = 2000
IGNORED = _("This condition is not one that can be kept, or never comes true; the part is open from the beginning.")


def read(root: Node, files: Files, notes: Notes) -> Manifest:
    """Raises PackageRefused."""
    wheres: dict[str, str] = {}
    reader = Reader(root, files, notes, settings_of=lambda item: _settings(item, notes, wheres))
    outline = reader.outline()
    _note_ignored(outline, notes, wheres)
    return Manifest(
        kind=KIND,
        identifier=outline.identifier,
        title=outline.title,
        activities=tuple(outline.activities),
        settings={"menu": outline.menu},
        warnings=notes.all(),
    )


def _settings(item: Node, notes: Notes, wheres: dict[str, str]) -> Settings:
    """CAM 1.2, 2.3.2.5: what ADL adds to an item. `wheres` is told where scripts of prerequisites stand."""
    identifier = item.get("identifier") or ""
    above = [_prerequisites(node, notes, identifier, wheres) for node in _items_around(item)]
    return {
        "mastery_score": _mastery_score(item),
        "max_time_allowed": _max_time(item, notes),
        "time_limit_action": _time_limit_action(item, notes),
        "launch_data": launch_data(item, "datafromlms", "dataFromLMS"),
        "prerequisites": _prerequisites(item, notes, identifier, wheres),
        "prerequisites_above": [script for script in above if script],
    }


def _prerequisites(item: Node, notes: Notes, identifier: str, wheres: dict[str, str]) -> str:
    """The script; empty when it is in another language than the only one that SCORM 1.2 knows."""
    text, where = text_of(item, "prerequisites")
    if len(text) > PREREQUISITES_LENGTH:
        raise PackageRefused(where, _("The prerequisites are too long."), _("Keep them below 2,000 characters."))
    language = (child(item, "prerequisites", is_adlcp) or item).get("type") if text else None
    if language not in (None, "aicc_script"):
        notes.add(where, IGNORED)
        return ""
    if text:
        wheres.setdefault(identifier, where)
    return clean(text, PREREQUISITES_LENGTH)


def _items_around(item: Node) -> Iterator[Node]:
    node = item.parent
    while node is not None and node.name == "item":
        yield node
        node = node.parent


def _note_ignored(outline: Outline, notes: Notes, wheres: Mapping[str, str]) -> None:
    """Later scripts may name earlier items and the other way round, so this comes last."""
    _locks, ignored = locks_of(outline.activities, outline.menu)
    for identifier in sorted(ignored):
        notes.add(wheres[identifier], IGNORED)


def locks_of(
    activities: Sequence[ActivityFacts | Activity], menu: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Tree], set[str]]:
    """See prerequisites.locks; of activities as they were read, or as they are kept."""
    items = [Item(one.identifier, _scripts(one.settings)) for one in activities]
    return locks(items, chapters_of(menu, {item.identifier for item in items}))


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


def _scripts(settings: Mapping[str, Any]) -> list[str]:
    return [settings.get("prerequisites") or "", *settings.get("prerequisites_above", ())]
