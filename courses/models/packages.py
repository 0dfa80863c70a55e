"""Uploaded training packages: immutable, with what their manifest says."""

from __future__ import annotations

import uuid

from django.conf import settings as platform
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PackageSeries(models.Model):
    """One training across its uploads; an upload of the same training is its next version."""

    title = models.CharField(_("title"), max_length=255)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("package")
        verbose_name_plural = _("packages")

    def __str__(self) -> str:
        return self.title


class Package(models.Model):
    """One upload, as it was. Never updated: units of frozen versions and registrations point here."""

    class Kind(models.TextChoices):
        SCORM_12 = "scorm12", "SCORM 1.2"
        SCORM_2004 = "scorm2004", "SCORM 2004"
        H5P = "h5p", "H5P"
        CMI5 = "cmi5", "cmi5"

    series = models.ForeignKey(PackageSeries, on_delete=models.PROTECT, related_name="versions")
    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(help_text="Counted from 1 within the series")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.JSONField(help_text="As the package says it, per language tag")
    identifier = models.CharField(max_length=500, help_text="Of the manifest or course structure")
    sha256 = models.CharField(max_length=64, help_text="Of the uploaded file")
    size = models.PositiveBigIntegerField(help_text="Bytes unpacked")
    file_count = models.PositiveIntegerField()
    settings = models.JSONField(default=dict, help_text="By kind, see courses.packages.manifest")
    warnings = models.JSONField(default=list, help_text="Texts per language of the site")
    imported_at = models.DateTimeField(default=timezone.now)
    imported_by = models.ForeignKey(platform.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["series", "-version"]
        verbose_name = _("package version")
        verbose_name_plural = _("package versions")
        constraints = [models.UniqueConstraint(fields=["series", "version"], name="courses_package_version_once")]

    def __str__(self) -> str:
        return _("{title}, version {number} ({kind})").format(
            title=self.series, number=self.version, kind=self.get_kind_display()
        )


class AllowedOrigin(models.Model):
    """Where the files of one version may load from besides their own package, and who took that on themselves.

    Not of the series: whoever uploads a next version is not trusted for what somebody found in this one.
    """

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="allowed_origins")
    origin = models.CharField(max_length=300, help_text="As a content policy has it: https://host, https://*.host")
    allowed_by = models.ForeignKey(platform.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    allowed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["origin"]
        verbose_name = _("place that a package may load from")
        verbose_name_plural = _("places that packages may load from")
        constraints = [models.UniqueConstraint(fields=["package", "origin"], name="courses_allowed_origin_once")]

    def __str__(self) -> str:
        return self.origin


class Activity(models.Model):
    """A part of a package that is launched and tracked on its own: a SCO, an H5P content, an assignable unit."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="activities")
    position = models.PositiveSmallIntegerField()
    identifier = models.CharField(max_length=2000, help_text="Item identifier, or the IRI of an assignable unit")
    title = models.JSONField(help_text="Per language tag")
    href = models.CharField(max_length=4000, help_text="Below the root of the package, or an absolute https address")
    is_tracked = models.BooleanField(default=True, help_text="False: an asset, done once opened")
    settings = models.JSONField(default=dict, help_text="By kind, see courses.packages.manifest")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["package", "position"], name="courses_activity_place_once")]

    def __str__(self) -> str:
        return self.identifier


class PackageImport(models.Model):
    """An uploaded file on its way to become a package, or the reason why it did not."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being checked")
        DONE = "done", _("Imported")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    series = models.ForeignKey(PackageSeries, on_delete=models.PROTECT, null=True, related_name="+")
    file_name = models.CharField(max_length=255)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    problem = models.JSONField(
        default=dict, help_text="Of a refusal or failure: where; what and mend per language of the site"
    )
    package = models.ForeignKey(Package, on_delete=models.PROTECT, null=True, related_name="imports")
    uploaded_by = models.ForeignKey(platform.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(null=True, help_text="Last sign of life of whoever works on it")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name
