"""What an editor fills in to import a package."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models import Package, PackageSeries

from . import origins
from .allowing import our_hosts


def too_large() -> str:
    return gettext("The file is larger than {most} MB. Make films and pictures smaller, or split the package.").format(
        most=settings.PACKAGE_MAX_MB
    )


class OriginsForm(forms.Form):
    """Places elsewhere that a package may load from, one in a line."""

    origins = forms.CharField(
        label=_("Places, one in a line"),
        required=False,
        max_length=8_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_(
            "https://host, or https://*.host for all names below it; a port may follow. Other pages, addresses in "
            "numbers and places without https are not taken."
        ),
    )

    def clean_origins(self) -> list[str]:
        return origins.parsed(self.cleaned_data["origins"], ours=our_hosts())


class SearchForm(forms.Form):
    """Which packages to list; what is not understood finds everything."""

    q = forms.CharField(label=_("Title"), required=False, max_length=255)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), *Package.Kind.choices], initial=""
    )

    def found(self) -> QuerySet[PackageSeries]:
        wanted = self.cleaned_data if self.is_valid() else {}
        series = PackageSeries.objects.filter(title__icontains=wanted.get("q", ""))
        if kind := wanted.get("kind"):
            series = series.filter(Exists(Package.objects.filter(series=OuterRef("pk"), kind=kind)))
        return series


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
