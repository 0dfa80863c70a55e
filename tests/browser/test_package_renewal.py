"""A learner who stays for longer than a token lives loses nothing, in SCORM and in H5P."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cms import services as cms
from runtime import h5p
from runtime.models import ActivityState, Launch
from runtime.tokens import LIVES
from tests.browser.packages import a_registration_of, installed, until
from tests.packages import build
from tests.runtime.clock import put_forward

pytestmark = pytest.mark.django_db(transaction=True)
LATER = LIVES + timedelta(minutes=10)


@pytest.fixture
def study(page, content_origin, transactional_db, sign_in):
    cms.ensure_site()

    def study(files):
        registration = a_registration_of(installed(files), alone=False)
        enrolment = registration.enrolment
        sign_in(page, enrolment.user)
        page.goto(reverse("runtime:open", kwargs={"enrolment": enrolment.number, "unit": registration.unit.key}))
        return page.frame_locator(".package__frame")

    return study


@pytest.mark.parametrize("files", [build.files_of_scorm12, build.files_of_scorm2004])
def test_a_sco_goes_on_saving(page, study, monkeypatch, files):
    shown = study(files())
    sco = shown.frame_locator(".player-frame")
    expect(sco.locator("#said")).to_contain_text("started")

    put_forward(monkeypatch, LATER)
    sco.locator("#location").fill("the next day")
    sco.locator("#bookmark").click()

    until(page, lambda: "the next day" in str(ActivityState.objects.get().data))
    expect(shown.locator(".player-note")).to_have_text("Viss atkal ir saglabāts.")
    sco.locator("#complete").click()
    expect(sco.locator("#said")).to_have_text("complete saved")
    expect(page.locator("[data-package]")).to_have_attribute("data-status", "completed")


def test_an_h5p_content_goes_on_saving(page, study, monkeypatch):
    content = study(build.files_of_h5p()).frame_locator(".h5p-iframe")
    expect(content.locator("#finish")).to_be_visible()

    put_forward(monkeypatch, LATER)
    content.locator("#true-0").click()

    until(page, lambda: "true" in str(h5p.saved_states(ActivityState.objects.get())), seconds=15)


def test_a_window_that_was_closed_meanwhile_says_so_and_asks_no_more(page, study, monkeypatch):
    shown = study(build.files_of_scorm12())
    sco = shown.frame_locator(".player-frame")
    expect(sco.locator("#said")).to_contain_text("started")
    now = Launch.objects.get().opened_at
    Launch.objects.update(closed_at=now)

    put_forward(monkeypatch, LATER)
    sco.locator("#bookmark").click()

    expect(shown.locator(".player-note")).to_contain_text("pārāk ilgi", timeout=10_000)
