"""Put a programme's files where editors work: pages, questions, cards, contacts, mail texts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models, transaction
from wagtail.blocks import StreamValue
from wagtail.models import Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from cms.models import HomePage, MailText, SupportContact
from courses.fields import stored
from courses.importers import question_importers
from courses.models import ActionCard, CasePage, Course, CoursePage, CourseVersion, LessonPage, ModulePage, Role
from courses.models.pages import ProgrammePage
from courses.programme_files import Programme
from courses.programme_files.content import Block, Card, Case, Lesson, Module, RoleLines, Text, plain

from .localising import unwrapped
from .publishing import publish_version


@dataclass(slots=True)
class LoadReport:
    """What loading did, by kind of thing. `version` is the version it published, if any."""

    course_page: CoursePage | None = None
    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    version: CourseVersion | None = None

    @property
    def changed_anything(self) -> bool:
        return bool(self.how_many_created or self.how_many_updated or self.version)

    @property
    def how_many_created(self) -> int:
        return self.created.total()

    @property
    def how_many_updated(self) -> int:
        return self.updated.total()


@transaction.atomic
def load_programme(*, programme: Programme, by: AbstractBaseUser | None) -> LoadReport:
    """Create or update what the files say, and publish version 1.0 when there is none yet.

    What the files say replaces what stands on the pages; the pages' history keeps what was there. Support contacts and
    mail texts belong to the whole site: those that exist stay as their editors left them. Safe to call twice.
    Raises NotReady when the first version cannot be published.
    """
    report = LoadReport()
    for position, role in enumerate(programme.roles, start=1):
        _keep(report, Role, {"key": role.key}, {"position": position, **_columns("title", role.title)})
    for position, contact in enumerate(programme.contacts, start=1):
        _once(
            report,
            SupportContact,
            {"number": contact.number},
            {
                **_columns("description", contact.description),
                "position": position,
                "source": contact.source,
                "checked_on": contact.checked,
            },
        )
    for mail in programme.mails:
        _once(
            report,
            MailText,
            {"key": mail.key},
            {
                **_columns("subject", mail.subject),
                **_columns("body", mail.body),
                "placeholders": list(mail.placeholders),
            },
        )
    course, _created = Course.objects.get_or_create(key=programme.key)
    # No page of a programme refers to another object, so the index of references would be written for nothing.
    with disable_reference_index_auto_update():
        report.course_page = page = _course_page(report, programme, course, by)
        for module in programme.modules:
            _module(report, page, module, by)
    for card in programme.cards:
        _card(report, course, card)
    for load in question_importers:
        loaded = load(course, programme)
        report.created.update(loaded.created)
        report.updated.update(loaded.updated)
    if not course.versions.exists():
        nothing = dict.fromkeys(programme.title, "")
        change = CourseVersion.Change.FIRST
        report.version = publish_version(course_page=page, change=change, note=nothing, by=by).version
    return report


def _columns(name: str, text: Text) -> dict[str, str]:
    return {f"{name}_{language}": words for language, words in text.items()}


def _titles(text: Text) -> dict[str, str]:
    """A page's own title is the Latvian one."""
    return {"title": text["lv"], **{f"title_{language}": words for language, words in text.items() if language != "lv"}}


def _once(report: LoadReport, model: type[models.Model], by: dict[str, Any], values: dict[str, Any]) -> None:
    _row, created = model.objects.get_or_create(**by, defaults=values)
    report.created[model._meta.model_name] += created


def _keep(report: LoadReport, model: type[models.Model], by: dict[str, Any], values: dict[str, Any]) -> models.Model:
    row, created = model.objects.get_or_create(**by, defaults=values)
    report.created[model._meta.model_name] += created
    if not created and _differs(row, values):
        _set(row, values)
        row.save()
        report.updated[model._meta.model_name] += 1
    return row


def _course_page(report: LoadReport, programme: Programme, course: Course, by: AbstractBaseUser | None) -> CoursePage:
    values = {
        **_titles(programme.title),
        **_columns("subtitle", programme.subtitle),
        **_columns("about", programme.about),
        **plain(programme.rules),
    }
    for name, value in plain(programme.certificate).items():
        values |= _columns(name, value) if isinstance(value, dict) else {name: value}
    parent = HomePage.objects.first() or Site.objects.get(is_default_site=True).root_page
    page = CoursePage.objects.filter(key=programme.key).first()
    return _page(report, page or CoursePage(key=programme.key, course=course), parent, values, by)


def _module(report: LoadReport, course_page: CoursePage, module: Module, by: AbstractBaseUser | None) -> None:
    values = {
        **_titles(module.title),
        **_columns("note", module.note),
        "study_path": module.path,
        "objectives": _items("objective", module.objectives),
    }
    page = _find(ModulePage, course_page, module.key)
    page = _page(report, page, course_page, values, by)
    for lesson in module.lessons:
        _page(report, _find(LessonPage, course_page, lesson.key), page, _lesson(lesson), by)
    _page(report, _find(CasePage, course_page, module.case.key), page, _case(module.case), by)


def _lesson(lesson: Lesson) -> dict[str, Any]:
    return {
        **_titles(lesson.title),
        "objectives": _items("objective", lesson.objectives),
        "body": [{"type": block.type, "value": _block(block)} for block in lesson.blocks],
        "sources": _items("source", lesson.sources),
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, RoleLines):
        return {"roles": [{"role": role, "text": plain(text)} for role, text in block.roles.items()]}
    return plain(block)


def _case(case: Case) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in ("text", "question", "pitfall", "summary", "discussion"):
        columns |= _columns(name, getattr(case, name))
    return {
        **_titles(case.title),
        **columns,
        "source": case.source,
        "options": _items("option", case.options),
        "role_options": [
            {"type": "for_role", "value": {"role": role, "options": plain(options)}}
            for role, options in case.role_options.items()
        ],
        "actions": [
            {"type": "action", "value": {"role": role, "text": plain(text)}} for role, text in case.roles.items()
        ],
    }


def _card(report: LoadReport, course: Course, card: Card) -> None:
    role = Role.objects.get(key=card.role)
    row = ActionCard.objects.filter(course=course, role=role).first() or ActionCard(course=course, role=role)
    contacts = list(SupportContact.objects.filter(number__in=card.contacts))
    values = {
        **_columns("title", card.title),
        **_columns("legal", card.legal),
        "steps": _items("step", card.steps),
        "say": _items("phrase", card.say),
        "local_contacts": _items("contact", card.local_contacts),
    }
    is_new = row.pk is None
    if is_new or _differs(row, values) or set(row.contacts.all()) != set(contacts):
        _set(row, values)
        row.contacts = contacts
        row.save()
        (report.created if is_new else report.updated)["actioncard"] += 1


def _items(kind: str, values: Sequence[Any]) -> list[dict[str, Any]]:
    return [{"type": kind, "value": plain(value)} for value in values]


def _find(model: type[ProgrammePage], course_page: CoursePage, key: str) -> ProgrammePage:
    return model.objects.descendant_of(course_page).filter(key=key).first() or model(key=key)


def _page(
    report: LoadReport, page: ProgrammePage, parent: Page, values: Mapping[str, Any], by: AbstractBaseUser | None
) -> ProgrammePage:
    """Create the page below its parent, or update it where it stands when something differs, with a revision."""
    kind = page._meta.model_name
    if page.pk is None:
        _set(page, {**values, "slug": page.key})
        parent.add_child(instance=page)
        page.save_revision(user=by).publish()
        report.created[kind] += 1
    elif _differs(page, values) or not page.live:
        _set(page, values)
        page.save_revision(user=by).publish()
        page.refresh_from_db()
        report.updated[kind] += 1
    return page


def _set(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        is_stream = isinstance(value, list) and name != "placeholders"
        setattr(row, name, row._meta.get_field(name).to_python(json.dumps(value)) if is_stream else value)


def _differs(row: models.Model, values: Mapping[str, Any]) -> bool:
    return any(_state(row, name) != _comparable(value) for name, value in values.items())


def _state(row: models.Model, name: str) -> Any:
    value = getattr(row, name)
    return _comparable(stored(value) if isinstance(value, StreamValue) else value)


def _comparable(value: Any) -> Any:
    """Without the ids the editor gives blocks, and lists without their wrapping."""
    if isinstance(value, Mapping):
        return {name: _comparable(part) for name, part in value.items() if name != "id"}
    if isinstance(value, list):
        return [_comparable(unwrapped(item)) for item in value]
    return value
