import pytest

from assessments.errors import PoolEmpty, QuestionInvalid
from assessments.freezing import freeze_quizzes
from assessments.models import Question, QuestionVersion, Quiz
from courses.models import CourseVersion, Unit
from courses.signals import version_frozen
from tests.factories import a_question, a_unit, a_version

pytestmark = pytest.mark.django_db


def a_version_with_quizzes(course=None, *pools, minor=0, question_count=2):
    version = a_version(course, minor=minor)
    module = version.modules.get()
    for pool in pools:
        settings = {"pool": pool, "question_count": question_count}
        a_unit(module, f"{pool}-quiz", kind=Unit.Kind.QUIZ, settings=settings)
    return version


def freeze(version):
    version_frozen.send(sender=CourseVersion, version=version)


def test_publishing_freezes_each_quiz_with_its_pool(django_assert_num_queries):
    version = a_version_with_quizzes(None, "m1", "refresher")
    for number in range(3):
        a_question(version.course, f"M1-{number}")
    a_question(version.course, "RF-1", pool="refresher")
    a_question(version.course, "M1-off", is_active=False)
    a_question(None, "M1-elsewhere")

    with django_assert_num_queries(8):
        freeze_quizzes(version)

    frozen = {
        quiz.unit.key: (
            quiz.question_count,
            quiz.pass_mark_percent,
            sorted(quiz.questions.values_list("question__key", flat=True)),
        )
        for quiz in Quiz.objects.all()
    }
    assert frozen == {
        "m1-quiz": (2, 80, ["M1-0", "M1-1", "M1-2"]),
        "refresher-quiz": (1, 80, ["RF-1"]),
    }


def test_a_question_gets_a_new_version_only_when_it_changed():
    first = a_version_with_quizzes(None, "m1")
    same, changed = a_question(first.course, "M1-same"), a_question(first.course, "M1-changed")
    freeze(first)
    Question.objects.filter(pk=changed.pk).update(why_en="Another reason")

    second = a_version_with_quizzes(first.course, "m1", minor=1)
    freeze(second)

    assert (same.versions.count(), changed.versions.count()) == (1, 2)
    first_asks = set(Quiz.objects.get(unit__version=first).questions.all())
    second_asks = set(Quiz.objects.get(unit__version=second).questions.all())
    assert first_asks & second_asks == {same.versions.get()}
    newest = changed.versions.latest("pk")
    assert newest in second_asks - first_asks
    assert newest.content["why"]["en"] == "Another reason"


def test_a_quiz_with_nothing_to_ask_is_not_published():
    version = a_version_with_quizzes(None, "m1")

    with pytest.raises(PoolEmpty) as caught:
        freeze(version)

    assert caught.value.pool == "m1"
    assert "m1" in str(caught.value)
    assert Quiz.objects.count() == 0


def test_a_question_that_cannot_be_asked_is_not_published():
    version = a_version_with_quizzes(None, "m1")
    question = a_question(version.course, "M1-1")
    Question.objects.filter(pk=question.pk).update(text_en="")

    with pytest.raises(QuestionInvalid) as caught:
        freeze(version)

    assert [problem.field for problem in caught.value.problems] == ["text.en"]
    assert (Quiz.objects.count(), QuestionVersion.objects.count()) == (0, 0)
