"""The learner's pages in a browser: clean for everyone, saving as they are read, whole without scripts."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, Route
from pypdf import PdfReader

from config.settings import BASE_DIR
from courses.models import Module, Role
from learning.models import Enrolment, UnitState
from learning.services import finish_unit, open_unit, save_check, save_position
from tests.browser.audit import LOOKS, audit, axe, no_sideways_scroll, speak
from tests.factories import (
    a_completion,
    a_membership,
    a_position,
    a_requirement,
    a_unit,
    a_user,
    a_version,
    an_enrolment,
    an_institution,
)
from tests.learning.pages import CHECK, LESSON, a_programme, at

LONG = [*LESSON[:2], *[{"type": "paragraph", "text": "Teksts " * 120} for _ in range(8)], CHECK]


@pytest.fixture
def person():
    person = a_user(first_name="Ilze")
    a_membership(person, an_institution(name="Gaujmalas Centra pamatskola"), position=a_position("teacher"))
    return person


@pytest.fixture
def study(person):
    version = a_programme()
    a_unit(version.modules.get(), "m1-long", body=LONG)
    school = person.memberships.get().institution
    rule = a_requirement(version.course, school)
    due_on = timezone.localdate() + timedelta(days=24)
    return an_enrolment(person, version, institution=school, requirement=rule, due_on=due_on)


@pytest.fixture
def reader(page, sign_in, person) -> Page:
    sign_in(page, person)
    speak(page, "lv")
    return page


def an_expiring_proof(person, days_left: int):
    version = a_version(refresher_minutes=19)
    module = Module.objects.create(
        version=version, key="refresher", path="refresher", position=2, title={"lv": "Atkārtojums"}, content_note={}
    )
    a_unit(module, "r-one")
    today = timezone.localdate()
    return a_completion(person, version, on=today - timedelta(days=900), until=today + timedelta(days=days_left))


# ---- Clean in every look


def test_my_learning_is_clean_empty_under_way_and_with_renewals(reader, person):
    problems = audit(reader, "/learn/")
    study = an_enrolment(person, a_programme(), due_on=timezone.localdate())
    for days_left in (30, -30, -90):
        an_expiring_proof(person, days_left)
    problems += audit(reader, "/learn/")
    for unit in study.version.units.all():
        finish_unit(enrolment=study, unit=unit, at=timezone.now())
    problems += audit(reader, "/learn/")
    problems += audit(reader, f"/learn/{study.number}/completed/")

    assert problems == []


def test_the_programme_a_lesson_and_a_case_are_clean(reader, study):
    read = study.version.units.get(key="m1-read")
    save_check(enrolment=study, unit=read, block=2, chosen=[0], sequence=1, at=timezone.now())
    save_position(enrolment=study, unit=read, block=2, at=timezone.now())
    finish_unit(enrolment=study, unit=study.version.units.get(key="m1-one"), at=timezone.now())

    problems = [
        problem
        for path in (f"/learn/{study.number}/", at(study), at(study, "m1-one"), at(study, "m1-case"))
        for problem in audit(reader, path)
    ]

    assert problems == []


def test_a_unit_of_a_module_with_a_long_name_is_clean(reader, person):
    completion = an_expiring_proof(person, days_left=30)
    name = {"lv": "Gada atkārtojums visiem", "en": "Yearly refresher for all"}
    Module.objects.filter(version=completion.version, path="refresher").update(title=name)
    study = an_enrolment(person, completion.version, path="refresher")

    assert audit(reader, at(study, "r-one")) == []


def test_what_follows_a_case_is_clean_both_ways(reader, study):
    problems = []
    for width, scheme, language in LOOKS:
        speak(reader, language)
        reader.set_viewport_size({"width": width, "height": 800})
        reader.emulate_media(color_scheme=scheme)
        reader.goto(at(study, "m1-case"))
        reader.locator("#case button").click()
        problems += axe(reader)
        reader.locator("#case [name=option]").first.check()
        reader.locator("#case button").click()
        reader.wait_for_selector(".role-card--mine")
        problems += axe(reader) + no_sideways_scroll(reader)
        reader.goto(at(study, "m1-case"))
        reader.locator("[name=summary]").click()
        reader.wait_for_selector("text=Īsumā par Elzu")
        problems += axe(reader) + no_sideways_scroll(reader)

    assert problems == []


# ---- Saving as it is read


def state_of(study: Enrolment, key: str) -> UnitState:
    connection.close()
    return UnitState.objects.get(enrolment=study, unit__key=key)


def test_an_answer_is_saved_as_it_is_chosen_and_the_reason_waits_for_the_button(reader, study):
    reader.goto(at(study))
    check = reader.locator("form[data-check]").first

    check.locator("[name=chosen]").nth(1).check()
    check.locator("[data-saying]:not(:empty)").wait_for()
    assert state_of(study, "m1-read").answers["2"]["chosen"] == [1]
    assert reader.get_by_text("Iemesls vienai atbildei").count() == 0

    check.locator("button").click()
    reader.get_by_text("Iemesls vienai atbildei").wait_for()


def test_a_request_for_an_answer_goes_away_with_the_answer(reader, study):
    reader.goto(at(study))
    reader.locator("form[data-check] button").first.click()
    check = reader.locator("form[data-check]").first
    asked = check.locator("[data-field=validation]")
    asked.wait_for()

    check.locator("[name=chosen]").nth(1).check()

    assert asked.count() == 0


def test_saved_is_said_only_when_it_is_and_a_failure_is_made_good(reader, study):
    reader.goto(at(study))
    check = reader.locator("form[data-check]").first
    failures = iter([True, True])

    def fail_twice(route: Route) -> None:
        route.abort() if next(failures, False) else route.continue_()

    reader.route("**/checks/2/", fail_twice)
    check.locator("[name=chosen]").nth(1).check()
    saying = check.locator("[data-saying]")
    failed = check.get_attribute("data-failed")
    reader.wait_for_function("([said, failed]) => said.textContent === failed", arg=[saying.element_handle(), failed])
    assert check.locator("[name=chosen]").nth(1).is_checked()
    assert not UnitState.objects.get(enrolment=study, unit__key="m1-read").answers

    reader.wait_for_function(
        "([said, failed]) => said.textContent && said.textContent !== failed", arg=[saying.element_handle(), failed]
    )
    assert state_of(study, "m1-read").answers["2"]["chosen"] == [1]


def test_another_windows_answer_does_not_win_over_a_later_one(reader, study):
    reader.goto(at(study))
    unit = study.version.units.get(key="m1-read")
    save_check(enrolment=study, unit=unit, block=2, chosen=[0], sequence=40, at=timezone.now())

    check = reader.locator("form[data-check]").first
    check.locator("[name=chosen]").nth(1).check()
    check.locator("[data-saying]:not(:empty)").wait_for()

    assert state_of(study, "m1-read").answers["2"] == {"chosen": [1], "sequence": 41}


def test_the_place_is_kept_while_reading_and_found_again(reader, study):
    reader.goto(at(study, "m1-long"))
    with reader.expect_response("**/position/") as kept:
        reader.evaluate("document.getElementById('b6').scrollIntoView()")

    assert kept.value.status == 204
    assert state_of(study, "m1-long").block == 6
    reader.goto("/learn/")
    reader.locator(".resume a").click()
    assert reader.url.endswith("/m1-long/#b6")
    assert abs(reader.evaluate("document.getElementById('b6').getBoundingClientRect().top")) < 200


def test_leaving_the_page_keeps_the_place_at_once(reader, study):
    reader.goto(at(study, "m1-long"))
    reader.evaluate("document.getElementById('b5').scrollIntoView()")
    reader.wait_for_function("() => document.querySelector('[name=next][form=language]').value.endsWith('#b5')")

    reader.goto("/learn/")

    for _ in range(50):  # The request outlives the page that sent it.
        if state_of(study, "m1-long").block:
            break
        reader.wait_for_timeout(100)
    assert state_of(study, "m1-long").block == 5


def test_another_language_opens_at_the_same_block(reader, study):
    reader.goto(at(study, "m1-long"))
    reader.evaluate("document.getElementById('b5').scrollIntoView()")
    reader.wait_for_function("() => document.querySelector('[name=next][form=language]').value.endsWith('#b5')")

    reader.locator(".lesson-bar button").click()
    reader.wait_for_url("**/m1-long/#b5")

    assert reader.locator("html").get_attribute("lang") == "en"


# ---- Without scripts


def test_without_scripts_everything_can_be_read_answered_and_finished(chromium, live_server, sign_in, person, study):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, person)
    try:
        page.goto(at(study))
        check = page.locator("form[data-check]").first
        check.locator("[name=chosen]").nth(1).check()
        check.locator("button").click()
        assert page.url.endswith("#b2")
        assert page.get_by_text("Iemesls vienai atbildei").is_visible()

        page.locator(".onwards button").click()
        page.locator("#case [name=option]").first.check()
        page.locator("#case button").click()
        assert page.locator(".role-card--mine").is_visible()
    finally:
        context.close()

    done = UnitState.objects.exclude(done_at=None).values_list("unit__key", flat=True)
    assert set(done) == {"m1-read", "m1-case"}


def test_the_keyboard_alone_reads_answers_and_goes_on(reader, study):
    open_unit(enrolment=study, unit=study.version.units.get(key="m1-read"), at=timezone.now())
    reader.goto("/learn/")

    tab_to(reader, ".resume a")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/m1-read/")
    tab_to(reader, "form[data-check] [name=chosen]")
    reader.keyboard.press("ArrowDown")
    tab_to(reader, "form[data-check] button")
    reader.keyboard.press("Enter")
    reader.get_by_text("Iemesls vienai atbildei").wait_for()
    tab_to(reader, ".onwards button")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/m1-case/")


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the first match has the focus, as someone without a mouse does."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with the keyboard")


# ---- The action card


def test_every_card_of_the_programme_is_clean_and_prints_on_one_page(reader, person):
    call_command("load_programme", BASE_DIR / "courses/programmes/notice-listen-report", verbosity=0)
    problems, pages = [], {}
    for role in Role.objects.all():
        for language in ("lv", "en"):
            speak(reader, language)
            reader.set_viewport_size({"width": 1280, "height": 800})
            reader.goto(f"/learn/card/?role={role.key}")
            printed = PdfReader(BytesIO(reader.pdf(format="A4", prefer_css_page_size=True)))
            pages[role.key, language] = len(printed.pages)
    problems += audit(reader, "/learn/card/")

    assert problems == []
    assert len(pages) == 14
    assert set(pages.values()) == {1}
