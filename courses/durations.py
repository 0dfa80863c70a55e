"""How long a unit honestly takes: reading, thinking and answering. Never typed in, always worked out.

Plain silent reading runs at about 180 words a minute in languages with words as long as Latvian ones, and at about
240 in English. Reading to learn, with pauses and looking back, runs at two thirds of that.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil
from typing import Any

WORDS_PER_MINUTE = {"lv": 120, "en": 160}
CHECK_S = 30
REFLECTION_S = 60
CASE_S = 90
QUESTION_S = 30

WORD = re.compile(r"\w+(?:['’-]\w+)*")
# Fields that are not read as part of the text: how a block looks, when it was checked, what scores.
NOT_READ = frozenset({"type", "tone", "checked", "effective", "kind", "quality", "role", "id", "to", "lesson"})


def lesson_minutes(bodies: Mapping[str, Sequence[Mapping[str, Any]]], extra: Mapping[str, Sequence[str]]) -> int:
    """Minutes for a lesson, by its slowest language. `extra` is read too: title and outcomes."""
    return _longest(
        {
            language: words(extra[language]) / WORDS_PER_MINUTE[language] * 60
            + sum(_block_s(block, language) for block in body)
            for language, body in bodies.items()
        }
    )


def case_minutes(bodies: Mapping[str, Mapping[str, Any]]) -> int:
    """Minutes for a case: read, decide, read the feedback and what each role does."""
    return _longest(
        {
            language: CASE_S
            + 60
            * (
                words([body["text"], body["question"], body["pitfall"], body["actions"]])
                + max(_option_words(options) for options in [body["options"], *body["role_options"].values()])
            )
            / WORDS_PER_MINUTE[language]
            for language, body in bodies.items()
        }
    )


def quiz_minutes(contents: Sequence[Mapping[str, Any]], *, count: int) -> int:
    """Minutes for a quiz of `count` questions of average length, reasons read. 0 when there is nothing to ask."""
    if not contents:
        return 0
    asked = min(count, len(contents))
    return _longest(
        {
            language: asked * (QUESTION_S + 60 * words_in(contents, language) / len(contents) / rate)
            for language, rate in WORDS_PER_MINUTE.items()
        }
    )


def words(value: Any) -> int:
    """Words in a text, or in all texts below a list or an object."""
    if isinstance(value, str):
        return len(WORD.findall(value))
    if isinstance(value, Mapping):
        return sum(words(part) for name, part in value.items() if name not in NOT_READ)
    return sum(map(words, value)) if isinstance(value, Iterable) else 0


def words_in(value: Any, language: str) -> int:
    """Words of one language where every text is an object of languages."""
    if isinstance(value, Mapping):
        if isinstance(value.get(language), str):
            return words(value[language])
        return sum(words_in(part, language) for part in value.values())
    if isinstance(value, list | tuple):
        return sum(words_in(part, language) for part in value)
    return 0


def _block_s(block: Mapping[str, Any], language: str) -> float:
    pause = {"check": CHECK_S, "reflection": REFLECTION_S}.get(block["type"], 0)
    read = max(map(words, block["roles"].values()), default=0) if block["type"] == "role" else words(block)
    return pause + read / WORDS_PER_MINUTE[language] * 60


def _option_words(options: Sequence[Mapping[str, Any]]) -> int:
    """Every option is read, and one feedback."""
    return words([option["text"] for option in options]) + max(words(option["feedback"]) for option in options)


def _longest(seconds: Mapping[str, float]) -> int:
    return max(1, ceil(max(seconds.values()) / 60))
