"""Coverage figures derived from facts; disposable, rebuilt at any time."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from learning.people.models import Institution, Position


class Coverage(models.Model):
    """One institution, programme and position on one day; `position` None is the institution's own sum of people."""

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="coverage")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.CASCADE, null=True, related_name="+")
    on = models.DateField(_("on"))
    people = models.PositiveIntegerField(default=0)
    required = models.PositiveIntegerField(default=0)
    valid = models.PositiveIntegerField(default=0)
    in_progress = models.PositiveIntegerField(default=0)
    not_started = models.PositiveIntegerField(default=0)
    expired = models.PositiveIntegerField(default=0)
    not_yet_due = models.PositiveIntegerField(default=0)
    exempt = models.PositiveIntegerField(default=0)
    expiring_30 = models.PositiveIntegerField(default=0)
    expiring_60 = models.PositiveIntegerField(default=0)
    expiring_90 = models.PositiveIntegerField(default=0)
    refreshed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "course", "position"],
                condition=models.Q(position__isnull=False),
                name="learning_coverage_once",
            ),
            models.UniqueConstraint(
                fields=["institution", "course"],
                condition=models.Q(position=None),
                name="learning_coverage_sum_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.on}"


class CoverageDirt(models.Model):
    """A note that an institution's facts changed, written in the transaction that changed them.

    Notes are only ever added and, once seen by a refresh, removed: writers never wait for each other.
    """

    institution = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.institution_id}"
