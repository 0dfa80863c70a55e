"""Texts of packages: per language tag, as their authors gave them."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_language

from .manifest import Texts

UNDETERMINED = "und"


def in_language(texts: Texts, language: str | None = None) -> str:
    """The text in `language` (the active one when None) or its nearest: `lv` finds `lv-LV`; else what there is."""
    wanted = language or get_language() or settings.LANGUAGE_CODE
    by_tag = {tag.lower(): text for tag, text in texts.items() if text}
    for base in (wanted.lower(), wanted.lower().partition("-")[0]):
        near = [base, *sorted(tag for tag in by_tag if tag.startswith(f"{base}-"))]
        for tag in near:
            if tag in by_tag:
                return by_tag[tag]
    return by_tag.get(UNDETERMINED) or next(iter(by_tag.values()), "")
