import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cms.services import ensure_editors, ensure_site
from courses.errors import NotReady
from courses.models import CasePage, CoursePage, CourseVersion, LessonPage, Role
from courses.services import publish_version
from tests.factories import a_user

from .pages import a_course_page, both, raw, small_files

pytestmark = pytest.mark.django_db
NOTES = {"note_lv": "Jauns", "note_en": "New"}


@pytest.fixture
def home():
    return ensure_site()


@pytest.fixture
def page(home):
    return a_course_page("calm")


@pytest.fixture
def editor(home):
    user = a_user()
    user.groups.add(ensure_editors(home))
    return user


@pytest.fixture
def browser(client, editor):
    client.force_login(editor)
    client.cookies["kopa_language"] = "en"
    return client


def first_version(page):
    return publish_version(course_page=page, change="first", note={"lv": "", "en": ""}, by=None).version


def rewrite(key, text="new"):
    lesson = LessonPage.objects.get(key=key)
    lesson.body = [("paragraph", {"text": both(text)})]
    lesson.save_revision().publish()


def zipped(files, folder=""):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, value in files.items():
            archive.writestr(folder + name, value)
    packed.seek(0)
    packed.name = "programme.zip"
    return packed


# Who may


@pytest.mark.parametrize("name", ["courses_programmes", "courses_import"])
def test_screens_do_not_exist_for_others(client, name):
    client.force_login(a_user())

    assert client.get(reverse(name)).status_code == 404


@pytest.mark.parametrize("name", ["courses_publish", "courses_versions"])
def test_a_programmes_screens_do_not_exist_for_others(client, page, name):
    client.force_login(a_user())

    assert client.get(reverse(name, args=[page.pk])).status_code == 404


def test_an_editor_who_may_not_publish_publishes_no_version(browser, page, editor):
    group = editor.groups.get()
    group.page_permissions.filter(permission__codename="publish_page").delete()

    assert browser.get(reverse("courses_publish", args=[page.pk])).status_code == 302
    assert browser.get(reverse("courses_import")).status_code == 302
    assert not CourseVersion.objects.exists()


def test_no_page_of_a_programme_has_an_address_of_its_own(client, page):
    lesson = LessonPage.objects.get(key="m1-one")

    assert lesson.url is None
    assert client.get("/calm/").status_code == 404
    assert client.get("/calm/m1/m1-one/").status_code == 404


# Publishing


def test_the_first_version_asks_for_nothing(browser, page):
    shown = browser.get(reverse("courses_publish", args=[page.pk]))
    done = browser.post(reverse("courses_publish", args=[page.pk]))

    assert "Publish version 1.0" in shown.text
    assert done.url == reverse("courses_versions", args=[page.pk])
    assert CourseVersion.objects.get().label == "1.0"


def test_the_screen_shows_what_changed_and_nothing_else(browser, page):
    first_version(page)
    rewrite("m1-one", "rewritten")

    shown = browser.get(reverse("courses_publish", args=[page.pk]))

    assert [(unit.key, unit.difference) for unit in shown.context["comparison"].units] == [("m1-one", "changed")]
    assert shown.context["comparison"].units[0].taken_out == ("m1-one en",)
    assert shown.context["comparison"].units[0].put_in == ("rewritten en",)
    assert "rewritten en" in shown.text


def test_a_page_taken_down_is_shown_as_removed(browser, page):
    first_version(page)
    LessonPage.objects.get(key="m1-two").unpublish()

    shown = browser.get(reverse("courses_publish", args=[page.pk]))

    assert [(unit.key, unit.difference) for unit in shown.context["comparison"].units] == [("m1-two", "removed")]
    assert "delta" not in dict(shown.context["form"].fields["change"].choices)


def test_nothing_changed_offers_nothing_to_publish(browser, page):
    first_version(page)

    shown = browser.get(reverse("courses_publish", args=[page.pk]))

    assert "Nothing has changed since version 1.0" in shown.text
    assert "<form" not in shown.text.split('class="nice-padding"')[1]


@pytest.mark.parametrize(
    ("sent", "label"),
    [
        ({"change": "minor"}, "1.1"),
        ({"change": "delta"}, "1.1"),
        ({"change": "retake", "retake_by": "2099-12-31"}, "2.0"),
    ],
)
def test_an_editor_decides_the_kind_of_change(browser, page, editor, sent, label):
    first_version(page)
    rewrite("m1-one")

    browser.post(reverse("courses_publish", args=[page.pk]), {**NOTES, **sent})

    version = CourseVersion.objects.newest_first().first()
    assert (version.label, version.change, version.published_by) == (label, sent["change"], editor)
    assert version.note == {"lv": "Jauns", "en": "New"}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"change": "minor", "note_en": ""}, "note_en"),
        ({"change": "retake"}, "retake_by"),
        ({"change": "retake", "retake_by": str(timezone.localdate() - timedelta(days=1))}, "retake_by"),
        ({"change": "largest"}, "change"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(browser, page, sent, field):
    first_version(page)
    rewrite("m1-one")

    answer = browser.post(reverse("courses_publish", args=[page.pk]), {**NOTES, **sent})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert ">Jauns</textarea>" in answer.text.replace("\n", "")
    assert CourseVersion.objects.count() == 1


def test_pages_that_are_not_ready_are_linked(browser, page):
    lesson = LessonPage.objects.get(key="m1-one")
    LessonPage.objects.filter(pk=lesson.pk).update(title_en="")

    shown = browser.get(reverse("courses_publish", args=[page.pk]))
    refused = browser.post(reverse("courses_publish", args=[page.pk]))

    assert reverse("wagtailadmin_pages:edit", args=[lesson.pk]) in shown.text
    assert refused.status_code == 422
    assert not CourseVersion.objects.exists()


def test_versions_are_listed_the_newest_first(browser, page):
    first_version(page)
    rewrite("m1-one")
    publish_version(course_page=page, change="minor", note={"lv": "Labots", "en": "Mended"}, by=None)

    shown = browser.get(reverse("courses_versions", args=[page.pk]))

    assert [(version.label, notes) for version, notes in shown.context["versions"]] == [
        ("1.1", ["Labots", "Mended"]),
        ("1.0", ["", ""]),
    ]
    assert "Mended" in shown.text


def test_programmes_are_listed_in_a_fixed_number_of_queries(browser, page, django_assert_max_num_queries):
    first_version(page)
    browser.get(reverse("courses_programmes"))
    with django_assert_max_num_queries(30) as one:
        browser.get(reverse("courses_programmes"))
    for number in range(2):
        first_version(a_course_page(f"other-{number}"))

    with django_assert_max_num_queries(len(one)):
        shown = browser.get(reverse("courses_programmes"))

    assert len(shown.context["rows"]) == 3


# The editor itself


def test_a_pages_editor_says_what_publishing_it_does_not_do(browser, page):
    lesson = LessonPage.objects.get(key="m1-one")

    shown = browser.get(reverse("wagtailadmin_pages:edit", args=[lesson.pk]))

    assert "Publishing this page changes nothing for learners" in shown.text
    assert reverse("courses_publish", args=[page.pk]) in shown.text


def test_a_key_is_set_once(browser, page):
    lesson = LessonPage.objects.get(key="m1-one")
    form_class = LessonPage.get_edit_handler().get_form_class()

    form = form_class(instance=lesson, parent_page=lesson.get_parent(), for_user=None)

    assert form.fields["key"].disabled


def test_a_copied_lesson_gets_a_key_of_its_own_before_it_is_published(page):
    lesson = LessonPage.objects.get(key="m1-one")
    copy = lesson.copy(update_attrs={"slug": "copy"}, keep_live=True)
    form_class = LessonPage.get_edit_handler().get_form_class()

    form = form_class(instance=copy, parent_page=lesson.get_parent(), for_user=None)

    assert not form.fields["key"].disabled
    with pytest.raises(NotReady, match="The key “m1-one” belongs to “m1-one lv” too"):
        first_version(page)


def test_a_copied_programme_is_another_programme(page):
    first_version(page)
    copy = page.copy(recursive=True, update_attrs={"slug": "copy"})

    with pytest.raises(NotReady, match="no key yet"):
        first_version(copy)
    CoursePage.objects.filter(pk=copy.pk).update(key="copy")

    version = first_version(CoursePage.objects.get(pk=copy.pk))
    assert (version.course.key, version.label) == ("copy", "1.0")
    assert [unit.key for unit in version.units.all()] == ["m1-one", "m1-two", "m1-case"]


def test_a_new_page_gets_its_key_from_its_english_title_and_no_other_pages(page):
    module = page.get_children().get()
    form_class = LessonPage.get_edit_handler().get_form_class()
    counts = ("body-count", "objectives-count", "sources-count", "comments-TOTAL_FORMS", "comments-INITIAL_FORMS")
    sent = {"title": "Jauna", "title_en": "A New Lesson", "key": "", **dict.fromkeys(counts, 0)}

    fresh = form_class(sent, instance=LessonPage(), parent_page=module, for_user=None)
    taken = form_class({**sent, "title_en": "m1 two"}, instance=LessonPage(), parent_page=module, for_user=None)
    for form in (fresh, taken):
        form.defer_required_fields()

    assert fresh.is_valid(), fresh.errors
    assert fresh.cleaned_data["key"] == "a-new-lesson"
    assert list(taken.errors) == ["key"]


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("model", [LessonPage, CasePage])
def test_every_page_is_previewed_for_every_role_in_every_language(browser, page, model, language):
    found = model.objects.first()
    modes = [name for name, _label in found.preview_modes if name.endswith(language)]

    answers = [found.make_preview_request(preview_mode=mode) for mode in modes]

    assert len(modes) == Role.objects.count() == 2
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(f"{found.key} {language}" in answer.text for answer in answers)
    assert all(f'<html lang="{language}"' in answer.text for answer in answers)


def test_a_preview_is_nobodys_study(page):
    answer = LessonPage.objects.first().make_preview_request(preview_mode="teacher:en")

    assert "Go to where you stopped" not in answer.text
    assert "learn.js" not in answer.text


def test_the_editor_may_frame_a_preview_and_nobody_else(page):
    answer = LessonPage.objects.first().make_preview_request(preview_mode="teacher:lv")

    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]


def test_a_half_written_lesson_can_be_previewed(page):
    lesson = LessonPage.objects.get(key="m1-one")
    nothing = {"lv": "", "en": ""}
    lesson.body = json.dumps(
        [
            {"type": "law", "value": {"ref": "", "text": nothing, "checked": None}},
            {"type": "check", "value": {"kind": "single", "question": nothing, "options": [], "why": nothing}},
            {"type": "role", "value": {"roles": []}},
        ]
    )

    assert lesson.make_preview_request(preview_mode="teacher:lv").status_code == 200


# Importing


@pytest.mark.parametrize("folder", ["", "my-programme/"])
def test_an_archive_is_loaded_as_the_command_would(browser, folder):
    answer = browser.post(reverse("courses_import"), {"archive": zipped(raw(small_files()), folder)})

    assert answer.status_code == 200
    assert "Created: 50" in answer.text
    assert "Published version: 1.0" in answer.text
    assert LessonPage.objects.count() == 6


def test_problems_are_listed_by_file_key_and_field(browser):
    files = small_files()
    files["bank.json"]["questions"][1]["text"]["en"] = ""

    answer = browser.post(reverse("courses_import"), {"archive": zipped(raw(files))})

    assert answer.status_code == 422
    assert [str(problem) for problem in answer.context["problems"]] == ["bank.json: M1-Q02: text.en is empty"]
    assert "text.en is empty" in answer.text
    assert not LessonPage.objects.exists()


ARCHIVES = [
    (b"not a zip", "The file is not a zip archive that can be read"),
    ({"../programme.json": b"{}"}, "../programme.json: The name of the file leads outside the archive"),
    ({"/etc/programme.json": b"{}"}, "/etc/programme.json: The name of the file leads outside the archive"),
    ({"C:\\programme.json": b"{}"}, "leads outside the archive"),
    ({"a/b/programme.json": b"{}"}, "a/b/programme.json: All files must lie in one folder"),
    ({"a/programme.json": b"{}", "b/bank.json": b"{}"}, "All files must lie in one folder"),
    ({"run.exe": b"MZ"}, "run.exe: Only .json files belong to a programme"),
    ({f"m{number}.json": b"{}" for number in range(70)}, "The archive holds more than 60 files"),
    ({"programme.json": b" " * 3_000_000}, "programme.json: The file is larger than 2 MB"),
    (b"x" * 6_000_000, "The archive is larger than 5 MB"),
]


@pytest.mark.parametrize(("archive", "said"), ARCHIVES, ids=[said for _archive, said in ARCHIVES])
def test_a_hostile_archive_is_refused_with_a_reason(browser, archive, said):
    sent = io.BytesIO(archive) if isinstance(archive, bytes) else zipped(archive)
    sent.name = "programme.zip"

    answer = browser.post(reverse("courses_import"), {"archive": sent})

    assert answer.status_code == 422
    assert any(said in str(problem) for problem in answer.context["problems"])


def test_no_archive_at_all_is_said_at_the_field(browser):
    answer = browser.post(reverse("courses_import"))

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["archive"])


def test_the_parts_of_a_programme_are_listed_in_the_order_of_study(browser, page):
    module = page.get_children().first()
    ids = list(module.get_children().values_list("pk", flat=True))
    module.get_children().last().specific.save_revision().publish()

    listed = browser.get(reverse("wagtailadmin_explore", args=[module.pk])).context["object_list"]

    assert [part.pk for part in listed] == ids
