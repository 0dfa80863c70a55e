"""What happened: progress, completions, audit and work to do after the commit."""

from __future__ import annotations

import uuid
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from courses.models import Course, CourseVersion, Unit
from learning.evidence.models import ExternalEvidence
from learning.people.models import Institution, User
from learning.requirements.models import Enrolment


class UnitState(models.Model):
    """How far one learner is in one unit."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="unit_states")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    block = models.PositiveSmallIntegerField(default=0, help_text="The block last read, counted from 0")
    done_at = models.DateTimeField(null=True)
    on_site = models.BooleanField(
        default=False, db_default=False, help_text="Done in a room with a facilitator, not on the platform"
    )
    answers = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="Latest answers to knowledge checks, for the learner's own memory: block -> chosen, sequence",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "unit"], name="learning_unit_state_once")]
        indexes = [
            models.Index(fields=["done_at", "id"], condition=Q(done_at__isnull=False), name="learning_unit_state_done")
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}/{self.unit_id}"


class CompletionQuerySet(models.QuerySet):
    def valid(self, *, on: date) -> CompletionQuerySet:
        """Proofs in force on that day: started, not run out, not withdrawn by then."""
        return (
            self.filter(valid_from__lte=on)
            .filter(Q(valid_until=None) | Q(valid_until__gte=on))
            .exclude(withdrawal__withdrawn_on__lte=on)
        )

    def of(self, user: User) -> CompletionQuerySet:
        return self.filter(user=user)


class Completion(models.Model):
    """A programme was completed, here or by training elsewhere that was accepted: a fact, written once.

    Of training elsewhere, `external` holds what its document says; it counts from the day it was accepted, which is
    what `completed_at` and `completed_on` then mean, and belongs to no version and no study of ours.
    """

    class Kind(models.TextChoices):
        FIRST = "first", _("First completion")
        RENEWAL = "renewal", _("Renewal")
        DELTA = "delta", _("What changed")
        EXTERNAL = "external", _("Training elsewhere")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="completions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="completions")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, null=True, related_name="completions")
    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, null=True, related_name="completion")
    external = models.OneToOneField(
        ExternalEvidence, on_delete=models.PROTECT, null=True, editable=False, related_name="completion"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    started_on = models.DateField(help_text="First day of study, local date")
    completed_at = models.DateTimeField()
    completed_on = models.DateField(help_text="Local date of completed_at")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, help_text="Last valid day; None: never expires")
    renews = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="renewed_by")
    evidence = models.JSONField(default=dict, help_text="Frozen: holder, institution, position, role, form, minutes")

    objects = CompletionQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_at"]
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("valid_from")),
                name="learning_completion_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(kind="external", external__isnull=False, version=None, enrolment=None)
                | (~Q(kind="external") & Q(external=None, version__isnull=False, enrolment__isnull=False)),
                name="learning_completion_here_or_elsewhere",
            ),
        ]
        indexes = [
            models.Index(
                fields=["user", "course", "valid_until"], include=["valid_from"], name="learning_completion_valid"
            ),
            models.Index(fields=["completed_at", "id"], name="learning_completion_when"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @cached_property
    def terms(self) -> CourseVersion:
        """The version whose terms of renewal hold: the one studied; after training elsewhere the newest."""
        return self.version or CourseVersion.objects.filter(course=self.course_id).newest_first()[:1].get()


class CompletionWithdrawal(models.Model):
    """A completion that turned out wrong. The completion itself stays as it was."""

    completion = models.OneToOneField(Completion, on_delete=models.PROTECT, related_name="withdrawal")
    withdrawn_on = models.DateField()
    reason = models.CharField(max_length=300)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"withdrawal of {self.completion_id}"


class AuditEvent(models.Model):
    """Who did what that matters for trust: invitations, exports, publications, revocations. Ids, never contents."""

    happened_at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.SlugField(max_length=60)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=100, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class OutboxQuerySet(models.QuerySet):
    def waiting(self) -> OutboxQuerySet:
        return self.filter(done_at=None, not_before__lte=timezone.now())


class OutboxMessage(models.Model):
    """Work promised in a transaction and done after it: mails, documents. A sweeper finds what was lost."""

    topic = models.SlugField(max_length=60)
    key = models.CharField(max_length=120, help_text="The same promise is written once")
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "key"], name="learning_outbox_once")]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(done_at=None), name="learning_outbox_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
