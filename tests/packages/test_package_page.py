"""A package as a page of a module, and as the unit it is frozen into."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override

from cms.services import ensure_editors, ensure_site
from courses.errors import NotReady
from courses.models import Course, ModulePage, PackagePage, Unit
from courses.services import publish_version
from courses.services.comparing import compare
from courses.services.drafting import draft_version
from tests.courses.pages import a_course_page
from tests.factories import a_user
from tests.packages.rows import a_package, a_package_page

pytestmark = pytest.mark.django_db
NO_NOTE = {"lv": "", "en": ""}


@pytest.fixture
def course_page():
    return a_course_page("calm")


@pytest.fixture
def module(course_page):
    return ModulePage.objects.get(key="m1")


@pytest.fixture
def editor(client):
    user = a_user()
    user.groups.add(ensure_editors(ensure_site()))
    client.force_login(user)
    client.cookies["kopa_language"] = "en"
    return client


def frozen(course_page, **change):
    version = publish_version(
        course_page=course_page, **{"change": "first", "note": NO_NOTE, "by": None, **change}
    ).version
    return version.units.get(kind=Unit.Kind.PACKAGE)


def the_problems(course_page) -> list[str]:
    with override("en"):
        return [str(problem) for problem in draft_version(course_page).problems]


def test_a_page_is_frozen_with_its_package_and_what_counts(course_page, module):
    page = a_package_page(module, done_when="passed", pass_mark_percent=70, failed_counts=True, minutes=25)

    unit = frozen(course_page)

    assert (unit.key, unit.minutes) == ("m1-package", 25)
    assert unit.settings == {
        "package": page.package.pk,
        "done_when": "passed",
        "pass_mark_percent": 70,
        "failed_counts": True,
    }
    assert dict(unit.texts.values_list("language", "title")) == {"lv": "m1-package lv", "en": "m1-package en"}


def test_without_a_mark_of_ours_the_package_says_who_passed(course_page, module):
    a_package_page(module)

    assert frozen(course_page).settings["pass_mark_percent"] is None
    assert frozen(course_page).settings["done_when"] == "completed"


def test_the_package_counts_its_minutes_and_keeps_its_place_among_the_lessons(course_page, module):
    before = draft_version(course_page).minutes("full")
    a_package_page(module, minutes=40)

    draft = draft_version(course_page)

    assert draft.minutes("full") == before + 40
    assert [unit.key for unit in draft.units()] == ["m1-one", "m1-two", "m1-case", "m1-package"]


def test_another_upload_is_other_content_and_begins_only_when_it_is_chosen(course_page, module):
    page = a_package_page(module)
    first = frozen(course_page)
    newer = a_package(series=page.package.series)

    assert draft_version(course_page).content_sha256 == first.version.content_sha256

    page.package = newer
    page.save_revision().publish()
    comparison = compare(first.version, draft_version(course_page), "en")
    second = frozen(course_page, change="delta", note={"lv": "jauna", "en": "new"})

    (change,) = comparison.units
    assert (change.key, change.taken_out, change.put_in) == (
        "m1-package",
        ("Drošība tīklā (1)",),
        ("Drošība tīklā (2)",),
    )
    assert (first.settings["package"], second.settings["package"]) == (page.package.pk - 1, newer.pk)
    assert first.content_sha256 != second.content_sha256


def test_the_same_settings_with_other_bytes_have_another_hash(course_page, module):
    page = a_package_page(module)
    before = draft_version(course_page).content_sha256

    type(page.package).objects.filter(pk=page.package.pk).update(sha256="f" * 64)

    assert draft_version(course_page).content_sha256 != before


def test_a_required_quiz_that_is_missing_keeps_the_version_back(course_page, module):
    a_package_page(module, requires_quiz=True)

    assert the_problems(course_page) == [
        "m1-package lv: It requires a quiz as well, but the module has no questions. Add some or take this off."
    ]
    with pytest.raises(NotReady):
        frozen(course_page)


def test_a_required_quiz_that_is_there_lets_it_pass(course_page, module, monkeypatch):
    a_package_page(module, requires_quiz=True)
    course_page.course = Course.objects.create(key=course_page.key)
    asked = [("q1", {language: {"text": "Why?", "options": []} for language in ("lv", "en")})]
    monkeypatch.setattr("courses.services.drafting.pool_readers", [lambda _course, _pool: asked])

    assert the_problems(course_page) == []


def test_drafting_asks_as_often_for_one_package_as_for_three(course_page, module, django_assert_num_queries):
    a_package_page(module, "p1")
    with CaptureQueriesContext(connection) as one:
        draft_version(course_page)
    a_package_page(module, "p2")
    a_package_page(module, "p3")

    with django_assert_num_queries(len(one)):
        draft_version(course_page)


@pytest.mark.parametrize("done_when", ["completed", "opened"])
def test_a_pass_mark_that_would_do_nothing_is_refused(module, done_when):
    page = PackagePage(
        title="x", title_en="x", slug="x", minutes=5, package=a_package(), done_when=done_when, pass_mark_percent=80
    )

    with pytest.raises(ValidationError) as refused:
        page.clean()
    assert set(refused.value.message_dict) == {"pass_mark_percent"}


def test_an_editor_adds_a_package_below_a_module_and_reads_the_honest_word(editor, course_page, module):
    package = a_package()
    address = reverse("wagtailadmin_pages:add", args=["courses", "packagepage", module.pk])

    form = editor.get(address).content.decode()
    answer = editor.post(
        address,
        {
            "title": "Pakotne",
            "title_en": "Package",
            "package": package.pk,
            "minutes": 10,
            "done_when": "completed",
            "action-publish": "1",
        },
    )

    assert "can be forged" in form
    assert "require a server-marked quiz as well" in form.lower()
    assert answer.status_code == 302
    page = PackagePage.objects.get()
    assert (page.package, page.key, page.live) == (package, "package", True)


@pytest.mark.parametrize(("language", "words"), [("lv", "m1-package lv"), ("en", "m1-package en")])
def test_the_preview_shows_what_is_in_the_package_without_opening_it(editor, module, language, words):
    page = a_package_page(module, package=a_package("<b>Drošība</b>"))

    preview = page.make_preview_request(preview_mode=language).content.decode()

    assert words in preview
    assert "&lt;b&gt;Drošība&lt;/b&gt;" in preview
    assert "<b>Drošība" not in preview
    assert "<iframe" not in preview


def test_a_package_with_a_page_cannot_be_deleted(module):
    page = a_package_page(module)

    with pytest.raises(ProtectedError):
        page.package.delete()
