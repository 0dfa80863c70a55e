"""What is proven: issued papers, never edited, never deleted."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.models import Completion, User


class SerialSeries(models.Model):
    """The last serial number given in a year."""

    year = models.PositiveSmallIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.year)


class CertificateQuerySet(models.QuerySet):
    def of(self, user: User) -> CertificateQuerySet:
        return self.filter(user=user)


class Certificate(models.Model):
    """A paper as issued: `snapshot` holds all it says; the PDF is its rendering, stored once."""

    code = models.CharField(max_length=20, unique=True, help_text="Crockford base 32 without separators")
    serial = models.CharField(max_length=20, unique=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="certificates")
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="certificates")
    supersedes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    snapshot = models.JSONField()
    issued_at = models.DateTimeField(default=timezone.now)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    pdf_path = models.CharField(max_length=200, blank=True, help_text="Below DOCUMENT_ROOT")
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    pdf_size_bytes = models.PositiveIntegerField(null=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at"]
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.UniqueConstraint(
                fields=["completion"], condition=Q(supersedes=None), name="certificates_first_paper_once"
            )
        ]

    def __str__(self) -> str:
        return self.serial

    def is_current(self, *, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class Revocation(models.Model):
    """A paper declared void. The paper's row stays as it was."""

    class Reason(models.TextChoices):
        ERROR = "error", _("Issued in error")
        MISCONDUCT = "misconduct", _("Completed by somebody else")
        WITHDRAWN = "withdrawn", _("Withdrawn at the holder's request")

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="revocation")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    note = models.CharField(max_length=300, blank=True)
    revoked_at = models.DateTimeField(default=timezone.now)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return f"revocation of {self.certificate_id}"
