"""SCORM in a real browser: it completes, it goes on where it was left, and nothing is lost on the way."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from learning.models import Completion
from runtime.models import ActivityState, Commit, Registration
from tests.packages import build

from .packages import Sitting, a_registration_of, installed, until

pytestmark = pytest.mark.django_db(transaction=True)

SINGLE = {"1.2": build.files_of_scorm12, "2004": build.files_of_scorm2004}


@pytest.fixture(autouse=True)
def _two_origins(settings, live_server, tmp_path):
    settings.SITE_URL = live_server.url
    settings.CONTENT_ORIGIN = live_server.url.replace("localhost", "127.0.0.1")
    settings.PACKAGE_ROOT = tmp_path / "packages"


def saved(location):
    """Whether the newest save of the only activity says so."""
    state = ActivityState.objects.get()
    cmi = {**state.data.get("cmi", {}), **(state.slim or {})}
    return (cmi.get("core") or cmi).get("lesson_location", cmi.get("location")) == location


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
