"""SCORM in a real browser: it completes, it goes on where it was left, and nothing is lost on the way."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from learning.models import Completion
from runtime.models import ActivityState, Commit, Registration
from tests.packages import build

from .audit import axe
from .packages import Sitting, a_registration_of, installed

pytestmark = pytest.mark.django_db(transaction=True)

SINGLE = {"1.2": build.files_of_scorm12, "2004": build.files_of_scorm2004}


@pytest.fixture(autouse=True)
def _two_origins(settings, live_server, tmp_path):
    settings.SITE_URL = live_server.url
    settings.CONTENT_ORIGIN = live_server.url.replace("localhost", "127.0.0.1")
    settings.PACKAGE_ROOT = tmp_path / "packages"


@pytest.fixture
def tab(chromium):
    """`tab()`: a new tab in a context of its own, as on another device."""
    contexts = []

    def tab():
        contexts.append(chromium.new_context(viewport={"width": 1280, "height": 800}))
        contexts[-1].set_default_timeout(10_000)
        return contexts[-1].new_page()

    yield tab
    for context in contexts:
        context.close()


def saved(location):
    """Whether the newest save of the only activity says so."""
    state = ActivityState.objects.get()
    cmi = {**state.data.get("cmi", {}), **(state.slim or {})}
    return (cmi.get("core") or cmi).get("lesson_location", cmi.get("location")) == location


def until(page, check):
    """Beacons arrive when they like."""
    for _ in range(50):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError("did not happen within five seconds")


@pytest.mark.parametrize("edition", SINGLE)
def test_a_single_sco_completes_the_programme(tab, edition):
    registration = a_registration_of(installed(SINGLE[edition]()), done_when="passed")
    sitting = Sitting(tab(), registration)

    sitting.started()
    sitting.score(85)
    sitting.press("pass")

    assert Completion.objects.get().enrolment_id == registration.enrolment_id
    whole = Registration.objects.get()
    assert (whole.done_at is not None, str(whole.best_score)) == (True, "0.8500")


@pytest.mark.parametrize("edition", SINGLE)
@pytest.mark.parametrize(("leave", "size"), [("exit", 65536), ("close", 65536), ("leave", 65536), ("close", 200_000)])
def test_64_kb_of_suspend_data_survive_every_way_out_and_come_back_on_another_device(tab, edition, leave, size):
    """More than the 64,000 characters of SCORM 2004 and the 4,096 of 1.2: authoring tools write what they need."""
    registration = a_registration_of(installed(SINGLE[edition]()))
    page = tab()
    sitting = Sitting(page, registration)
    first = sitting.started()
    sitting.bookmark("page-7", size)

    if leave == "exit":
        sitting.sco.locator("#exit").click()
        expect(sitting.sco.locator("#said")).to_have_text("ended")
    elif leave == "close":
        page.close(run_before_unload=True)
    else:
        page.goto("about:blank")

    found = Sitting(tab(), registration).started()
    assert (first["entry"], first["suspend_size"]) == ("ab-initio", 0)
    assert (found["entry"], found["location"]) == ("resume", "page-7")
    assert (found["suspend_size"], found["suspend_whole"]) == (size, True)


@pytest.mark.parametrize("edition", SINGLE)
def test_what_was_set_and_not_saved_goes_out_when_the_tab_is_closed(tab, edition):
    registration = a_registration_of(installed(SINGLE[edition]()))
    page = tab()
    sitting = Sitting(page, registration)
    sitting.started()
    names = {"1.2": ("LMSSetValue", "cmi.core.lesson_location"), "2004": ("SetValue", "cmi.location")}
    function, element = names[edition]
    page.evaluate(f"(window.API_1484_11 ?? window.API).{function}('cmi.suspend_data', 'unsaved '.repeat(1000))")
    page.evaluate(f"(window.API_1484_11 ?? window.API).{function}('{element}', 'last words')")
    assert not Commit.objects.exists()

    page.close(run_before_unload=True)

    other = tab()
    until(other, lambda: Commit.objects.exists() and saved("last words"))
    assert ActivityState.objects.get().data["cmi"]["suspend_data"] == "unsaved " * 1000


def test_large_data_is_saved_without_being_asked(tab):
    registration = a_registration_of(installed(build.files_of_scorm12()))
    page = tab()
    Sitting(page, registration).started()

    page.evaluate("window.API.LMSSetValue('cmi.suspend_data', 'ā'.repeat(64000))")

    until(page, lambda: ActivityState.objects.get().data.get("cmi", {}).get("suspend_data") == "ā" * 64000)
    page.evaluate("window.API.LMSSetValue('cmi.core.lesson_location', 'further')")
    page.close(run_before_unload=True)
    other = tab()
    until(other, lambda: saved("further"))
    assert ActivityState.objects.get().data["cmi"]["suspend_data"] == "ā" * 64000


@pytest.mark.parametrize("edition", SINGLE)
def test_suspend_data_that_no_save_could_carry_is_refused_to_the_package_and_what_was_there_stays(tab, edition):
    page = tab()
    Sitting(page, a_registration_of(installed(SINGLE[edition]()))).started()
    api, prefix = ("API", "LMS") if edition == "1.2" else ("API_1484_11", "")

    answers = page.evaluate(
        f"""[10, 70000, 262144, 262145, 5].map((size) => [
            String(window.{api}.{prefix}SetValue('cmi.suspend_data', 'x'.repeat(size))),
            window.{api}.{prefix}GetValue('cmi.suspend_data').length,
        ])"""
    )

    assert answers == [["true", 10], ["true", 70000], ["true", 262144], ["false", 262144], ["true", 5]]


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


def test_a_server_that_answers_503_once_loses_nothing(tab):
    registration = a_registration_of(installed(build.files_of_scorm12()))
    page = tab()
    refusals = iter([503])
    page.route("**/commit/", lambda route: _answer(route, next(refusals, None)))
    sitting = Sitting(page, registration)
    sitting.started()

    sitting.bookmark("page-2", 5000)

    assert saved("page-2")
    expect(page.locator(".player-note")).to_be_empty()


def test_while_the_server_is_away_the_learner_is_told_and_the_newest_state_is_kept(tab):
    registration = a_registration_of(installed(build.files_of_scorm2004()))
    page = tab()
    away = {"status": 503}
    page.route("**/commit/", lambda route: _answer(route, away["status"]))
    sitting = Sitting(page, registration)
    sitting.started()

    for location in ("one", "two", "three"):
        sitting.sco.locator("#location").fill(location)
        sitting.sco.locator("#bookmark").click()
    expect(page.locator(".player-note")).to_have_text(re.compile("vēl nav saglabāts|could not be saved"))
    assert not Commit.objects.exists()
    away["status"] = None

    until(page, lambda: saved("three"))
    expect(page.locator(".player-note")).to_have_text(re.compile("saglabāts|saved again"))


def test_of_two_tabs_the_older_is_told(tab):
    registration = a_registration_of(installed(build.files_of_scorm12()))
    older_page = tab()
    older = Sitting(older_page, registration)
    older.started()
    older.bookmark("older", 100)

    newer = Sitting(tab(), registration)
    assert newer.started()["location"] == "older"
    newer.bookmark("newer", 100)
    older.sco.locator("#location").fill("too late")
    older.sco.locator("#bookmark").click()

    expect(older_page.locator(".player-note")).to_have_text(re.compile("citā logā|another window"))
    assert saved("newer")
    newer.bookmark("newest", 100)
    assert saved("newest")


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


def test_a_completed_study_is_looked_at_and_nothing_is_recorded(tab):
    registration = a_registration_of(installed(build.files_of_scorm12()))
    sitting = Sitting(tab(), registration)
    sitting.started()
    sitting.press("complete")
    commits = Commit.objects.count()

    again = Sitting(tab(), registration)
    found = again.started()
    again.bookmark("looking", 100)

    assert found["mode"] == "review"
    assert Commit.objects.count() <= commits + 1
    assert not saved("looking")


def _answer(route, status):
    if status is None:
        route.continue_()
    else:
        route.fulfill(status=status, body="")


def _title(activity):
    return next(iter(activity.title.values()))


def _open_on_the_platform(page, sign_in, registration):
    enrolment = registration.enrolment
    sign_in(page, enrolment.user)
    page.goto(reverse("runtime:open", kwargs={"enrolment": enrolment.number, "unit": registration.unit.key}))
    sco = page.frame_locator("[data-package] iframe").frame_locator(".player-frame")
    expect(sco.locator("#said")).to_contain_text("started")
    return sco


def test_the_platforms_way_out_saves_what_was_not_saved_yet(page, sign_in):
    registration = a_registration_of(installed(build.files_of_scorm12()), alone=False)
    _open_on_the_platform(page, sign_in, registration)
    player = next(frame for frame in page.frames if "/play/" in frame.url)
    player.evaluate("window.API.LMSSetValue('cmi.core.lesson_location', 'not saved yet')")

    page.locator("[data-exit]").click()

    page.wait_for_url(lambda address: "package" not in address)
    assert saved("not saved yet")


def test_a_sco_that_ends_itself_leads_the_learner_on(page, sign_in):
    registration = a_registration_of(installed(build.files_of_scorm2004()), alone=False)
    sco = _open_on_the_platform(page, sign_in, registration)
    sco.locator("#complete").click()
    expect(page.locator("[data-package]")).to_have_attribute("data-status", "completed")

    sco.locator("#exit").click()

    page.wait_for_url(lambda address: "package" not in address)
    assert Registration.objects.get().done_at is not None


def test_who_failed_begins_again_from_nothing_and_the_last_words_are_kept(page, sign_in):
    registration = a_registration_of(installed(build.files_of_scorm12()), alone=False, done_when="passed")
    sco = _open_on_the_platform(page, sign_in, registration)
    expect(page.locator("[data-again]")).to_be_hidden()
    sco.locator("#fail").click()
    expect(page.locator("[data-again]")).to_be_visible()
    player = next(frame for frame in page.frames if "/play/" in frame.url)
    player.evaluate("window.API.LMSSetValue('cmi.core.lesson_location', 'not saved yet')")

    page.locator("[data-again] button").click()
    expect(page.locator("[data-package]")).to_have_attribute("data-status", "incomplete")

    sco = page.frame_locator("[data-package] iframe").frame_locator(".player-frame")
    expect(sco.locator("#restored")).to_contain_text('"entry": "ab-initio"')
    first = ActivityState.objects.get(registration__attempt=1)
    assert first.data["cmi"]["core"]["lesson_location"] == "not saved yet"
    sco.locator("#pass").click()
    expect(page.locator("[data-package]")).to_have_attribute("data-status", "passed")
    assert [bool(one.done_at) for one in Registration.objects.order_by("attempt")] == [False, True]


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
