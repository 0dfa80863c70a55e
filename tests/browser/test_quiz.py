"""A quiz in a browser: saved as it is answered, by keyboard, with and without scripts."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from assessments.models import Attempt
from assessments.services import start_attempt, submit_attempt
from tests.assessments.ground import WORST, a_study, answer
from tests.browser.audit import add_cookie, audit, speak
from tests.factories import a_user

pytestmark = pytest.mark.django_db(transaction=True)

SAVED = re.compile(r"Saved at \d\d:\d\d")


@pytest.fixture
def learner(page, sign_in):
    user = a_user()
    sign_in(page, user)
    speak(page, "en")
    return user


def start(learner, *kinds):
    enrolment, quiz = a_study(learner, kinds=list(kinds) or None)
    return start_attempt(enrolment=enrolment, quiz=quiz, at=timezone.now())


def saved_answer(attempt):
    return attempt.drafts.get(position=1).answer


def test_every_page_passes_the_audit(page, learner):
    attempt = start(learner)
    answer(attempt, WORST)

    problems = [problem for number in range(1, 8) for problem in audit(page, f"/attempts/{attempt.number}/?q={number}")]
    submit_attempt(attempt=attempt, at=timezone.now())
    problems += audit(page, f"/attempts/{attempt.number}/result/")
    problems += audit(page, f"/learn/{attempt.enrolment.number}/m1-quiz/quiz/")

    assert problems == []


def test_an_answer_is_saved_as_soon_as_it_is_chosen(page, learner):
    attempt = start(learner, "single")
    page.goto(f"/attempts/{attempt.number}/")

    page.get_by_label("beta en").check()

    expect(page.locator("#saved")).to_have_text(SAVED)
    assert saved_answer(attempt) == [1]
    page.get_by_label("alpha en").check()
    expect(page.locator("#saved")).to_have_text(SAVED)
    page.reload()
    expect(page.get_by_label("alpha en")).to_be_checked()


def test_an_answer_that_could_not_be_saved_stays_on_the_page_and_is_saved_later(page, learner):
    attempt = start(learner, "multi")
    page.goto(f"/attempts/{attempt.number}/")
    page.route("**/answers/", lambda route: route.abort())

    page.get_by_label("carrot en").check()
    expect(page.locator("#saved")).to_contain_text("Not saved yet")
    page.get_by_label("dill en").check()
    assert saved_answer(attempt) == []

    page.unroute("**/answers/")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert saved_answer(attempt) == [0, 1]


def test_a_server_error_is_not_called_saved(page, learner):
    attempt = start(learner, "single")
    page.goto(f"/attempts/{attempt.number}/")
    page.route("**/answers/", lambda route: route.fulfill(status=500, body="{}"), times=1)

    page.get_by_label("beta en").check()

    expect(page.locator("#saved")).to_contain_text("Not saved yet")
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert saved_answer(attempt) == [1]


def test_someone_signed_out_is_told_so(page, learner):
    attempt = start(learner, "single")
    page.goto(f"/attempts/{attempt.number}/")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    page.get_by_label("beta en").check()

    expect(page.locator("#saved")).to_contain_text("you have been signed out")
    expect(page.get_by_label("beta en")).to_be_checked()
    assert saved_answer(attempt) == []


def test_what_is_chosen_last_in_one_of_two_windows_is_kept(page, learner):
    attempt = start(learner, "single")
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"/attempts/{attempt.number}/")
    for label in ("beta en", "alpha en", "beta en"):
        page.get_by_label(label).check()
        expect(page.locator("#saved")).to_have_text(SAVED)

    other.get_by_label("alpha en").check()

    expect(other.locator("#saved")).to_have_text(SAVED)
    assert saved_answer(attempt) == [0]


def test_leaving_at_once_still_saves(page, learner):
    attempt = start(learner, "single")
    page.goto(f"/attempts/{attempt.number}/")
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")

    page.get_by_label("beta en").check()
    page.goto("/profile/")

    for _wait in range(50):
        if saved_answer(attempt):
            break
        page.wait_for_timeout(100)
    assert saved_answer(attempt) == [1]


def test_steps_are_put_in_order_by_keyboard(page, learner):
    attempt = start(learner, "ordering")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/attempts/{attempt.number}/")

    for text in ("three en", "two en"):
        button = page.get_by_role("button", name=f"Move down: {text}")
        while button.is_enabled():
            button.focus()
            page.keyboard.press("Enter")
        if text == "two en":
            page.get_by_role("button", name="Move up: two en").press("Enter")

    expect(page.locator(".arrange li > span:nth-of-type(2)")).to_have_text(["one en", "two en", "three en"])
    expect(page.locator("#moved")).to_have_text(re.compile(r"Moved to place \d of 3\."))
    expect(page.locator("#saved")).to_have_text(SAVED)
    assert saved_answer(attempt) == [0, 1, 2]


def test_enter_goes_on_to_the_next_question(page, learner):
    attempt = start(learner, "single", "single", "single")
    page.goto(f"/attempts/{attempt.number}/?q=2")

    page.get_by_label("beta en").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"q=3$"))
    assert attempt.drafts.get(position=2).answer == [1]


def test_a_quiz_is_passed_by_keyboard_with_scripts_off_on_a_small_phone(chromium, live_server):
    user = a_user()
    enrolment, _quiz = a_study(user, kinds=["single", "multi"])
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": 320, "height": 640}, java_script_enabled=False
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    client = Client()
    client.force_login(user)
    add_cookie(page, settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
    speak(page, "en")

    page.goto(f"/learn/{enrolment.number}/m1-quiz/quiz/")
    press(page, "Start")
    for _question in range(2):
        for label in ("beta en", "carrot en", "dill en"):
            if page.get_by_label(label).count():
                page.get_by_label(label).press("Space")
        press(page, re.compile("Next question|To handing in"))
    press(page, "Hand in the answers")

    expect(page.get_by_role("heading", level=1)).to_have_text("Passed: 2 of 2 points")
    assert Attempt.objects.get().passed is True
    context.close()


def press(page, name):
    """The button reached by keyboard: the visible one, not the one for Enter."""
    button = page.locator("main").get_by_role("button", name=name).last
    button.press("Enter")
