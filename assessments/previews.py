"""An editor sees a question as learners meet it, before it is saved."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from wagtail.models import PreviewableMixin

from assessments.errors import QuestionInvalid
from assessments.questions import NO_ANSWER, parse_question

if TYPE_CHECKING:
    from assessments.models import Question

SEED = "preview"


class PreviewPerLanguage(PreviewableMixin):
    """One preview for each language: the question, and what is read after handing in."""

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        language = mode_name if mode_name in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with override(language):
            return render(request, "assessments/editor/preview.html", _context(self, language))


def _context(question: Question, language: str) -> dict[str, Any]:
    # Freezing imports the models, which import this module.
    from assessments.freezing import content_of
    from assessments.sheets import Entry

    if not question.body:
        return {}
    try:
        asked = parse_question(content_of(question), locale=language)
    except QuestionInvalid as invalid:
        return {"problems": invalid.problems}
    return {
        "question": asked.public_form(SEED) | {"template": f"assessments/kinds/{asked.kind}.html"},
        "entry": Entry(number=1, review=asked.review(NO_ANSWER), points=Decimal(0), lesson=None),
    }
