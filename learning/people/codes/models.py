"""Codes on printed sheets. Only a keyed hash of a code is kept."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from learning.people.models import Institution, User


class SignInCodeQuerySet(models.QuerySet):
    def open(self) -> SignInCodeQuerySet:
        """Neither used nor revoked; whether they have run out is not asked."""
        return self.filter(used_at=None, revoked_at=None)

    def revoke(self) -> int:
        return self.open().update(revoked_at=timezone.now())


class SignInCode(models.Model):
    """One printed sheet: it lets its person choose a password, once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_codes")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = SignInCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(used_at=None, revoked_at=None), name="learning_code_open_once"
            )
        ]
        indexes = [models.Index(fields=["user", "-created_at"], name="learning_code_latest")]

    def __str__(self) -> str:
        return f"code {self.pk}"
