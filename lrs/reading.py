"""JSON as the specification means it: no key twice, no numbers that JSON does not have, no broken characters."""

import json
from typing import Any

from lrs.errors import Invalid


def parse(content: bytes | str) -> Any:
    """Raises Invalid for anything that is not strict JSON in UTF-8."""
    try:
        text = content.decode() if isinstance(content, bytes) else content
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
        # A lone half of a surrogate pair is legal in an escape and in no text.
        written(value).encode()
    except Invalid:
        raise
    except (ValueError, RecursionError):
        raise Invalid("The content is not JSON in UTF-8.") from None
    return value


def written(value: Any) -> str:
    """The shortest JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Invalid("An object has a key twice.")
    return found


def _constant(name: str) -> float:
    raise Invalid(f"{name} is not a number of JSON.")


def _float(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Invalid("A number is too large.")
    return number
