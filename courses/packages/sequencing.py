"""Simple sequencing of SCORM 2004, as the settings of one activity that scorm-again 3.4.3 takes.

Names and shapes of the result are those of its `ActivitySettings`. Values that the manifest leaves to their defaults
are written out, for the defaults of scorm-again are not all those of the specification (IMS SS 1.0, SN 4th edition).
Collections are resolved here, element by element, as SN 3.2 says: what stands inline wins over what IDRef names.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.untrusted import Notes, clean, filled
from courses.packages.values import DURATION, NUMBER, flag, identifier_in, number, unknown_value, word
from courses.packages.xml import Node, too_much

Settings = dict[str, Any]

# Elements written out for items that share them.
MAX_SHARED = 120_000

CONDITIONS = frozenset(
    {
        "satisfied",
        "objectiveStatusKnown",
        "objectiveMeasureKnown",
        "objectiveMeasureGreaterThan",
        "objectiveMeasureLessThan",
        "completed",
        "activityProgressKnown",
        "attempted",
        "attemptLimitExceeded",
        "timeLimitExceeded",
        "outsideAvailableTimeRange",
        "always",
    }
)
ROLLUP_CONDITIONS = CONDITIONS - {"always", "objectiveMeasureGreaterThan", "objectiveMeasureLessThan"} | {"never"}
PRE_ACTIONS = frozenset({"skip", "disabled", "hiddenFromChoice", "stopForwardTraversal"})
POST_ACTIONS = frozenset({"exitParent", "exitAll", "retry", "retryAll", "continue", "previous"})
EXIT_ACTIONS = frozenset({"exit"})
ROLLUP_ACTIONS = frozenset({"satisfied", "notSatisfied", "completed", "incomplete"})
CHILD_SETS = frozenset({"all", "any", "none", "atLeastCount", "atLeastPercent"})
COMBINATIONS = frozenset({"all", "any"})
OPERATORS = frozenset({"not", "noOp"})
TIMINGS = frozenset({"never", "once", "onEachNewAttempt"})
REQUIREMENTS = frozenset({"always", "ifAttempted", "ifNotSkipped", "ifNotSuspended"})

CONTROLS = {
    "choice": True,
    "choiceExit": True,
    "flow": False,
    "forwardOnly": False,
    "useCurrentAttemptObjectiveInfo": True,
    "useCurrentAttemptProgressInfo": True,
}
READS = ("readSatisfiedStatus", "readNormalizedMeasure")
WRITES = ("writeSatisfiedStatus", "writeNormalizedMeasure")
MORE_READS = ("readRawScore", "readMinScore", "readMaxScore", "readCompletionStatus", "readProgressMeasure")
MORE_WRITES = ("writeRawScore", "writeMinScore", "writeMaxScore", "writeCompletionStatus", "writeProgressMeasure")


def is_imsss(node: Node) -> bool:
    return "imsss" in node.namespace


def is_adlseq(node: Node) -> bool:
    return "adlseq" in node.namespace


class Reusable:
    """Sequencing that items share by its ID (SN 3.1, sequencingCollection).

    What is shared is written out for each of its items, so how much may be shared in all is limited: a small manifest
    would otherwise grow without end.
    """

    def __init__(self, root: Node) -> None:
        self._document, self._left = root.document, MAX_SHARED
        self._shared: dict[str, tuple[Node, int]] = {}
        for holder in root.children:
            if holder.name == "sequencingCollection" and is_imsss(holder):
                for node in holder.children:
                    self._shared[node.get("ID") or ""] = node, sum(1 for _part in node.walk())

    def named(self, reference: str) -> Node | None:
        node, size = self._shared.get(reference, (None, 0))
        self._left -= size
        if self._left < 0:
            raise too_much(self._document)
        return node


def settings_of(owner: Node, reusable: Reusable, notes: Notes) -> Settings:
    """What the sequencing of an item or organisation comes to; all defaults where it has none.

    Raises PackageRefused for words and numbers that the specification does not know.
    """
    return _Sequencing(owner, _pieces(owner, reusable), notes).settings()


def _pieces(owner: Node, reusable: Reusable) -> dict[str, Node]:
    """The parts of its sequencing by name; those of adlseq are prefixed, for both have `objectives`."""
    sequencing = next((node for node in owner.children if node.name == "sequencing" and is_imsss(node)), None)
    if not sequencing:
        return {}
    sources = [sequencing]
    if reference := sequencing.get("IDRef"):
        shared = reusable.named(reference)
        if not shared:
            raise PackageRefused(
                sequencing.where("IDRef"),
                filled(
                    _("No sequencing of the collection has the ID “%(identifier)s”."),
                    {"identifier": clean(reference, 100)},
                ),
                _("Correct the reference, or add it to the sequencingCollection."),
            )
        sources.insert(0, shared)
    return {
        f"adlseq:{node.name}" if is_adlseq(node) else node.name: node
        for source in sources
        for node in source.children
        if is_adlseq(node) or is_imsss(node)
    }


class _Sequencing:
    def __init__(self, owner: Node, pieces: Mapping[str, Node], notes: Notes) -> None:
        self.owner, self.pieces, self.notes = owner, pieces, notes
        self.objective_ids: set[str] = set()

    def settings(self) -> Settings:
        objectives = self._objectives()
        rules = self._rules()
        return {
            "sequencingControls": self._controls(),
            **objectives,
            **({"sequencingRules": rules} if rules else {}),
            **self._rollup(),
            **self._limits(),
        }

    def _controls(self) -> Settings:
        controls = {name: flag(self.pieces.get("controlMode"), name, default) for name, default in CONTROLS.items()}
        considerations = self.pieces.get("adlseq:constrainedChoiceConsiderations")
        rollup = self.pieces.get("rollupRules")
        delivery = self.pieces.get("deliveryControls")
        return {
            **controls,
            "preventActivation": flag(considerations, "preventActivation", False),
            "constrainChoice": flag(considerations, "constrainChoice", False),
            "rollupObjectiveSatisfied": flag(rollup, "rollupObjectiveSatisfied", True),
            "rollupProgressCompletion": flag(rollup, "rollupProgressCompletion", True),
            "objectiveMeasureWeight": number(rollup, "objectiveMeasureWeight", 1.0, 0, 1),
            "tracked": flag(delivery, "tracked", True),
            "completionSetByContent": flag(delivery, "completionSetByContent", False),
            "objectiveSetByContent": flag(delivery, "objectiveSetByContent", False),
            **self._randomization(),
        }

    def _randomization(self) -> Settings:
        """SN 3.10. In scorm-again `reorderChildren` is state, and `randomizeChildren` is what the manifest asks."""
        node = self.pieces.get("randomizationControls")
        if not node:
            return {}
        count = node.get("selectCount")
        return {
            "randomizationTiming": word(node, "randomizationTiming", TIMINGS, "never"),
            "randomizeChildren": flag(node, "reorderChildren", False),
            "selectionTiming": word(node, "selectionTiming", TIMINGS, "never"),
            **({"selectCount": int(number(node, "selectCount", 0, 0, 10_000))} if count else {}),
        }

    def _rules(self) -> Settings:
        holder = self.pieces.get("sequencingRules")
        kinds = (
            ("preConditionRules", "preConditionRule", PRE_ACTIONS),
            ("exitConditionRules", "exitConditionRule", EXIT_ACTIONS),
            ("postConditionRules", "postConditionRule", POST_ACTIONS),
        )
        found = {
            setting: [self._rule(node, actions) for node in (holder.children if holder else []) if node.name == name]
            for setting, name, actions in kinds
        }
        return {setting: rules for setting, rules in found.items() if rules}

    def _rule(self, rule: Node, actions: Collection[str]) -> Settings:
        conditions = _only(rule, "ruleConditions")
        return {
            "action": word(_only(rule, "ruleAction"), "action", actions),
            "conditionCombination": word(conditions, "conditionCombination", COMBINATIONS, "all"),
            "conditions": [self._condition(node) for node in _some(conditions, "ruleCondition")],
        }

    def _condition(self, node: Node) -> Settings:
        objective = identifier_in(node, "referencedObjective", optional=True)
        if objective and objective not in self.objective_ids:
            self.notes.add(node.where("referencedObjective"), _("The activity has no such objective."))
        threshold = node.get("measureThreshold")
        return {
            "condition": word(node, "condition", CONDITIONS),
            **({"operator": "not"} if word(node, "operator", OPERATORS, "noOp") == "not" else {}),
            **({"referencedObjective": objective} if objective else {}),
            **({"parameters": {"threshold": number(node, "measureThreshold", 0, -1, 1)}} if threshold else {}),
        }

    def _rollup(self) -> Settings:
        holder = self.pieces.get("rollupRules")
        rules = [_rollup_rule(node) for node in (holder.children if holder else []) if node.name == "rollupRule"]
        considerations = self.pieces.get("adlseq:rollupConsiderations")
        if not considerations:
            return {"rollupRules": {"rules": rules}} if rules else {}
        names = ("requiredForSatisfied", "requiredForNotSatisfied", "requiredForCompleted", "requiredForIncomplete")
        return {
            **({"rollupRules": {"rules": rules}} if rules else {}),
            "rollupConsiderations": {
                **{name: word(considerations, name, REQUIREMENTS, "always") for name in names},
                "measureSatisfactionIfActive": flag(considerations, "measureSatisfactionIfActive", True),
            },
        }

    def _limits(self) -> Settings:
        """SN 3.4; of the durations, SCORM uses that of an attempt alone.

        It goes by the name `timeLimitDuration`: scorm-again 3.4.3 takes an `attemptAbsoluteDurationLimit` for the time
        already spent, and would never deliver the activity.
        """
        node = self.pieces.get("limitConditions")
        if not node:
            return {}
        limit, duration = node.get("attemptLimit"), node.get("attemptAbsoluteDurationLimit")
        if duration and not DURATION.fullmatch(duration):
            raise unknown_value(node, "attemptAbsoluteDurationLimit", duration)
        return {
            **({"attemptLimit": int(number(node, "attemptLimit", 0, 0, 100_000))} if limit else {}),
            **({"timeLimitDuration": duration} if duration else {}),
        }

    def _objectives(self) -> Settings:
        holder = self.pieces.get("objectives")
        more = self._more_maps()
        primary: Settings | None = None
        others: list[Settings] = []
        for node in holder.children if holder else []:
            if node.name == "primaryObjective":
                primary = self._objective(node, more, is_primary=True)
            elif node.name == "objective":
                others.append(self._objective(node, more, is_primary=False))
        return {
            **({"primaryObjective": primary} if primary else {}),
            **({"objectives": others} if others else {}),
        }

    def _objective(self, node: Node, more: Mapping[str, list[Node]], *, is_primary: bool) -> Settings:
        named = identifier_in(node, "objectiveID", optional=is_primary)
        if named in self.objective_ids:
            raise PackageRefused(
                node.where("objectiveID"),
                _("This activity has two objectives of the same identifier."),
                _("Give every objective of an activity an identifier of its own."),
            )
        self.objective_ids.add(named)
        measure = next((child for child in node.children if child.name == "minNormalizedMeasure"), None)
        maps = {
            target: _map(child, READS, WRITES)
            for child in node.children
            if child.name == "mapInfo" and (target := identifier_in(child, "targetObjectiveID"))
        }
        for extra in more.get(named, []):
            target = identifier_in(extra, "targetObjectiveID")
            maps[target] = {**maps.get(target, _nothing_mapped(target)), **_map(extra, MORE_READS, MORE_WRITES)}
        return {
            "objectiveID": named or unnamed_objective(self.owner),
            "isPrimary": is_primary,
            "satisfiedByMeasure": flag(node, "satisfiedByMeasure", False),
            "minNormalizedMeasure": _measure(measure),
            "mapInfo": [{**_nothing_mapped(target), **found} for target, found in maps.items()],
        }

    def _more_maps(self) -> dict[str, list[Node]]:
        """adlseq:objectives of the 4th edition (SN 3.9.3): maps of scores and progress, by objective."""
        holder = self.pieces.get("adlseq:objectives")
        return {
            node.get("objectiveID") or "": [child for child in node.children if child.name == "mapInfo"]
            for node in (holder.children if holder else [])
            if node.name == "objective"
        }


def unnamed_objective(owner: Node) -> str:
    """scorm-again drops an objective without identifier; a SCO never sees this one."""
    return f"{owner.get('identifier')}-primary-objective"


def _measure(node: Node | None) -> float:
    """minNormalizedMeasure, 1.0 where it is not given (SN 3.9.1)."""
    if not node:
        return 1.0
    text = node.text.strip()
    if not NUMBER.fullmatch(text) or not -1 <= float(text) <= 1:
        raise unknown_value(node, "", text)
    return float(text)


def _map(node: Node, reads: Collection[str], writes: Collection[str]) -> Settings:
    return {name: flag(node, name, True) for name in reads} | {name: flag(node, name, False) for name in writes}


def _nothing_mapped(target: str) -> Settings:
    """scorm-again reads whatever is not denied; the specification maps only what a mapInfo names."""
    names = (*READS, *WRITES, *MORE_READS, *MORE_WRITES)
    return {"targetObjectiveID": target} | dict.fromkeys(names, False)


def _rollup_rule(rule: Node) -> Settings:
    conditions = _only(rule, "rollupConditions")
    count, percent = rule.get("minimumCount"), rule.get("minimumPercent")
    return {
        "action": word(_only(rule, "rollupAction"), "action", ROLLUP_ACTIONS),
        "consideration": word(rule, "childActivitySet", CHILD_SETS, "all"),
        "conditionCombination": word(conditions, "conditionCombination", COMBINATIONS, "any"),
        **({"minimumCount": int(number(rule, "minimumCount", 0, 0, 100_000))} if count else {}),
        # 0–1 in the manifest, 0–100 in scorm-again.
        **({"minimumPercent": round(number(rule, "minimumPercent", 0, 0, 1) * 100, 4)} if percent else {}),
        "conditions": [
            {
                "condition": _rollup_condition(node),
                **({"operator": "not"} if word(node, "operator", OPERATORS, "noOp") == "not" else {}),
            }
            for node in _some(conditions, "rollupCondition")
        ],
    }


def _rollup_condition(node: Node) -> str:
    condition = word(node, "condition", ROLLUP_CONDITIONS)
    return "progressKnown" if condition == "activityProgressKnown" else condition


def _only(rule: Node, name: str) -> Node:
    found = next((node for node in rule.children if node.name == name), None)
    if not found:
        raise PackageRefused(
            rule.where(),
            filled(_("This rule has no %(name)s."), {"name": name}),
            _("Complete the rule, or remove it."),
        )
    return found


def _some(conditions: Node, name: str) -> list[Node]:
    found = [node for node in conditions.children if node.name == name]
    if not found:
        raise PackageRefused(
            conditions.where(),
            filled(_("This rule has no %(name)s."), {"name": name}),
            _("Complete the rule, or remove it."),
        )
    return found
