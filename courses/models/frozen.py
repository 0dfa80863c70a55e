"""Frozen programmes: what was taught, exactly, for as long as anything proves it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.i18n import Translated, pick

ACADEMIC_HOUR_MINUTES = 45


class Role(models.Model):
    """A branch of the content: what the same case asks of people in different posts."""

    key = models.SlugField(_("key"), max_length=30, unique=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    title_lv = models.CharField(_("title in Latvian"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)

    title = Translated("title")

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return self.title


class Course(models.Model):
    """A programme across all its versions."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["key"]
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")

    def __str__(self) -> str:
        return self.key


class CourseVersionQuerySet(models.QuerySet):
    def newest_first(self) -> CourseVersionQuerySet:
        return self.order_by("-major", "-minor")


class CourseVersion(models.Model):
    """One published state of a programme. Never updated: enrolments, completions and papers point here."""

    class Change(models.TextChoices):
        FIRST = "first", _("First version")
        MINOR = "minor", _("Minor: nothing to do for those certified")
        DELTA = "delta", _("Delta: those certified study what changed")
        RETAKE = "retake", _("Retake: everyone studies again by a date")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="versions")
    major = models.PositiveSmallIntegerField()
    minor = models.PositiveSmallIntegerField()
    change = models.CharField(max_length=10, choices=Change.choices)
    note = models.JSONField(help_text="What changed, per language")
    title = models.JSONField()
    subtitle = models.JSONField()
    about = models.JSONField()
    pass_mark_percent = models.PositiveSmallIntegerField()
    validity_months = models.PositiveSmallIntegerField(null=True, help_text="None: never expires")
    renewal_window_days = models.PositiveSmallIntegerField(default=90)
    grace_days = models.PositiveSmallIntegerField(default=60)
    full_minutes = models.PositiveIntegerField(help_text="Sum over the required units of the full path")
    refresher_minutes = models.PositiveIntegerField(default=0)
    certificate_terms = models.JSONField(
        help_text="What certificates say, texts per language; see courses.models.terms"
    )
    content_sha256 = models.CharField(max_length=64)
    retake_by = models.DateField(null=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CourseVersionQuerySet.as_manager()

    class Meta:
        ordering = ["course", "-major", "-minor"]
        verbose_name = _("programme version")
        verbose_name_plural = _("programme versions")
        constraints = [
            models.UniqueConstraint(fields=["course", "major", "minor"], name="courses_version_once"),
            models.CheckConstraint(
                condition=models.Q(pass_mark_percent__lte=100), name="courses_version_pass_mark_is_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{pick(self.title)} {self.label}"

    @property
    def label(self) -> str:
        return f"{self.major}.{self.minor}"

    @property
    def academic_hours(self) -> float:
        """Academic hours of 45 minutes, to one decimal."""
        return round(self.full_minutes / ACADEMIC_HOUR_MINUTES, 1)


class Path(models.TextChoices):
    """Which way through a version: the whole programme or the yearly refresher."""

    FULL = "full", _("Full programme")
    REFRESHER = "refresher", _("Refresher")


class Module(models.Model):
    """A frozen chapter of a version."""

    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="modules")
    key = models.SlugField(max_length=60)
    path = models.CharField(max_length=10, choices=Path.choices, default=Path.FULL)
    position = models.PositiveSmallIntegerField()
    title = models.JSONField()
    content_note = models.JSONField(help_text="What is not in it, said calmly, per language")
    objectives = models.JSONField(default=list, help_text="A list of texts per language")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="courses_module_once")]

    def __str__(self) -> str:
        return pick(self.title)


class Unit(models.Model):
    """The smallest part that is opened and finished: a lesson, a case, a quiz …"""

    class Kind(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        CASE = "case", _("Case")
        QUIZ = "quiz", _("Quiz")
        SURVEY = "survey", _("Survey")
        PACKAGE = "package", _("Package")
        SESSION = "session", _("Session")

    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="units")
    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="units")
    key = models.SlugField(max_length=60, help_text="The same in every version")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    path = models.CharField(max_length=10, choices=Path.choices, default=Path.FULL)
    position = models.PositiveSmallIntegerField(help_text="Order within the version")
    minutes = models.PositiveSmallIntegerField(help_text="Honest reading and working time")
    required = models.BooleanField(default=True)
    changed = models.BooleanField(default=True, help_text="Differs from the version before")
    settings = models.JSONField(default=dict, help_text="By kind; a quiz: question_count, pool")
    content_sha256 = models.CharField(max_length=64, default="", help_text="Of all a learner meets in it")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="courses_unit_once"),
            models.UniqueConstraint(fields=["version", "position"], name="courses_unit_has_its_place"),
        ]

    def __str__(self) -> str:
        return self.key


class UnitText(models.Model):
    """A unit in one language, as the learner reads it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=300)
    objectives = models.JSONField(default=list)
    body = models.JSONField(help_text="Blocks of a lesson, the parts of a case; see courses.rendering")
    sources = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "language"], name="courses_unit_text_once")]

    def __str__(self) -> str:
        return self.title
