"""From which day to which."""

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from learning.coverage.forms import EARLIEST, DayField


class DaysForm(forms.Form):
    """Both days included; none given: the year so far."""

    since = DayField(label=_("First day"), required=False)
    until = DayField(label=_("Last day"), required=False)

    def clean_since(self) -> date:
        day = self.cleaned_data["since"] or timezone.localdate().replace(month=1, day=1)
        if day < EARLIEST:
            raise forms.ValidationError(_("There are no records from that time. Choose a later day."))
        return day

    def clean_until(self) -> date:
        day = self.cleaned_data["until"] or timezone.localdate()
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Choose today or an earlier day."))
        return day

    def clean(self) -> dict[str, date]:
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if first and last and last < first:
            self.add_error("until", _("The last day is before the first. Correct one of them."))
        return self.cleaned_data
