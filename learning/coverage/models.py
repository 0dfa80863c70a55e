"""Coverage figures derived from facts; disposable, rebuilt at any time."""

from __future__ import annotations

from dataclasses import fields

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from learning.coverage.figures import Figures
from learning.people.models import Institution, Position, Sector


class CoverageQuerySet(models.QuerySet):
    def sums(self) -> CoverageQuerySet:
        return self.filter(position=None, sector=None)


class Coverage(models.Model):
    """How many people stand where at an institution and below it, for one programme on one day.

    With a position or a sector, people are judged by their posts in it; the row without is the sum, each person once.
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="coverage")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.CASCADE, null=True, related_name="+")
    sector = models.ForeignKey(Sector, on_delete=models.CASCADE, null=True, related_name="+")
    on = models.DateField(_("on"))
    required = models.PositiveIntegerField(default=0)
    valid = models.PositiveIntegerField(default=0)
    in_progress = models.PositiveIntegerField(default=0)
    not_started = models.PositiveIntegerField(default=0)
    expired = models.PositiveIntegerField(default=0)
    not_yet_due = models.PositiveIntegerField(default=0)
    early_valid = models.PositiveIntegerField(default=0)
    early_in_progress = models.PositiveIntegerField(default=0)
    on_leave = models.PositiveIntegerField(default=0)
    exempt = models.PositiveIntegerField(default=0)
    not_required = models.PositiveIntegerField(default=0)
    tens = models.JSONField(default=list, help_text="Valid proofs running out in each ten days, ninety ahead")
    months = models.JSONField(default=list, help_text="The same for each of the twelve months that begin with this one")
    refreshed_at = models.DateTimeField()

    objects = CoverageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "course", "position"],
                condition=Q(position__isnull=False),
                name="learning_coverage_once",
            ),
            models.UniqueConstraint(
                fields=["institution", "course", "sector"],
                condition=Q(sector__isnull=False),
                name="learning_coverage_sector_once",
            ),
            models.UniqueConstraint(
                fields=["institution", "course"],
                condition=Q(position=None, sector=None),
                name="learning_coverage_sum_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.on}"

    @property
    def is_sum(self) -> bool:
        return self.position_id is None and self.sector_id is None

    @property
    def figures(self) -> Figures:
        return Figures(**{item.name: getattr(self, item.name) for item in fields(Figures)})


class CoverageDirt(models.Model):
    """A note that an institution's facts changed, written in the transaction that changed them.

    Notes are only ever added and, once seen by a refresh, removed: writers never wait for each other.
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.institution_id}"


class CoverageMonth(models.Model):
    """Coverage on the last day of a month gone by, at an institution and below it."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    on = models.DateField()
    required = models.PositiveIntegerField()
    valid = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "course", "on"], name="learning_coverage_month_once")
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.on}"
