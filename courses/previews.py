"""An editor sees a lesson or a case as a role reads it in a language, before anything is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override

from courses import rendering

if TYPE_CHECKING:
    from courses.models.pages import CasePage, LessonPage

SEPARATOR = ":"


class PreviewPerReader:
    """For pages that every role reads differently: one preview for each role and language."""

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        from courses.models import Role  # models import this module

        return [
            (f"{role.key}{SEPARATOR}{code}", f"{role.title} · {name}")
            for role in Role.objects.all()
            for code, name in settings.LANGUAGES
        ]

    @property
    def default_preview_mode(self) -> str:
        modes = self.preview_modes
        return modes[0][0] if modes else ""

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        role, _separator, language = mode_name.partition(SEPARATOR)
        if language not in dict(settings.LANGUAGES):
            raise Http404
        with override(language):
            return preview(request, self, role=role, language=language)


def preview(request: HttpRequest, page: LessonPage | CasePage, *, role: str, language: str) -> HttpResponse:
    """The page as it would be frozen now, rendered the way learners meet it."""
    from courses.services.drafting import draft_unit  # services import models

    unit = draft_unit(page)
    text = unit.texts[language]
    context = {"unit": unit, "title": text["title"], "objectives": text["objectives"], "sources": text["sources"]}
    if isinstance(text["body"], list):
        context["segments"] = rendering.segments(text["body"], role=role, language=language)
    else:
        context["case"] = rendering.case(text["body"], role=role)
    return render(request, f"courses/preview_{unit.kind}.html", context)
