"""The learner preferences document, cmi5 section 11. Pure."""

from __future__ import annotations

import re
from typing import Any

from runtime.cmi5.rules import Refused

# RFC 5646: a language of 2 to 8 letters (or a private or grandfathered start) and subtags of up to 8 characters.
_TAG = re.compile(r"(?:[A-Za-z]{2,8}|[xXiI])(?:-[A-Za-z0-9]{1,8})*")


def check(document: Any) -> None:
    """Raises Refused unless the document holds both preferences in the form of section 11."""
    if not isinstance(document, dict):
        raise Refused("11", "Learner preferences are a JSON object.")
    languages = document.get("languagePreference")
    if not isinstance(languages, str) or not all(_TAG.fullmatch(tag.strip()) for tag in languages.split(",")):
        raise Refused("11.1", "languagePreference is a comma-separated list of language tags.")
    if document.get("audioPreference") not in ("on", "off"):
        raise Refused("11.2", 'audioPreference is "on" or "off".')
