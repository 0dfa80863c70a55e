"""Training done elsewhere: the document, who looked at it, and the dated rule of how long it counts."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.i18n import Translated
from courses.models import ACADEMIC_HOUR_MINUTES, Course
from learning.people.models import Institution, Membership, User


class EvidenceRuleQuerySet(models.QuerySet):
    def in_force(self, *, on: date) -> EvidenceRuleQuerySet:
        return self.filter(valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gte=on))


class EvidenceRule(models.Model):
    """How old training done elsewhere may be when it is accepted and how long it then counts.

    Of several rules the one set nearest to the institution holds. Rules are not changed: a new one ends the old.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    oldest_months = models.PositiveSmallIntegerField(null=True, help_text="Age when accepted; None: any")
    counts_months = models.PositiveSmallIntegerField(
        null=True, help_text="From the day it was completed; None: as long as the programme"
    )
    least_minutes = models.PositiveIntegerField(default=0)
    legal_basis_lv = models.CharField(max_length=300)
    legal_basis_en = models.CharField(max_length=300)
    legal_url = models.URLField(blank=True)
    legal_checked_on = models.DateField(null=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    legal_basis = Translated("legal_basis")

    objects = EvidenceRuleQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("rule for training elsewhere")
        verbose_name_plural = _("rules for training elsewhere")
        constraints = [
            models.UniqueConstraint(
                fields=["course", "institution", "valid_from"], name="learning_evidence_rule_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["course", "institution"],
                condition=Q(valid_until=None),
                name="learning_evidence_rule_open_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="learning_evidence_rule_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"evidence rule {self.pk}"


class ExternalEvidenceQuerySet(models.QuerySet):
    def of(self, user: User) -> ExternalEvidenceQuerySet:
        return self.filter(user=user)

    def waiting(self) -> ExternalEvidenceQuerySet:
        return self.filter(state=ExternalEvidence.State.PROPOSED)

    def employed_at(self, institution: Institution, *, on: date) -> ExternalEvidenceQuerySet:
        """Of people employed on that day at the institution or below it."""
        posts = Membership.objects.employed(on=on).filter(institution__path__startswith=institution.path)
        return self.filter(Exists(posts.filter(user=OuterRef("user"))))

    def visible_to(self, user: User, *, on: date) -> ExternalEvidenceQuerySet:
        """Of people employed on that day where this person holds the HR role."""
        posts = Membership.objects.employed(on=on).filter(institution__in=Institution.objects.visible_to(user))
        return self.filter(Exists(posts.filter(user=OuterRef("user"))))


class ExternalEvidence(models.Model):
    """A document about training done elsewhere, as somebody wrote it down and somebody else judged it.

    What it says is written once; only the decision and a withdrawal are added. A correction is a new row.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Waiting for a second person")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class FileKind(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"

    OPEN = (State.PROPOSED, State.ACCEPTED)

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="external_evidence")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title of the training"), max_length=300)
    provider = models.CharField(_("provider"), max_length=200)
    provider_registration_number = models.CharField(_("provider's registration number"), max_length=20, blank=True)
    document_number = models.CharField(_("document number"), max_length=100)
    hours = models.DecimalField(
        _("hours"), max_digits=5, decimal_places=1, validators=[MinValueValidator(Decimal("0.1"))]
    )
    minutes_per_hour = models.PositiveSmallIntegerField(_("minutes in an hour"), default=ACADEMIC_HOUR_MINUTES)
    completed_on = models.DateField(_("completed on"))
    stated_until = models.DateField(_("valid until, as the document says"), null=True, blank=True)
    file_name = models.CharField(max_length=200, blank=True, help_text="As it was sent; for display alone")
    file_kind = models.CharField(max_length=10, choices=FileKind.choices, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size_bytes = models.PositiveIntegerField(null=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.CharField(max_length=300, blank=True)
    rule = models.ForeignKey(EvidenceRule, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")

    objects = ExternalEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("training elsewhere")
        verbose_name_plural = _("training elsewhere")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | ((Q(recorded_by=None) | ~Q(decided_by=F("recorded_by"))) & ~Q(decided_by=F("user"))),
                name="learning_evidence_second_pair_of_eyes",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None, withdrawn_at=None)
                | Q(
                    state__in=["accepted", "refused"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    withdrawn_at=None,
                )
                | Q(state="withdrawn", withdrawn_at__isnull=False),
                name="learning_evidence_state_told",
            ),
            models.CheckConstraint(
                condition=Q(file_kind="", file_sha256="") | (~Q(file_kind="") & ~Q(file_sha256="")),
                name="learning_evidence_file_whole",
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0, minutes_per_hour__gt=0), name="learning_evidence_hours_positive"
            ),
            models.UniqueConstraint(
                fields=["user", "course", "completed_on", "provider", "document_number"],
                condition=Q(state__in=["proposed", "accepted"]),
                name="learning_evidence_document_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "state"], name="learning_evidence_find"),
            models.Index(fields=["recorded_at", "id"], condition=Q(state="proposed"), name="learning_evidence_waiting"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def minutes(self) -> int:
        return round(self.hours * self.minutes_per_hour)

    @property
    def source(self) -> str:
        """Whose document it is, as lists name it."""
        return f"{self.provider}, {self.document_number}"
