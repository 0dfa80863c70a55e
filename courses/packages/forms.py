"""What an editor fills in to import a package."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


def too_large() -> str:
    return gettext("The file is larger than {most} MB. Make films and pictures smaller, or split the package.").format(
        most=settings.PACKAGE_MAX_MB
    )


class UploadForm(forms.Form):
    """A package as an authoring tool exports it."""

    file = forms.FileField(
        label=_("File"),
        help_text=lazy(
            lambda: gettext(
                "SCORM 1.2 and 2004, H5P and cmi5: a zip archive, an .h5p file or a cmi5.xml, at most {most} MB."
            ).format(most=settings.PACKAGE_MAX_MB),
            str,
        )(),
        widget=forms.FileInput(attrs={"accept": ".zip,.h5p,.xml"}),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > settings.PACKAGE_MAX_MB * 1024**2:
            raise forms.ValidationError(too_large())
        return file
