"""From the pages of a programme to a draft of its next version: plain values, not yet rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from cms.i18n import texts_of
from courses import durations
from courses.errors import PageProblem
from courses.fields import stored
from courses.importers import pool_readers
from courses.models import CasePage, CoursePage, LessonPage, ModulePage, PackagePage, Path, Role, Unit
from courses.models.pages import ProgrammePage
from courses.models.terms import OPTIONAL_TERMS, TERM_FACTS, TERM_TEXTS
from courses.programme_files.reader import quiz_key

from .localising import incomplete, stream

Texts = dict[str, str]
UnitPage = LessonPage | CasePage | PackagePage


@dataclass(frozen=True, slots=True)
class UnitDraft:
    """`texts` holds title, objectives, body and sources per language; `asked` the questions of a quiz."""

    key: str
    kind: str
    minutes: int
    texts: dict[str, dict[str, Any]]
    settings: dict[str, Any] = field(default_factory=dict)
    asked: tuple[tuple[str, Any], ...] = ()

    @property
    def content_sha256(self) -> str:
        return digest([self.key, self.kind, self.texts, self.settings, self.asked])


@dataclass(frozen=True, slots=True)
class ModuleDraft:
    key: str
    path: str
    title: Texts
    content_note: Texts
    objectives: list[Texts]
    units: tuple[UnitDraft, ...]


@dataclass(frozen=True, slots=True)
class VersionDraft:
    """The next version as it would be frozen, and what keeps it from being so."""

    texts: dict[str, Texts]
    rules: dict[str, int | None]
    certificate_terms: dict[str, Texts | str]
    modules: tuple[ModuleDraft, ...]
    problems: tuple[PageProblem, ...]

    @property
    def content_sha256(self) -> str:
        """Of all a learner or a certificate shows: the same content gives the same hash, whenever it is asked."""
        return digest(
            [
                self.texts,
                self.rules,
                self.certificate_terms,
                [
                    [
                        module.key,
                        module.path,
                        module.title,
                        module.content_note,
                        module.objectives,
                        [unit.content_sha256 for unit in module.units],
                    ]
                    for module in self.modules
                ],
            ]
        )

    def units(self) -> Iterator[UnitDraft]:
        for module in self.modules:
            yield from module.units

    def minutes(self, path: str) -> int:
        return sum(unit.minutes for module in self.modules if module.path == path for unit in module.units)


def digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def draft_version(course_page: CoursePage) -> VersionDraft:
    """Read the published pages below a programme. Four queries, two more with packages, and those of the questions."""
    return _Drafting(course_page).draft()


def draft_unit(page: UnitPage) -> UnitDraft:
    """A single page as it would be frozen, whether or not it is complete, saved or published."""
    return _Drafting(None).unit(page)


class _Drafting:
    def __init__(self, course_page: CoursePage | None) -> None:
        self.course_page = course_page
        self.roles = {role.key: texts_of(role, "title") for role in Role.objects.all()}
        self.languages = [code for code, _name in settings.LANGUAGES]
        self.problems: list[PageProblem] = []
        self.owners: dict[str, ProgrammePage] = {}

    def draft(self) -> VersionDraft:
        pages = list(self.course_page.get_descendants().live().specific())
        prefetch_related_objects([page for page in pages if isinstance(page, PackagePage)], "package__series")
        modules = [page for page in pages if isinstance(page, ModulePage)]
        # The refresher follows the programme, wherever its page stands.
        modules.sort(key=lambda page: page.study_path == Path.REFRESHER)
        page = self.course_page
        found = VersionDraft(
            texts={
                "title": self._texts(page, "title"),
                "subtitle": self._texts(page, "subtitle"),
                "about": self._texts(page, "about"),
            },
            rules={
                name: getattr(page, name)
                for name in ("pass_mark_percent", "validity_months", "renewal_window_days", "grace_days")
            },
            certificate_terms=self._terms(),
            modules=tuple(self._module(module, pages) for module in modules),
            problems=(),
        )
        self._check_key(page)
        if not any(module.path == Path.FULL for module in found.modules):
            self._complain(page, _("There is no published module of the full programme."))
        return VersionDraft(found.texts, found.rules, found.certificate_terms, found.modules, tuple(self.problems))

    def _complain(self, page: ProgrammePage, message: Any) -> None:
        self.problems.append(PageProblem(page.pk, page.title, message))

    def _texts(self, page: ProgrammePage, name: str, *, required: bool = True) -> Texts:
        texts = texts_of(page, name)
        if required and not all(text.strip() for text in texts.values()):
            label = _("title") if name == "title" else page._meta.get_field(f"{name}_{self.languages[0]}").verbose_name
            self._complain(page, _("“{field}” is not written in every language.").format(field=label))
        return texts

    def _terms(self) -> dict[str, Texts | str]:
        page = self.course_page
        return {
            **{name: self._texts(page, name, required=name not in OPTIONAL_TERMS) for name in TERM_TEXTS},
            **{name: getattr(page, name) for name in TERM_FACTS},
        }

    def _module(self, page: ModulePage, pages: Sequence[ProgrammePage]) -> ModuleDraft:
        children = [child for child in pages if child.is_child_of(page)]
        units = [self.unit(child) for child in children]
        quiz = self._quiz(page)
        for child in children:
            if quiz is None and isinstance(child, PackagePage) and child.requires_quiz:
                self._complain(
                    child, _("It requires a quiz as well, but the module has no questions. Add some or take this off.")
                )
        self._check_key(page)
        return ModuleDraft(
            key=page.key,
            path=page.study_path,
            title=self._texts(page, "title"),
            content_note=self._texts(page, "note"),
            objectives=[objective["value"] for objective in self._raw(page, "objectives")],
            units=(*units, *([quiz] if quiz else [])),
        )

    def _lists(self, page: ProgrammePage, name: str) -> dict[str, list[Any]]:
        """The blocks of a stream field, per language."""
        raw = self._raw(page, name)
        return {language: stream(raw, language, self.languages) for language in self.languages}

    def _raw(self, page: ProgrammePage, name: str) -> list[Any]:
        """What the editor stored in a stream field, with a problem for each block that lacks a language."""
        value, model_field = getattr(page, name), page._meta.get_field(name)
        raw = stored(value)
        for number, block in enumerate(raw):
            if incomplete(block["value"], self.languages):
                self._complain(
                    page,
                    _("{field}, block {number} ({kind}): not written in every language.").format(
                        field=model_field.verbose_name, number=number + 1, kind=value[number].block.label
                    ),
                )
        if not raw and not model_field.blank:
            self._complain(page, _("“{field}” is empty.").format(field=model_field.verbose_name))
        return raw

    def _check_key(self, page: ProgrammePage) -> None:
        if not page.key:
            self._complain(page, _("The page has no key yet. Open it, enter a key and publish it."))
        elif page.key in self.owners:
            self._complain(
                page,
                _("The key “{key}” belongs to “{page}” too.").format(key=page.key, page=self.owners[page.key].title),
            )
        self.owners.setdefault(page.key, page)

    def unit(self, page: UnitPage) -> UnitDraft:
        if isinstance(page, PackagePage):
            return self._package(page)
        return self._lesson(page) if isinstance(page, LessonPage) else self._case(page)

    def _package(self, page: PackagePage) -> UnitDraft:
        """The body names the package for whoever compares versions; its hash makes another upload another content."""
        self._check_key(page)
        package = page.package
        body = {"package": f"{package.series.title} ({package.version})", "sha256": package.sha256}
        return UnitDraft(
            key=page.key,
            kind=Unit.Kind.PACKAGE,
            minutes=page.minutes,
            texts=self._unit_texts(self._texts(page, "title"), dict.fromkeys(self.languages, body), {}, []),
            settings={
                "package": package.pk,
                "done_when": page.done_when,
                "pass_mark_percent": page.pass_mark_percent,
                "failed_counts": page.failed_counts,
                # Said only where it is not so: versions from before there was a choice stay the same.
                **({} if page.may_repeat else {"may_repeat": False}),
            },
        )

    def _lesson(self, page: LessonPage) -> UnitDraft:
        self._check_key(page)
        title, objectives = self._texts(page, "title"), self._lists(page, "objectives")
        bodies = {
            language: [self._with_role_titles(block, language) for block in body]
            for language, body in self._lists(page, "body").items()
        }
        extra = {language: [title[language], *objectives[language]] for language in self.languages}
        sources = [source["value"] for source in self._raw(page, "sources")]
        return UnitDraft(
            key=page.key,
            kind=Unit.Kind.LESSON,
            minutes=durations.lesson_minutes(bodies, extra),
            texts=self._unit_texts(title, bodies, objectives, sources),
        )

    def _with_role_titles(self, block: dict[str, Any], language: str) -> dict[str, Any]:
        if block["type"] != "role":
            return block
        lines = {
            entry["role"]: {"title": self._role_title(entry["role"], language), "text": entry["text"]}
            for entry in block["roles"]
        }
        return {**block, "roles": lines}

    def _role_title(self, role: str, language: str) -> str:
        return self.roles.get(role, {}).get(language, role)

    def _case(self, page: CasePage) -> UnitDraft:
        self._check_key(page)
        title = self._texts(page, "title")
        columns = {name: self._texts(page, name) for name in ("text", "question", "pitfall", "summary")}
        columns["discussion"] = self._texts(page, "discussion", required=False)
        options, actions = self._lists(page, "options"), self._lists(page, "actions")
        role_options = self._lists(page, "role_options")
        bodies = {
            language: {
                **{name: texts[language] for name, texts in columns.items()},
                "options": [_untyped(option) for option in options[language]],
                "role_options": {entry["role"]: entry["options"] for entry in role_options[language]},
                "actions": self._in_order_of_roles(actions[language], language),
            }
            for language in self.languages
        }
        for role in self.roles.keys() - {action["role"] for action in bodies[self.languages[0]]["actions"]}:
            self._complain(
                page,
                _("There is no right action for the role “{role}”.").format(role=self.roles[role][self.languages[0]]),
            )
        return UnitDraft(
            key=page.key,
            kind=Unit.Kind.CASE,
            minutes=durations.case_minutes(bodies) if options[self.languages[0]] else 1,
            texts=self._unit_texts(title, bodies, {}, [page.source] if page.source else []),
        )

    def _in_order_of_roles(self, actions: Sequence[dict[str, Any]], language: str) -> list[dict[str, str]]:
        """A list, because a database may keep the names of an object in another order."""
        order = list(self.roles)
        found = [
            {"role": action["role"], "title": self._role_title(action["role"], language), "text": action["text"]}
            for action in actions
        ]
        return sorted(found, key=lambda action: order.index(action["role"]) if action["role"] in order else len(order))

    def _quiz(self, page: ModulePage) -> UnitDraft | None:
        """The quiz of a module, when its pool has questions."""
        asked = [
            question
            for read in pool_readers
            if self.course_page.course_id
            for question in read(self.course_page.course, page.key)
        ]
        if not asked:
            return None
        count = min(self.course_page.questions_per_quiz, len(asked))
        title = self._texts(page, "quiz_title")
        return UnitDraft(
            key=quiz_key(page.key),
            kind=Unit.Kind.QUIZ,
            minutes=durations.quiz_minutes([content for _key, content in asked], count=count),
            texts=self._unit_texts(title, {language: [] for language in self.languages}, {}, []),
            settings={"pool": page.key, "question_count": count},
            asked=tuple(asked),
        )

    def _unit_texts(
        self, title: Texts, bodies: Mapping[str, Any], objectives: Mapping[str, list[str]], sources: list[str]
    ) -> dict[str, dict[str, Any]]:
        return {
            language: {
                "title": title[language],
                "objectives": objectives.get(language, []),
                "body": bodies[language],
                "sources": sources,
            }
            for language in self.languages
        }


def _untyped(block: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in block.items() if name != "type"}
