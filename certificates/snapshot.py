"""What a certificate says, frozen when it is issued: the one source of its paper, its page and its credential."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Topic:
    """A topic of the programme and what was learnt in it."""

    title: str
    outcomes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Every fact on a certificate, in the language it was issued in. `path` is "full", "refresher" or "delta".

    Rows keep these facts for ever: a field added later needs a default, and none may be renamed.
    """

    language: str
    number: str
    code: str
    verification_address: str
    given_names: str
    surname: str
    programme: str
    programme_kind: str
    version: str
    version_in_force_on: date
    approval: str = ""
    replaces: str = ""
    path: str = "full"
    minutes: int
    academic_hour_min: int
    studied_from: date
    studied_to: date
    form: str
    completed_on: date
    issued_on: date
    valid_from: date
    valid_until: date | None
    validity_basis: str
    topics: tuple[Topic, ...]
    issuer: str
    issuer_registration_number: str
    issuer_contact: str
    signatory: str
    signatory_post: str
    legal_status: str

    @property
    def holder(self) -> str:
        return f"{self.given_names} {self.surname}".strip()

    @property
    def academic_hours(self) -> Decimal:
        """To one decimal."""
        return round(Decimal(self.minutes) / self.academic_hour_min, 1)

    def as_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column: dates as ISO text."""
        plain = asdict(self)
        for name, value in plain.items():
            if isinstance(value, date):
                plain[name] = value.isoformat()
        plain["topics"] = [{"title": topic.title, "outcomes": list(topic.outcomes)} for topic in self.topics]
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        facts = dict(plain)
        for name in _DATES:
            facts[name] = date.fromisoformat(facts[name]) if facts[name] else None
        facts["topics"] = tuple(
            Topic(title=topic["title"], outcomes=tuple(topic["outcomes"])) for topic in facts["topics"]
        )
        return cls(**facts)


_DATES = tuple(name for name, kind in Snapshot.__annotations__.items() if kind in (date, date | None))
