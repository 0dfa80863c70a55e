"""SCORM 2004: sequencing that is refused, remarked on, or too large."""

import pytest

from tests.packages import build
from tests.packages.clock import within_a_second
from tests.packages.reading import changed, read, refusal
from tests.packages.sequenced import RULES, SEQUENCING, SINGLE, M, sequenced

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

    with within_a_second():
        refused = refusal(files, tmp_path)

    assert "too many elements" in refused.message


def test_items_inside_each_other_are_read_within_a_second(tmp_path):
    deep = 50
    leaves = "".join(f'<item identifier="l{number}"><title>x</title></item>' for number in range(20_000))
    nest = "".join(f'<item identifier="n{number}"><title>x</title>' for number in range(deep))
    files = changed(SINGLE, M, "<item ", f"{nest}{leaves}{'</item>' * deep}<item ")
    build.unpacked(files, tmp_path)

    with within_a_second():
        manifest = read(files, tmp_path)

    assert [child["id"] for child in manifest.settings["sequencing"]["activityTree"]["children"]] == ["item"]


def test_a_rule_about_an_unknown_objective_is_mentioned(tmp_path):
    warnings = read(sequenced(RULES.replace('objectiveID="one"', 'objectiveID="two"')), tmp_path).warnings

    assert len(warnings) == 1
    assert warnings[0].endswith("ruleCondition[1]@referencedObjective — The activity has no such objective.")
