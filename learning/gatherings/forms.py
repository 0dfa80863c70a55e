"""What planners and facilitators send."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Unit
from learning.coverage.forms import DayField
from learning.gatherings.models import CODE_ALPHABET, CODE_LENGTH, MOST_SEATS, GroupSession
from learning.gatherings.services import Details
from learning.people.models import Institution, User

LONGEST = timedelta(hours=24)


class ClockField(forms.TimeField):
    """An hour picked or typed, shown as a browser's own time field."""

    def __init__(self, **options: object) -> None:
        super().__init__(
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            input_formats=["%H:%M", "%H.%M", "%H:%M:%S"],
            error_messages={"invalid": _("Write the time like this: 14.30.")},
            **options,
        )


class SessionForm(forms.Form):
    """Where, when, for how many, and what is covered."""

    ROOM, LINK = "room", "link"

    institution = forms.ModelChoiceField(
        label=_("For the staff of"),
        help_text=_("And of everything below it."),
        queryset=Institution.objects.none(),
        to_field_name="code",
        empty_label=None,
    )
    where = forms.ChoiceField(
        label=_("Where do people meet?"),
        choices=[(ROOM, _("In a room")), (LINK, _("Online"))],
        initial=ROOM,
        widget=forms.RadioSelect,
    )
    place = forms.CharField(
        label=_("Room and address"), help_text=_("When people meet in a room."), max_length=200, required=False
    )
    online_link = forms.URLField(
        label=_("Link of the online session"),
        help_text=_("It begins with https:// and is shown only to those who have a seat."),
        max_length=500,
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["https"], message=_("The link has to begin with https://."))],
    )
    day = DayField(label=_("Day"))
    starts = ClockField(label=_("From"))
    ends = ClockField(label=_("To"))
    sign_up_until = DayField(
        label=_("Last day to sign up"), help_text=_("Empty: until the session begins."), required=False
    )
    capacity = forms.IntegerField(label=_("Seats"), min_value=1, max_value=MOST_SEATS, initial=16)
    takes_walk_ins = forms.BooleanField(
        label=_("Whoever comes without signing up may take a free seat"), required=False, initial=True
    )
    facilitators = forms.ModelMultipleChoiceField(
        label=_("Who leads it"),
        queryset=User.objects.none(),
        to_field_name="number",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    units = forms.ModelMultipleChoiceField(
        label=_("What is done together"),
        queryset=Unit.objects.none(),
        to_field_name="key",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: object, institutions, facilitators, units, **kwargs: object) -> None:
        """`institutions`, `facilitators` and `units` are what may be chosen. No institutions: it is settled."""
        super().__init__(*args, **kwargs)
        if institutions is None:
            del self.fields["institution"]
        else:
            self.fields["institution"].queryset = institutions
        self.fields["units"].queryset = units
        self.fields["facilitators"].queryset = facilitators
        self.fields["facilitators"].label_from_instance = User.get_full_name
        if not facilitators:
            del self.fields["facilitators"]

    def clean(self) -> dict[str, object]:
        given = super().clean()
        wanted, other = ("place", "online_link") if given.get("where") == self.ROOM else ("online_link", "place")
        given[other] = ""
        if not given.get(wanted) and wanted not in self.errors:
            missing = _("Write where people meet.") if wanted == "place" else _("Write the link people follow.")
            self.add_error(wanted, missing)
        self.errors.pop(other, None)
        if not {"day", "starts", "ends"} - given.keys():
            self._check_moments(given)
        return given

    def _check_moments(self, given: dict) -> None:
        given["starts_at"], given["ends_at"] = (
            timezone.make_aware(datetime.combine(given["day"], given[name])) for name in ("starts", "ends")
        )
        if given["ends_at"] <= given["starts_at"]:
            self.add_error("ends", _("The end has to be later than the beginning."))
        elif given["starts_at"] <= timezone.now():
            self.add_error("day", _("The session has to begin later than now."))
        last_day = given.get("sign_up_until")
        if last_day and last_day > given["day"]:
            self.add_error("sign_up_until", _("This day has to be the day of the session or an earlier one."))

    @property
    def details(self) -> Details:
        given = self.cleaned_data
        until = given["starts_at"]
        if given["sign_up_until"]:
            until = min(until, timezone.make_aware(datetime.combine(given["sign_up_until"], time.max)))
        return Details(
            place=given["place"],
            online_link=given["online_link"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            sign_up_until=until,
            capacity=given["capacity"],
            takes_walk_ins=given["takes_walk_ins"],
        )

    @property
    def leaders(self) -> Sequence[User]:
        return list(self.cleaned_data.get("facilitators", []))

    @staticmethod
    def initial_of(session: GroupSession) -> dict[str, object]:
        starts, ends, until = (
            timezone.localtime(moment) for moment in (session.starts_at, session.ends_at, session.sign_up_until)
        )
        return {
            "where": SessionForm.ROOM if session.is_on_site else SessionForm.LINK,
            "place": session.place,
            "online_link": session.online_link,
            "day": starts.date(),
            "starts": starts.time(),
            "ends": ends.time(),
            "sign_up_until": until.date() if until < starts else None,
            "capacity": session.capacity,
            "takes_walk_ins": session.takes_walk_ins,
            "facilitators": [person.number for person in session.facilitators.all()],
            "units": list(session.units.values_list("key", flat=True)),
        }


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is called off"),
        help_text=_("Everyone who signed up reads it. Write no data about real children or cases."),
        max_length=300,
    )


class TapForm(forms.Form):
    """One tap on the list: what is done with which person's seat."""

    ACTIONS = ("present", "absent", "undo", "take_back")

    present = forms.UUIDField(required=False)
    absent = forms.UUIDField(required=False)
    undo = forms.UUIDField(required=False)
    take_back = forms.UUIDField(required=False)

    def clean(self) -> dict[str, object]:
        if sum(bool(self.cleaned_data.get(action)) for action in self.ACTIONS) != 1:
            raise forms.ValidationError("one action only")
        return self.cleaned_data

    @property
    def tap(self) -> tuple[str, object]:
        return next((action, self.cleaned_data[action]) for action in self.ACTIONS if self.cleaned_data[action])


class UnitsForm(forms.Form):
    """Which of the session's units were done."""

    units = forms.ModelMultipleChoiceField(queryset=Unit.objects.none(), to_field_name="key", required=False)

    def __init__(self, data: object, *, units) -> None:
        super().__init__(data)
        self.fields["units"].queryset = units


class PersonForm(forms.Form):
    """Somebody standing in the room: told by two things that person knows, so that nobody can look people up."""

    surname = forms.CharField(label=_("Surname"), max_length=100)
    known_as = forms.CharField(
        label=_("Staff number or e-mail"),
        help_text=_("As on the staff list; the person tells it."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SeatForm(forms.Form):
    """What a learner does with a seat."""

    action = forms.ChoiceField(choices=[("book", "book"), ("withdraw", "withdraw")])


class CodeForm(forms.Form):
    """The code on the room's screen, as people type it."""

    code = forms.CharField(
        label=_("Code from the screen"),
        help_text=_("Eight letters and digits."),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        typed = "".join(character for character in self.cleaned_data["code"].upper() if character.isalnum())
        if typed and (len(typed) != CODE_LENGTH or set(typed) - set(CODE_ALPHABET)):
            raise forms.ValidationError(_("There is no such code. Look at the screen once more."))
        return typed
