"""An editor sees a lesson or a case as a role reads it in a language, before anything is published.

How learners meet a unit is known one app above: it registers a renderer for each kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from courses import rendering

if TYPE_CHECKING:
    from courses.selectors import ModuleOutline, UnitOutline
    from courses.services.drafting import UnitPage

SEPARATOR = ":"


@dataclass(frozen=True, slots=True)
class Preview:
    """A unit as it would be frozen now. A lesson has `segments`, a case has `case`, a package neither."""

    role: str
    module: ModuleOutline
    unit: UnitOutline
    sources: tuple[str, ...]
    segments: tuple[rendering.Segment, ...] = ()
    case: rendering.Case | None = None


# Kind of unit -> how a learner meets it. Added by: learning.
renderers: dict[str, Callable[[HttpRequest, Preview], HttpResponse]] = {}


class PreviewPerLanguage:
    """For pages that everybody reads alike: one preview for each language."""

    @property
    def preview_modes(self) -> list[tuple[str, str]]:
        return list(settings.LANGUAGES)

    @property
    def default_preview_mode(self) -> str:
        return settings.LANGUAGE_CODE

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return _served(self, request, role="", language=mode_name)


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
        return _served(self, request, role=role, language=language)


def _served(page: UnitPage, request: HttpRequest, *, role: str, language: str) -> HttpResponse:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with override(language):
        preview = preview_of(page, role=role, language=language)
        return renderers[preview.unit.kind](request, preview)


def preview_of(page: UnitPage, *, role: str, language: str) -> Preview:
    """The page among the others of its module, whether or not it is complete, saved or published."""
    # Services, selectors and the list of models import the pages, which import this module.
    from courses.selectors import ModuleOutline, UnitOutline
    from courses.services.drafting import draft_unit

    draft = draft_unit(page)
    text = draft.texts[language]
    parent = page.get_parent().specific
    unit = UnitOutline(
        id=0,
        key=draft.key or "new",
        kind=draft.kind,
        path=parent.study_path,
        minutes=draft.minutes,
        required=True,
        changed=True,
        title=text["title"] or str(_("Untitled")),
        settings=draft.settings,
    )
    module = ModuleOutline(
        key=parent.key,
        path=parent.study_path,
        number=parent.number(),
        title=parent.heading,
        content_note=parent.note,
        objectives=(),
        units=(unit,),
    )
    return Preview(
        role=role,
        module=module,
        unit=unit,
        sources=tuple(text["sources"]),
        **_read(draft.kind, text["body"], role, language),
    )


def _read(kind: str, body: Any, role: str, language: str) -> dict[str, Any]:
    """What of a lesson or a case a role meets."""
    from courses.models import Unit

    if kind == Unit.Kind.LESSON:
        return {"segments": rendering.segments(body, role=role, language=language)}
    return {"case": rendering.case(body, role=role)} if kind == Unit.Kind.CASE else {}
