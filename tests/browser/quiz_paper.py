"""The right answers of a quiz of the demo, looked up behind its back and given by keyboard."""

import json
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from assessments.questions import Question, parse_question
from tests.browser.demo_site import DemoSite
from tests.browser.keyboard import choose_from_list, choose_radio, press, tab_to, tick

ON = "button[name=go][value=next]:not([tabindex])"
HAND_IN = "form[action$='/submit/'] button[type=submit]"


def attempt_of(page: Page) -> str:
    """The number of the attempt shown, as the database writes it."""
    return urlsplit(page.url).path.split("/")[2].replace("-", "")


def paper(site: DemoSite, attempt: str) -> list[tuple[Question, str]]:
    """Each question of an attempt with the seed that shuffles it."""
    ((ids, seed),) = site.rows("SELECT paper, seed FROM assessments_attempt WHERE number = ?", attempt)
    contents = dict(site.rows("SELECT id, content FROM assessments_questionversion"))
    return [
        (parse_question(json.loads(contents[pk]), locale="lv"), f"{seed}:{position}")
        for position, pk in enumerate(json.loads(ids), start=1)
    ]


def hand_in_right_answers(page: Page, site: DemoSite) -> None:
    """From the first question of an attempt to its result."""
    for question, seed in paper(site, attempt_of(page)):
        expect(page.locator("main")).to_contain_text(question.text)
        ANSWERING[question.kind](page, question, seed)
        press(page, ON)
    press(page, HAND_IN)


def _choose(page: Page, question: Question, seed: str) -> None:
    shown = question.public_form(seed, question.complete_answer())
    for option in shown["options"]:
        if option["chosen"] and question.most_chosen == 1:
            choose_radio(page, "choice", option["value"])
        elif option["chosen"]:
            tick(page, "choice", option["value"])


def _arrange(page: Page, question: Question, seed: str) -> None:
    """Bring up each step in turn until all before it are in their places."""
    right = [item["value"] for item in question.public_form(seed, question.complete_answer())["items"]]
    for place, value in enumerate(right):
        while (now := _order(page)).index(value) > place:
            tab_to(page, f"button[value=up-{value}]")
            page.keyboard.press("Enter")
            expect(page.locator(f".arrange li:nth-of-type({now.index(value)}) input")).to_have_value(value)
    assert _order(page) == right


def _order(page: Page) -> list[str]:
    return page.eval_on_selector_all(".arrange input[name=order]", "all => all.map(one => one.value)")


def _match(page: Page, question: Question, seed: str) -> None:
    for row in question.public_form(seed, question.complete_answer())["rows"]:
        choose_from_list(page, row["name"], row["chosen"])


def _go_through(page: Page, question: Question, seed: str) -> None:
    path = question.complete_answer()
    for step in range(len(path)):
        shown = question.public_form(seed, path[:step])
        good = question.public_form(seed, path[: step + 1])["trail"][-1]["choice"]
        choose_radio(page, "choice", next(one["value"] for one in shown["options"] if one["text"] == good))
        press(page, "button[name=confirm]")


ANSWERING = {
    "single": _choose,
    "true_false": _choose,
    "multi": _choose,
    "ordering": _arrange,
    "matching": _match,
    "branching": _go_through,
}
