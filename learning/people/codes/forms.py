"""What people type at the door, and whom HR prints sheets for."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    number = forms.CharField(
        label=_("Number from your sheet"),
        help_text=_("Eight digits, for example 4821 7360."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    secret = forms.CharField(
        label=_("Code from your sheet, or your password"),
        help_text=_("The code works once, to choose a password. After that you use the password."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    shared = forms.BooleanField(
        label=_("Other people use this computer, too"),
        help_text=_("You are signed out after ten idle minutes and when the browser is closed."),
        required=False,
    )


class PrintForm(forms.Form):
    """Some people by number, or everyone who cannot sign in yet."""

    person = forms.CharField(required=False)
    everyone = forms.BooleanField(required=False)
