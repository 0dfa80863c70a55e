"""What a person may change about the account here."""

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _

from cms.i18n import own_names


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=own_names, widget=forms.RadioSelect)

    def save(self, person: AbstractBaseUser) -> None:
        person.language = self.cleaned_data["language"]
        person.save(update_fields=["language"])
