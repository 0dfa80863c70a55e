"""Reminders: the policy of a place, and the ledger of what was sent to whom, when and what became of it."""

from __future__ import annotations

import uuid
from datetime import time

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from learning.people.models import Institution, User
from learning.records.models import Completion
from learning.reminders import policy
from learning.reminders.deciding import Skip
from learning.requirements.models import Enrolment


class ReminderPolicy(models.Model):
    """When reminders go out at a place and at all below it that has no policy of its own."""

    institution = models.OneToOneField(Institution, on_delete=models.PROTECT, related_name="reminder_policy")
    is_on = models.BooleanField(_("send reminders"), default=True)
    steps = models.JSONField(help_text="[kind, days, to] each, as in learning.reminders.policy.Step")
    per_week = models.PositiveSmallIntegerField(_("letters a week at most"), default=2)
    weekdays = models.JSONField(_("weekdays"), help_text="ISO numbers: Monday is 1")
    earliest = models.TimeField(_("from"), default=time(8))
    latest = models.TimeField(_("until"), default=time(18))
    digest_weekday = models.PositiveSmallIntegerField(null=True, help_text="ISO number; None: every day of weekdays")
    updated_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(earliest__gte=policy.FIRST_HOUR, earliest__lt=F("latest"), latest__lte=policy.LAST_HOUR),
                name="learning_reminder_policy_by_day",
            ),
            models.CheckConstraint(condition=Q(per_week__range=(1, 7)), name="learning_reminder_policy_per_week"),
        ]

    def __str__(self) -> str:
        return f"reminders of {self.institution_id}"


class ReminderRun(models.Model):
    """How far the decisions of a day have come, so that a run that was broken off goes on where it stopped."""

    day = models.DateField(unique=True)
    last_path = models.CharField(max_length=255, blank=True, help_text="Of the institution decided last")
    decided = models.PositiveIntegerField(default=0, help_text="Reminders written on that day")
    started_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"reminders on {self.day}"


class ReminderLetterQuerySet(models.QuerySet):
    def bounced(self) -> ReminderLetterQuerySet:
        """Came back, and nobody has said since that the address is right."""
        return self.filter(state=ReminderLetter.State.BOUNCED, bounce_forgiven_at=None)


class ReminderLetter(models.Model):
    """One mail to one reader: everything that this reader is told in one role on one day."""

    class To(models.TextChoices):
        LEARNER = policy.LEARNER, _("Learner")
        MANAGER = policy.MANAGER, _("Manager")
        HR = policy.HR, _("HR officer")

    class State(models.TextChoices):
        PLANNED = "planned", _("Will be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Was sent")
        DELIVERED = "delivered", _("Delivered")
        BOUNCED = "bounced", _("Came back")
        UNSURE = "unsure", _("Not known whether it was sent")
        SKIPPED = "skipped", _("Not sent")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reminder_letters")
    to = models.CharField(max_length=10, choices=To.choices)
    day = models.DateField(help_text="Local day on which it is meant to leave")
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", help_text="Whose policy sends it"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    created_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    address = models.EmailField(blank=True, help_text="Where it went")
    message_id = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True, help_text="When the other mail server said what became of it")
    status_code = models.CharField(max_length=20, blank=True, help_text="RFC 3463: 5.1.1 is an unknown mailbox")
    bounce_forgiven_at = models.DateTimeField(null=True)

    objects = ReminderLetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recipient", "to", "day"], name="learning_reminder_letter_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ReminderQuerySet:
        """Only of institutions where this person holds the HR role."""
        return self.filter(institution__in=Institution.objects.visible_to(user))


class Reminder(models.Model):
    """A line of the ledger: this reader was (or was not) told of this deadline at this step. Never deleted."""

    class Kind(models.TextChoices):
        DUE = policy.DUE, _("Deadline of the training")
        EXPIRY = policy.EXPIRY, _("End of the certificate")

    class State(models.TextChoices):
        PLANNED = "planned", _("Will be sent")
        SENT = "sent", _("Was sent")
        DELIVERED = "delivered", _("Delivered")
        BOUNCED = "bounced", _("Came back")
        UNSURE = "unsure", _("Not known whether it was sent")
        SKIPPED = "skipped", _("Not sent")

    class Reason(models.TextChoices):
        NO_ADDRESS = Skip.NO_ADDRESS.value, _("no e-mail in the staff list")
        BAD_ADDRESS = Skip.BAD_ADDRESS.value, _("letters to this address came back")
        CAP = Skip.CAP.value, _("enough letters in that week")
        LATE = Skip.LATE.value, _("the day had passed before a permitted hour came")
        DONE = Skip.DONE.value, _("completed, or the deadline has changed")
        LEFT = Skip.LEFT.value, _("no longer works here")
        ON_LEAVE = Skip.ON_LEAVE.value, _("on leave")
        EXEMPT = Skip.EXEMPT.value, _("exempt")
        OFF = Skip.OFF.value, _("reminders are switched off")
        NOT_THEIRS = Skip.NOT_THEIRS.value, _("no longer the manager or HR officer")

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, null=True, related_name="reminders")
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, null=True, related_name="reminders")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reminders", help_text="Whom it is about")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(
        Institution,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="+",
        help_text="Where the person worked; its index is that of the ledger",
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    offset_days = models.SmallIntegerField(help_text="Days after the day in question; negative: before it")
    target_on = models.DateField(help_text="The deadline, or the last valid day")
    to = models.CharField(max_length=10, choices=ReminderLetter.To.choices)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey(ReminderLetter, on_delete=models.PROTECT, null=True, related_name="reminders")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    send_on = models.DateField()
    planned_at = models.DateTimeField(default=timezone.now)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "offset_days", "target_on", "to", "recipient"],
                condition=Q(enrolment__isnull=False),
                name="learning_reminder_due_once",
            ),
            models.UniqueConstraint(
                fields=["completion", "offset_days", "target_on", "to", "recipient"],
                condition=Q(completion__isnull=False),
                name="learning_reminder_expiry_once",
            ),
            models.CheckConstraint(
                condition=Q(kind=policy.DUE, enrolment__isnull=False, completion=None)
                | Q(kind=policy.EXPIRY, enrolment=None, completion__isnull=False),
                name="learning_reminder_about_one",
            ),
            models.CheckConstraint(
                condition=(Q(state="skipped") & ~Q(reason="")) | (~Q(state="skipped") & Q(reason="")),
                name="learning_reminder_skipped_why",
            ),
        ]
        indexes = [models.Index(fields=["institution", "-id"], name="learning_reminder_ledger")]

    def __str__(self) -> str:
        return f"reminder {self.pk}"
