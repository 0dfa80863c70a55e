"""What a learner's page of a package sends."""

from django import forms


class RenewForm(forms.Form):
    """Which window is still open in front of the learner."""

    launch = forms.UUIDField()


class AgainForm(forms.Form):
    """Which attempt another one is to follow: pressed twice, the button makes one."""

    after = forms.IntegerField(min_value=1, max_value=32_000, widget=forms.HiddenInput)
