"""A learner with a quiz to take: questions of every kind, frozen through the same door as in publishing."""

from assessments.freezing import freeze_quizzes
from assessments.models import Attempt, DraftAnswer, Quiz
from assessments.questions import KINDS
from courses.models import Unit
from learning.models import Enrolment, User
from tests.factories import a_question, a_unit, a_user, a_version, an_enrolment

# Words that no page may show before the answers are handed in.
SECRET = "UNSEEN"


def words(text: str) -> dict[str, str]:
    return {"lv": f"{text} lv", "en": f"{text} en"}


def _option(text: str, *, correct: bool) -> dict:
    return {"text": words(text), "correct": correct, "why": words(f"{SECRET} {text}")}


def _way(text: str, to: str, quality: str) -> dict:
    return {"text": words(text), "to": to, "quality": quality, "feedback": words(f"{SECRET} {text}")}


BODIES = {
    "single": {"options": [_option("alpha", correct=False), _option("beta", correct=True)]},
    "multi": {
        "options": [
            _option("carrot", correct=True),
            _option("dill", correct=True),
            _option("stone", correct=False),
        ]
    },
    "true_false": {"options": [_option("true", correct=False), _option("false", correct=True)]},
    "ordering": {
        "items": [{"text": words(step), "why": words(f"{SECRET} {step}")} for step in ("one", "two", "three")]
    },
    "matching": {
        "pairs": [{"left": words(left), "right": words(right)} for left, right in (("hand", "glove"), ("foot", "sock"))]
    },
    "branching": {
        "nodes": [
            {
                "id": "a",
                "text": words("opening"),
                "choices": [_way("listen", "b", "good"), _way("wait", "b", "poor")],
            },
            {
                "id": "b",
                "text": words(f"{SECRET} middle"),
                "choices": [_way(f"{SECRET} report", "c", "good"), _way(f"{SECRET} ask", "c", "ok")],
            },
            {"id": "c", "text": words(f"{SECRET} ending"), "choices": []},
        ]
    },
}
KEYS = {
    "single": [1],
    "multi": [0, 1],
    "true_false": [1],
    "ordering": [0, 1, 2],
    "matching": [0, 1],
    "branching": [0, 0],
}

WORST = {
    "single": [0],
    "multi": [2],
    "true_false": [0],
    "ordering": [2, 1, 0],
    "matching": [1, 0],
    "branching": [1],
}


def a_study(user: User | None = None, *, kinds: list[str] | None = None, **enrolment) -> tuple[Enrolment, Quiz]:
    """An enrolment whose version ends with a quiz that asks one question of each of `kinds`, which may repeat."""
    kinds = sorted(KINDS) if kinds is None else kinds
    version = a_version()
    for number, kind in enumerate(kinds):
        a_question(
            version.course,
            f"Q-{number}",
            body={"kind": kind, **BODIES[kind]},
            lesson_key="m1-one",
            source=f"{SECRET} law",
            why_lv=f"{SECRET} why lv",
            why_en=f"{SECRET} why en",
        )
    settings = {"pool": "m1", "question_count": len(kinds)}
    a_unit(version.modules.get(), "m1-quiz", kind=Unit.Kind.QUIZ, settings=settings)
    [quiz] = freeze_quizzes(version)
    return an_enrolment(user or a_user(), version, **enrolment), quiz


def answer_rightly(attempt: Attempt, *, but: int = 0) -> None:
    """Save the complete answer to all questions but the first `but` ones."""
    answer(attempt, KEYS, but=but)


def answer(attempt: Attempt, answers: dict[str, list[int]], *, but: int = 0) -> None:
    """Save an answer, given by kind, to all questions but the first `but` ones."""
    drafts = list(attempt.drafts.select_related("question_version"))[but:]
    for draft in drafts:
        draft.answer, draft.sequence, draft.saved_at = answers[draft.question_version.kind], 1, attempt.started_at
    DraftAnswer.objects.bulk_update(drafts, ["answer", "sequence", "saved_at"])
