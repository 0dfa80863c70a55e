"""From what the editor's blocks store to frozen text in one language. Pure: JSON in, JSON out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Raw = Any


def localised(value: Raw, language: str, languages: Sequence[str]) -> Any:
    """The value with every text in `language` alone, and lists without the editor's wrapping."""
    if isinstance(value, Mapping):
        if is_text(value, languages):
            return (value.get(language) or "").strip()
        return {name: localised(part, language, languages) for name, part in value.items()}
    if isinstance(value, list):
        return [localised(unwrapped(item), language, languages) for item in value]
    return value


def stream(value: Sequence[Raw], language: str, languages: Sequence[str]) -> list[Any]:
    """The blocks of a stream, as `{"type": …, fields …}`; a block that is one text becomes that text."""
    return [
        {"type": block["type"], **found} if isinstance(found, dict) else found
        for block in value
        for found in [localised(block["value"], language, languages)]
    ]


def incomplete(value: Raw, languages: Sequence[str]) -> bool:
    """Whether a text somewhere below is not written in every language."""
    return any(not (text.get(language) or "").strip() for text in _texts(value, languages) for language in languages)


def is_text(value: Raw, languages: Sequence[str]) -> bool:
    return isinstance(value, Mapping) and bool(value) and set(value) <= set(languages)


def unwrapped(item: Raw) -> Raw:
    """The value of a list item, which the editor stores with a type and an id."""
    return item["value"] if isinstance(item, Mapping) and item.get("type") == "item" else item


def _texts(value: Raw, languages: Sequence[str]) -> Iterator[Mapping[str, str]]:
    if is_text(value, languages):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part, languages)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(unwrapped(part), languages)
