"""One place in a JSON file: read its parts, and write down what is wrong instead of stopping."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from .content import Text
from .problems import Problem

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
LONGEST_TEXT = 4_000
LONGEST_STRING = 500
# Control characters, and halves of surrogate pairs, which no database takes. A text may have line breaks.
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")
MISSING: Any = object()


class Node:
    """A value in a file, where it stands, and the list that collects problems."""

    __slots__ = ("field", "file", "key", "languages", "problems", "value")

    def __init__(
        self,
        value: Any,
        *,
        file: str,
        problems: list[Problem],
        languages: Sequence[str],
        key: str = "",
        field: str = "",
    ) -> None:
        self.value = value
        self.file = file
        self.problems = problems
        self.languages = languages
        self.key = key
        self.field = field

    def complain(self, message: str, **words: Any) -> None:
        """Write a problem down. `message` is translatable and may hold {field}."""
        field = self.field or _("the whole")
        self.problems.append(Problem(self.file, self.key, self.field, format_lazy(message, field=field, **words)))

    def part(self, name: str, value: Any = MISSING) -> Node:
        """The field `name` of this object, or the item `[n]` of this list."""
        if value is MISSING:
            value = self.value.get(name, MISSING) if isinstance(self.value, dict) else MISSING
        joint = "" if not self.field or name.startswith("[") else "."
        return Node(
            value,
            file=self.file,
            problems=self.problems,
            languages=self.languages,
            key=self.key,
            field=f"{self.field}{joint}{name}",
        )

    def under(self, field: str) -> Node:
        """The same value as an item named by its own `field`, when it has one: problems then name it."""
        key = self.value.get(field) if isinstance(self.value, dict) else None
        if not isinstance(key, str) or not key.strip():
            return self
        return Node(self.value, file=self.file, problems=self.problems, languages=self.languages, key=shown(key))

    def has(self, *required: str, optional: Sequence[str] = ()) -> bool:
        """True for an object; complains of fields that are missing or not known."""
        if not isinstance(self.value, dict):
            if self.value is not MISSING:
                self.complain(_("{field} must be an object"))
            return False
        for name in required:
            if name not in self.value:
                self.part(name).complain(_("{field} is missing"))
        for name in self.value:
            if name not in required and name not in optional:
                self.part(shown(name)).complain(_("{field} is not a known field"))
        return True

    def text(self, name: str) -> Text:
        """Words in every language."""
        return self.part(name).as_text()

    def texts(self, name: str, *, least: int = 1) -> tuple[Text, ...]:
        """A list of texts."""
        return tuple(item.as_text() for item in self.part(name).items(least=least))

    def as_text(self) -> Text:
        if not self.has(*self.languages):
            return MappingProxyType(dict.fromkeys(self.languages, ""))
        return MappingProxyType(
            {language: self.part(language).words(LONGEST_TEXT, lines=True) for language in self.languages}
        )

    def string(self, name: str, *, longest: int = LONGEST_STRING) -> str:
        """Words that are the same in every language."""
        return self.part(name).words(longest, lines=False)

    def words(self, longest: int, *, lines: bool) -> str:
        if self.value is MISSING:
            return ""
        if not isinstance(self.value, str):
            self.complain(_("{field} must be text"))
            return ""
        if not self.value.strip():
            self.complain(_("{field} is empty"))
        elif self.value != self.value.strip():
            self.complain(_("{field} begins or ends with a space"))
        elif len(self.value) > longest:
            self.complain(_("{field} is longer than {longest} characters"), longest=longest)
        elif UNPRINTABLE.search(self.value) or (not lines and "\n" in self.value):
            self.complain(_("{field} holds a character that cannot be shown"))
        return self.value

    def slug(self, name: str) -> str:
        """A stable key: lower case letters, digits and hyphens."""
        return self.part(name).as_slug()

    def as_slug(self) -> str:
        if self.value is MISSING:
            return ""
        if not isinstance(self.value, str) or len(self.value) > 60 or not SLUG.fullmatch(self.value):
            self.complain(_("{field} must be a key of lower case letters, digits and hyphens"))
            return ""
        return self.value

    def whole(self, name: str, *, least: int, most: int) -> int:
        node = self.part(name)
        if node.value is MISSING:
            return least
        if type(node.value) is not int or not least <= node.value <= most:
            node.complain(_("{field} must be a whole number from {least} to {most}"), least=least, most=most)
            return least
        return node.value

    def flag(self, name: str) -> bool:
        node = self.part(name)
        if node.value is not MISSING and not isinstance(node.value, bool):
            node.complain(_("{field} must be true or false"))
        return node.value is True

    def day(self, name: str) -> date:
        node = self.part(name)
        if node.value is MISSING:
            return date.min
        try:
            # Years are written with four digits, so other forms of ISO dates are refused too.
            if len(node.value) == len("2026-02-21"):
                return date.fromisoformat(node.value)
        except (TypeError, ValueError):
            pass
        node.complain(_("{field} must be a date such as 2026-02-21"))
        return date.min

    def day_or_none(self, name: str) -> date | None:
        return None if self.part(name).value is None else self.day(name)

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        node = self.part(name)
        if node.value is MISSING:
            return ""
        if not isinstance(node.value, str) or node.value not in allowed:
            node.complain(_("{field} must be one of: {allowed}"), allowed=", ".join(allowed))
            return ""
        return node.value

    def items(self, *, least: int = 0) -> list[Node]:
        """The parts of this list, each its own node."""
        if self.value is MISSING:
            return []
        if not isinstance(self.value, list):
            self.complain(_("{field} must be a list"))
            return []
        if len(self.value) < least:
            self.complain(_("{field} needs more items: at least {least}"), least=least)
        return [self.part(f"[{number}]", value) for number, value in enumerate(self.value)]

    def keyed(self, allowed: Sequence[str], *, every: bool) -> list[tuple[str, Node]]:
        """The parts of this object by key, for keys that are allowed; with `every`, all of them are needed."""
        if not self.has(*(allowed if every else ()), optional=allowed):
            return []
        return [(name, self.part(name)) for name in allowed if name in self.value]

    def each_once(self, items: Sequence[Any], field: str, value_of: Callable[[Any], Any]) -> None:
        """Complain of items that repeat what an earlier one has in `field`."""
        seen: dict[Any, int] = {}
        for number, item in enumerate(items):
            value = value_of(item)
            if value in seen and value:
                self.part(f"[{number}].{field}" if field else f"[{number}]").complain(
                    _("{field} is the same as in item [{other}]"), other=seen[value]
                )
            seen.setdefault(value, number)


def shown(name: object) -> str:
    """A field name from the file, short and harmless in a message."""
    return UNPRINTABLE.sub("?", str(name))[:60]
