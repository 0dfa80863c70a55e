"""What a rule says, as HR or the coordinator writes it."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from learning.coverage.forms import DayField
from learning.coverage.standing import Rule
from learning.people.models import Institution, Position, Sector
from learning.requirements.models import Requirement

YEARS_AHEAD = 20
MOST_DAYS = 3_650
MOST_MONTHS = 600


class _Previewed(forms.Form):
    """A form that is shown what it would do before it is saved."""

    @property
    def fingerprint(self) -> str:
        """Tells whether what is being saved is what the preview was of."""
        said = repr([(name, _plain(value)) for name, value in sorted(self.cleaned_data.items())])
        return hashlib.sha256(said.encode()).hexdigest()


class RequirementForm(_Previewed):
    """A new rule, or with `changes` the next words of one. `earliest` is the first day it may be in force from."""

    programme = forms.ChoiceField(label=_("Programme"))
    sector = forms.ModelChoiceField(
        label=_("Only this sector"), queryset=Sector.objects.all(), required=False, empty_label=_("Every sector")
    )
    positions = forms.ModelMultipleChoiceField(
        label=_("Only these positions"),
        queryset=Position.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every position."),
    )
    law_points = forms.MultipleChoiceField(
        label=_("Only these points of section 5.1"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: every point."),
    )
    due_from = forms.ChoiceField(label=_("Deadline counted from"), choices=Requirement.DueFrom.choices)
    due_days = forms.IntegerField(label=_("Days allowed"), min_value=0, max_value=MOST_DAYS, initial=60)
    due_on = DayField(label=_("Fixed day"), required=False, help_text=_("Only where a fixed day is chosen above."))
    grace_days = forms.IntegerField(
        label=_("Days of grace"),
        min_value=0,
        max_value=MOST_DAYS,
        initial=0,
        help_text=_("Only after these days does a missed deadline count as overdue."),
    )
    repeat_months = forms.IntegerField(
        label=_("Repeat every so many months"),
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        help_text=_("Empty: as long as the certificate is valid."),
    )
    legal_basis_lv = forms.CharField(label=_("Legal basis in Latvian"), max_length=300)
    legal_basis_en = forms.CharField(label=_("Legal basis in English"), max_length=300)
    legal_url = forms.URLField(
        label=_("Address of the legal text"),
        required=False,
        assume_scheme="https",
        max_length=200,
        validators=[URLValidator(schemes=["https"], message=_("The address must begin with https://."))],
    )
    legal_checked_on = DayField(label=_("Legal basis last checked"), required=False)
    valid_from = DayField(label=_("In force from"))
    valid_until = DayField(label=_("In force until"), required=False, help_text=_("Empty: until it is ended."))

    def __init__(
        self,
        *args: Any,
        programmes: list[tuple[str, str]],
        earliest: date,
        changes: Requirement | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, initial=_said_by(changes, earliest), **options)
        self.earliest = earliest
        if changes:
            del self.fields["programme"]
        else:
            self.fields["programme"].choices = programmes
        points = set(Position.objects.exclude(law_point="").values_list("law_point", flat=True))
        points.update(changes.law_points if changes else ())
        self.fields["law_points"].choices = [(point, point) for point in sorted(points, key=lambda p: (len(p), p))]

    def clean_due_on(self) -> date | None:
        return _near(self.cleaned_data["due_on"])

    def clean_legal_checked_on(self) -> date | None:
        day = self.cleaned_data["legal_checked_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Choose today or an earlier day."))
        return day

    def clean_valid_from(self) -> date:
        day = _near(self.cleaned_data["valid_from"])
        if day < self.earliest:
            raise forms.ValidationError(_not_before(self.earliest))
        return day

    def clean_valid_until(self) -> date | None:
        return _near(self.cleaned_data["valid_until"])

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        is_fixed = said.get("due_from") == Requirement.DueFrom.FIXED
        if is_fixed and not said.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Write the fixed day."))
        if said.get("due_on") and not is_fixed:
            self.add_error("due_on", _("Leave this empty, or choose above that the deadline is a fixed day."))
        first, last = said.get("valid_from"), said.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The last day is before the first one. Check both."))
        return said

    def facts(self) -> dict[str, Any]:
        """The columns of a requirement, but for its programme and positions."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("programme", "positions")}

    def course(self) -> Course:
        return Course.objects.get(key=self.cleaned_data["programme"])

    def draft(self, institution: Institution, course: Course) -> Requirement:
        """The rule as it would be, without positions, not saved."""
        return Requirement(institution=institution, course=course, **self.facts())

    def rule(self, draft: Requirement) -> Rule:
        """The part of the draft that decides."""
        return draft.rule(positions=self.cleaned_data["positions"])


class EndForm(_Previewed):
    """The last day of a rule."""

    valid_until = DayField(label=_("Last day in force"))

    def __init__(self, *args: Any, requirement: Requirement, **options: Any) -> None:
        super().__init__(*args, **options)
        self.requirement = requirement

    def clean_valid_until(self) -> date:
        day, present = _near(self.cleaned_data["valid_until"]), self.requirement.valid_until
        earliest = max(timezone.localdate(), self.requirement.valid_from)
        if day < earliest:
            raise forms.ValidationError(_not_before(earliest))
        if present and day > present:
            raise forms.ValidationError(_("The rule ends earlier already. To let it go on, make a new rule."))
        return day


def _said_by(requirement: Requirement | None, earliest: date) -> dict[str, Any]:
    if requirement is None:
        return {"valid_from": earliest}
    names = [name for name in RequirementForm.base_fields if name not in ("programme", "positions")]
    said = {name: getattr(requirement, name) for name in names}
    return {
        **said,
        "positions": [position.pk for position in requirement.positions.all()],
        "valid_from": max(earliest, requirement.valid_from),
    }


def _near(day: date | None) -> date | None:
    if day and day > timezone.localdate() + timedelta(days=366 * YEARS_AHEAD):
        raise forms.ValidationError(_("The year cannot be right. Check the date."))
    return day


def _not_before(day: date) -> str:
    from_day = _("Choose %(day)s or a later day.")
    return from_day % {"day": day.strftime("%d.%m.%Y.")}


def _plain(value: object) -> object:
    if hasattr(value, "values_list"):
        return sorted(value.values_list("pk", flat=True))
    return getattr(value, "pk", value)
