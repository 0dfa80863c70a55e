"""What an administrator says about a token."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from runtime.access.models import ApiToken

MOST_DAYS = 2 * 365


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Which system it is for."))
    scopes = forms.MultipleChoiceField(
        label=_("Rights"), choices=ApiToken.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    days = forms.IntegerField(
        label=_("Days"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=365,
        help_text=_("How long it is good for. After that the system needs a new one."),
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if ApiToken.objects.filter(name=name).exists():
            raise forms.ValidationError(name_is_taken())
        return name

    def lasts(self) -> timedelta:
        return timedelta(days=self.cleaned_data["days"])


def name_is_taken() -> str:
    return gettext("There is a token of this name already, or there was one. Choose another name.")
