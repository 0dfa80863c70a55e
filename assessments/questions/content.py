"""Read the JSON of a question field by field, remembering every fault instead of stopping at the first."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..errors import Message, Problem

LONGEST_TEXT = 2_000


class Content:
    """A JSON object, the language to read it in, and where in the whole it stands."""

    def __init__(self, value: Any, locale: str, path: str = "", problems: list[Problem] | None = None):
        self.problems: list[Problem] = [] if problems is None else problems
        self.locale = locale
        self.path = path
        self.value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.complain("", _("This must be an object with named fields."))

    def complain(self, name: str, message: Message) -> None:
        self.problems.append(Problem(self._path(name), message))

    def words(self, name: str, *, required: bool = True) -> str:
        """The text of a bilingual field in this language; empty when optional and absent."""
        translations = self.value.get(name)
        found = translations.get(self.locale) if isinstance(translations, Mapping) else None
        words = found.strip() if isinstance(found, str) else ""
        field = f"{name}.{self.locale}"
        if len(words) > LONGEST_TEXT:
            self.complain(field, _("This text is too long: shorten it."))
        if required and not words:
            self.complain(field, _("Write this text."))
        return words

    def plain(self, name: str) -> str:
        """A short text that is the same in every language; empty when absent."""
        found = self.value.get(name, "")
        if not isinstance(found, str) or len(found) > LONGEST_TEXT:
            self.complain(name, _("This must be a short text."))
            return ""
        return found.strip()

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        found = self.value.get(name)
        if found not in allowed:
            self.complain(name, _("Choose one of: {choices}.").format(choices=", ".join(allowed)))
            return allowed[0]
        return str(found)

    def flag(self, name: str) -> bool:
        found = self.value.get(name)
        if not isinstance(found, bool):
            self.complain(name, _("Say whether this is true or false."))
        return found is True

    def parts(self, name: str, *, least: int, most: int) -> list["Content"]:
        """The objects of a list, as many of them as the kind of question allows."""
        found = self.value.get(name)
        if not isinstance(found, list):
            self.complain(name, _("This must be a list."))
            return []
        if len(found) < least:
            few = ngettext("Give at least {number} item.", "Give at least {number} items.", least)
            self.complain(name, few.format(number=least))
        if len(found) > most:
            many = ngettext("Give at most {number} item.", "Give at most {number} items.", most)
            self.complain(name, many.format(number=most))
        return [
            Content(item, self.locale, self._path(f"{name}.{index}"), self.problems)
            for index, item in enumerate(found[:most])
        ]

    def _path(self, name: str) -> str:
        return ".".join(filter(None, (self.path, name)))
