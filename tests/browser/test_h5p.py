"""H5P in a real browser on two origins: completes, resumes after the tab is closed, and loses nothing to a 503."""

import json

import pytest
from django.urls import reverse
from playwright.sync_api import FrameLocator, Page, Route, expect

from cms import services as cms
from courses.models import Package
from learning.models import UnitState
from runtime import h5p
from runtime.models import ActivityState, Registration
from tests import factories as make
from tests.packages import build
from tests.runtime.ground import a_package, a_package_unit


@pytest.fixture
def study(content_origin, transactional_db):
    cms.ensure_site()
    version = make.a_version()
    package = a_package(Package.Kind.H5P, files=build.files_of_h5p(), hrefs={"content": "content/content.json"})
    study = make.an_enrolment(make.a_user(), version)
    study.package_unit = a_package_unit(package, version=version, done_when="passed", pass_mark_percent=80)
    return study


def opened(page: Page, study) -> FrameLocator:
    page.goto(reverse("runtime:open", args=[study.number, study.package_unit.key]))
    content = page.frame_locator(".package__frame").frame_locator(".h5p-iframe")
    expect(content.locator("#finish")).to_be_visible()
    return content


def state(study) -> ActivityState:
    return ActivityState.objects.get(registration__enrolment=study)


def kept(study) -> dict:
    states = h5p.saved_states(state(study)).get("0", {})
    return json.loads(states["state"]) if "state" in states else {}


def wait_for(page: Page, condition) -> None:
    for _ in range(100):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to that within ten seconds")


STATEMENTS = json.loads(build.files_of_h5p()["content/content.json"])["statements"]


def answer(content: FrameLocator, *, rightly: bool) -> None:
    for index, one in enumerate(STATEMENTS):
        content.locator(f"#{'true' if one['isTrue'] is rightly else 'false'}-{index}").click()
    content.locator("#finish").click()


def test_a_content_is_completed_and_our_mark_decides_on_its_score(page, study, sign_in):
    sign_in(page, study.user)
    content = opened(page, study)

    answer(content, rightly=False)
    expect(page.locator("[data-package]")).to_have_attribute("data-status", "failed")
    assert not UnitState.objects.exclude(done_at=None).exists()

    answer(content, rightly=True)
    expect(page.locator("[data-package]")).to_have_attribute("data-status", "passed")
    expect(page.locator(".package__score")).to_have_text("100 % punktu")
    assert UnitState.objects.get(enrolment=study, unit=study.package_unit).done_at
    expect(page.locator("[data-exit]")).to_have_text("Turpināt")


def test_it_goes_on_where_it_was_after_the_tab_was_closed(page, study, sign_in):
    sign_in(page, study.user)
    content = opened(page, study)
    content.locator("#true-0").click()
    page.close(run_before_unload=True)

    again = page.context.new_page()
    wait_for(again, lambda: kept(study).get("answers") == [True])
    content = opened(again, study)
    expect(content.locator("#restored")).to_contain_text('"restored":true')
    expect(content.locator("#restored")).to_contain_text('"answers":[true')


def test_a_link_elsewhere_takes_the_last_answer_along(page, study, sign_in):
    sign_in(page, study.user)
    content = opened(page, study)
    content.locator("#false-1").click()

    page.goto("/learn/")

    wait_for(page, lambda: kept(study).get("answers") == [None, False])


def test_a_server_that_cannot_answer_once_loses_nothing(page, study, sign_in):
    refused: list[str] = []

    def once(route: Route) -> None:
        kind = "states" if "/states/" in route.request.url else "results"
        if route.request.method == "POST" and kind not in refused:
            refused.append(kind)
            route.fulfill(status=503, body="{}")
        else:
            route.continue_()

    sign_in(page, study.user)
    page.route("**/rt/**", once)
    content = opened(page, study)
    answer(content, rightly=True)

    wait_for(page, lambda: Registration.objects.get().passed_at is not None)
    answers = [one["isTrue"] for one in STATEMENTS]
    wait_for(page, lambda: kept(study).get("answers") == answers)
    assert sorted(refused) == ["results", "states"]


def test_an_older_window_is_told(page, study, sign_in):
    sign_in(page, study.user)
    content = opened(page, study)
    other = page.context.new_page()
    opened(other, study)

    content.locator("#true-0").click()

    note = page.frame_locator(".package__frame").locator(".player-note")
    expect(note).to_contain_text("citā logā", timeout=15_000)
