"""Staff lists handed in: waiting to be confirmed, applied, or put aside."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.people.models import Institution, User


class StaffImportQuerySet(models.QuerySet):
    def waiting(self) -> StaffImportQuerySet:
        return self.filter(state=StaffImport.State.WAITING)


class StaffImport(models.Model):
    """One file. Its cells are kept only until it is applied or put aside."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be checked")
        APPLIED = "applied", _("Saved")
        DROPPED = "dropped", _("Cancelled")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the whole site"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    complete = models.BooleanField(help_text="Whoever is not in the list has left")
    cells = models.JSONField(null=True, help_text="Row number -> column -> text")
    ignored = models.JSONField(default=list, help_text="Headings nobody reads")
    row_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="What was done: joined, changed, left, unchanged, skipped …")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    objects = StaffImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("staff import")
        verbose_name_plural = _("staff imports")
        indexes = [models.Index(fields=["institution", "-created_at"], name="learning_staff_import_latest")]

    def __str__(self) -> str:
        return str(self.number)
