"""What people type about people."""

from datetime import date

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from learning.people.models import Position, User
from learning.people.staff_import.errors import FileTooLarge
from learning.people.staff_import.reading import MOST_BYTES


class FirstPasswordForm(forms.Form):
    """The one password a person invited chooses; it is never shown again, not even after a mistake."""

    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 12 characters. Three words in a row will do."),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class StaffFileForm(forms.Form):
    """A staff list and what absence from it means."""

    CHANGES, COMPLETE = "changes", "complete"

    file = forms.FileField(
        label=_("File with the staff list"),
        help_text=_("CSV or XLSX, up to 10 MB."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file with the staff list.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )
    kind = forms.ChoiceField(
        label=_("What is in the file?"),
        choices=[
            (CHANGES, _("New people and changes only. Whoever is not in the file stays.")),
            (COMPLETE, _("Everyone who works here. Whoever is not in the file has left.")),
        ],
        error_messages={"required": _("Say what is in the file.")},
        widget=forms.RadioSelect,
    )

    def clean_file(self) -> forms.FileField:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(FileTooLarge(MOST_BYTES).message, code="too_large")
        return file

    @property
    def complete(self) -> bool:
        return self.cleaned_data["kind"] == self.COMPLETE


class InviteForm(forms.Form):
    """One person, as a staff list of one row."""

    first_name = forms.CharField(label=_("First name"), max_length=100)
    last_name = forms.CharField(label=_("Surname"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=254,
        help_text=_("The invitation is sent to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    position = forms.ModelChoiceField(
        label=_("Position"),
        queryset=Position.objects.all(),
        to_field_name="key",
        empty_label=_("Choose a position"),
    )
    starts_on = forms.DateField(label=_("Start of work"), help_text=_("For example 01.09.2026."))

    def cells(self) -> dict[str, str]:
        """The answers as cells of a staff list."""
        answers = {**self.cleaned_data, "position": self.cleaned_data["position"].key}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in answers.items()}


class InviteAgainForm(forms.Form):
    """One person by number, or everyone."""

    person = forms.UUIDField(required=False)
    everyone = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        if bool(self.cleaned_data.get("person")) == self.cleaned_data["everyone"]:
            raise forms.ValidationError(_("Choose one person or everyone."))
        return self.cleaned_data


class ConfirmImportForm(forms.Form):
    """What HR says about a list it has looked at."""

    fingerprint = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    cancel = forms.BooleanField(required=False, widget=forms.HiddenInput)
    invite = forms.BooleanField(label=_("Send invitations to those who join and have an e-mail"), required=False)
    leave_out_wrong = forms.BooleanField(
        label=_("Save the other rows without these"),
        help_text=_("Nobody in these rows counts as having left."),
        required=False,
    )
    many_leave_meant = forms.BooleanField(label=_("So many people have really left"), required=False)

    def permissions(self) -> dict[str, bool]:
        return {name: self.cleaned_data[name] for name in ("invite", "leave_out_wrong", "many_leave_meant")}
