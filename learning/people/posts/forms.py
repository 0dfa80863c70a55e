"""What HR types about a person and a post."""

from datetime import date

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from learning.people.models import Institution, Membership, Position, User

from .services import Details, written

EARLIEST = date(1950, 1, 1)


class PersonForm(forms.Form):
    first_name = forms.CharField(label=_("First name"), max_length=100)
    last_name = forms.CharField(label=_("Surname"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    @classmethod
    def of(cls, person: User, posted: object = None) -> "PersonForm":
        names = ("first_name", "last_name", "email", "language")
        return cls(posted, initial={name: getattr(person, name) or "" for name in names})


class _Position(forms.Form):
    position = forms.ModelChoiceField(
        label=_("Position"),
        queryset=Position.objects.all(),
        to_field_name="key",
        empty_label=_("Choose a position"),
    )


class _More(forms.Form):
    department = forms.CharField(label=_("Department"), max_length=120, required=False)
    staff_number = forms.CharField(label=_("Staff number"), max_length=40, required=False)
    manager = forms.CharField(
        label=_("Direct manager"),
        help_text=_("E-mail or staff number of the manager."),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PostForm(_More, _Position):
    starts_on = forms.DateField(label=_("Start of work"), help_text=_("For example 01.09.2026."))
    ends_on = forms.DateField(
        label=_("Last day of work"), help_text=_("Empty as long as the person works here."), required=False
    )

    field_order = ("position", "starts_on", "ends_on", "department", "staff_number", "manager")

    @classmethod
    def of(cls, post: Membership, posted: object = None) -> "PostForm":
        names = ("department", "staff_number", "starts_on", "ends_on")
        told = {name: getattr(post, name) for name in names}
        return cls(posted, initial={**told, "position": post.position.key, "manager": written(post)})

    def clean_starts_on(self) -> date:
        return _likely(self.cleaned_data["starts_on"])

    def clean(self) -> dict[str, object]:
        starts_on, ends_on = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day is before the first. Check both dates."))
        return self.cleaned_data

    def details(self) -> Details:
        return Details(**{name: value for name, value in self.cleaned_data.items() if name != "institution"})


class NewPostForm(PostForm):
    """With the place, where there are several."""

    institution = forms.ModelChoiceField(
        label=_("Institution"), queryset=Institution.objects.none(), to_field_name="code", empty_label=None
    )
    field_order = ("institution", *PostForm.field_order)

    def __init__(self, institution: Institution, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["institution"].queryset = Institution.objects.under(institution)
        if institution.is_leaf():
            del self.fields["institution"]
        self.here = institution

    @property
    def place(self) -> Institution:
        return self.cleaned_data.get("institution", self.here)


class ChangeForm(_More, _Position):
    moves_on = forms.DateField(label=_("First day in the new post"), help_text=_("For example 01.09.2026."))

    field_order = ("position", "moves_on", "department", "staff_number", "manager")

    @classmethod
    def of(cls, post: Membership, posted: object = None) -> "ChangeForm":
        told = {name: getattr(post, name) for name in ("department", "staff_number")}
        return cls(posted, initial={**told, "manager": written(post)}, prefix="new")

    def clean_moves_on(self) -> date:
        return _likely(self.cleaned_data["moves_on"])

    def details(self) -> Details:
        told = dict(self.cleaned_data)
        return Details(starts_on=told.pop("moves_on"), **told)


def _likely(day: date) -> date:
    if day < EARLIEST:
        raise forms.ValidationError(_("The year cannot be right. Check the date."))
    return day
