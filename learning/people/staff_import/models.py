"""Staff lists handed in: waiting to be confirmed, applied, or put aside."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.people.models import Institution, Membership, Position, User


class StaffImportQuerySet(models.QuerySet):
    def waiting(self) -> StaffImportQuerySet:
        return self.filter(state=StaffImport.State.WAITING)

    def unsaved(self) -> StaffImportQuerySet:
        """Also those whose columns nobody has matched yet."""
        return self.filter(state__in=[StaffImport.State.WAITING, StaffImport.State.COLUMNS])

    def under_way(self) -> StaffImportQuerySet:
        return self.filter(state=StaffImport.State.ORDERED)

    def saved(self) -> StaffImportQuerySet:
        """Saved or cancelled, undone ones among them."""
        state = StaffImport.State
        return self.exclude(state__in=[state.WAITING, state.COLUMNS, state.ORDERED])


class StaffImport(models.Model):
    """One file. Its cells are kept only until it is applied or put aside."""

    class State(models.TextChoices):
        WAITING = "waiting", _("To be checked")
        COLUMNS = "columns", _("Columns to be matched")
        ORDERED = "ordered", _("Being saved")
        APPLIED = "applied", _("Saved")
        UNDONE = "undone", _("Saved, then undone")
        DROPPED = "dropped", _("Cancelled")

    number = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the whole site"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    complete = models.BooleanField(help_text="Whoever is not in the list has left")
    cells = models.JSONField(null=True, help_text="Row number -> column (its place before columns are matched) -> text")
    ignored = models.JSONField(default=list, help_text="Headings nobody reads")
    row_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="What was done: joined, changed, left, unchanged, skipped …")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)
    order = models.JSONField(null=True, help_text="What was said when a large list was left to the background")
    refusal = models.CharField(max_length=30, blank=True, help_text="Why the background gave it back")
    trace = models.JSONField(null=True, help_text="What exactly was written, as long as it can be undone")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = StaffImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("staff import")
        verbose_name_plural = _("staff imports")
        indexes = [models.Index(fields=["institution", "-created_at"], name="learning_staff_import_latest")]

    def __str__(self) -> str:
        return str(self.number)


class StaffColumns(models.Model):
    """What the headings of an institution's lists mean, as somebody matched them once."""

    institution = models.OneToOneField(
        Institution, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: lists for the whole site"
    )
    headings = models.JSONField(default=dict, help_text="Heading in plain letters -> [as written, column or empty]")
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("columns of staff lists")
        verbose_name_plural = _("columns of staff lists")

    def __str__(self) -> str:
        return f"columns of {self.institution_id}"


class WithdrawnPost(models.Model):
    """A membership that was never true: what it said, kept apart from those that count."""

    class Reason(models.TextChoices):
        IMPORT_UNDONE = "import-undone", _("The import was undone")
        MERGED = "merged", _("Two accounts of one person were joined")

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="withdrawn_posts")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    department = models.CharField(max_length=120, blank=True)
    staff_number = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    manager = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=20, choices=Reason.choices)
    withdrawn_at = models.DateTimeField(default=timezone.now)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("withdrawn post")
        verbose_name_plural = _("withdrawn posts")

    def __str__(self) -> str:
        return f"{self.user_id} @ {self.institution_id}"

    @classmethod
    def of(cls, post: Membership, *, reason: str, by: User | None) -> WithdrawnPost:
        """What the membership says, not yet saved."""
        names = ("user_id", "institution_id", "position_id", "department", "staff_number")
        names += ("starts_on", "ends_on", "manager_id")
        return cls(**{name: getattr(post, name) for name in names}, reason=reason, withdrawn_by=by)
