"""The real programme, published and taken: every quiz, every role."""

from pathlib import Path

import pytest
from django.utils import timezone

from assessments.drawing import draw
from assessments.models import Quiz
from assessments.questions import parse_question
from assessments.selectors import quiz_pool
from assessments.services import start_attempt, submit_attempt
from courses.models import CourseVersion, Role
from courses.programme_files import read_folder
from courses.services import load_programme
from learning.models import UnitState
from tests.factories import a_user, an_enrolment

FOLDER = Path(__file__).resolve().parents[2] / "courses/programmes/notice-listen-report"

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    load_programme(programme=read_folder(FOLDER), by=None)
    return CourseVersion.objects.get()


def test_every_quiz_finds_enough_questions_for_every_role(version):
    quizzes = Quiz.objects.filter(unit__version=version).select_related("unit")
    assert {quiz.unit.key for quiz in quizzes} == {*(f"m{number}-quiz" for number in range(1, 7)), "refresher-quiz"}

    for quiz in quizzes:
        pool = {one.key: one for one in quiz_pool(quiz.pk)}
        for role in Role.objects.values_list("key", flat=True):
            drawn = draw(tuple(pool.values()), quiz.question_count, role=role, seed="1")
            assert len(drawn) == quiz.question_count
            assert all(pool[key].roles & {role, "all"} for key in drawn), (quiz.unit.key, role)


@pytest.mark.parametrize("language", ["lv", "en"])
def test_complete_answers_pass_every_quiz(version, language):
    enrolment = an_enrolment(a_user(), version, role_key="mpolice")

    for quiz in Quiz.objects.filter(unit__version=version, unit__path="full").select_related("unit"):
        attempt = start_attempt(enrolment=enrolment, quiz=quiz, at=timezone.now())
        for draft in attempt.drafts.select_related("question_version"):
            draft.answer = parse_question(draft.question_version.content, locale=language).complete_answer()
            draft.save()
        submit_attempt(attempt=attempt, at=timezone.now())
        assert (attempt.passed, attempt.points) == (True, quiz.question_count)

    done = UnitState.objects.filter(enrolment=enrolment).exclude(done_at=None)
    assert set(done.values_list("unit__kind", flat=True)) == {"quiz"}
    assert done.count() == 6
