"""Which fields hold what people and packages write, and a canary in each of them (S09).

Fields are found in the models: a new one that stands in no list here is planted like any text, and `test_canaries`
fails until it is met on some page or named as shown nowhere.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from runtime.fields import JsonText
from tests.security import canaries

APPS = ("learning", "courses", "assessments", "certificates", "cms", "lrs", "runtime")
# Made by the platform, or checked so narrowly on the way in that nothing else fits.
MACHINE_WORDS = {
    "learning.User.password",
    "learning.User.language",
    # Drawn by lot; a keyed hash.
    "learning.User.sign_in_number",
    "learning.SignInCode.code_hash",
    "learning.Institution.path",
    "learning.GroupSession.code",
    "learning.StaffImport.counts",
    "learning.Coverage.tens",
    "learning.Coverage.months",
    "learning.UnitState.answers",
    # Ids, never contents.
    "learning.AuditEvent.subject",
    "learning.AuditEvent.facts",
    "learning.OutboxMessage.key",
    "learning.OutboxMessage.payload",
    "learning.OutboxMessage.problem",
    "courses.Unit.settings",
    # Chosen among the points of the law, and compared with those of positions.
    "learning.Requirement.law_points",
    "courses.UnitText.language",
    # Relative, inside and existing, or a whole https address: tests/packages/test_manifest_hrefs.py.
    "courses.Activity.href",
    # A host and nothing else: tests/packages/test_origins.py.
    "courses.AllowedOrigin.origin",
    "assessments.Question.roles",
    "assessments.Attempt.paper",
    "assessments.DraftAnswer.answer",
    "assessments.Response.answer",
    "certificates.Certificate.code",
    "certificates.Certificate.serial",
    "certificates.Certificate.pdf_path",
    "cms.MailText.placeholders",
    # Told by the tests as whole statements: `said`.
    "lrs.Statement.body",
    "lrs.Term.iri",
    "lrs.Term.body",
    "lrs.Attachment.sha2",
    "lrs.StateDocument.content_type",
    "lrs.ActivityProfile.content_type",
    "lrs.AgentProfile.content_type",
    "lrs.StateDocument.sha1",
    "lrs.ActivityProfile.sha1",
    "lrs.AgentProfile.sha1",
    "lrs.Credential.key",
    "lrs.Credential.scopes",
    "lrs.Forwarder.endpoint",
    "lrs.Forwarder.sealed_secret",
    "lrs.Forwarder.problem",
    "runtime.ApiToken.scopes",
    "runtime.Commit.body",
    "runtime.CourseRegistration.actor",
    "runtime.Session.said",
}
# Not looked for: without a row in `everything`, or shown only in a state that none of its rows is in. They may be met.
NO_PAGE_YET = {
    "learning.ExternalEvidence.decision_reason",
    "learning.ExternalEvidence.file_name",
    "learning.ExternalEvidence.provider_registration_number",
    "learning.ExternalEvidence.withdrawal_reason",
    "learning.StaffImport.refusal",
    "learning.GroupSession.cancel_reason",
    "learning.GroupSession.place",
    "learning.StaffImport.order",
    "learning.StaffImport.trace",
    # Made of choices, or written by machines alone.
    "learning.ReminderLetter.address",
    "learning.ReminderLetter.message_id",
    "learning.ReminderLetter.status_code",
    "learning.ReminderPolicy.steps",
    "learning.ReminderPolicy.weekdays",
    "learning.ReminderRun.last_path",
}
# Of texts with more than words in them, what the platform itself looks at and no text can be.
MACHINE_KEYS = {
    *(
        "type",
        "kind",
        "quality",
        "role",
        "id",
        "to",
        "from",
        "tone",
        "step",
        "lesson",
        "language",
        "date",
        "checked_on",
    ),
    *("lesson_status", "exit", "entry", "mode", "credit", "completion_status", "success_status"),
    *("launch_method", "move_on", "activity_type"),
    *("number", "code", "verification_address", "path", "version", "studied_from", "studied_to", "completed_on"),
    *("issued_on", "valid_from", "valid_until", "version_in_force_on"),
}

Words = Callable[[int, int], str]


def fields() -> dict[str, models.Field]:
    """Every field a person, an editor or a package fills with words, by its name, in an order that stays."""
    found = {}
    for label in APPS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_fields:
                name = f"{model._meta.label}.{field.name}"
                if _holds_words(field) and name not in MACHINE_WORDS:
                    found[name] = field
    found["wagtailcore.Page.title"] = Page._meta.get_field("title")
    return dict(sorted(found.items()))


def _holds_words(field: models.Field) -> bool:
    # Rich text is cleaned by Wagtail, addresses by their own rules: `test_addresses`.
    if isinstance(field, models.SlugField | models.URLField | RichTextField) or field.choices:
        return False
    if field.name.endswith("sha256"):
        return False
    return isinstance(field, models.CharField | models.TextField | models.JSONField | StreamField)


NUMBERS = {name: number for number, name in enumerate(fields())}
NAMES = {canaries.mark(number)[1:3]: name for name, number in NUMBERS.items()}


def plant(words: Words) -> set[str]:
    """Put a canary into every field of every row. The names of fields of which there is no row."""
    empty = set()
    for name, field in fields().items():
        rows = list(field.model._base_manager.order_by("pk"))
        planted = [_planted(row, field, NUMBERS[name], words) for row in rows]
        if not any(planted):
            empty.add(name)
    Page.objects.update(draft_title=models.F("title"))
    return empty


def _planted(row: models.Model, field: models.Field, number: int, words: Words) -> bool:
    before = getattr(row, field.attname)
    after = _value(row, field, number, words)
    if after == before:
        return False
    if isinstance(field, StreamField):
        setattr(row, field.attname, json.dumps(after))
        after = getattr(row, field.attname)
    # Past the checks of the way in: what is shown must be harmless whatever the row holds.
    try:
        with transaction.atomic():
            field.model._base_manager.filter(pk=row.pk).update(**{field.attname: after})
    except IntegrityError:
        return False  # A row in this state says nothing here.
    return True


def _value(row: models.Model, field: models.Field, number: int, words: Words) -> Any:
    longest = field.max_length or 2_000
    turn = count()
    # Two options of a question never say the same.
    texts = lambda: f"{words(number, 200)} {next(turn)}"  # noqa: E731 - the planter of this field alone
    before = getattr(row, field.attname)
    if isinstance(field, models.EmailField):
        return canaries.address(number, row.pk) if before else before
    if isinstance(field, StreamField):
        return _inside(list(before.raw_data), texts)
    if field.model._meta.label == "learning.StaffColumns":
        return {f"x{place}": [texts(), column] for place, (_written, column) in enumerate(before.values())}
    if isinstance(field, models.JSONField | JsonText):
        return _inside(before, texts)
    if field.model._meta.label == "cms.MailText":
        more = words(number, longest - len(before) - 1)
        # A letter may have as many lines as its editor likes; its subject has one.
        return f"{before} {more if field.name.startswith('subject') else ' '.join(more.split())}"
    if field.name == "identifier" and getattr(getattr(row, "package", row), "kind", "") == "cmi5":
        return before  # IRIs of the course structure: nothing else is taken.
    return _unique(field, row, words(number, longest))


def _unique(field: models.Field, row: models.Model, text: str) -> str:
    return f"{text[: field.max_length - 6]}{row.pk:06d}" if field.unique and row.pk > 1 else text


def _inside(node: Any, text: Callable[[], str], key: str = "") -> Any:
    """The same with a canary in place of every text that is no word of the platform's own."""
    if isinstance(node, Mapping):
        return {name: _inside(part, text, name) for name, part in node.items()}
    if isinstance(node, list):
        return [_inside(part, text, key) for part in node]
    return text() if isinstance(node, str) and key not in MACHINE_KEYS else node


def named(marks: set[str]) -> Iterator[str]:
    return (NAMES[one] for one in marks if one in NAMES)
