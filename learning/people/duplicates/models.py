"""What was decided about pairs of people who may be one."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.people.models import Institution, User


class PairDecision(models.Model):
    """Asked once: `first` is the older of the two accounts."""

    class Answer(models.TextChoices):
        SAME = "same", _("The same person")
        DIFFERENT = "different", _("Two people")
        HANDED_ON = "handed-on", _("Left to whoever answers for both")

    first = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=10, choices=Answer.choices)
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision about duplicates")
        verbose_name_plural = _("decisions about duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="learning_pair_decision_once"),
            models.CheckConstraint(condition=Q(first__lt=models.F("second")), name="learning_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.answer}"
