"""What HR types about reminders."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from learning.coverage.forms import DayField
from learning.reminders.models import Reminder, ReminderLetter
from learning.reminders.policy import FIRST_HOUR, LAST_HOUR, MOST_DAYS, Policy, Step
from learning.reminders.selectors import Choice

WEEKDAYS = [
    (1, _("Monday")),
    (2, _("Tuesday")),
    (3, _("Wednesday")),
    (4, _("Thursday")),
    (5, _("Friday")),
    (6, _("Saturday")),
    (7, _("Sunday")),
]
BEFORE, AFTER = "before", "after"
MOST_STEPS = 20
EMPTY_ROWS = 2


def _clock(label: str) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, widget=widget, input_formats=["%H:%M", "%H:%M:%S"])


class PolicyForm(forms.Form):
    """Everything of a policy but its steps."""

    is_on = forms.BooleanField(label=_("Send reminders"), required=False)
    per_week = forms.IntegerField(
        label=_("Letters to one person in seven days, at most"),
        min_value=1,
        max_value=7,
        help_text=_("Several reminders of one day are one letter."),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days on which letters are sent"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    earliest = _clock(_("Not before"))
    latest = _clock(_("Not after"))
    digest = forms.TypedChoiceField(
        label=_("HR officers get their summary"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("On each of these days, when there is news")),
            *((number, format_lazy("{} {}", _("Once a week:"), name)) for number, name in WEEKDAYS),
        ],
    )

    @classmethod
    def of(cls, policy: Policy) -> PolicyForm:
        return cls(
            initial={
                "is_on": policy.is_on,
                "per_week": policy.per_week,
                "weekdays": sorted(policy.weekdays),
                "earliest": policy.earliest,
                "latest": policy.latest,
                "digest": policy.digest_weekday,
            }
        )

    def clean(self) -> dict[str, object]:
        values = self.cleaned_data
        earliest, latest = values.get("earliest"), values.get("latest")
        if earliest and latest and not FIRST_HOUR <= earliest < latest <= LAST_HOUR:
            self.add_error("latest", _("Letters leave by day: choose two times between 6:00 and 22:00, in order."))
        digest, weekdays = values.get("digest"), values.get("weekdays")
        if digest and weekdays and digest not in weekdays:
            self.add_error("digest", _("Choose one of the days on which letters are sent."))
        return values


class StepForm(forms.Form):
    """One step; without a number of days there is none."""

    count = forms.IntegerField(label=_("Days"), required=False, min_value=0, max_value=MOST_DAYS)
    side = forms.ChoiceField(label=_("Before or after"), choices=[(BEFORE, _("days before")), (AFTER, _("days after"))])
    kind = forms.ChoiceField(label=_("Which day"), choices=Reminder.Kind.choices)
    to = forms.ChoiceField(label=_("To whom"), choices=ReminderLetter.To.choices)

    @property
    def step(self) -> Step | None:
        values = self.cleaned_data
        if values.get("count") is None:
            return None
        days = -values["count"] if values["side"] == BEFORE else values["count"]
        return Step(values["kind"], days, values["to"])


StepForms = forms.formset_factory(StepForm, extra=EMPTY_ROWS, max_num=MOST_STEPS, absolute_max=MOST_STEPS + EMPTY_ROWS)


def step_forms_of(policy: Policy) -> forms.BaseFormSet:
    return StepForms(
        prefix="steps",
        initial=[
            {"count": abs(step.days), "side": AFTER if step.days > 0 else BEFORE, "kind": step.kind, "to": step.to}
            for step in sorted(policy.steps)
        ],
    )


def policy_in(form: PolicyForm, steps: forms.BaseFormSet) -> Policy:
    """The policy that two valid forms describe."""
    values = form.cleaned_data
    return Policy(
        steps=tuple(sorted({each.step for each in steps if each.step})),
        is_on=values["is_on"],
        per_week=values["per_week"],
        weekdays=frozenset(values["weekdays"]),
        earliest=values["earliest"],
        latest=values["latest"],
        digest_weekday=values["digest"],
    )


class LedgerForm(forms.Form):
    """What to show of the ledger. A wrong value is told of and passed over."""

    q = forms.CharField(
        label=_("Given name or surname"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("What became of it"), required=False, choices=[("", _("Everything")), *Reminder.State.choices]
    )
    day = DayField(label=_("Day of sending"), required=False)
    person = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, asked: QueryDict) -> None:
        super().__init__(asked)
        self.is_valid()

    @property
    def choice(self) -> Choice:
        chosen = self.cleaned_data
        return Choice(
            person=chosen.get("person"),
            name=chosen.get("q", ""),
            state=chosen.get("state", ""),
            day=chosen.get("day"),
        )

    @property
    def before_pk(self) -> int | None:
        return self.cleaned_data.get("before")

    @property
    def kept(self) -> dict[str, str]:
        """What links on the page carry on."""
        names = ("q", "state", "day", "person")
        return {name: str(value) for name in names if (value := self.cleaned_data.get(name))}
