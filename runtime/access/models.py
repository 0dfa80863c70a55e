"""A token is shown once and known here by its hash alone."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ApiTokenQuerySet(models.QuerySet):
    def usable(self, *, at: datetime) -> Self:
        return self.filter(revoked_at=None, expires_at__gt=at)


class ApiToken(models.Model):
    """What a system of the staff may do through `/api/v1/`, and until when."""

    class Scope(models.TextChoices):
        CMI5 = "cmi5", _("Import cmi5 packages, launch, waive and abandon units, read registrations")
        STATEMENTS = "statements/read", _("Read every statement and document of the record store")

    name = models.CharField(max_length=100, unique=True, help_text="Which system it is")
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="To the minute")
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="runtime_api_token_expires_later"
            )
        ]

    def __str__(self) -> str:
        return self.name
