import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.errors import NoteMissing, NothingToStudyAgain, NotReady, RetakeDateMissing
from courses.models import CourseVersion, LessonPage, Module, Unit, UnitText
from courses.services import publish_version
from courses.services.drafting import draft_version
from courses.signals import version_frozen
from tests.factories import a_question, a_user

from .pages import a_course_page, a_lesson_page, a_module_page, both

NOTE = {"lv": "Kas mainījies", "en": "What changed"}
Change = CourseVersion.Change


@pytest.fixture
def page(db):
    return a_course_page("calm")


def published(page, change=Change.MINOR, **fields):
    fields = {"note": NOTE, "by": None, **fields}
    return publish_version(course_page=page, change=change, **fields)


def rewrite(key, text="new"):
    lesson = LessonPage.objects.get(key=key)
    lesson.body = [("paragraph", {"text": both(text)})]
    lesson.save_revision().publish()


def everything_frozen():
    """Every frozen row, column by column."""
    return [list(model.objects.order_by("pk").values()) for model in (CourseVersion, Module, Unit, UnitText)]


def test_the_first_version_is_one_point_zero_and_holds_all_there_is(page):
    by = a_user()

    publication = published(page, Change.RETAKE, by=by)

    version = publication.version
    assert publication.is_new
    assert (version.label, version.change, version.retake_by, version.published_by) == ("1.0", Change.FIRST, None, by)
    assert version.course.key == "calm"
    assert version.title == both("calm")
    assert version.certificate_terms["issuer"] == both("issuer")
    assert version.certificate_terms["signatory"] == "fact"
    assert list(version.units.values_list("key", "kind", "position", "changed")) == [
        ("m1-one", "lesson", 1, True),
        ("m1-two", "lesson", 2, True),
        ("m1-case", "case", 3, True),
    ]
    assert version.full_minutes == sum(version.units.values_list("minutes", flat=True))


def test_texts_are_frozen_per_language_with_the_roles_in_their_order(page):
    version = published(page).version

    lesson, case = (
        UnitText.objects.get(unit__version=version, unit__key=key, language="en") for key in ("m1-one", "m1-case")
    )
    assert (lesson.title, lesson.body) == ("m1-one en", [{"type": "paragraph", "text": "m1-one en"}])
    assert case.body == {
        "text": "text en",
        "question": "question en",
        "pitfall": "pitfall en",
        "summary": "summary en",
        "discussion": "",
        "options": [
            {"text": "good en", "quality": "good", "feedback": "feedback en"},
            {"text": "poor en", "quality": "poor", "feedback": "feedback en"},
        ],
        "role_options": {},
        "actions": [
            {"role": "head", "title": "head en", "text": "head en"},
            {"role": "teacher", "title": "teacher en", "text": "teacher en"},
        ],
    }


def test_publishing_the_same_again_changes_nothing(page):
    first = published(page)
    before = everything_frozen()

    second = published(page, Change.RETAKE, retake_by=timezone.localdate())

    assert (second.version, second.is_new) == (first.version, False)
    assert everything_frozen() == before


@pytest.mark.parametrize(("change", "label"), [(Change.MINOR, "1.1"), (Change.DELTA, "1.1"), (Change.RETAKE, "2.0")])
def test_the_kind_of_change_decides_the_number(page, change, label):
    published(page)
    rewrite("m1-one")

    version = published(page, change, retake_by=timezone.localdate() if change == Change.RETAKE else None).version

    assert (version.label, version.change) == (label, change)
    assert dict(version.units.values_list("key", "changed")) == {"m1-one": True, "m1-two": False, "m1-case": False}


def test_a_new_version_leaves_the_old_as_it_was(page):
    published(page)
    before = everything_frozen()

    rewrite("m1-one")
    published(page)

    after = everything_frozen()
    assert [rows[: len(old)] for rows, old in zip(after, before, strict=True)] == before
    assert len(after[0]) == 2


def test_an_ordinary_publication_of_a_lesson_changes_no_version(page):
    published(page)
    before = everything_frozen()

    rewrite("m1-one")

    assert everything_frozen() == before


def test_a_draft_is_no_part_of_a_version(page):
    lesson = LessonPage.objects.get(key="m1-two")
    lesson.title = "Later"
    lesson.save_revision()
    a_lesson_page(lesson.get_parent(), "m1-three", live=False)

    version = published(page).version

    assert [unit.key for unit in version.units.all()] == ["m1-one", "m1-two", "m1-case"]
    assert UnitText.objects.get(unit__version=version, unit__key="m1-two", language="lv").title == "m1-two lv"


def test_a_refresher_follows_the_programme_and_counts_apart(page):
    refresher = a_module_page(page, "refresher", study_path="refresher")
    refresher.move(page, pos="first-child")
    refresher.refresh_from_db()
    a_lesson_page(refresher, "refresher-news")
    page.refresh_from_db()

    version = published(page).version

    assert list(version.modules.values_list("key", "path")) == [("m1", "full"), ("refresher", "refresher")]
    assert (version.full_minutes, version.refresher_minutes) == (4, 1)


def test_a_module_with_questions_has_a_quiz_and_a_new_question_changes_it(page):
    published(page)
    course = page.course
    a_question(course, "Q-1")

    with_quiz = published(page).version
    a_question(course, "Q-2")
    with_another = published(page).version

    quiz = with_quiz.units.get(key="m1-quiz")
    assert (quiz.kind, quiz.settings) == ("quiz", {"pool": "m1", "question_count": 1})
    assert list(quiz.texts.values_list("language", "title")) == [("lv", "Zināšanu pārbaude"), ("en", "Quiz")]
    assert [unit.key for unit in with_another.units.filter(changed=True)] == ["m1-quiz"]


@pytest.mark.parametrize("note", [{}, {"lv": "Tikai latviski", "en": " "}])
def test_a_later_version_says_in_every_language_what_changed(page, note):
    published(page)
    rewrite("m1-one")

    with pytest.raises(NoteMissing):
        published(page, note=note)


@pytest.mark.parametrize("days", [None, -1])
def test_a_retake_needs_a_day_that_can_still_be_met(page, days):
    published(page)
    rewrite("m1-one")

    with pytest.raises(RetakeDateMissing):
        published(page, Change.RETAKE, retake_by=days and timezone.localdate() + timedelta(days=days))


def test_a_delta_needs_something_to_study(page):
    published(page)
    page.about_lv = "Citādi"
    page.save()

    with pytest.raises(NothingToStudyAgain):
        published(page, Change.DELTA)
    assert published(page, Change.MINOR).version.label == "1.1"


def test_missing_texts_are_refused_and_the_pages_named(page):
    one, two = LessonPage.objects.get(key="m1-one"), LessonPage.objects.get(key="m1-two")
    LessonPage.objects.filter(pk=one.pk).update(title_en=" ")
    two.body = [
        ("paragraph", {"text": both("fine")}),
        ("example", {"title": both("fine"), "text": {"lv": "Tikai", "en": ""}}),
    ]
    two.save()

    with pytest.raises(NotReady) as refused:
        published(page)

    assert [(problem.page, str(problem.message)) for problem in refused.value.problems] == [
        ("m1-one lv", "“title” is not written in every language."),
        ("m1-two lv", "text of the lesson, block 2 (Example): not written in every language."),
    ]
    assert not CourseVersion.objects.exists()


def test_a_case_needs_an_action_for_every_role_and_a_page_a_key_of_its_own(page):
    case = page.get_descendants().get(slug="m1-case").specific
    case.actions = [("action", {"role": "head", "text": both("head")})]
    case.save()
    a_lesson_page(case.get_parent(), "m1-copy")
    LessonPage.objects.filter(key="m1-copy").update(key="m1-one")
    LessonPage.objects.filter(key="m1-two").update(key="")

    with pytest.raises(NotReady) as refused:
        published(page)

    assert [(problem.page, str(problem.message)) for problem in refused.value.problems] == [
        ("m1-two lv", "The page has no key yet. Open it, enter a key and publish it."),
        ("m1-case lv", "There is no right action for the role “teacher lv”."),
        ("m1-copy lv", "The key “m1-one” belongs to “m1-one lv” too."),
    ]


def test_a_programme_without_modules_is_not_ready(page):
    page.get_children().get().delete()
    page.refresh_from_db()

    with pytest.raises(NotReady, match="no published module"):
        published(page)


def test_a_receiver_that_fails_takes_the_version_with_it(page):
    def refuse(**_fields):
        raise RuntimeError("no")

    version_frozen.connect(refuse)
    try:
        with pytest.raises(RuntimeError):
            published(page)
    finally:
        version_frozen.disconnect(refuse)

    assert not CourseVersion.objects.exists()


def test_the_number_of_lessons_does_not_change_the_number_of_queries(page):
    module = page.get_children().get().specific
    published(page)
    rewrite("m1-one")
    with CaptureQueriesContext(connection) as few:
        published(page)
    for number in range(5):
        module.refresh_from_db()
        a_lesson_page(module, f"m1-more-{number}")

    with CaptureQueriesContext(connection) as many:
        published(page)

    assert len(many) == len(few)


def test_the_hash_is_of_the_content_alone(page):
    before = draft_version(page).content_sha256

    LessonPage.objects.get(key="m1-one").save_revision().publish()

    assert draft_version(page).content_sha256 == before
    rewrite("m1-one")
    assert draft_version(page).content_sha256 != before


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_people_publishing_at_once_one_makes_the_version():
    page = a_course_page("raced")
    published(page)
    rewrite("m1-one")
    start, results = threading.Barrier(2), []

    def publish():
        try:
            start.wait()
            results.append(published(page).is_new)
        finally:
            connections.close_all()

    people = [threading.Thread(target=publish) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join()

    assert sorted(results) == [False, True]
    assert list(page.course.versions.values_list("major", "minor")) == [(1, 1), (1, 0)]
    assert connection.vendor == "postgresql"
