"""What visitors type."""

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates import codes


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the document"),
        help_text=_("Fifteen characters, for example 7K4M2-XQD9C-0VRTV"),
        max_length=60,
        error_messages={"required": _("Enter the code from the document.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "number"}
        ),
    )

    def clean_code(self) -> str:
        try:
            return codes.parse(self.cleaned_data["code"])
        except codes.NotACode:
            raise forms.ValidationError(
                _(
                    "This is not a code of ours: a code has 15 letters and digits, and one of them seems to differ. "
                    "Compare it with the document."
                )
            ) from None


class SurnameForm(forms.Form):
    surname = forms.CharField(
        label=_("Whom was it issued to?"),
        help_text=_("Enter the surname from the document. If it matches, we show whom it was issued to."),
        max_length=250,
        error_messages={"required": _("Enter the surname from the document.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
