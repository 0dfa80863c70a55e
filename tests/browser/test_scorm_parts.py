"""SCORM packages of several parts in a real browser: the list of parts, prerequisites, sequencing."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from learning.models import Completion
from runtime.models import ActivityState, Registration
from tests.packages import build

from .audit import axe
from .packages import Sitting, a_registration_of, installed, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("content_origin")]


def test_large_data_stays_with_its_part_when_another_is_shown(tab):
    package = installed(build.files_of_scorm12_multi())
    page = tab()
    sitting = Sitting(page, a_registration_of(package))
    one, two = package.activities.filter(is_tracked=True)[:2]
    page.evaluate("identifier => kopa.open(identifier)", one.identifier)
    sitting.started("ievads")
    sitting.bookmark("here", 65536)
    page.evaluate("identifier => kopa.open(identifier)", two.identifier)

    assert sitting.started("nodarbiba")["suspend_size"] == 0
    page.evaluate("identifier => kopa.open(identifier)", one.identifier)
    assert sitting.started("ievads")["suspend_size"] == 65536


def test_a_package_of_several_scos_goes_on_by_its_menu_and_completes(tab):
    package = installed(build.files_of_scorm12_multi())
    registration = a_registration_of(package)
    page = tab()
    sitting = Sitting(page, registration)
    tracked = list(package.activities.filter(is_tracked=True))

    for activity in tracked:
        if activity.settings.get("is_visible") is False:
            page.evaluate("identifier => kopa.open(identifier)", activity.identifier)
        else:
            page.get_by_role("button", name=re.compile(f"^{re.escape(_title(activity))}")).click()
        sitting.started(re.search("part=([^&]+)", activity.href)[1])
        sitting.press("complete")

    assert Registration.objects.get().done_at is not None
    assert ActivityState.objects.filter(completed_at=None, activity__in=tracked).count() == 0


def test_a_part_that_is_chosen_again_finds_what_it_left(tab):
    package = installed(build.files_of_scorm12_multi())
    registration = a_registration_of(package)
    page = tab()
    sitting = Sitting(page, registration)
    one, two = package.activities.filter(is_tracked=True)[:2]

    page.evaluate("identifier => kopa.open(identifier)", one.identifier)
    sitting.started(re.search("part=([^&]+)", one.href)[1])
    sitting.bookmark("here", 3000)
    page.evaluate("identifier => kopa.open(identifier)", two.identifier)
    assert sitting.started(re.search("part=([^&]+)", two.href)[1])["location"] == ""
    page.evaluate("identifier => kopa.open(identifier)", one.identifier)

    found = sitting.started(re.search("part=([^&]+)", one.href)[1])
    assert (found["entry"], found["location"], found["suspend_size"]) == ("resume", "here", 3000)


def test_an_ordered_package_leads_back_until_its_test_is_passed_and_goes_on_after_the_tab_was_closed(tab):
    registration = a_registration_of(installed(build.files_of_scorm2004_ordered()))
    page = tab()
    sitting = Sitting(page, registration)

    def take(part, *presses, points=None):
        sitting.started(part)
        if points is not None:
            sitting.score(points)
        sitting.press(*presses)
        sitting.sco.locator("#next").click()

    take("pretest", "fail", points=10)
    take("lesson-1", "complete")
    take("lesson-2", "complete")
    take("posttest", "fail", points=20)
    take("lesson-1", "complete")
    sitting.started("lesson-2")
    sitting.bookmark("half way", 40000)
    page.close(run_before_unload=True)
    assert Registration.objects.get().done_at is None

    page = tab()
    sitting = Sitting(page, registration)
    found = sitting.started("lesson-2")
    assert (found["location"], found["suspend_size"], found["suspend_whole"]) == ("half way", 40000, True)
    take("lesson-2", "complete")
    take("posttest", "pass", points=90)
    sitting.started("closing")
    sitting.press("complete")
    page.get_by_role("button", name=re.compile("Nākamā daļa|Next part")).click()

    until(page, lambda: Registration.objects.get().done_at is not None)
    assert Completion.objects.count() == 1
    # RB.1.1: pretest 0.1 and lessons 0.9 (their post-test alone has a weight), each weighing 1; the closing weighs 0.
    assert Registration.objects.get().best_score == Decimal("0.5")


def test_a_pretest_that_is_passed_skips_the_lessons(tab):
    registration = a_registration_of(installed(build.files_of_scorm2004_ordered()))
    sitting = Sitting(tab(), registration)

    sitting.started("pretest")
    sitting.score(95)
    sitting.press("pass")
    sitting.sco.locator("#next").click()

    sitting.started("closing")
    sitting.press("complete")
    sitting.page.get_by_role("button", name=re.compile("Nākamā daļa|Next part")).click()
    until(sitting.page, lambda: Registration.objects.get().done_at is not None)
    assert Registration.objects.get().best_score == Decimal("0.95")


FLOW = '<imsss:controlMode choice="false" choiceExit="false" flow="true"/>'


@pytest.mark.parametrize("width", [320, 1280])
def test_where_nothing_leads_the_learner_chooses_from_the_list_and_chapters_lead_on(tab, width):
    """A root without flow: nothing can be delivered by "start", so the list is open and says what to do."""
    files = build.files_of_scorm2004_ordered()
    head, _flow, tail = files["imsmanifest.xml"].decode().rpartition(FLOW)
    files["imsmanifest.xml"] = f"{head}<imsss:controlMode/>{tail}".encode()
    page = tab()
    page.set_viewport_size({"width": width, "height": 700})
    sitting = Sitting(page, a_registration_of(installed(files)))

    def choose(name):
        if page.locator(".player-parts").get_attribute("open") is None:
            page.locator("summary").click()
        page.get_by_role("button", name=re.compile(f"^{name}")).click()

    expect(page.locator(".player-note")).to_contain_text("ar kuru daļu sākt")
    expect(page.get_by_role("button", name=re.compile("^Noslēgums"))).to_be_visible()
    assert axe(page) == []
    choose("Noslēgums")
    sitting.started("closing")
    sitting.press("complete")
    choose("Nodarbības")
    sitting.started("lesson-1")
    sitting.press("complete")
    sitting.sco.locator("#next").click()
    sitting.started("lesson-2")
    sitting.bookmark("here", 100)
    choose("Sākuma")
    expect(page.locator(".player-note")).to_contain_text("pašlaik nevar atvērt")
    assert sitting.started("lesson-2")["location"] == "here"


def _title(activity):
    return next(iter(activity.title.values()))


def test_parts_that_wait_for_others_look_locked_and_say_why(tab):
    package = installed(build.files_of_scorm12_multi())
    page = tab()
    sitting = Sitting(page, a_registration_of(package))
    lesson = page.get_by_role("button", name="Nodarbība")
    expect(lesson).to_have_attribute("aria-disabled", "true")
    expect(lesson).to_contain_text("Vispirms pabeidz: Ievads")
    assert axe(page) == []

    lesson.press("Enter")

    expect(page.locator(".player-note")).to_have_text("Vispirms pabeidz: Ievads")
    page.get_by_role("button", name=re.compile("^Ievads")).click()
    sitting.started("ievads")
    expect(page.get_by_role("button", name=re.compile("^Ievads"))).to_have_attribute("aria-current", "true")
    sitting.press("complete")
    expect(lesson).not_to_have_attribute("aria-disabled", "true")
    lesson.click()
    sitting.started("nodarbiba")


def test_a_part_under_way_says_so(tab):
    sitting = Sitting(tab(), a_registration_of(installed(build.files_of_scorm12_multi())))
    sitting.page.get_by_role("button", name=re.compile("^Ievads")).click()
    sitting.started("ievads")

    sitting.bookmark("here", 10)

    expect(sitting.page.locator("[data-state=begun]")).to_contain_text("Procesā")
