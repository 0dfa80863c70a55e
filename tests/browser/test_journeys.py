"""Whole journeys through the demo, as its people make them."""

import re
from time import sleep
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import choose_radio, press, tab_to
from tests.browser.quiz_paper import hand_in_right_answers

pytestmark = pytest.mark.xdist_group("demo")

READ_AFTER_MS = 2_500  # learn.js takes a block for read a little earlier.
ONWARDS = ".onwards .ds-button[data-size=lg]"


@pytest.fixture
def tab(chromium, demo):
    context = chromium.new_context(base_url=demo.url, viewport={"width": 1280, "height": 800}, locale="lv-LV")
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def test_an_officer_renews_the_certificate_by_keyboard_alone(tab, demo):
    (old,) = _certificates(demo, "police")
    tab.goto("/")

    _sign_in_by_keyboard(tab, demo, "police")
    promised = re.findall(r"\d\d\.\d\d\.\d{4}", tab.locator("[aria-labelledby=renewals] li").inner_text())[-1]
    press(tab, "form[action*='/learn/renew/'] button")
    press(tab, ".thread a")
    _study_by_keyboard(tab, demo)

    expect(tab.get_by_role("heading", level=1)).to_have_text("Programma apgūta")
    expect(tab.locator(".verdict")).to_contain_text(promised)
    press(tab, ".verdict a.ds-button")
    (_old, new) = _certificates(demo, "police")
    expect(tab).to_have_url(re.compile(f"/certificates/{'-?'.join(new)}/$"))
    expect(tab.locator("article.certificate")).to_contain_text(promised)
    tab_to(tab, "a[href$='/pdf/']")
    with tab.expect_download() as download:
        tab.keyboard.press("Enter")
    assert download.value.path().read_bytes().startswith(b"%PDF")
    tab.goto(f"/v/{old}/")
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Aizstāt")


def _certificates(demo, persona: str) -> list[str]:
    """Their codes, the oldest first."""
    found = demo.rows(
        """SELECT certificate.code FROM certificates_certificate AS certificate
        JOIN learning_completion AS completion ON completion.id = certificate.completion_id
        JOIN learning_user AS holder ON holder.id = completion.user_id
        WHERE holder.email = ? ORDER BY certificate.id""",
        demo.email(persona),
    )
    return [code for (code,) in found]


def _sign_in_by_keyboard(tab: Page, demo, persona: str) -> None:
    press(tab, ".header-tools a[href*='/accounts/login/']")
    tab_to(tab, "input[name=login]")
    tab.keyboard.type(demo.email(persona))
    tab_to(tab, "input[name=password]")
    tab.keyboard.type(demo.facts["personas"][persona]["password"])
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    expect(tab).to_have_url(re.compile("/learn/$"))


def _study_by_keyboard(tab: Page, demo) -> None:
    """Whatever unit is open, and all that follow it."""
    for _unit in range(10):
        if tab.url.endswith("/completed/"):
            return
        if tab.url.endswith("/quiz/"):
            press(tab, "main form button[type=submit]")
            hand_in_right_answers(tab, demo)
            expect(tab.get_by_role("heading", level=1)).to_contain_text("Apgūts")
            press(tab, "main nav a.ds-button[data-size=lg]")
            continue
        if tab.locator("form#case").count():
            choose_radio(tab, "option", "1")
            press(tab, "form#case button[type=submit]")
        press(tab, ONWARDS)
    raise AssertionError(f"ten units and no end: {tab.url}")


def test_a_newcomer_is_in_the_first_lesson_two_pages_after_the_letter(tab, demo, chromium):
    email = "jauna.skolotaja@centra-pamatskola.example"
    demo.sign_in(tab, "hr")
    tab.goto(f"/institutions/{demo.institution}/people/new/")
    tab.fill("input[name=first_name]", "Jauna")
    tab.fill("input[name=last_name]", "Skolotāja-Zvirbule")
    tab.fill("input[name=email]", email)
    tab.select_option("select[name=position]", "class-teacher")
    tab.press("input[name=starts_on]", "Enter")
    tab.wait_for_url("**/invitations/")
    link = demo.invitation_of(email)
    assert link.startswith(f"{demo.url}/invitation/")
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    phone = context.new_page()
    pages = []
    phone.on("response", lambda answer: pages.append(answer.url) if answer.request.is_navigation_request() else None)

    phone.goto(link)
    phone.fill("input[name=password]", "trīs vārdi pēc kārtas")
    phone.press("input[name=password]", "Enter")
    phone.wait_for_url("**/learn/*/*/")

    expect(phone.locator("[data-reading]")).to_be_visible()
    shown = [urlsplit(url).path for url in pages]
    assert (len(shown), shown[-1].endswith("/m1-law/")) == (3, True), shown
    phone.goto(link)
    expect(phone.get_by_role("heading", level=1)).not_to_contain_text("Jauna")
    context.close()


def test_reading_goes_on_at_the_same_block_in_another_tab(tab, demo):
    study, unit = _lesson_to_read(demo, "teacher")
    demo.sign_in(tab, "teacher")
    tab.goto(f"/learn/{study}/{unit}/")
    expect(tab.locator("[data-reading]")).to_be_visible()
    before = _block_kept(demo, "teacher", unit)
    blocks = tab.eval_on_selector_all("[data-reading] [id^=b]", "all => all.map(one => one.id)")
    middle = next(block for block in blocks[len(blocks) // 2 :] if re.fullmatch(r"b\d+", block))

    tab.evaluate("id => document.getElementById(id).scrollIntoView({block: 'start', behavior: 'instant'})", middle)
    tab.wait_for_timeout(READ_AFTER_MS)
    tab.close(run_before_unload=True)
    kept = _block_kept(demo, "teacher", unit, instead_of=before)
    other = tab.context.new_page()
    other.goto("/learn/")
    other.click("section.resume a.ds-button")

    assert abs(kept - int(middle[1:])) <= 1
    assert urlsplit(other.url).fragment == f"b{kept}"
    expect(other.locator(f"#b{kept}")).to_be_in_viewport()


def _lesson_to_read(demo, persona: str) -> tuple[str, str]:
    """Study and unit of the first lesson that is not done, whatever was opened last."""
    found = demo.rows(
        """SELECT enrolment.number, unit.key FROM learning_enrolment AS enrolment
        JOIN learning_user AS learner ON learner.id = enrolment.user_id
        JOIN courses_unit AS unit ON unit.version_id = enrolment.version_id
        JOIN courses_module AS module ON module.id = unit.module_id AND module.path = enrolment.path
        WHERE learner.email = ? AND enrolment.completed_at IS NULL AND enrolment.withdrawn_at IS NULL
            AND unit.kind = 'lesson' AND NOT EXISTS (
                SELECT 1 FROM learning_unitstate AS state WHERE state.enrolment_id = enrolment.id
                    AND state.unit_id = unit.id AND state.done_at IS NOT NULL
            )
        ORDER BY module.position, unit.position""",
        demo.email(persona),
    )
    number, unit = found[0]
    return str(UUID(number)), unit


def _block_kept(demo, persona: str, unit: str, *, instead_of: int | None = None) -> int:
    """The place in the lesson that the server knows, once it is another one than before."""
    for _wait in range(100):
        found = demo.rows(
            """SELECT state.block FROM learning_unitstate AS state
            JOIN courses_unit AS unit ON unit.id = state.unit_id
            JOIN learning_enrolment AS enrolment ON enrolment.id = state.enrolment_id
            JOIN learning_user AS learner ON learner.id = enrolment.user_id
            WHERE learner.email = ? AND unit.key = ?""",
            demo.email(persona),
            unit,
        )
        if found[0][0] != instead_of:
            return found[0][0]
        sleep(0.1)
    raise AssertionError(f"The place in {unit} stays at {instead_of}")
