"""Registrations of cmi5 courses, how far their units are, and the sessions in which units speak."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Activity, Package
from runtime.models import Registration


class CourseRegistration(models.Model):
    """An actor's way through a cmi5 course (3.0): a learner's unit, or whom a system of the staff names."""

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    actor = models.JSONField(help_text="The Agent with its account, and nothing else")
    study = models.OneToOneField(Registration, on_delete=models.PROTECT, null=True, related_name="course")
    opened_at = models.DateTimeField(default=timezone.now)
    satisfied_at = models.DateTimeField(null=True, help_text="When the course was (9.3.9); said once")

    def __str__(self) -> str:
        return str(self.number)


class UnitProgress(models.Model):
    """What a registration has reached in one assignable unit; a row from its first launch on. Nothing is taken back."""

    registration = models.ForeignKey(CourseRegistration, on_delete=models.PROTECT, related_name="units")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True, help_text="Last failure")
    waived_at = models.DateTimeField(null=True)
    score = models.FloatField(null=True, help_text="Best scaled score, 0 to 1")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "activity"], name="runtime_cmi5_progress_once")]

    def __str__(self) -> str:
        return f"{self.registration_id}/{self.activity_id}"


class BlockSatisfied(models.Model):
    """That a block of the course was said to be satisfied (9.3.9): once per registration."""

    registration = models.ForeignKey(CourseRegistration, on_delete=models.PROTECT, related_name="blocks")
    block = models.PositiveSmallIntegerField(help_text="Counted from 0 in the order of the document")
    satisfied_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "block"], name="runtime_cmi5_block_once")]

    def __str__(self) -> str:
        return f"{self.registration_id}/{self.block}"


class SessionQuerySet(models.QuerySet):
    def live(self) -> Self:
        return self.filter(ended_at=None)


class Session(models.Model):
    """One launch of a unit until it ends (3.0 Session). Secrets are kept as SHA-256 only."""

    class Mode(models.TextChoices):
        NORMAL = "Normal", "Normal"
        BROWSE = "Browse", "Browse"
        REVIEW = "Review", "Review"

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, help_text="The session id (9.6.3.1)")
    registration = models.ForeignKey(CourseRegistration, on_delete=models.PROTECT, related_name="sessions")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=6, choices=Mode.choices, default=Mode.NORMAL)
    mastery_score = models.FloatField(null=True, help_text="As in the launch data")
    launched_at = models.DateTimeField()
    fetch_sha256 = models.CharField(max_length=64, unique=True)
    fetched_at = models.DateTimeField(null=True)
    token_sha256 = models.CharField(max_length=64, blank=True)
    preferences_read_at = models.DateTimeField(null=True)
    initialized_at = models.DateTimeField(null=True, help_text="The timestamp of that statement")
    said = models.JSONField(default=list, help_text="Verbs of the cmi5 defined statements so far")
    heard_at = models.DateTimeField(null=True, help_text="When the unit last said something")
    seen_at = models.DateTimeField(null=True, help_text="When it last asked for or kept anything, to ten minutes")
    ended_at = models.DateTimeField(null=True)
    is_abandoned = models.BooleanField(default=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(ended_at=None), name="runtime_cmi5_session_one_is_live"
            ),
            models.UniqueConstraint(
                fields=["token_sha256"], condition=~Q(token_sha256=""), name="runtime_cmi5_token_once"
            ),
            models.CheckConstraint(
                condition=Q(is_abandoned=False) | Q(ended_at__isnull=False), name="runtime_cmi5_abandoned_is_ended"
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def last_sign(self) -> datetime:
        """When the unit last showed that somebody is there."""
        return max(at for at in (self.launched_at, self.heard_at, self.seen_at) if at)
