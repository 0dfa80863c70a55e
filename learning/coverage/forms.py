"""What coverage pages are asked for in their addresses."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

EARLIEST = date(2000, 1, 1)
DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y.", "%d.%m.%Y"]


class DayField(forms.DateField):
    """A day picked or typed, shown as a browser's own date field."""

    def __init__(self, **options: object) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        invalid = {"invalid": _("Write the date like this: 24.11.2026.")}
        super().__init__(widget=widget, input_formats=DAY_FORMATS, error_messages=invalid, **options)


class ReportForm(forms.Form):
    """Which programme on which day."""

    on = DayField(label=_("Day"), required=False)
    programme = forms.SlugField(required=False, max_length=60)

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
        self.is_valid()
        return self.cleaned_data.get("programme", "")

    @property
    def kept(self) -> dict[str, str]:
        """What links on the page carry on."""
        chosen = {"programme": self.course_key, "on": "" if self.day == timezone.localdate() else str(self.day)}
        return {name: value for name, value in chosen.items() if value}
