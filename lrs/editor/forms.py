"""What editors say about clients, targets and statements to look for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from lrs import outbound
from lrs.models import Credential, Forwarder


class CredentialForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=_("Rights"), choices=Credential.Scope.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Credential
        fields = ["name", "scopes"]


class ForwarderForm(forms.ModelForm):
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Left empty, the one that is kept stays."),
    )
    from_now = forms.BooleanField(
        label=_("Only statements from now on"),
        required=False,
        initial=True,
        help_text=_("Otherwise every one, the oldest first."),
    )

    class Meta:
        model = Forwarder
        fields = ["name", "endpoint", "key", "is_paused"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["from_now"]

    def clean_endpoint(self) -> str:
        address = self.cleaned_data["endpoint"]
        try:
            outbound.endpoint_of(address)
        except outbound.Unreachable:
            raise forms.ValidationError(
                _("Write an address that begins with https://, without a password in it.")
            ) from None
        return address


class StatementFilters(forms.Form):
    """`packages` and `verbs` are pairs of a value and its name."""

    package = forms.ChoiceField(label=_("Package"), required=False)
    verb = forms.ChoiceField(label=_("What happened"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=AdminDateInput)
    until = forms.DateField(label=_("To"), required=False, widget=AdminDateInput)

    def __init__(
        self, *args: Any, packages: list[tuple[str, str]], verbs: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["package"].choices = [("", _("All")), *packages]
        self.fields["verb"].choices = [("", _("All")), *verbs]
