"""Who must complete what by when, and the study that follows from it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.i18n import Translated
from courses.models import Course, CourseVersion
from learning.coverage.standing import Rule
from learning.people.models import Institution, Position, Sector, User


class RequirementQuerySet(models.QuerySet):
    def in_force(self, *, on: date) -> RequirementQuerySet:
        return self.filter(valid_from__lte=on).filter(Q(valid_until=None) | Q(valid_until__gte=on))


class Requirement(models.Model):
    """A dated rule: these people, this programme, by then, so often.

    A deadline is so many days after a start; a fixed day is the deadline of all who began long enough before it. Rules
    in force are not changed: a new one `replaces` them from some day on, so that figures of earlier days stay.
    """

    class DueFrom(models.TextChoices):
        START = "start", _("the start of work at the institution")
        POST = "post", _("the start of the post, also after a change of post")
        FIXED = "fixed", _("a fixed day; for those who begin later, the start of work")

    course = models.ForeignKey(
        Course, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="requirements"
    )
    institution = models.ForeignKey(
        Institution,
        verbose_name=_("institution and all below it"),
        on_delete=models.PROTECT,
        related_name="requirements",
    )
    sector = models.ForeignKey(
        Sector, verbose_name=_("only this sector"), on_delete=models.PROTECT, null=True, blank=True
    )
    positions = models.ManyToManyField(
        Position, verbose_name=_("positions"), blank=True, help_text=_("None chosen: every position.")
    )
    law_points = models.JSONField(
        _("points of section 5.1"), default=list, blank=True, help_text=_("None chosen: every point.")
    )
    due_from = models.CharField(_("counted from"), max_length=10, choices=DueFrom.choices, default=DueFrom.START)
    due_days = models.PositiveSmallIntegerField(_("days allowed"), default=60)
    due_on = models.DateField(_("fixed day"), null=True, blank=True)
    grace_days = models.PositiveSmallIntegerField(
        _("days of grace"), default=0, help_text=_("Only after these days does a missed deadline count as overdue.")
    )
    repeat_months = models.PositiveSmallIntegerField(
        _("repeat every so many months"),
        null=True,
        blank=True,
        help_text=_("Empty: as long as the certificate is valid."),
    )
    legal_basis_lv = models.CharField(_("legal basis in Latvian"), max_length=300)
    legal_basis_en = models.CharField(_("legal basis in English"), max_length=300)
    legal_url = models.URLField(_("address of the legal text"), blank=True)
    legal_checked_on = models.DateField(_("legal basis last checked"), null=True, blank=True)
    valid_from = models.DateField(_("in force from"))
    valid_until = models.DateField(_("in force until"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="replaced_by"
    )
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    legal_basis = Translated("legal_basis")

    objects = RequirementQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.CheckConstraint(
                condition=Q(due_from="fixed", due_on__isnull=False) | (~Q(due_from="fixed") & Q(due_on=None)),
                name="learning_requirement_fixed_day",
            ),
            models.CheckConstraint(
                condition=Q(repeat_months=None) | Q(repeat_months__gte=1), name="learning_requirement_repeats"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.institution}"

    def rule(self, positions: Iterable[Position] | None = None) -> Rule:
        """The part that decides. Positions and institution are best fetched before.

        With `positions`, of a draft that has none stored yet.
        """
        named = self.positions.all() if positions is None else positions
        return Rule(
            path=self.institution.path,
            due_days=self.due_days,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            sector_id=self.sector_id,
            position_ids=frozenset(position.pk for position in named),
            law_points=frozenset(self.law_points),
            from_post=self.due_from == self.DueFrom.POST,
            due_on=self.due_on,
            grace_days=self.grace_days,
            repeat_months=self.repeat_months,
        )


class ExemptionQuerySet(models.QuerySet):
    def in_force(self, *, on: date) -> ExemptionQuerySet:
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Exemption(models.Model):
    """A person need not meet a requirement for a while, with the reason."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="exemptions")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ExemptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")
        indexes = [models.Index(fields=["user", "course", "institution"], name="learning_exemption_find")]

    def __str__(self) -> str:
        return f"exemption {self.pk}"


class LeaveQuerySet(models.QuerySet):
    def running(self, *, on: date) -> LeaveQuerySet:
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))


class Leave(models.Model):
    """A person is away from every post at an institution and below: deadlines there stand still.

    Leaves of a person that concern the same post never overlap; `learning.requirements.leaves` sees to that.
    """

    class Kind(models.TextChoices):
        PARENTAL = "parental", _("parental leave")
        SICK = "sick", _("long illness")
        OTHER = "other", _("other leave")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="leaves")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    starts_on = models.DateField(_("first day of leave"))
    ends_on = models.DateField(_("last day of leave"), null=True, blank=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        ordering = ["starts_on", "pk"]
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")), name="learning_leave_ends_later"
            )
        ]
        indexes = [models.Index(fields=["user", "starts_on"], name="learning_leave_find")]

    def __str__(self) -> str:
        return f"leave {self.pk}"


class EnrolmentQuerySet(models.QuerySet):
    def open(self) -> EnrolmentQuerySet:
        return self.filter(completed_at=None, withdrawn_at=None)

    def readable(self) -> EnrolmentQuerySet:
        """Under way or completed: its pages stay open."""
        return self.filter(withdrawn_at=None)

    def of(self, user: User) -> EnrolmentQuerySet:
        return self.filter(user=user)


class Enrolment(models.Model):
    """A person's way through one version. Renewal is a new row; nothing is ever reset."""

    class Path(models.TextChoices):
        FULL = "full", _("Full programme")
        REFRESHER = "refresher", _("Refresher")
        DELTA = "delta", _("What changed")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="enrolments")
    version = models.ForeignKey(CourseVersion, on_delete=models.PROTECT, related_name="enrolments")
    path = models.CharField(max_length=10, choices=Path.choices, default=Path.FULL)
    role_key = models.SlugField(max_length=30, help_text="The learner's role when enrolled")
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="+", help_text="Who asked for it"
    )
    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, null=True, related_name="enrolments")
    due_on = models.DateField(null=True)
    enrolled_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                condition=Q(completed_at=None, withdrawn_at=None),
                name="learning_enrolment_open_once",
            )
        ]
        indexes = [models.Index(fields=["user", "course", "completed_at"], name="learning_enrolment_find")]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_open(self) -> bool:
        return self.completed_at is None and self.withdrawn_at is None
