"""Packages in use: who is how far in which part, in which window, and every save that came."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Activity, Package, Unit
from learning.models import Enrolment


class Registration(models.Model):
    """One learner's way through one package: a unit of an enrolment, by attempt.

    `number` is the registration of xAPI and cmi5.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="registrations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField(default=timezone.now)
    sequencing = models.JSONField(null=True, help_text="State of the activity tree as the player left it")
    done_at = models.DateTimeField(null=True, help_text="When the mapping of the unit was first met")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "unit", "attempt"], name="runtime_registration_once")
        ]

    def __str__(self) -> str:
        return str(self.number)


class Launch(models.Model):
    """A window in which a registration is open. Only the newest may save; an older one is told so."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="launches")
    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(closed_at=None), name="runtime_launch_one_is_live"
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class ActivityState(models.Model):
    """How far a learner is in one activity: the last full save and what it came to. Completed and passed stay so."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="states")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict, help_text="cmi of SCORM; saved state of H5P")
    launch = models.ForeignKey(Launch, on_delete=models.PROTECT, null=True, related_name="+")
    sequence = models.PositiveBigIntegerField(default=0, help_text="Of the last save taken, within its launch")
    seconds_before = models.PositiveIntegerField(default=0, help_text="Total time when the launch began")
    seconds = models.PositiveIntegerField(default=0, help_text="Total time, never more than the clock allows")
    completed_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    best_score = models.DecimalField(max_digits=5, decimal_places=4, null=True, help_text="Scaled, −1 to 1")
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "activity"], name="runtime_state_once")]

    def __str__(self) -> str:
        return f"{self.registration_id}/{self.activity_id}"


class Commit(models.Model):
    """One save as it came. Appended only, pruned when old."""

    launch = models.ForeignKey(Launch, on_delete=models.CASCADE, related_name="commits")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    sequence = models.PositiveBigIntegerField()
    is_partial = models.BooleanField(default=False)
    body = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["launch", "activity", "sequence"], name="runtime_commit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.launch_id}/{self.activity_id}/{self.sequence}"
