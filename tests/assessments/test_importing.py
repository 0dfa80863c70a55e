from pathlib import Path

import pytest

from assessments.freezing import content_of, questions_in_use
from assessments.importing import import_questions
from assessments.models import Question
from assessments.questions import KINDS, check_content
from courses.importers import Loaded
from courses.models import Course
from courses.programme_files import read_folder

FOLDER = Path(__file__).resolve().parents[2] / "courses/programmes/notice-listen-report"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def programme():
    return read_folder(FOLDER)


@pytest.fixture
def course():
    return Course.objects.create(key="notice-listen-report")


def test_every_question_of_the_programme_is_kept_as_it_was_written(course, programme):
    loaded = import_questions(course, programme)

    assert loaded == Loaded(created={"questions": len(programme.questions)}, updated={"questions": 0})
    for written in programme.questions:
        question = Question.objects.get(course=course, key=written.key)
        assert content_of(question) == {
            **dict(written.content),
            "topic": written.topic,
            "difficulty": written.difficulty,
            "roles": sorted(written.roles),
        }
        assert (question.pool, question.kind) == (written.pool, written.kind)


def test_the_programme_uses_every_kind_and_each_can_be_asked(course, programme):
    import_questions(course, programme)

    contents = [
        content for pool in {one.pool for one in programme.questions} for _, content in questions_in_use(course, pool)
    ]

    assert {content["kind"] for content in contents} == set(KINDS)
    for content in contents:
        check_content(content, locales=["lv", "en"])


def test_a_second_import_changes_nothing(course, programme):
    import_questions(course, programme)

    assert import_questions(course, programme) == Loaded(created={"questions": 0}, updated={"questions": 0})


def test_an_import_mends_what_differs_and_leaves_an_editors_own_question_alone(course, programme):
    import_questions(course, programme)
    written = programme.questions[0]
    Question.objects.filter(key=written.key).update(text_en="Changed", topic="other")
    own = Question.objects.get(key=programme.questions[1].key)
    own.pk, own.key = None, "own"
    own.save()

    assert import_questions(course, programme) == Loaded(created={"questions": 0}, updated={"questions": 1})

    mended = Question.objects.get(key=written.key)
    assert (mended.text_en, mended.topic) == (written.content["text"]["en"], written.topic)
    assert Question.objects.filter(course=course, key="own").exists()
