"""Every page of the demo, as each of its people meets it: the audit in two widths, two schemes and both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.audit import audit, audit_after
from tests.browser.demo_site import DemoSite
from tests.browser.quiz_paper import ANSWERING, HAND_IN, attempt_of, paper

pytestmark = pytest.mark.xdist_group("demo")

ANYONE = "anyone"
# Who opens what; {names} are filled in from the demo by `places`.
PAGES = {
    ANYONE: [
        "/",
        "/par-vietni/",
        "/privatuma-politika/",
        "/pieejamibas-pazinojums/",
        "/sazinaties/",
        "/v/",
        "/v/{certificate}/",
        "/accounts/login/",
        "/accounts/password/reset/",
    ],
    "teacher": [
        "/learn/",
        "/learn/{study}/",
        "/learn/{study}/m1-law/",
        "/learn/{study}/m3-words/",
        "/learn/{study}/m1-case/",
        "/learn/{study}/m6-case/",
        "/learn/{study}/m1-quiz/quiz/",
        "/learn/{study}/m6-quiz/quiz/",
        "/learn/card/",
        "/learn/sessions/",
        "/learn/sessions/{session}/",
        "/learn/sessions/{session_code}/here/",
        "/certificates/",
        "/profile/",
    ],
    "police": [
        "/learn/",
        "/learn/{completed}/",
        "/learn/{completed}/completed/",
        "/learn/{completed}/m5-barnahus/",
        "/learn/{completed}/m1-quiz/quiz/",
        "/learn/card/",
        "/learn/card/?role=teacher",
        "/certificates/",
        "/certificates/{own_certificate}/",
    ],
    "hr": [
        "/learn/",
        "/institutions/",
        "/institutions/{hr}/coverage/",
        "/institutions/{hr}/coverage/?on=2020-01-01",
        "/institutions/{hr}/people/",
        "/institutions/{hr}/people/?status=overdue",
        "/institutions/{hr}/people/?q=nobody+at+all",
        "/institutions/{hr}/people/{certified}/",
        "/institutions/{hr}/people/{beginner}/",
        "/institutions/{hr}/import/",
        "/institutions/{hr}/invitations/",
        "/institutions/{hr}/people/new/",
    ],
    "facilitator": [
        "/institutions/demo-novads/sessions/",
        "/institutions/demo-novads/sessions/?past=1",
        "/institutions/demo-novads/sessions/new/",
        "/institutions/demo-novads/sessions/{session}/",
        "/institutions/demo-novads/sessions/{session}/change/",
        "/institutions/demo-novads/sessions/{session}/cancel/",
        "/institutions/demo-novads/sessions/{session}/screen/",
        "/institutions/demo-novads/sessions/{session_held}/",
        "/institutions/demo-novads/sessions/{session_held}/sheet/",
    ],
    "coordinator": [
        "/learn/",
        "/plan/",
        "/institutions/",
        "/institutions/demo-novads/coverage/",
        "/institutions/{other}/coverage/",
    ],
}
LOST = {
    ANYONE: ["/no-such-page/", "/v/0000000000000/"],
    "teacher": ["/learn/{completed}/", "/certificates/{own_certificate}/", "/institutions/{hr}/coverage/"],
    "hr": ["/institutions/{other}/coverage/"],
    "coordinator": ["/institutions/{hr}/no-such-page/"],
}


def each(pages: dict[str, list[str]]) -> pytest.MarkDecorator:
    pairs = [(persona, path) for persona, paths in pages.items() for path in paths]
    return pytest.mark.parametrize(("persona", "path"), pairs, ids=[" ".join(pair) for pair in pairs])


@pytest.fixture(scope="module")
def cookies(chromium: Browser, demo: DemoSite) -> Callable[[str], dict | None]:
    """What the browser keeps of each person after signing in, which happens once."""
    kept: dict[str, dict | None] = {ANYONE: None}

    def cookies(persona: str) -> dict | None:
        if persona not in kept:
            context = chromium.new_context()
            demo.sign_in(context.new_page(), persona)
            kept[persona] = context.storage_state()
            context.close()
        return kept[persona]

    return cookies


@pytest.fixture
def open_as(chromium: Browser, demo: DemoSite, cookies) -> Callable[[str], Page]:
    contexts = []

    def open_as(persona: str) -> Page:
        contexts.append(chromium.new_context(base_url=demo.url, storage_state=cookies(persona)))
        contexts[-1].set_default_timeout(15_000)
        return contexts[-1].new_page()

    yield open_as
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def places(demo: DemoSite) -> dict[str, str]:
    """What the addresses name, looked up where no page needs to be opened for it."""
    study = """SELECT enrolment.number FROM learning_enrolment AS enrolment
        JOIN learning_user AS learner ON learner.id = enrolment.user_id
        WHERE learner.email = ? AND enrolment.path = 'full'"""
    colleague = """SELECT colleague.number FROM learning_user AS colleague
        JOIN learning_membership AS post ON post.user_id = colleague.id
        JOIN learning_institution AS place ON place.id = post.institution_id
        WHERE place.code = ? AND post.ends_on IS NULL
        AND {} (SELECT 1 FROM learning_completion AS completion WHERE completion.user_id = colleague.id)"""
    own = """SELECT certificate.code FROM certificates_certificate AS certificate
        JOIN learning_completion AS completion ON completion.id = certificate.completion_id
        JOIN learning_user AS holder ON holder.id = completion.user_id WHERE holder.email = ?"""
    (held, _), (ahead, code) = demo.rows("SELECT number, code FROM learning_groupsession ORDER BY starts_at")
    return {
        **demo.facts["institutions"],
        "session": _dashed(ahead),
        "session_code": code,
        "session_held": _dashed(held),
        "certificate": demo.facts["certificate"],
        "study": _dashed(demo.rows(study, demo.email("teacher"))[0][0]),
        "completed": _dashed(demo.rows(study, demo.email("police"))[0][0]),
        "own_certificate": demo.rows(own, demo.email("police"))[0][0],
        "certified": _dashed(demo.rows(colleague.format("EXISTS"), demo.institution)[0][0]),
        "beginner": _dashed(demo.rows(colleague.format("NOT EXISTS"), demo.institution)[0][0]),
    }


def _dashed(number: str) -> str:
    return f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"


@each(PAGES)
def test_a_page_passes_the_audit(open_as, places, persona, path):
    assert audit(open_as(persona), path.format(**places)) == []


@each(LOST)
def test_a_page_that_is_not_there_for_this_person_passes_the_audit(open_as, places, persona, path):
    assert audit(open_as(persona), path.format(**places), status=404) == []


@pytest.mark.parametrize("surname", ["Bērziņš", "Kalns"], ids=["right", "wrong"])
def test_a_surname_compared_passes_the_audit(open_as, places, surname):
    def compare(page: Page) -> None:
        page.goto("/v/{own_certificate}/".format(**places))
        if page.locator("input[name=surname]").count():
            page.fill("input[name=surname]", surname)
            page.press("input[name=surname]", "Enter")
            page.wait_for_load_state()

    assert audit_after(open_as(ANYONE), "verify", compare) == []


@pytest.mark.parametrize(
    ("button", "heading"),
    [("#case button[type=submit]", "Tu izvēlējies|You chose"), ("button[name=summary]", "")],
    ids=["answered", "as a summary"],
)
def test_a_case_done_passes_the_audit(open_as, places, button, heading):
    def do(page: Page) -> None:
        page.goto("/learn/{study}/m1-case/".format(**places))
        page.check("input[name=option][value='0']")
        with page.expect_navigation():
            page.click(button)
        expect(page.locator("#pitfall")).to_be_visible()

    assert audit_after(open_as("teacher"), "case", do) == []


def test_forms_to_mend_pass_the_audit(open_as, places):
    def send(path: str, button: str) -> Callable[[Page], None]:
        def send(page: Page) -> None:
            page.goto(path.format(**places))
            with page.expect_navigation() as answer:
                page.click(button)
            assert answer.value.status == 422

        return send

    problems = audit_after(open_as("teacher"), "case", send("/learn/{study}/m1-case/", "#case button"))
    submit = "main form button[type=submit]"
    hr = open_as("hr")
    for path in ("/institutions/{hr}/people/new/", "/institutions/{hr}/import/"):
        problems += audit_after(hr, path, send(path, submit))
    exemption = "form[action$='/exemptions/'] button"
    person = "/institutions/{hr}/people/{beginner}/"

    def exempt(page: Page) -> None:
        page.goto(person.format(**places))
        page.locator("details", has=page.locator(exemption)).locator("summary").click()
        with page.expect_navigation() as answer:
            page.click(exemption)
        assert answer.value.status == 422

    assert problems + audit_after(hr, "exemption", exempt) == []


def test_a_knowledge_check_answered_passes_the_audit(open_as, places):
    def check(page: Page) -> None:
        page.goto("/learn/{study}/m1-law/".format(**places))
        page.locator("form[data-check] input[name=chosen]").first.check()
        page.locator("form[data-check] button[type=submit]").first.click()
        expect(page.locator("[data-answer] .answer").first).to_be_visible()

    assert audit_after(open_as("teacher"), "check", check) == []


def test_every_kind_of_question_and_the_result_pass_the_audit(open_as, places, demo):
    """Attempts are handed in empty until every kind was drawn, for those not met yet are drawn first."""
    page = open_as("teacher")
    met, problems = set(), []
    quizzes = [f"m{number}-quiz" for number in range(1, 7)] * 3
    while met != set(ANSWERING):
        page.goto(f"/learn/{places['study']}/{quizzes.pop()}/quiz/")
        page.click("main form button[type=submit]")
        attempt = attempt_of(page)
        here = f"/attempts/{_dashed(attempt)}/"
        for number, (question, _seed) in enumerate(paper(demo, attempt), start=1):
            if question.kind in met:
                continue
            met.add(question.kind)
            problems += audit(page, f"{here}?q={number}")
            if question.kind == "branching":
                page.locator("input[name=choice]").first.check()
                page.click("button[name=confirm]")
                problems += audit(page, f"{here}?q={number}")
        page.goto(f"{here}?q=1000")
        if not quizzes or met == set(ANSWERING):
            problems += audit(page, page.url.removeprefix(demo.url))
        page.click(HAND_IN)
    problems += audit(page, page.url.removeprefix(demo.url))

    assert problems == []


def test_a_staff_list_with_mistakes_passes_the_audit(open_as, places):
    page = open_as("hr")
    page.goto("/institutions/{hr}/import/".format(**places))
    rows = [
        "Vārds;Uzvārds;E-pasts;Amats;Darba sākums;Algas klase",
        "Jānis;Kalniņš;janis@@example;Kosmonauts;31.02.2026.;7",
        ";Bez vārda;;Skolotāja;01.09.2026.;7",
        "Pareiza;Rinda;pareiza.rinda@centra-pamatskola.example;Skolotāja;01.09.2025.;7",
    ]
    file = {"name": "saraksts.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.set_input_files("input[name=file]", file)
    page.check("input[name=kind][value=complete]")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/import/*-*/")
    preview = page.url

    def save_with_mistakes(page: Page) -> None:
        page.goto(preview)
        with page.expect_navigation() as answer:
            page.click("button.ds-button[type=submit]")
        assert answer.value.status == 422

    problems = audit(page, preview) + audit_after(page, "preview refused", save_with_mistakes)
    problems += audit(page, "/institutions/{hr}/import/".format(**places))
    page.goto(preview)
    page.click("button[name=cancel]")
    problems += audit(page, "/institutions/{hr}/import/".format(**places))

    assert problems == []


def test_invitations_pass_the_audit(open_as, demo, places):
    """Sent by HR, open, asked about, turned away, and used up."""
    hr, guest = open_as("hr"), open_as(ANYONE)
    email = "viesa.paraudze@centra-pamatskola.example"
    hr.goto("/institutions/{hr}/people/new/".format(**places))
    hr.fill("input[name=first_name]", "Viesa")
    hr.fill("input[name=last_name]", "Paraudze")
    hr.fill("input[name=email]", email)
    hr.select_option("select[name=position]", "class-teacher")
    hr.click("main form button[type=submit]")
    hr.wait_for_url("**/invitations/")
    link = demo.invitation_of(email)

    def with_a_short_password(page: Page) -> None:
        page.goto(link)
        page.fill("input[name=password]", "īsa")
        page.press("input[name=password]", "Enter")
        expect(page.locator(".ds-error-summary")).to_be_visible()

    problems = audit(guest, link) + audit(guest, f"{link}not-me/")
    problems += audit_after(guest, "password", with_a_short_password)
    problems += audit(guest, link.replace("/invitation/", "/invitation/x"), status=404)
    guest.goto(link)
    guest.fill("input[name=password]", "trīs vārdi pēc kārtas")
    guest.press("input[name=password]", "Enter")
    guest.wait_for_url("**/learn/*/*/")
    problems += audit(open_as(ANYONE), link, status=410)

    assert problems == []
