"""What a folder holds, as frozen values. Texts are mappings of language to words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any, ClassVar

Text = Mapping[str, str]


def plain(value: Any) -> Any:
    """The value as JSON takes it: dictionaries, lists, text, numbers; dates as ISO text."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Role:
    key: str
    title: Text


@dataclass(frozen=True, slots=True)
class Rules:
    """`validity_months` is None when a certificate never expires."""

    pass_mark_percent: int
    questions_per_quiz: int
    validity_months: int | None
    renewal_window_days: int
    grace_days: int


@dataclass(frozen=True, slots=True)
class CertificateTerms:
    """What a certificate says beside the facts of the completion."""

    programme_kind: Text
    issuer: Text
    issuer_registration_number: str
    issuer_contact: Text
    signatory: str
    signatory_post: Text
    approval: Text
    form: Text
    validity_basis: Text
    legal_status: Text


@dataclass(frozen=True, slots=True)
class Paragraph:
    type: ClassVar[str] = "paragraph"
    text: Text


@dataclass(frozen=True, slots=True)
class Heading:
    type: ClassVar[str] = "heading"
    text: Text


@dataclass(frozen=True, slots=True)
class Reflection:
    type: ClassVar[str] = "reflection"
    text: Text


@dataclass(frozen=True, slots=True)
class Points:
    type: ClassVar[str] = "list"
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    type: ClassVar[str] = "steps"
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class KeyPoints:
    type: ClassVar[str] = "keypoints"
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Example:
    type: ClassVar[str] = "example"
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Say:
    type: ClassVar[str] = "say"
    do: Text
    dont: Text


@dataclass(frozen=True, slots=True)
class Callout:
    type: ClassVar[str] = "callout"
    tone: str
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Law:
    """`checked` is the day somebody read the reference in the law."""

    type: ClassVar[str] = "law"
    ref: str
    text: Text
    checked: date


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed in law or practice. `effective` is None while the date is not known."""

    type: ClassVar[str] = "change"
    title: Text
    text: Text
    do: Text
    effective: date | None
    ref: str
    checked: date


@dataclass(frozen=True, slots=True)
class CheckOption:
    correct: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Check:
    type: ClassVar[str] = "check"
    kind: str
    question: Text
    options: tuple[CheckOption, ...]
    why: Text


@dataclass(frozen=True, slots=True)
class RoleLines:
    type: ClassVar[str] = "role"
    roles: Mapping[str, Text]


Block = (
    Paragraph | Heading | Reflection | Points | Steps | KeyPoints | Example | Say | Callout | Law | Change | Check
) | RoleLines


@dataclass(frozen=True, slots=True)
class Lesson:
    key: str
    title: Text
    objectives: tuple[Text, ...]
    blocks: tuple[Block, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseOption:
    text: Text
    quality: str
    feedback: Text


@dataclass(frozen=True, slots=True)
class Case:
    """`role_options` replace the common options for a role; `roles` say what each does, side by side."""

    key: str
    title: Text
    text: Text
    question: Text
    options: tuple[CaseOption, ...]
    role_options: Mapping[str, tuple[CaseOption, ...]]
    roles: Mapping[str, Text]
    pitfall: Text
    summary: Text
    discussion: Text
    source: str


@dataclass(frozen=True, slots=True)
class Module:
    """`path` is "full" or "refresher"."""

    key: str
    path: str
    title: Text
    note: Text
    objectives: tuple[Text, ...]
    lessons: tuple[Lesson, ...]
    case: Case


@dataclass(frozen=True, slots=True)
class Question:
    """A question of any kind. `roles` is empty when everybody may get it.

    `content` is the question as assessments keep it: kind, text, why, source, lesson and, by kind, options
    (single, multi, true_false), items in the right order (ordering), pairs (matching) or nodes (branching).
    """

    key: str
    pool: str
    lesson: str
    topic: str
    difficulty: int
    roles: tuple[str, ...]
    kind: str
    source: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CardStep:
    step: str
    title: Text
    text: Text
    dont: Text


@dataclass(frozen=True, slots=True)
class Card:
    """A role's page of what to do. `contacts` are numbers of support contacts."""

    role: str
    title: Text
    steps: tuple[CardStep, ...]
    say: tuple[Text, ...]
    contacts: tuple[str, ...]
    local_contacts: tuple[Text, ...]
    legal: Text


@dataclass(frozen=True, slots=True)
class Contact:
    number: str
    description: Text
    source: str
    checked: date | None


@dataclass(frozen=True, slots=True)
class Mail:
    key: str
    subject: Text
    body: Text
    placeholders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Level:
    level: int
    text: Text


@dataclass(frozen=True, slots=True)
class Vignette:
    """A keyed vignette is answered well between the levels `lowest` and `highest`, both included."""

    key: str
    kind: str
    text: Text
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Attitude:
    key: str
    reversed: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Understanding:
    """The instrument that measures shared understanding between sectors."""

    scale: tuple[Level, ...]
    vignettes: tuple[Vignette, ...]
    attitudes: tuple[Attitude, ...]


@dataclass(frozen=True, slots=True)
class AgendaItem:
    minutes: int
    title: Text
    text: Text


@dataclass(frozen=True, slots=True)
class Guide:
    """How to lead a joint session on vignettes where sectors differ."""

    title: Text
    purpose: Text
    group: Text
    before: tuple[Text, ...]
    agenda: tuple[AgendaItem, ...]
    ground_rules: tuple[Text, ...]
    if_someone_leaves: tuple[Text, ...]
    record_fields: Mapping[str, Text]
    record_notes: tuple[Text, ...]
    helpful_phrases: tuple[Text, ...]
    closing: Text

    @property
    def minutes(self) -> int:
        return sum(item.minutes for item in self.agenda)


@dataclass(frozen=True, slots=True)
class Programme:
    key: str
    title: Text
    subtitle: Text
    about: Text
    rules: Rules
    certificate: CertificateTerms
    roles: tuple[Role, ...]
    modules: tuple[Module, ...]
    questions: tuple[Question, ...]
    cards: tuple[Card, ...]
    contacts: tuple[Contact, ...]
    mails: tuple[Mail, ...]
    understanding: Understanding
    guide: Guide

    def lessons(self) -> Iterator[Lesson]:
        for module in self.modules:
            yield from module.lessons
