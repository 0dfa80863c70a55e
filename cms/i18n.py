"""Texts in several languages: picking the reader's one from columns or from frozen JSON."""

from collections.abc import Mapping

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language

Texts = Mapping[str, str]


def pick(texts: Texts, language: str | None = None) -> str:
    """The text in `language` (the active one when None), else in the site's first language, else ''."""
    language = language or get_language() or settings.LANGUAGE_CODE
    return texts.get(language) or texts.get(settings.LANGUAGE_CODE, "")


def own_names() -> list[tuple[str, str]]:
    """Code and own name of every language of the site, for switches: whoever looks for one reads it."""
    return [(code, LANG_INFO[code]["name_local"].capitalize()) for code, _ in settings.LANGUAGES]


class Translated:
    """`name = Translated("name")` reads `name_lv` or `name_en`, whichever the reader's language is."""

    def __init__(self, field: str) -> None:
        self.field = field

    def __get__(self, instance: object, owner: type) -> str:
        if instance is None:
            return self  # type: ignore[return-value]
        return pick({code: getattr(instance, f"{self.field}_{code}") for code, _ in settings.LANGUAGES})


def texts_of(instance: object, field: str) -> dict[str, str]:
    """`{"lv": …, "en": …}` from the columns of `field`, for freezing."""
    return {code: getattr(instance, f"{field}_{code}") for code, _ in settings.LANGUAGES}
