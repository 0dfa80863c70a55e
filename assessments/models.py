"""What is asked and what was answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from assessments.blocks import AnswersBlock
from assessments.previews import PreviewPerLanguage
from cms.i18n import Translated
from courses.fields import BlocksField
from courses.models import Course, Unit
from learning.models import Enrolment, User


class Question(PreviewPerLanguage, models.Model):
    """A question an editor keeps; learners meet its frozen versions."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("One right answer")
        MULTI = "multi", _("Several right answers")
        TRUE_FALSE = "true_false", _("True or false")
        ORDERING = "ordering", _("Put in order")
        MATCHING = "matching", _("Match pairs")
        BRANCHING = "branching", _("Step by step")

    course = models.ForeignKey(Course, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="questions")
    key = models.SlugField(_("key"), max_length=60)
    pool = models.SlugField(_("pool"), max_length=60, help_text=_("The quiz that draws from it: a module's key."))
    lesson_key = models.SlugField(
        _("lesson"), max_length=60, blank=True, help_text=_("Key of the lesson to read again after a wrong answer.")
    )
    topic = models.SlugField(_("topic"), max_length=60, blank=True)
    difficulty = models.PositiveSmallIntegerField(
        _("difficulty"), choices=[(1, _("Easy")), (2, _("Medium")), (3, _("Hard"))], default=1
    )
    roles = models.JSONField(_("roles"), default=list, blank=True, help_text=_("None chosen: every role."))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices, editable=False)
    text_lv = models.TextField(_("question in Latvian"), max_length=2000)
    text_en = models.TextField(_("question in English"), max_length=2000)
    body = BlocksField(AnswersBlock, verbose_name=_("answers"))
    why_lv = models.TextField(_("reason in Latvian"), max_length=2000)
    why_en = models.TextField(_("reason in English"), max_length=2000)
    source = models.CharField(_("source"), max_length=500, blank=True)
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Off: the next version of the programme does not ask it.")
    )

    text = Translated("text")
    why = Translated("why")

    class Meta:
        ordering = ["key"]
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="assessments_question_once")]

    def __str__(self) -> str:
        return f"{self.key} · {Truncator(self.text).chars(80)}"


class QuestionVersion(models.Model):
    """A question as it was asked. Never updated."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="versions")
    content_sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=Question.Kind.choices)
    content = models.JSONField(help_text="All languages, with the key and the reasons; see assessments.questions")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["question", "content_sha256"], name="assessments_question_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.question_id} {self.content_sha256[:8]}"


class Quiz(models.Model):
    """The frozen quiz of a quiz unit: its pool, how many are drawn, what passes."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="quiz")
    question_count = models.PositiveSmallIntegerField()
    pass_mark_percent = models.PositiveSmallIntegerField()
    questions = models.ManyToManyField(QuestionVersion, related_name="quizzes")

    def __str__(self) -> str:
        return f"quiz of {self.unit_id}"


class AttemptQuerySet(models.QuerySet):
    def open(self) -> AttemptQuerySet:
        return self.filter(submitted_at=None)

    def of(self, user: User) -> AttemptQuerySet:
        return self.filter(enrolment__user=user)


class Attempt(models.Model):
    """One go at a quiz. As many as wished; one open at a time."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    seed = models.PositiveBigIntegerField(help_text="Decides the order of options; never leaves the server")
    paper = models.JSONField(help_text="Ids of the question versions drawn, in the order asked")
    pass_mark_percent = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)
    points = models.DecimalField(max_digits=6, decimal_places=2, null=True)
    maximum = models.PositiveSmallIntegerField(null=True)
    passed = models.BooleanField(null=True)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "quiz"], condition=Q(submitted_at=None), name="assessments_attempt_open_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"], condition=Q(submitted_at__isnull=False), name="assessments_attempt_when"
            )
        ]

    def __str__(self) -> str:
        return str(self.number)

    def seed_of(self, position: int) -> str:
        """What shuffles the options of the question at this place of the paper."""
        return f"{self.seed}:{position}"


class DraftAnswerQuerySet(models.QuerySet):
    def of(self, user: User) -> DraftAnswerQuerySet:
        return self.filter(attempt__enrolment__user=user)


class DraftAnswer(models.Model):
    """A question of an open attempt and the latest answer to it.

    Laid out when the attempt starts, so that saving is one conditional update; gone when it is handed in, so that a
    save that comes too late finds nothing to change.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="drafts")
    question_version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="Place in the paper, from 1")
    answer = models.JSONField(default=list, help_text="Whole numbers that point into the content; empty: none")
    sequence = models.PositiveBigIntegerField(
        default=0, help_text="A later save has a larger number; others change nothing"
    )
    saved_at = models.DateTimeField(null=True)

    objects = DraftAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "position"], name="assessments_draft_answer_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.position}"


class Response(models.Model):
    """An answer as submitted and scored. Never updated."""

    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="responses")
    question_version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="responses")
    answer = models.JSONField(help_text="Whole numbers that point into the content; empty: left out")
    points = models.DecimalField(max_digits=4, decimal_places=2, help_text="From 0 to 1, rounded")
    is_right = models.BooleanField(help_text="Earned the whole point")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question_version"], name="assessments_response_once")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.question_version_id}"
