"""The words of a certificate, line by line, for its PDF and its page alike.

They follow the certificate's own language, not the reader's, and live beside the drawing in `typst/`: a translator's
change to the site must not change a document that was issued.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from certificates import codes
from certificates.snapshot import Snapshot, Topic

DESIGN = Path(__file__).parent / "typst"

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A certificate in words. `facts` are pairs of label and lines."""

    language: str
    title: str
    number: str
    issued_to: str
    holder: str
    for_programme: str
    programme: str
    programme_kind: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    verify: str
    address: str
    address_shown: str
    code: str
    code_shown: str
    qr_alt: str
    legal_status: str
    issuer: str
    annex: str
    annex_of: str
    topics: tuple[Topic, ...]
    page: str


@cache
def labels(language: str) -> dict[str, Any]:
    """Return the fixed words of the paper in a language; English when it has no others."""
    known = json.loads((DESIGN / "labels.json").read_text(encoding="utf-8"))
    return known.get(language) or known["en"]


def paper(snapshot: Snapshot) -> Paper:
    """Return every word of the certificate in its own language."""
    words = labels(snapshot.language)
    number = words["number"].format(number=snapshot.number)
    return Paper(
        language=snapshot.language,
        title=words["title"],
        number=number,
        issued_to=words["issued_to"],
        holder=snapshot.holder,
        for_programme=words["for_programme"][snapshot.path],
        programme=snapshot.programme,
        programme_kind=snapshot.programme_kind,
        facts=tuple(_facts(snapshot, words)),
        verify=words["verify"],
        address=snapshot.verification_address,
        address_shown=snapshot.verification_address.partition("://")[2].partition("/v/")[0] + "/v/",
        code=words["code"],
        code_shown=codes.printed(snapshot.code),
        qr_alt=words["qr"].format(address=snapshot.verification_address),
        legal_status=snapshot.legal_status,
        issuer=snapshot.issuer,
        annex=words["annex"],
        annex_of=words["annex_of"].format(number=number, holder=snapshot.holder),
        topics=snapshot.topics,
        page=words["page"],
    )


def _facts(snapshot: Snapshot, words: dict[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    def day(value: date) -> str:
        return _day(value, snapshot.language)

    since = day(snapshot.version_in_force_on)
    yield words["version"], (words["version_value"].format(version=snapshot.version, date=since),)
    if snapshot.approval:
        yield words["approval"], (snapshot.approval,)
    yield words["amount"], (_amount(snapshot, words),)
    yield words["period"], (_period(snapshot.studied_from, snapshot.studied_to, snapshot.language),)
    if snapshot.form:
        yield words["form"], (snapshot.form[:1].upper() + snapshot.form[1:],)
    yield words["completed"], (day(snapshot.completed_on),)
    yield words["issued"], (day(snapshot.issued_on),)
    if snapshot.replaces:
        yield words["replaces"], (snapshot.replaces,)
    if snapshot.valid_from > snapshot.issued_on:
        yield words["valid_from"], (day(snapshot.valid_from),)
    until = day(snapshot.valid_until) if snapshot.valid_until else words["no_end"]
    if snapshot.validity_basis:
        until = words["valid_until_value"].format(date=until, basis=snapshot.validity_basis)
    yield words["valid_until"], (until,)
    issuer = snapshot.issuer
    if snapshot.issuer_registration_number:
        issuer = words["issuer_value"].format(name=issuer, number=snapshot.issuer_registration_number)
    yield words["issuer"], tuple(filter(None, (issuer, snapshot.issuer_contact)))
    if snapshot.signatory:
        yield words["signatory"], (", ".join(filter(None, (snapshot.signatory, snapshot.signatory_post))),)


def _amount(snapshot: Snapshot, words: dict[str, Any]) -> str:
    return words["amount_value"].format(
        hours=_hours(snapshot.academic_hours, snapshot.language),
        hour=snapshot.academic_hour_min,
        minutes=snapshot.minutes,
    )


def _day(value: date, language: str) -> str:
    if language == "lv":
        return f"{value:%d.%m.%Y}."
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def _period(start: date, end: date, language: str) -> str:
    if start == end:
        return _day(start, language)
    dash = "–" if language == "lv" else " – "
    return f"{_day(start, language)}{dash}{_day(end, language)}"


def _hours(hours: Decimal, language: str) -> str:
    whole = hours == hours.to_integral_value()
    amount = str(int(hours)) if whole else f"{hours.normalize():f}"
    if language != "lv":
        return f"{amount} academic {'hour' if hours == 1 else 'hours'}"
    if not whole:
        return f"{amount.replace('.', ',')} akadēmiskās stundas"
    if hours % 10 == 1 and hours % 100 != 11:
        return f"{amount} akadēmiskā stunda"
    if hours % 10 == 0 or 11 <= hours % 100 <= 19:
        return f"{amount} akadēmisko stundu"
    return f"{amount} akadēmiskās stundas"
