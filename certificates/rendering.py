"""From a snapshot to the bytes of its PDF: no database, no clock, no network, the same bytes every time."""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from certificates.errors import MissingGlyphs, UnprintableText
from certificates.paper import DESIGN, paper
from certificates.snapshot import Snapshot
from learning import qr

FONTS = Path(__file__).parent / "fonts"
STANDARDS = ["a-3a", "ua-1"]


def pdf(snapshot: Snapshot) -> bytes:
    """Return the certificate as PDF/A-3a and PDF/UA-1 in one file.

    Raises UnprintableText for control characters and MissingGlyphs for a character that no shipped font has.
    """
    # A whole second: PDF dates have no fractions, and the moment must come from the snapshot, not from the clock.
    moment = datetime.combine(snapshot.issued_on, time(12), UTC)
    return _compile(snapshot, format="pdf", pdf_standards=STANDARDS, timestamp=moment)


def pictures(snapshot: Snapshot, *, ppi: int = 96) -> list[bytes]:
    """Return each page as PNG, for a preview."""
    pages = _compile(snapshot, format="png", ppi=ppi)
    return pages if isinstance(pages, list) else [pages]


def _compile(snapshot: Snapshot, **how: Any):
    import typst  # Loads a compiler of 40 MB that no web page needs.

    words = asdict(paper(snapshot))
    _refuse_control_characters(words)
    words["qr"] = qr.svg(snapshot.verification_address)
    try:
        return typst.compile(
            str(DESIGN / "certificate.typ"),
            root=str(DESIGN),
            font_paths=_fonts(),
            sys_inputs={"paper": json.dumps(words, ensure_ascii=False)},
            **how,
        )
    except typst.TypstError as problem:
        if undrawn := re.search(r"the text `\"(?P<text>.+)\"` could not be displayed", problem.message):
            raise MissingGlyphs(undrawn["text"]) from problem
        raise


@cache
def _fonts():
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _refuse_control_characters(words: Any) -> None:
    found = {
        f"U+{ord(character):04X}"
        for text in _texts(words)
        for character in text
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    }
    if found:
        raise UnprintableText(sorted(found))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
