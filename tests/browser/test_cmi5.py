"""cmi5 in a real browser on the two origins: launched, judged, left, opened again, finished."""

import pytest
from django.urls import reverse
from playwright.sync_api import FrameLocator, Page, expect

from cms import services as cms
from courses.packages.services import import_package
from learning.models import Completion, UnitState
from runtime.cmi5.models import CourseRegistration, Session
from tests import factories as make
from tests.cmi5.ground import verbs
from tests.packages import build
from tests.runtime.ground import a_package_unit


@pytest.fixture
def study_of(content_origin, transactional_db, tmp_path):
    """`study_of(package)`: an enrolment in which that package is all that is required."""
    cms.ensure_site()

    def study_of(content: bytes):
        file = tmp_path / "package.zip"
        file.write_bytes(content)
        package = import_package(file=file, name="package.zip", series=None, by=None)
        version = make.a_version()
        unit = a_package_unit(package, version=version)
        version.units.exclude(pk=unit.pk).update(required=False)
        study = make.an_enrolment(make.a_user(), version)
        study.package_unit = unit
        return study

    return study_of


def opened(page: Page, study, sign_in) -> FrameLocator:
    """The player's page in the page of the unit."""
    sign_in(page, study.user)
    page.goto(reverse("runtime:open", args=[study.number, study.package_unit.key]))
    return page.frame_locator(".package__frame")


def press(unit: FrameLocator | Page, button: str, said: str) -> None:
    unit.locator(f"#{button}").click()
    expect(unit.locator("#said")).to_have_text(said)


def started(unit: FrameLocator | Page) -> None:
    expect(unit.locator("#said")).to_have_text("initialized sent")


def course(study) -> CourseRegistration:
    return CourseRegistration.objects.get(study__enrolment=study)


def is_done(study) -> bool:
    return UnitState.objects.filter(enrolment=study, unit=study.package_unit).exclude(done_at=None).exists()


def shows(page: Page, status: str) -> None:
    expect(page.locator("[data-package]")).to_have_attribute("data-status", status, timeout=15_000)


def choose(player: FrameLocator, part: str) -> None:
    """From the list of parts, which a narrow frame folds away."""
    button = player.get_by_role("button", name=part)
    if not button.is_visible():
        player.locator(".player-parts summary").click()
    button.click()


def test_a_single_unit_is_launched_passed_completed_and_finishes_the_programme(page, study_of, sign_in):
    study = study_of(build.cmi5_single())
    player = opened(page, study, sign_in)
    unit = player.frame_locator(".player-frame")
    started(unit)

    press(unit, "pass", "passed sent")
    assert not is_done(study)
    press(unit, "complete", "completed sent")
    press(unit, "terminate", "terminated sent")
    unit.locator("#return").click()

    shows(page, "passed")
    expect(player.locator(".player-frame")).to_have_count(0)
    assert is_done(study)
    assert Completion.objects.get().enrolment == study
    assert verbs(course(study)) == [*("launched", "initialized", "passed", "completed", "satisfied", "terminated")]


def test_what_was_begun_goes_on_after_the_window_was_closed(page, study_of, sign_in):
    study = study_of(build.cmi5_single())
    unit = opened(page, study, sign_in).frame_locator(".player-frame")
    started(unit)
    press(unit, "bookmark", "bookmark saved")

    page.goto("/learn/")
    again = opened(page, study, sign_in).frame_locator(".player-frame")
    started(again)

    expect(again.locator("#restored")).to_contain_text('"bookmark":{"page":3}')
    assert verbs(course(study)) == ["launched", "initialized", "abandoned", "launched", "initialized"]
    assert list(Session.objects.order_by("pk").values_list("is_abandoned", flat=True)) == [True, False]


def test_several_units_are_chosen_from_the_list_one_in_a_window_of_its_own(page, study_of, sign_in):
    study = study_of(build.cmi5_multi())
    player = opened(page, study, sign_in)
    unit = player.frame_locator(".player-frame")
    started(unit)
    expect(unit.locator("#part")).to_have_text("intro")
    press(unit, "terminate", "terminated sent")

    choose(player, "Nodarbība")
    expect(unit.locator("#part")).to_have_text("lesson")
    started(unit)
    expect(unit.locator("#restored")).to_contain_text('"launch_parameters":"lappuse=1"')
    press(unit, "complete", "completed sent")
    press(unit, "terminate", "terminated sent")

    choose(player, "Pārbaude")
    expect(unit.locator("#part")).to_have_text("quiz")
    started(unit)
    press(unit, "pass", "passed sent")
    press(unit, "terminate", "terminated sent")
    assert not is_done(study)

    choose(player, "Savā logā")
    with page.expect_popup() as popup:
        player.locator(".player-door button").click()
    window = popup.value
    started(window)
    expect(window.locator("#restored")).to_contain_text('"launch_method":"OwnWindow"')
    press(window, "complete", "completed sent")
    press(window, "terminate", "terminated sent")
    window.locator("#return").click()
    expect(window.get_by_role("heading")).to_have_text("Šī daļa ir aizvērta")
    window.close()

    shows(page, "passed")
    expect(player.locator("nav [data-state='completed'], nav [data-state='passed']")).to_have_count(4)
    assert is_done(study)
    assert verbs(course(study)).count("satisfied") == 3


def test_a_failed_unit_may_be_tried_again(page, study_of, sign_in):
    study = study_of(build.cmi5_single())
    player = opened(page, study, sign_in)
    unit = player.frame_locator(".player-frame")
    started(unit)
    unit.locator("#scaled").fill("0.4")
    press(unit, "fail", "failed sent")
    press(unit, "terminate", "terminated sent")

    again = opened(page, study, sign_in).frame_locator(".player-frame")
    started(again)
    press(again, "complete", "completed sent")
    press(again, "pass", "passed sent")

    shows(page, "passed")
    assert is_done(study)
