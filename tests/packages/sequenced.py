"""SCORM 2004 manifests with sequencing of their own, and the activity tree they come to."""

from tests.packages import build
from tests.packages.reading import changed, read

M = "imsmanifest.xml"
SINGLE = build.files_of_scorm2004()
ORDERED = build.files_of_scorm2004_ordered()
INLINE = SINGLE[M].decode()
START = INLINE.index("<imsss:sequencing>")
SEQUENCING = INLINE[START : INLINE.index("</imsss:sequencing>") + len("</imsss:sequencing>")]
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
COLLECTION = """<imsss:sequencingCollection><imsss:sequencing ID="shared">
  <imsss:controlMode flow="true" choice="false"/>
  <imsss:deliveryControls tracked="false"/>
</imsss:sequencing></imsss:sequencingCollection></manifest>"""


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
