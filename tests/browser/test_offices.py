"""Coverage, staff and the plan in a browser: axe in every look, and one way by keyboard alone."""

import pytest

from learning.models import Scope
from tests import factories as make
from tests.browser.audit import audit, speak
from tests.learning.staff import School


@pytest.fixture
def school(page) -> School:
    school = School()
    second = make.a_version(title={"lv": "Otrā programma", "en": "The second programme"})
    make.a_requirement(second.course, school.municipality)
    make.a_scope(school.hr, school.municipality)
    return school


@pytest.mark.parametrize(
    "path",
    [
        "/institutions/school/coverage/",
        "/institutions/school-town/coverage/?on=2020-01-01",
        "/institutions/school-town/coverage/?on=2999-01-01",
        "/institutions/school/people/",
        "/institutions/school/people/?q=nobody",
        "/institutions/school/people/?status=overdue&sort=-day",
    ],
)
def test_pages_of_the_hr_officer_pass_in_every_look(page, sign_in, school, path):
    sign_in(page, school.hr)

    assert audit(page, path) == []


@pytest.mark.parametrize("standing", ["valid", "exempt", "not_started"])
def test_a_person_s_page_passes_in_every_look(page, sign_in, school, standing):
    sign_in(page, school.hr)

    assert audit(page, f"/institutions/school/people/{school.people[standing].number}/") == []


def test_the_plan_passes_in_every_look(page, sign_in, school):
    make.a_scope(school.coordinator, make.an_institution("second", name="Otrs novads"), Scope.Role.COORDINATOR)
    sign_in(page, school.coordinator)

    assert audit(page, "/plan/") == []
    assert audit(page, "/plan/?place=second") == []


def test_the_way_from_the_figure_to_a_person_and_an_exemption_needs_no_mouse(page, sign_in, school):
    sign_in(page, school.hr)
    speak(page, "en")
    page.goto("/institutions/school/coverage/")

    def press_to(name: str, role: str = "link") -> None:
        target = page.get_by_role(role, name=name, exact=True)
        for _ in range(80):
            page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                return
        pytest.fail(f"{name} was not reached")

    press_to("Open the list of 3 people")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/?status=overdue")
    press_to("Nils Ēriks")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*/")
    summary = page.locator("summary", has_text="Exempt for a while")
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Reason").focus()
    page.keyboard.type("Parental leave")
    press_to("Save the exemption", "button")
    page.keyboard.press("Enter")

    page.get_by_text("Saved. The exemption counts from its first day.").wait_for()
    assert page.locator(".state", has_text="Exempt").count() == 1
