"""What a person may change about the account here."""

from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser


class ProfileForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)

    def save(self, person: AbstractBaseUser) -> None:
        person.language = self.cleaned_data["language"]
        person.save(update_fields=["language"])
