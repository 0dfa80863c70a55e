"""Learning as it might have gone: rows of units and quiz attempts, written in bulk but as the services would."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db.models import Model
from django.utils import timezone

from assessments.drawing import draw
from assessments.models import Attempt, Quiz, Response
from assessments.questions import Answer, Question
from assessments.scoring import Outcome, mark
from assessments.selectors import paper_questions, quiz_pool
from assessments.services import rounded
from courses.models import Unit
from courses.selectors import UnitOutline
from learning.models import Enrolment, UnitState

BATCH = 1_000
SHARE_OF_FAILED_FIRST_ATTEMPTS = 0.2
SHARE_OF_ATTEMPTS_WITH_A_MISTAKE = 0.4


class Studies:
    """Collects what learners did and writes it at once."""

    def __init__(self, source: Random) -> None:
        self.source = source
        self.quizzes = {quiz.unit_id: quiz for quiz in Quiz.objects.all()}
        self.states: list[UnitState] = []
        self.attempts: list[Attempt] = []
        self.responses: list[Response] = []
        self.enrolments: list[Enrolment] = []

    def study(
        self, enrolment: Enrolment, units: Sequence[UnitOutline], *, count: int, begins: datetime, ends: datetime
    ) -> datetime:
        """The first `count` units are done between two moments, the next one is open. The moment of the last step."""
        moment = begins
        for place, unit in enumerate(units[:count]):
            lasts = timedelta(minutes=unit.minutes)
            share = place / (count - 1) if count > 1 else 1
            opened = min(max(_by_day(begins + (ends - lasts - begins) * share), moment), ends)
            moment = min(opened + lasts, ends)
            self._state(enrolment, unit, opened_at=opened, seen_at=moment, done_at=moment)
            if unit.kind == Unit.Kind.QUIZ:
                self._attempts(enrolment, self.quizzes[unit.id], opened, moment)
        for unit in units[count : count + 1]:
            moment += timedelta(minutes=1)
            self._state(enrolment, unit, opened_at=moment, seen_at=moment, block=1)
        enrolment.started_at = begins
        self.enrolments.append(enrolment)
        return moment

    def write(self) -> None:
        self._bulk(UnitState, self.states)
        self._bulk(Attempt, self.attempts)
        self._bulk(Response, self.responses)
        Enrolment.objects.bulk_update(self.enrolments, ["started_at"], batch_size=200)
        for rows in (self.states, self.attempts, self.responses, self.enrolments):
            rows.clear()

    @staticmethod
    def _bulk(model: type[Model], rows: list) -> None:
        model.objects.bulk_create(rows, batch_size=BATCH)

    def _state(self, enrolment: Enrolment, unit: UnitOutline, **fields: object) -> None:
        self.states.append(UnitState(enrolment=enrolment, unit_id=unit.id, **fields))

    def _attempts(self, enrolment: Enrolment, quiz: Quiz, opened: datetime, done: datetime) -> None:
        if self.source.random() < SHARE_OF_FAILED_FIRST_ATTEMPTS:
            middle = opened + (done - opened) / 2
            self._attempt(enrolment, quiz, opened, middle, passes=False)
            opened = middle
        self._attempt(enrolment, quiz, opened, done, passes=True)

    def _attempt(
        self, enrolment: Enrolment, quiz: Quiz, started: datetime, submitted: datetime, *, passes: bool
    ) -> None:
        seed = self.source.getrandbits(63)
        paper = list(draw(quiz_pool(quiz.pk), quiz.question_count, role=enrolment.role_key, seed=str(seed)))
        questions = paper_questions(paper, language=settings.LANGUAGE_CODE)
        answers, outcome = self._answers(questions, quiz.pass_mark_percent, passes)
        attempt = Attempt(
            enrolment=enrolment,
            quiz=quiz,
            seed=seed,
            paper=paper,
            pass_mark_percent=quiz.pass_mark_percent,
            maximum=len(paper),
            started_at=started,
            submitted_at=submitted,
            points=rounded(outcome.points),
            passed=outcome.passed,
        )
        self.attempts.append(attempt)
        self.responses += [
            Response(
                attempt=attempt,
                question_version_id=pk,
                answer=list(answer),
                points=rounded(points),
                is_right=points == 1,
            )
            for pk, answer, points in zip(paper, answers, outcome.scores, strict=True)
        ]

    def _answers(self, questions: list[Question], mark_percent: int, passes: bool) -> tuple[list[Answer], Outcome]:
        """Complete answers with a mistake now and then, or so few that they do not pass."""
        answers = [question.complete_answer() for question in questions]
        if not passes:
            for place in self.source.sample(range(len(answers)), len(answers) // 2 + 1):
                answers[place] = ()
        elif self.source.random() < SHARE_OF_ATTEMPTS_WITH_A_MISTAKE:
            with_mistake = list(answers)
            with_mistake[self.source.randrange(len(answers))] = ()
            outcome = mark(questions, with_mistake, mark_percent=mark_percent)
            if outcome.passed:
                return with_mistake, outcome
        return answers, mark(questions, answers, mark_percent=mark_percent)


def _by_day(moment: datetime) -> datetime:
    """The same day at an hour when people work or rest from it."""
    local = timezone.localtime(moment)
    return local if 8 <= local.hour < 20 else local.replace(hour=8 + local.hour % 12)
