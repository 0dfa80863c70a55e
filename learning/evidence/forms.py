"""What people say about training done elsewhere."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.i18n import pick
from courses.models import ACADEMIC_HOUR_MINUTES, Course, CourseVersion
from learning.coverage.forms import DayField
from learning.evidence import files
from learning.evidence.errors import FileRefused
from learning.evidence.models import ExternalEvidence
from learning.people.staff_import.errors import FileTooLarge as ListTooLarge
from learning.people.staff_import.reading import MOST_BYTES

NO_REAL_CASES = _("Do not write data of real children or cases.")
EARLIEST = date(1990, 1, 1)


def published() -> list[tuple[str, str]]:
    """Key and title of every programme with a published version."""
    newest: dict[str, str] = {}
    versions = CourseVersion.objects.select_related("course").only("title", "course__key", "major", "minor")
    for version in versions.order_by("course__key", "-major", "-minor"):
        newest.setdefault(version.course.key, pick(version.title))
    return list(newest.items())


class EvidenceForm(forms.Form):
    """What a document says, with the document."""

    programme = forms.ChoiceField(label=_("Programme it counts for"))
    title = forms.CharField(label=_("Title of the training"), max_length=300, help_text=NO_REAL_CASES)
    provider = forms.CharField(label=_("Provider"), max_length=200, help_text=_("Who gave the training."))
    provider_registration_number = forms.CharField(
        label=_("Provider's registration number"), max_length=20, required=False
    )
    document_number = forms.CharField(label=_("Document number"), max_length=100)
    hours = forms.DecimalField(
        label=_("Hours"), min_value=0.1, max_digits=5, decimal_places=1, localize=True, widget=forms.TextInput
    )
    minutes_per_hour = forms.IntegerField(
        label=_("Minutes in an hour"),
        min_value=1,
        max_value=120,
        initial=ACADEMIC_HOUR_MINUTES,
        help_text=_("45 for academic hours, 60 for hours by the clock."),
    )
    completed_on = DayField(label=_("Completed on"))
    stated_until = DayField(
        label=_("Valid until"),
        required=False,
        help_text=_("Only if the document says so. A rule may end it earlier."),
    )
    file = forms.FileField(
        label=_("The document"),
        help_text=_("PDF, JPEG or PNG, up to 10 MB. Cover a personal code: it is not needed here."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    corrects = forms.ChoiceField(label=_("Corrects an earlier record"), required=False)

    def __init__(
        self,
        *args: Any,
        programmes: list[tuple[str, str]],
        needs_file: bool,
        closed: Iterable[ExternalEvidence] = (),
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].choices = programmes
        self.fields["file"].required = needs_file
        self.closed = {str(evidence.number): evidence for evidence in closed}
        if self.closed:
            none = [("", _("None"))]
            self.fields["corrects"].choices = [*none, *((key, each.source) for key, each in self.closed.items())]
        else:
            del self.fields["corrects"]

    def clean_completed_on(self) -> date:
        day = self.cleaned_data["completed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Write the day on which it was completed."))
        if day < EARLIEST:
            raise forms.ValidationError(_("The year cannot be right. Check the date."))
        return day

    def clean_file(self) -> files.Document | None:
        sent = self.cleaned_data["file"]
        if not sent:
            return None
        try:
            return files.looked_at(name=sent.name, content=sent.read(files.MOST_BYTES + 1))
        except FileRefused as refused:
            raise forms.ValidationError(refused.message) from None

    def clean(self) -> dict[str, Any]:
        first, last = self.cleaned_data.get("completed_on"), self.cleaned_data.get("stated_until")
        if first and last and last < first:
            self.add_error("stated_until", _("The last valid day is before the day of completion. Check both."))
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        """For `services.record`."""
        said = dict(self.cleaned_data)
        corrects = said.pop("corrects", "")
        return {
            "course": Course.objects.get(key=said.pop("programme")),
            "document": said.pop("file"),
            "corrects": self.closed.get(corrects),
            "facts": said,
        }


class DecisionForm(forms.Form):
    """Yes, or no with a reason."""

    ACCEPT, REFUSE = "accept", "refuse"

    decision = forms.ChoiceField(choices=[(ACCEPT, _("Accept")), (REFUSE, _("Refuse"))])
    reason = forms.CharField(
        label=_("Reason, if refused"), max_length=300, required=False, help_text=_("The person reads it.")
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("decision") == self.REFUSE and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Write why, so that the person knows what is missing."))
        return self.cleaned_data


class WithdrawalForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=NO_REAL_CASES)


class AcceptManyForm(forms.Form):
    """Numbers of documents that are ticked."""

    evidence = forms.TypedMultipleChoiceField(
        coerce=str, error_messages={"required": _("Tick the documents to accept.")}
    )

    def __init__(self, *args: Any, waiting: Iterable[ExternalEvidence], **options: Any) -> None:
        super().__init__(*args, **options)
        self.waiting = {str(evidence.number): evidence for evidence in waiting}
        self.fields["evidence"].choices = [(number, number) for number in self.waiting]

    def chosen(self) -> list[ExternalEvidence]:
        return [self.waiting[number] for number in self.cleaned_data["evidence"]]


class EvidenceListForm(forms.Form):
    """A list of documents."""

    file = forms.FileField(
        label=_("File with the list"),
        help_text=_("CSV or XLSX, up to 10 MB."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file with the list.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    leave_out_wrong = forms.BooleanField(label=_("Save the other rows without those that are wrong"), required=False)

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(ListTooLarge(MOST_BYTES).message, code="too_large")
        return file


class RuleForm(forms.Form):
    """How old training elsewhere may be, how long it counts, and by what law."""

    programme = forms.ChoiceField(label=_("Programme"))
    valid_from = DayField(label=_("In force from"), help_text=_("Today or later. The rule before it ends then."))
    oldest_months = forms.IntegerField(
        label=_("At most so many months old when accepted"),
        required=False,
        min_value=1,
        max_value=600,
        help_text=_("Empty: of any age."),
    )
    counts_months = forms.IntegerField(
        label=_("Counts for so many months after completion"),
        required=False,
        min_value=1,
        max_value=600,
        help_text=_("Empty: as long as the programme's own certificate."),
    )
    least_minutes = forms.IntegerField(
        label=_("At least so many minutes long"), min_value=0, max_value=100_000, initial=0
    )
    legal_basis_lv = forms.CharField(label=_("Legal basis in Latvian"), max_length=300)
    legal_basis_en = forms.CharField(label=_("Legal basis in English"), max_length=300)
    legal_url = forms.URLField(
        label=_("Address of the legal text"), required=False, assume_scheme="https", max_length=200
    )
    legal_checked_on = DayField(label=_("Legal basis last checked"), required=False)

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].choices = programmes

    def facts(self) -> dict[str, Any]:
        """For `services.set_rule`."""
        said = dict(self.cleaned_data)
        return {"course": Course.objects.get(key=said.pop("programme")), "facts": said}
