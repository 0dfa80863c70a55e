"""What coverage pages are asked for in their addresses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.coverage.people import ORDERS, Choice
from learning.coverage.programmes import Programme
from learning.coverage.wording import STATUS_CHOICES
from learning.requirements.models import Leave

EARLIEST = date(2000, 1, 1)
DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y.", "%d.%m.%Y"]


class DayField(forms.DateField):
    """A day picked or typed, shown as a browser's own date field."""

    def __init__(self, **options: object) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        invalid = {"invalid": _("Write the date like this: 24.11.2026.")}
        super().__init__(widget=widget, input_formats=DAY_FORMATS, error_messages=invalid, **options)


class ReportForm(forms.Form):
    """Which programme on which day. A wrong value is told of and passed over."""

    on = DayField(label=_("Day"), required=False)
    programme = forms.SlugField(required=False, max_length=60)

    def __init__(self, asked: QueryDict) -> None:
        asked = asked.copy()
        asked.setdefault("on", str(timezone.localdate()))
        super().__init__(asked)

    def clean_on(self) -> date:
        day = self.cleaned_data["on"] or timezone.localdate()
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Choose today or an earlier day."))
        if day < EARLIEST:
            raise forms.ValidationError(_("There are no figures from that time. Choose a later day."))
        return day

    @property
    def day(self) -> date:
        """The day asked for, today when none or a wrong one was."""
        self.is_valid()
        return self.cleaned_data.get("on") or timezone.localdate()

    @property
    def course_key(self) -> str:
        return self._of("programme")

    @property
    def kept(self) -> dict[str, str]:
        """What links on the page carry on."""
        chosen = {"programme": self.course_key, "on": "" if self.day == timezone.localdate() else str(self.day)}
        return {name: value for name, value in chosen.items() if value}

    def _of(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name, "")


class PlanForm(forms.Form):
    """Which programme at which place."""

    programme = forms.SlugField(required=False, max_length=60)
    place = forms.SlugField(required=False, max_length=60)

    @property
    def course_key(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("programme", "")

    @property
    def place_code(self) -> str:
        """What was asked for as it was written, so that nonsense is refused like a place of others."""
        return self.data.get("place", "")

    @property
    def kept(self) -> dict[str, str]:
        return {
            name: value for name, value in {"programme": self.course_key, "place": self.place_code}.items() if value
        }


class PeopleForm(ReportForm):
    """Which people, in which order."""

    q = forms.CharField(
        label=_("Given name or surname"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    status = forms.ChoiceField(label=_("Status"), required=False, choices=STATUS_CHOICES)
    position = forms.SlugField(required=False, max_length=60)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[
            ("name", _("Surname, A to Z")),
            ("-name", _("Surname, Z to A")),
            ("status", _("Status")),
            ("-status", _("Status, backwards")),
            ("day", _("Day, earliest first")),
            ("-day", _("Day, latest first")),
        ],
    )
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    @property
    def choice(self) -> Choice:
        self.is_valid()
        return Choice.searching(
            self._of("q"),
            on=self.day,
            status=self._of("status"),
            position_key=self._of("position"),
            sort=self._of("sort") or ORDERS[0],
        )

    @property
    def page_number(self) -> int:
        self.is_valid()
        return self.cleaned_data.get("page") or 1

    @property
    def is_narrowed(self) -> bool:
        return any(self._of(name) for name in ("q", "status", "position"))

    @property
    def kept(self) -> dict[str, str]:
        chosen = {name: self._of(name) for name in ("q", "status", "position", "sort")}
        if chosen["sort"] == ORDERS[0]:
            del chosen["sort"]
        return {**super().kept, **{name: value for name, value in chosen.items() if value}}


class Days(forms.Form):
    """A first day and, if known, a last one."""

    starts_on = DayField(label=_("First day"))
    ends_on = DayField(label=_("Last day, if known"), required=False)

    def clean(self) -> dict[str, object]:
        first, last = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first. Correct one of them."))
        return self.cleaned_data


class ExemptionForm(Days):
    """For which programme, why and for how long."""

    programme = forms.ChoiceField(label=_("Programme"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Do not write health data or data of real children or cases."),
    )

    field_order = ["programme", "reason", "starts_on", "ends_on"]

    def __init__(self, *args: object, programmes: Iterable[Programme], **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].choices = [(programme.key, programme.title) for programme in programmes]


class EndExemptionForm(forms.Form):
    """From which day the person is asked again."""

    programme = forms.SlugField(max_length=60, widget=forms.HiddenInput)
    first_day_back = DayField(label=_("First day back"))


class LeaveForm(Days):
    """What kind of leave, and from when to when."""

    kind = forms.ChoiceField(label=_("Kind of leave"), choices=Leave.Kind.choices)

    field_order = ["kind", "starts_on", "ends_on"]


class EndLeaveForm(forms.Form):
    """From which day the person is back."""

    first_day_back = DayField(label=_("First day back"))
