"""Forms of the editor's screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm

if TYPE_CHECKING:
    from courses.models.pages import ProgrammePage


class ProgrammePageForm(WagtailAdminPageForm):
    """Gives a page its key: once, and different from every other in the programme."""

    instance: ProgrammePage

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields and self.instance.pk and self.instance.key:
            self.fields["key"].disabled = True

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
        from courses.models.pages import CasePage, CoursePage, LessonPage, ModulePage  # pages import this form

        if isinstance(self.instance, CoursePage):
            return set(CoursePage.objects.exclude(pk=self.instance.pk).values_list("key", flat=True))
        programme = CoursePage.objects.ancestor_of(self.parent_page, inclusive=True).first()
        if programme is None:
            return set()
        return {
            key
            for model in (ModulePage, LessonPage, CasePage)
            for key in model.objects.descendant_of(programme).exclude(pk=self.instance.pk).values_list("key", flat=True)
        }
