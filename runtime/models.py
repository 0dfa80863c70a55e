"""Packages in use: who is how far in which part, in which window, and every save that came."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from courses.models import Activity, Package, Unit
from learning.models import Enrolment
from runtime.fields import JsonText


class Progress(models.Model):
    """What was reached. Written once each; a higher score replaces a lower one; nothing is ever taken back."""

    completed_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True, help_text="First failure; counts while nothing was passed")
    best_score = models.DecimalField(max_digits=5, decimal_places=4, null=True, help_text="Scaled, −1 to 1")

    class Meta:
        abstract = True


class Registration(Progress):
    """One learner's way through one package: a unit of an enrolment, by attempt. Its progress is that of the whole.

    `number` is the registration of xAPI and cmi5.
    """

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="registrations")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="+")
    attempt = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField(default=timezone.now)
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
    renewed_at = models.DateTimeField(null=True, help_text="When the platform's page last had its token live on")
    sequencing = JsonText(null=True, help_text="Of SCORM 2004: the activity tree as the player left it; moves on")
    sequenced = models.PositiveBigIntegerField(default=0, help_text="Sequence of the save that brought it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(closed_at=None), name="runtime_launch_one_is_live"
            )
        ]

    def __str__(self) -> str:
        return str(self.number)


class ActivityState(Progress):
    """How far a learner is in one activity. Every activity of the package has its row once it was launched.

    Whose window `launch` is may write, nobody else: opening another window moves all rows of the registration to it.
    """

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="states")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    launch = models.ForeignKey(Launch, on_delete=models.PROTECT, null=True, related_name="+")
    data = JsonText(default=dict, help_text="cmi of SCORM, as last saved in full; saved state of H5P")
    sequence = models.PositiveBigIntegerField(default=0, help_text="Of the last full save, within its launch")
    slim = JsonText(null=True, help_text="What a slim save said after the last full one")
    slim_sequence = models.PositiveBigIntegerField(default=0, help_text="Of the last slim save, within its launch")
    seconds_before = models.PositiveIntegerField(default=0, help_text="Total time when the launch began")
    seconds = models.PositiveIntegerField(default=0, help_text="Total time, never more than the clock allows")
    saved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["registration", "activity"], name="runtime_state_once")]

    def __str__(self) -> str:
        return f"{self.registration_id}/{self.activity_id}"


class Commit(models.Model):
    """One save as it came. Appended only, pruned when old."""

    # Written with every save and read by nobody: what an index costs is spared where the constraint has one.
    launch = models.ForeignKey(Launch, on_delete=models.CASCADE, related_name="commits", db_index=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    sequence = models.PositiveBigIntegerField()
    body = models.TextField(help_text="JSON, see runtime.saves")
    received_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["launch", "activity", "sequence"], name="runtime_commit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.launch_id}/{self.activity_id}/{self.sequence}"


# Models of the parts that have a folder of their own; Django looks for them here.
from runtime.access.models import ApiToken  # noqa: E402
from runtime.cmi5.models import BlockSatisfied, CourseRegistration, Session, UnitProgress  # noqa: E402

__all__ = [
    "ActivityState",
    "ApiToken",
    "BlockSatisfied",
    "Commit",
    "CourseRegistration",
    "Launch",
    "Registration",
    "Session",
    "UnitProgress",
]
