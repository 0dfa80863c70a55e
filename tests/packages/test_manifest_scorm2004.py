"""SCORM 2004: sequencing as scorm-again takes it, and what the run-time needs of each activity."""

import pytest

from tests.packages.reading import changed, read
from tests.packages.sequenced import COLLECTION, ORDERED, RULES, SEQUENCING, SINGLE, M, by_id, item, sequenced, tree


def test_the_tree_holds_the_organisation_and_every_item_in_order(tmp_path):
    def shape(activity):
        return {activity["id"]: [shape(child) for child in activity.get("children", [])]}

    assert shape(tree(ORDERED, tmp_path)) == {
        "organisation": [
            {"pretest": []},
            {"learning": [{"lesson-1": []}, {"lesson-2": []}, {"posttest": []}]},
            {"closing": []},
        ]
    }


def test_defaults_are_those_of_the_specification(tmp_path):
    assert item("", tmp_path) == {
        "id": "item",
        "title": "Viens objekts, 2004",
        "isVisible": True,
        "sequencingControls": {
            "choice": True,
            "choiceExit": True,
            "flow": False,
            "forwardOnly": False,
            "useCurrentAttemptObjectiveInfo": True,
            "useCurrentAttemptProgressInfo": True,
            "preventActivation": False,
            "constrainChoice": False,
            "rollupObjectiveSatisfied": True,
            "rollupProgressCompletion": True,
            "objectiveMeasureWeight": 1.0,
            "tracked": True,
            "completionSetByContent": False,
            "objectiveSetByContent": False,
        },
    }


def test_every_control_is_read(tmp_path):
    controls = item(
        """<imsss:controlMode choice="false" choiceExit="0" flow="1" forwardOnly="true"
          useCurrentAttemptObjectiveInfo="false" useCurrentAttemptProgressInfo="false"/>
        <imsss:rollupRules rollupObjectiveSatisfied="false" rollupProgressCompletion="false"
          objectiveMeasureWeight="0.25"/>
        <imsss:randomizationControls randomizationTiming="onEachNewAttempt" selectCount="2" reorderChildren="true"
          selectionTiming="once"/>
        <imsss:deliveryControls tracked="false" completionSetByContent="true" objectiveSetByContent="true"/>
        <adlseq:constrainedChoiceConsiderations preventActivation="true" constrainChoice="true"/>""",
        tmp_path,
    )["sequencingControls"]

    assert controls == {
        "choice": False,
        "choiceExit": False,
        "flow": True,
        "forwardOnly": True,
        "useCurrentAttemptObjectiveInfo": False,
        "useCurrentAttemptProgressInfo": False,
        "preventActivation": True,
        "constrainChoice": True,
        "rollupObjectiveSatisfied": False,
        "rollupProgressCompletion": False,
        "objectiveMeasureWeight": 0.25,
        "tracked": False,
        "completionSetByContent": True,
        "objectiveSetByContent": True,
        "randomizationTiming": "onEachNewAttempt",
        "randomizeChildren": True,
        "selectionTiming": "once",
        "selectCount": 2,
    }


def test_rules_are_read_with_conditions_objectives_and_thresholds(tmp_path):
    assert item(RULES, tmp_path)["sequencingRules"] == {
        "preConditionRules": [
            {
                "action": "hiddenFromChoice",
                "conditionCombination": "any",
                "conditions": [
                    {"condition": "satisfied", "operator": "not", "referencedObjective": "one"},
                    {"condition": "objectiveMeasureGreaterThan", "parameters": {"threshold": 0.5}},
                ],
            }
        ],
        "exitConditionRules": [
            {"action": "exit", "conditionCombination": "all", "conditions": [{"condition": "attemptLimitExceeded"}]}
        ],
        "postConditionRules": [
            {"action": "retryAll", "conditionCombination": "all", "conditions": [{"condition": "always"}]}
        ],
    }


def test_rollup_rules_are_read_and_percents_are_of_a_hundred(tmp_path):
    found = item(
        """<imsss:rollupRules>
          <imsss:rollupRule childActivitySet="atLeastPercent" minimumPercent="0.6">
            <imsss:rollupConditions><imsss:rollupCondition operator="not" condition="activityProgressKnown"/>
            </imsss:rollupConditions>
            <imsss:rollupAction action="incomplete"/>
          </imsss:rollupRule>
          <imsss:rollupRule childActivitySet="atLeastCount" minimumCount="2">
            <imsss:rollupConditions conditionCombination="all"><imsss:rollupCondition condition="satisfied"/>
            </imsss:rollupConditions>
            <imsss:rollupAction action="satisfied"/>
          </imsss:rollupRule>
        </imsss:rollupRules>
        <adlseq:rollupConsiderations requiredForSatisfied="ifAttempted" requiredForCompleted="ifNotSkipped"
          measureSatisfactionIfActive="false"/>""",
        tmp_path,
    )

    assert found["rollupRules"] == {
        "rules": [
            {
                "action": "incomplete",
                "consideration": "atLeastPercent",
                "conditionCombination": "any",
                "minimumPercent": 60.0,
                "conditions": [{"condition": "progressKnown", "operator": "not"}],
            },
            {
                "action": "satisfied",
                "consideration": "atLeastCount",
                "conditionCombination": "all",
                "minimumCount": 2,
                "conditions": [{"condition": "satisfied"}],
            },
        ]
    }
    assert found["rollupConsiderations"] == {
        "requiredForSatisfied": "ifAttempted",
        "requiredForNotSatisfied": "always",
        "requiredForCompleted": "ifNotSkipped",
        "requiredForIncomplete": "always",
        "measureSatisfactionIfActive": False,
    }


def test_limits_and_thresholds_are_read(tmp_path):
    files = sequenced(
        '<imsss:limitConditions attemptLimit="3" attemptAbsoluteDurationLimit="PT1H30M"/>',
        """<adlcp:timeLimitAction>exit,message</adlcp:timeLimitAction>
        <adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.75" progressWeight="0.5"/>
        <adlcp:data><adlcp:map targetID="shared" writeSharedData="false"/></adlcp:data>""",
    )
    manifest = read(files, tmp_path)
    found = manifest.settings["sequencing"]["activityTree"]["children"][0]

    assert (found["attemptLimit"], found["timeLimitDuration"]) == (3, "PT1H30M")
    assert found["timeLimitAction"] == "exit,message"
    assert found["completionThreshold"] == {
        "completedByMeasure": True,
        "minProgressMeasure": 0.75,
        "progressWeight": 0.5,
    }
    assert found["sharedDataMaps"] == [{"targetID": "shared", "readSharedData": True, "writeSharedData": False}]
    settings = manifest.activities[0].settings
    assert settings["completion_threshold"] == 0.75
    assert (settings["time_limit_action"], settings["max_time_allowed"]) == ("exit,message", "PT1H30M")


@pytest.mark.parametrize(
    ("xml", "threshold"),
    [
        ("<adlcp:completionThreshold>0.6</adlcp:completionThreshold>", 0.6),
        ("<adlcp:completionThreshold/>", None),
        ('<adlcp:completionThreshold completedByMeasure="true"/>', 1.0),
        ('<adlcp:completionThreshold minProgressMeasure="0.5"/>', None),
        ("", None),
    ],
)
def test_the_completion_threshold_of_every_edition_is_understood(xml, threshold, tmp_path):
    activity = read(sequenced("", xml), tmp_path).activities[0]

    assert activity.settings["completion_threshold"] == threshold


NOTHING = dict.fromkeys(
    [
        "readSatisfiedStatus",
        "readNormalizedMeasure",
        "writeSatisfiedStatus",
        "writeNormalizedMeasure",
        "readRawScore",
        "readMinScore",
        "readMaxScore",
        "readCompletionStatus",
        "readProgressMeasure",
        "writeRawScore",
        "writeMinScore",
        "writeMaxScore",
        "writeCompletionStatus",
        "writeProgressMeasure",
    ],
    False,
)


def test_objectives_are_read_with_both_kinds_of_maps(tmp_path):
    xml = """<imsss:objectives>
      <imsss:primaryObjective objectiveID="main" satisfiedByMeasure="true">
        <imsss:minNormalizedMeasure> 0.7 </imsss:minNormalizedMeasure>
        <imsss:mapInfo targetObjectiveID="global" writeSatisfiedStatus="true"/>
      </imsss:primaryObjective>
      <imsss:objective objectiveID="second"/>
    </imsss:objectives>
    <adlseq:objectives>
      <adlseq:objective objectiveID="main">
        <adlseq:mapInfo targetObjectiveID="global" readRawScore="false" writeRawScore="true"/>
        <adlseq:mapInfo targetObjectiveID="other" writeProgressMeasure="true"/>
      </adlseq:objective>
    </adlseq:objectives>"""
    manifest = read(sequenced(xml), tmp_path)
    found = manifest.settings["sequencing"]["activityTree"]["children"][0]
    reads = {"readRawScore", "readMinScore", "readMaxScore", "readCompletionStatus", "readProgressMeasure"}

    assert found["primaryObjective"] == {
        "objectiveID": "main",
        "isPrimary": True,
        "satisfiedByMeasure": True,
        "minNormalizedMeasure": 0.7,
        "mapInfo": [
            {
                **NOTHING,
                "targetObjectiveID": "global",
                "readSatisfiedStatus": True,
                "readNormalizedMeasure": True,
                "writeSatisfiedStatus": True,
                **dict.fromkeys(reads - {"readRawScore"}, True),
                "writeRawScore": True,
            },
            {
                **NOTHING,
                "targetObjectiveID": "other",
                **dict.fromkeys(reads, True),
                "writeProgressMeasure": True,
            },
        ],
    }
    assert found["objectives"] == [
        {
            "objectiveID": "second",
            "isPrimary": False,
            "satisfiedByMeasure": False,
            "minNormalizedMeasure": 1.0,
            "mapInfo": [],
        }
    ]
    assert manifest.activities[0].settings["objectives"] == ["main", "second"]


@pytest.mark.parametrize(
    ("xml", "score"),
    [
        ("", None),
        ('<imsss:primaryObjective objectiveID="a"/>', None),
        ('<imsss:primaryObjective objectiveID="a" satisfiedByMeasure="true"/>', 1.0),
        (
            (
                '<imsss:primaryObjective satisfiedByMeasure="true"><imsss:minNormalizedMeasure>-0.5'
                "</imsss:minNormalizedMeasure></imsss:primaryObjective>"
            ),
            -0.5,
        ),
    ],
)
def test_the_scaled_passing_score_is_that_of_a_measured_primary_objective(xml, score, tmp_path):
    """RTE 4.2.19."""
    activity = read(sequenced(f"<imsss:objectives>{xml}</imsss:objectives>"), tmp_path).activities[0]

    assert activity.settings["scaled_passing_score"] == score


def test_a_primary_objective_without_name_keeps_its_measure_but_is_not_shown_to_the_sco(tmp_path):
    xml = """<imsss:objectives><imsss:primaryObjective satisfiedByMeasure="true">
    <imsss:minNormalizedMeasure>0.5</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>"""
    manifest = read(sequenced(xml), tmp_path)
    found = manifest.settings["sequencing"]["activityTree"]["children"][0]["primaryObjective"]

    assert (found["objectiveID"], found["minNormalizedMeasure"]) == ("item-primary-objective", 0.5)
    assert manifest.activities[0].settings["objectives"] == []


def test_inline_parts_win_over_those_of_the_collection_as_wholes(tmp_path):
    files = changed(
        SINGLE,
        M,
        SEQUENCING,
        '<imsss:sequencing IDRef="shared"><imsss:controlMode forwardOnly="true"/></imsss:sequencing>',
    )
    controls = tree(changed(files, M, "</manifest>", COLLECTION), tmp_path)["children"][0]["sequencingControls"]

    assert (controls["forwardOnly"], controls["flow"], controls["choice"]) == (True, False, True)
    assert controls["tracked"] is False


def test_shared_sequencing_is_read_for_each_of_its_activities(tmp_path):
    found = by_id(tree(ORDERED, tmp_path))

    assert [found[name]["sequencingControls"]["rollupObjectiveSatisfied"] for name in found] == [
        True,
        True,
        True,
        False,
        False,
        True,
        False,
    ]
    assert list(found) == ["organisation", "pretest", "learning", "lesson-1", "lesson-2", "posttest", "closing"]


def test_hidden_controls_are_read_per_activity_and_for_the_whole(tmp_path):
    manifest = read(ORDERED, tmp_path / "a")
    text = ORDERED[M].decode()
    start = text.index("<adlnav:presentation>")
    one_shows_all = {**ORDERED, M: (text[:start] + text[text.index("</adlnav:presentation>") + 22 :]).encode()}

    assert manifest.settings["hides"] == ["abandonAll", "exitAll"]
    assert manifest.activities[0].settings["hides"] == ["abandonAll", "exitAll"]
    assert by_id(manifest.settings["sequencing"]["activityTree"])["pretest"]["hideLmsUi"] == ["abandonAll", "exitAll"]
    assert read(one_shows_all, tmp_path / "b").settings["hides"] == []


def test_items_that_open_nothing_are_no_activities(tmp_path):
    files = changed(
        SINGLE,
        M,
        "<imsss:sequencing><imsss:controlMode",
        '<item identifier="empty"><title>x</title></item><imsss:sequencing><imsss:controlMode',
    )

    found = tree(files, tmp_path)

    assert [child["id"] for child in found["children"]] == ["item"]
