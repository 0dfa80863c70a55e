"""scorm-again takes the activity tree that the manifest reader makes, and leads through it as the manifest says."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page

from tests.packages import build
from tests.packages.reading import read
from tests.packages.test_manifest_scorm2004 import RULES, sequenced

SCRIPT = Path(settings.BASE_DIR) / "static/player/vendor/scorm-again/scorm2004.min.js"

PLAYER = """(sequencing) => {
  window.ended = [];
  const eventListeners = { onSequencingSessionEnd: (facts) => window.ended.push(facts.reason) };
  window.api = new Scorm2004API({ autocommit: false, logLevel: 5, sequencing: { ...sequencing, eventListeners } });
  window.current = () => window.api.getSequencingState().currentActivity?.id ?? null;
  window.visit = (score, request) => {
    const said = [api.Initialize("")];
    if (score !== null) said.push(api.SetValue("cmi.score.scaled", String(score)));
    said.push(api.SetValue("cmi.completion_status", "completed"));
    said.push(api.SetValue("adl.nav.request", request));
    said.push(api.Terminate(""));
    api.reset();
    return said.every((answer) => answer === "true") ? current() : said.join();
  };
  return api.processNavigationRequest("start") ? current() : "not started";
}"""


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    page = context.new_page()
    page.add_script_tag(path=SCRIPT)
    yield page
    context.close()


def started(tab: Page, files: build.Files, folder: Path) -> str:
    """The first activity delivered."""
    return tab.evaluate(PLAYER, read(files, folder).settings["sequencing"])


def visit(tab: Page, score: float | None = None, request: str = "continue") -> str:
    """Where the learner is after finishing the current activity with this score."""
    return tab.evaluate("([score, request]) => visit(score, request)", [score, request])


def test_a_failed_test_leads_back_to_the_lessons_until_it_is_passed(tab, tmp_path):
    assert started(tab, build.files_of_scorm2004_ordered(), tmp_path) == "pretest"

    way = [visit(tab, score) for score in (0.5, None, None, 0.5, None, None, 0.9)]

    assert way == ["lesson-1", "lesson-2", "posttest", "lesson-1", "lesson-2", "posttest", "closing"]
    visit(tab)
    assert tab.evaluate("ended") == ["end_of_content"]


def test_who_knows_it_already_skips_the_lessons(tab, tmp_path):
    started(tab, build.files_of_scorm2004_ordered(), tmp_path)

    assert visit(tab, 0.8) == "closing"


def test_the_way_back_is_open_where_the_manifest_lets_it(tab, tmp_path):
    started(tab, build.files_of_scorm2004_ordered(), tmp_path)

    assert [visit(tab, 0.1), visit(tab), visit(tab, request="previous")] == ["lesson-1", "lesson-2", "lesson-1"]


def test_a_single_activity_starts(tab, tmp_path):
    assert started(tab, build.files_of_scorm2004(), tmp_path) == "item"


EVERYTHING = f"""<imsss:controlMode flow="true"/>{RULES}
<imsss:limitConditions attemptLimit="3" attemptAbsoluteDurationLimit="PT1H"/>
<imsss:rollupRules objectiveMeasureWeight="0.5">
  <imsss:rollupRule childActivitySet="atLeastPercent" minimumPercent="0.5">
    <imsss:rollupConditions><imsss:rollupCondition condition="activityProgressKnown"/></imsss:rollupConditions>
    <imsss:rollupAction action="incomplete"/>
  </imsss:rollupRule>
</imsss:rollupRules>
<imsss:randomizationControls randomizationTiming="once" selectCount="1" reorderChildren="true" selectionTiming="once"/>
<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/>
<adlseq:rollupConsiderations requiredForSatisfied="ifAttempted"/>
<adlseq:constrainedChoiceConsiderations constrainChoice="true"/>"""


def test_every_setting_is_one_that_scorm_again_takes(tab, tmp_path):
    more = '<adlcp:completionThreshold completedByMeasure="true" minProgressMeasure="0.5" progressWeight="0.5"/>'

    assert started(tab, sequenced(EVERYTHING, more), tmp_path) == "item"
