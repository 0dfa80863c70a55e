"""SCORM 2004, 2nd to 4th edition: CAM chapter 3, with sequencing and navigation."""

from __future__ import annotations

from collections.abc import Container

from courses.packages.hrefs import Files
from courses.packages.manifest import ActivityFacts, Manifest
from courses.packages.scorm import Outline, Reader, Settings, child, children, is_adlcp, text_of
from courses.packages.scorm12 import launch_data
from courses.packages.sequencing import Reusable, settings_of, unnamed_objective
from courses.packages.untrusted import Notes, clean
from courses.packages.values import flag, identifier_in, number
from courses.packages.xml import Node

KIND = "scorm2004"
CONTROLS = ("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll")
TIME_LIMIT_ACTIONS = frozenset({"exit,message", "exit,no message", "continue,message", "continue,no message"})


def read(root: Node, files: Files, notes: Notes, edition: str) -> Manifest:
    """`edition` is "2nd", "3rd" or "4th". Raises PackageRefused."""
    tree = _Tree(root, notes)
    outline = Reader(root, files, notes, settings_of=tree.facts_of).outline()
    return Manifest(
        kind=KIND,
        identifier=outline.identifier,
        title=outline.title,
        activities=tuple(outline.activities),
        settings={
            "menu": outline.menu,
            "edition": edition,
            "sequencing": {"activityTree": tree.activity(outline.organisation, outline)},
            "hides": _hidden_everywhere(outline.activities),
        },
        warnings=notes.all(),
    )


class _Tree:
    """The activity tree of scorm-again, and from the same parts what the run-time needs to know of each activity."""

    def __init__(self, root: Node, notes: Notes) -> None:
        self.reusable, self.notes = Reusable(root), notes
        self._read: dict[int, Settings] = {}

    def _sequencing(self, owner: Node) -> Settings:
        """Read once: an item is asked for its facts and again for its place in the tree."""
        if id(owner) not in self._read:
            self._read[id(owner)] = settings_of(owner, self.reusable, self.notes)
        return self._read[id(owner)]

    def activity(self, owner: Node, outline: Outline) -> Settings:
        """`ActivitySettings` of an organisation or item with all below it; items that open nothing are not in it."""
        opened = {facts.identifier for facts in outline.activities}
        return self._activity(owner, opened) or {}

    def _activity(self, owner: Node, opened: Container[str]) -> Settings | None:
        """None where neither the item nor anything below it opens something."""
        identifier = owner.get("identifier") or ""
        below = [found for item in children(owner, "item") if (found := self._activity(item, opened))]
        if not below and identifier not in opened:
            return None
        hidden = _hidden(owner)
        action = _time_limit_action(owner)
        threshold = _completion_threshold(owner)
        shared = _shared_data(owner)
        return {
            "id": identifier,
            "title": clean(text_of(owner, "title")[0]),
            "isVisible": (owner.get("isvisible") or "true").lower() not in ("false", "0"),
            **self._sequencing(owner),
            **({"completionThreshold": threshold} if threshold else {}),
            **({"timeLimitAction": action} if action else {}),
            **({"hideLmsUi": hidden} if hidden else {}),
            **({"sharedDataMaps": shared} if shared else {}),
            **({"children": below} if below else {}),
        }

    def facts_of(self, item: Node) -> Settings:
        """The settings of courses.packages.manifest.ActivityFacts."""
        sequencing = self._sequencing(item)
        primary = sequencing.get("primaryObjective", {})
        threshold = _completion_threshold(item)
        named = [primary["objectiveID"]] if primary and primary["objectiveID"] != unnamed_objective(item) else []
        is_measured = threshold and threshold["completedByMeasure"]
        return {
            "launch_data": launch_data(item, "dataFromLMS", "datafromlms"),
            # RTE 4.2.19: set by the manifest only where the measure decides.
            "scaled_passing_score": primary["minNormalizedMeasure"] if primary.get("satisfiedByMeasure") else None,
            "completion_threshold": threshold["minProgressMeasure"] if is_measured else None,
            "time_limit_action": _time_limit_action(item),
            "max_time_allowed": sequencing.get("timeLimitDuration"),
            "objectives": named + [objective["objectiveID"] for objective in sequencing.get("objectives", [])],
            "hides": _hidden(item),
        }


def _hidden(owner: Node) -> list[str]:
    """adlnav:hideLMSUI (SN 5.2): names of navigation controls that the package offers itself."""
    return sorted(
        {
            node.text.strip()
            for node in _presentation(owner)
            if node.name == "hideLMSUI" and node.text.strip() in CONTROLS
        }
    )


def _presentation(owner: Node) -> list[Node]:
    presentation = next((node for node in owner.children if node.name == "presentation"), None)
    return list(presentation.walk()) if presentation else []


def _hidden_everywhere(activities: list[ActivityFacts]) -> list[str]:
    """Controls that no activity wants shown."""
    hidden = [set(facts.settings["hides"]) for facts in activities]
    return sorted(set.intersection(*hidden)) if hidden else []


def _time_limit_action(owner: Node) -> str | None:
    text, _where = text_of(owner, "timeLimitAction", "timelimitaction")
    return text if text in TIME_LIMIT_ACTIONS else None


def _completion_threshold(owner: Node) -> Settings | None:
    """CAM 3.4.1.18: attributes in the 4th edition, a bare number before it."""
    node = child(owner, "completionThreshold", is_adlcp)
    if not node:
        return None
    bare = node.text.strip()
    if bare and not node.get("completedByMeasure"):
        node.attributes.setdefault("minProgressMeasure", bare)
        node.attributes.setdefault("completedByMeasure", "true")
    return {
        "completedByMeasure": flag(node, "completedByMeasure", False),
        "minProgressMeasure": number(node, "minProgressMeasure", 1.0, 0, 1),
        "progressWeight": number(node, "progressWeight", 1.0, 0, 1),
    }


def _shared_data(owner: Node) -> list[Settings]:
    """adlcp:data of the 4th edition (CAM 3.4.1.20)."""
    holder = child(owner, "data", is_adlcp)
    return [
        {
            "targetID": identifier_in(node, "targetID"),
            "readSharedData": flag(node, "readSharedData", True),
            "writeSharedData": flag(node, "writeSharedData", True),
        }
        for node in (children(holder, "map", is_adlcp) if holder else [])
    ]
