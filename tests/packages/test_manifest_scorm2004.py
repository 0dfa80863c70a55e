"""SCORM 2004: sequencing as scorm-again takes it, and what the run-time needs of each activity."""

import time

import pytest

from tests.packages import build
from tests.packages.reading import changed, read, refusal

M = "imsmanifest.xml"
SINGLE = build.files_of_scorm2004()
ORDERED = build.files_of_scorm2004_ordered()
INLINE = SINGLE[M].decode()
START = INLINE.index("<imsss:sequencing>")
SEQUENCING = INLINE[START : INLINE.index("</imsss:sequencing>") + len("</imsss:sequencing>")]


def tree(files, tmp_path) -> dict:
    return read(files, tmp_path).settings["sequencing"]["activityTree"]


def sequenced(xml: str, more: str = "") -> build.Files:
    """The single package with other sequencing for its only item, `more` before it."""
    return changed(SINGLE, M, SEQUENCING, f"{more}<imsss:sequencing>{xml}</imsss:sequencing>")


def item(xml: str, tmp_path, more: str = "") -> dict:
    return tree(sequenced(xml, more), tmp_path)["children"][0]


def by_id(activity: dict) -> dict[str, dict]:
    found = {activity["id"]: activity}
    for child in activity.get("children", []):
        found |= by_id(child)
    return found


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


RULES = """<imsss:sequencingRules>
  <imsss:preConditionRule>
    <imsss:ruleConditions conditionCombination="any">
      <imsss:ruleCondition referencedObjective="one" operator="not" condition="satisfied"/>
      <imsss:ruleCondition measureThreshold="0.5" condition="objectiveMeasureGreaterThan"/>
    </imsss:ruleConditions>
    <imsss:ruleAction action="hiddenFromChoice"/>
  </imsss:preConditionRule>
  <imsss:exitConditionRule>
    <imsss:ruleConditions><imsss:ruleCondition condition="attemptLimitExceeded"/></imsss:ruleConditions>
    <imsss:ruleAction action="exit"/>
  </imsss:exitConditionRule>
  <imsss:postConditionRule>
    <imsss:ruleConditions><imsss:ruleCondition condition="always"/></imsss:ruleConditions>
    <imsss:ruleAction action="retryAll"/>
  </imsss:postConditionRule>
</imsss:sequencingRules>
<imsss:objectives><imsss:primaryObjective objectiveID="one"/></imsss:objectives>"""


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


COLLECTION = """<imsss:sequencingCollection><imsss:sequencing ID="shared">
  <imsss:controlMode flow="true" choice="false"/>
  <imsss:deliveryControls tracked="false"/>
</imsss:sequencing></imsss:sequencingCollection></manifest>"""


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


BAD = [
    ('<imsss:controlMode flow="yes"/>', "item/sequencing/controlMode@flow"),
    ('<imsss:rollupRules objectiveMeasureWeight="2"/>', "rollupRules@objectiveMeasureWeight"),
    ('<imsss:randomizationControls randomizationTiming="always"/>', "randomizationControls@randomizationTiming"),
    ('<imsss:randomizationControls selectCount="-1"/>', "randomizationControls@selectCount"),
    ('<imsss:limitConditions attemptLimit="many"/>', "limitConditions@attemptLimit"),
    ('<imsss:limitConditions attemptAbsoluteDurationLimit="P"/>', "limitConditions@attemptAbsoluteDurationLimit"),
    (RULES.replace("hiddenFromChoice", "explode"), "preConditionRule/ruleAction@action"),
    (RULES.replace("hiddenFromChoice", "exit"), "preConditionRule/ruleAction@action"),
    (RULES.replace("retryAll", "skip"), "postConditionRule/ruleAction@action"),
    (RULES.replace('"satisfied"', '"happy"'), "ruleCondition[1]@condition"),
    (RULES.replace('"0.5"', '"5"'), "ruleCondition[2]@measureThreshold"),
    (RULES.replace('"any"', '"some"'), "ruleConditions@conditionCombination"),
    (RULES.replace('operator="not"', 'operator="nor"'), "ruleCondition[1]@operator"),
    (RULES.replace('<imsss:ruleAction action="exit"/>', ""), "sequencingRules/exitConditionRule"),
    (RULES.replace('<imsss:ruleCondition condition="always"/>', ""), "postConditionRule/ruleConditions"),
    ("<imsss:objectives><imsss:objective/></imsss:objectives>", "objectives/objective@objectiveID"),
    (
        (
            '<imsss:objectives><imsss:primaryObjective objectiveID="a"/><imsss:objective objectiveID="a"/>'
            "</imsss:objectives>"
        ),
        "objectives/objective@objectiveID",
    ),
    (
        (
            '<imsss:objectives><imsss:primaryObjective objectiveID="a"><imsss:minNormalizedMeasure>1.5'
            "</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>"
        ),
        "primaryObjective/minNormalizedMeasure@",
    ),
    (
        (
            '<imsss:objectives><imsss:primaryObjective objectiveID="a"><imsss:mapInfo/></imsss:primaryObjective>'
            "</imsss:objectives>"
        ),
        "mapInfo@targetObjectiveID",
    ),
    ('<adlseq:rollupConsiderations requiredForCompleted="never"/>', "rollupConsiderations@requiredForCompleted"),
]


@pytest.mark.parametrize(("xml", "where"), BAD)
def test_words_and_numbers_that_scorm_does_not_know_are_refused_at_their_place(xml, where, tmp_path):
    refused = refusal(sequenced(xml), tmp_path)

    assert f"{refused.where}@".endswith(where if where.endswith("@") else f"{where}@")


def test_a_collection_that_is_not_there_is_refused(tmp_path):
    refused = refusal(changed(SINGLE, M, SEQUENCING, '<imsss:sequencing IDRef="nowhere"/>'), tmp_path)

    assert refused.where == "imsmanifest.xml: organizations/organization/item/sequencing@IDRef"


def test_shared_sequencing_does_not_grow_without_end(tmp_path):
    conditions = '<imsss:ruleCondition condition="always"/>' * 1000
    rules = f"""<imsss:sequencingCollection><imsss:sequencing ID="shared"><imsss:sequencingRules>
    <imsss:preConditionRule>
    <imsss:ruleConditions>{conditions}</imsss:ruleConditions><imsss:ruleAction action="skip"/></imsss:preConditionRule>
    </imsss:sequencingRules></imsss:sequencing></imsss:sequencingCollection></manifest>"""
    files = changed(SINGLE, M, SEQUENCING, '<imsss:sequencing IDRef="shared"/>')
    files = changed(files, M, "</manifest>", rules)
    text = files[M].decode()
    item = text[text.index("<item ") : text.index("</item>") + len("</item>")]
    items = "".join(item.replace('identifier="item"', f'identifier="i{number}"') for number in range(4000))
    files = {**files, M: text.replace(item, items).encode()}
    build.unpacked(files, tmp_path)
    began = time.process_time()

    refused = refusal(files, tmp_path)

    assert time.process_time() - began < 1
    assert "too many elements" in refused.message


def test_items_inside_each_other_are_read_within_a_second(tmp_path):
    deep = 50
    leaves = "".join(f'<item identifier="l{number}"><title>x</title></item>' for number in range(20_000))
    nest = "".join(f'<item identifier="n{number}"><title>x</title>' for number in range(deep))
    files = changed(SINGLE, M, "<item ", f"{nest}{leaves}{'</item>' * deep}<item ")
    build.unpacked(files, tmp_path)
    began = time.process_time()

    manifest = read(files, tmp_path)

    assert time.process_time() - began < 1
    assert [child["id"] for child in manifest.settings["sequencing"]["activityTree"]["children"]] == ["item"]


def test_a_rule_about_an_unknown_objective_is_mentioned(tmp_path):
    warnings = read(sequenced(RULES.replace('objectiveID="one"', 'objectiveID="two"')), tmp_path).warnings

    assert len(warnings) == 1
    assert warnings[0].endswith("ruleCondition[1]@referencedObjective — The activity has no such objective.")
