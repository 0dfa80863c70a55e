"""Forms of the editor's screens."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.widgets import AdminDateInput

if TYPE_CHECKING:
    from courses.models.pages import ProgrammePage


class ProgrammePageForm(WagtailAdminPageForm):
    """Gives a page its key: once, and different from every other in the programme."""

    instance: ProgrammePage

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields and self.instance.pk and self.instance.key:
            # A copied page begins with the key of its original: that one may still be changed.
            self.fields["key"].disabled = self.instance.key not in self._keys_elsewhere()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        key = cleaned.get("key") or slugify(cleaned.get("title_en", ""))[:60]
        if key and key in self._keys_elsewhere():
            self.add_error("key", _("This key is taken by another page of the programme. Choose another."))
        cleaned["key"] = key
        # The address inside the editor follows the key: titles are translated, keys are not.
        if key and not cleaned.get("slug"):
            cleaned["slug"] = key
        return cleaned

    def _keys_elsewhere(self) -> set[str]:
        from courses.models.pages import CasePage, CoursePage, LessonPage, ModulePage, PackagePage  # they import this

        if isinstance(self.instance, CoursePage):
            return set(CoursePage.objects.exclude(pk=self.instance.pk).values_list("key", flat=True))
        programme = CoursePage.objects.ancestor_of(self.parent_page, inclusive=True).first()
        if programme is None:
            return set()
        return {
            key
            for model in (ModulePage, LessonPage, CasePage, PackagePage)
            for key in model.objects.descendant_of(programme).exclude(pk=self.instance.pk).values_list("key", flat=True)
        }


class PublishForm(forms.Form):
    """What kind of change the next version is, and what changed in it, in every language."""

    CHANGES = (
        ("minor", _("Minor: nobody has to do anything")),
        ("delta", _("What changed: those certified study the changed parts")),
        ("retake", _("Retake: everybody studies the whole programme again by a day")),
    )

    change = forms.ChoiceField(label=_("Kind of change"), choices=CHANGES, widget=forms.RadioSelect)
    retake_by = forms.DateField(
        label=_("Retake by"),
        required=False,
        widget=AdminDateInput,
        help_text=_("For a retake alone: the last day for studying again."),
    )

    def __init__(self, *args, is_first: bool, has_something_to_study: bool, **kwargs) -> None:
        """The first version has nothing before it, so nothing is asked but to confirm."""
        super().__init__(*args, **kwargs)
        self.languages = [code for code, _name in settings.LANGUAGES]
        if is_first:
            del self.fields["change"], self.fields["retake_by"]
            return
        if not has_something_to_study:
            self.fields["change"].choices = [choice for choice in self.CHANGES if choice[0] != "delta"]
        for code, name in settings.LANGUAGES:
            self.fields[f"note_{code}"] = forms.CharField(
                label=_("What changed: {language}").format(language=name),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=1_000,
                help_text=_("Learners and holders of certificates read this. One or two calm sentences."),
            )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if cleaned.get("change") == "retake" and "retake_by" not in self.errors:
            by: date | None = cleaned.get("retake_by")
            if by is None:
                self.add_error("retake_by", _("Give the day by which everybody studies again."))
            elif by < timezone.localdate():
                self.add_error("retake_by", _("This day has passed. Choose today or a later day."))
        return cleaned

    def note(self) -> dict[str, str]:
        return {code: self.cleaned_data.get(f"note_{code}", "") for code in self.languages}


class ImportForm(forms.Form):
    """A zip archive of a programme's folder."""

    archive = forms.FileField(
        label=_("Zip archive"),
        help_text=_("The files themselves at the top of the archive, or in one folder: programme.json, m1.json, …"),
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )
