"""Packages with the habits of authoring tools, on the learner's page: frames in frames, questions, ways out."""

import pytest
from django.urls import reverse
from playwright.sync_api import FrameLocator, Page, expect

from cms import services as cms
from learning.models import UnitState
from runtime.models import ActivityState, Registration
from tests.browser.packages import a_registration_of, installed, until
from tests.packages import authored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def learner(page, content_origin, sign_in):
    """`learner(files)`: the package on the learner's page; call it again to open it again."""
    cms.ensure_site()
    known: list[Registration] = []
    problems: list[str] = []
    page.on("pageerror", lambda problem: problems.append(str(problem)))

    def learner(files=None) -> FrameLocator:
        if files:
            known[:] = [a_registration_of(installed(files), alone=False)]
            sign_in(page, known[0].enrolment.user)
        enrolment = known[0].enrolment
        page.goto(reverse("runtime:open", kwargs={"enrolment": enrolment.number, "unit": known[0].unit.key}))
        return page.frame_locator(".package__frame").frame_locator(".player-frame")

    yield learner
    assert problems == []


def left(page: Page) -> None:
    page.wait_for_url(lambda address: "package" not in address)


def cmi() -> dict:
    state = ActivityState.objects.get()
    return {**state.data["cmi"], **(state.slim or {})}


def is_done() -> bool:
    return UnitState.objects.exclude(done_at=None).exists()


def test_a_launcher_that_asks_resumes_and_ends_leads_on(page: Page, learner):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    story = learner(authored.launcher_12()).frame_locator("#story")
    expect(story.locator("#resumed")).to_have_text("false")
    story.locator("#note").click()
    story.locator("#later").click()
    left(page)
    assert cmi()["core"]["lesson_location"] == "slide-4"

    story = learner().frame_locator("#story")
    expect(story.locator("#resumed")).to_have_text("slide-4 true")
    story.locator("#exit").click()

    left(page)
    assert asked == ["Vai turpināt tur, kur beidzāt?"]
    assert (is_done(), str(Registration.objects.get().best_score)) == (True, "0.9000")


@pytest.mark.parametrize("button", ["#close", "#parent", "inner"])
def test_a_button_that_only_closes_the_window_leads_out(page: Page, learner, button):
    course = learner(authored.closing_12())
    expect(course.locator("#state")).to_have_text("open")

    if button == "inner":
        course.frame_locator("#inner").locator("#inner-close").click()
    else:
        course.locator(button).click()

    left(page)
    assert is_done()


def test_from_three_frames_down_the_api_is_found_and_the_last_words_are_heard(page: Page, learner):
    page.on("dialog", lambda dialog: dialog.accept())
    inner = learner(authored.framed_2004()).frame_locator("iframe").frame_locator("iframe")
    expect(inner.locator("#found")).to_have_text("nothing")
    inner.locator("#act").click()

    page.locator("[data-exit]").click()

    left(page)
    until(page, is_done)
    assert cmi()["location"] == "slide-9"
    again = learner().frame_locator("iframe").frame_locator("iframe")
    expect(again.locator("#found")).to_have_text("slide-9")


def test_a_tab_that_is_closed_keeps_what_was_never_committed(page: Page, learner):
    page.on("dialog", lambda dialog: dialog.accept())
    inner = learner(authored.framed_2004()).frame_locator("iframe").frame_locator("iframe")
    inner.locator("#act").click()
    other = page.context.new_page()

    page.close(run_before_unload=True)

    until(other, is_done)
    assert cmi()["location"] == "slide-9"


def test_a_course_in_a_window_of_its_own_finds_the_api_and_closes_itself(page: Page, learner):
    course = learner(authored.popup_12())
    with page.expect_popup() as opening:
        course.locator("#open").click()
    window = opening.value
    expect(window.locator("h1")).to_have_text("Kurss")

    window.locator("#exit").click()

    until(page, is_done)
    until(page, window.is_closed)


def test_an_h5p_content_of_an_editor_plays_and_counts(page: Page, learner):
    learner(authored.h5p_of_an_editor())
    content = page.frame_locator(".package__frame").frame_locator(".h5p-iframe")
    for button in ("#true-0", "#false-1", "#finish"):
        content.locator(button).click()

    until(page, is_done)
