"""From the files of a folder to one `Programme`, with the checks that no file can make alone."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_lazy as _

from . import content, extras, lessons, questions
from .node import MISSING, Node, shown
from .problems import Problem, ProgrammeInvalid

LANGUAGES = ("lv", "en")
HEAD = "programme.json"
FILE_NAMES = (HEAD, "bank.json", "cards.json", "contacts.json", "guide.json", "mails.json", "understanding.json")
LONGEST_FILE_BYTES = 2 * 1024 * 1024
MOST_MODULES = 40


def read_folder(folder: Path, *, languages: Sequence[str] = LANGUAGES) -> content.Programme:
    """Read a folder. Raises ProgrammeInvalid naming every fault."""
    if not folder.is_dir():
        raise ProgrammeInvalid([Problem(str(folder), "", "", _("There is no such folder"))])
    files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    return read(files, languages=languages)


def read(files: Mapping[str, bytes], *, languages: Sequence[str] = LANGUAGES) -> content.Programme:
    """Read files by name, wherever they come from. Raises ProgrammeInvalid naming every fault."""
    return _Reader(files, languages).programme()


class _Reader:
    def __init__(self, files: Mapping[str, bytes], languages: Sequence[str]) -> None:
        self.files = files
        self.languages = languages
        self.problems: list[Problem] = []

    def programme(self) -> content.Programme:
        head = self._file(HEAD)
        head.has("key", "title", "subtitle", "about", "rules", "certificate", "roles", "modules")
        roles = self._roles(head.part("roles"))
        role_keys = [role.key for role in roles if role.key]
        module_keys = self._module_keys(head.part("modules"))
        contacts = extras.contacts(self._file("contacts.json"))
        found = content.Programme(
            key=head.slug("key"),
            title=head.text("title"),
            subtitle=head.text("subtitle"),
            about=head.text("about"),
            rules=_rules(head.part("rules")),
            certificate=_certificate(head.part("certificate")),
            roles=roles,
            modules=tuple(lessons.module(self._file(f"{key}.json"), key, role_keys) for key in module_keys),
            questions=self._questions(role_keys),
            cards=extras.cards(self._file("cards.json"), role_keys, [contact.number for contact in contacts]),
            contacts=contacts,
            mails=extras.mails(self._file("mails.json")),
            understanding=extras.understanding(self._file("understanding.json")),
            guide=extras.guide(self._file("guide.json")),
        )
        self._check_names(module_keys)
        self._check_units(found)
        self._check_questions(found)
        if self.problems:
            raise ProgrammeInvalid(self.problems)
        return found

    def _complain(self, file: str, key: str, field: str, message: Any, **words: Any) -> None:
        place = Node(MISSING, file=file, problems=self.problems, languages=self.languages, key=key, field=field)
        place.complain(message, **words)

    def _node(self, value: Any, file: str) -> Node:
        return Node(value, file=file, problems=self.problems, languages=self.languages)

    def _file(self, name: str) -> Node:
        """The file's JSON; what cannot be read is a problem and then treated as absent."""
        node = self._node(MISSING, name)
        raw = self.files.get(name)
        if raw is None:
            node.complain(_("The file is missing"))
        elif len(raw) > LONGEST_FILE_BYTES:
            node.complain(_("The file is larger than {size} MB"), size=LONGEST_FILE_BYTES // 1024**2)
        else:
            try:
                node = self._node(json.loads(raw.decode(), object_pairs_hook=self._no_repeats(name)), name)
            except UnicodeDecodeError:
                node.complain(_("The file is not UTF-8 text"))
            except json.JSONDecodeError as error:
                node.complain(_("Line {line} is not JSON: {reason}"), line=error.lineno, reason=error.msg)
            except (ValueError, RecursionError):
                # Numbers of thousands of digits, and nesting nobody writes by hand.
                node.complain(_("The file is not JSON that can be read"))
        return node

    def _no_repeats(self, name: str):
        def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
            keys = [key for key, _value in found]
            for key in sorted({key for key in keys if keys.count(key) > 1}):
                self._complain(name, "", shown(key), _("{field} stands twice in the same object"))
            return dict(found)

        return pairs

    def _roles(self, node: Node) -> tuple[content.Role, ...]:
        parts = node.items(least=1)
        for part in parts:
            part.has("key", "title")
        roles = tuple(content.Role(part.slug("key"), part.text("title")) for part in parts)
        node.each_once(roles, "key", lambda role: role.key)
        return roles

    def _module_keys(self, node: Node) -> list[str]:
        parts = node.items(least=1)
        if len(parts) > MOST_MODULES:
            node.complain(_("{field} has more than {most} items"), most=MOST_MODULES)
        names = [part.as_slug() for part in parts[:MOST_MODULES]]
        node.each_once(names, "", lambda name: name)
        return list(dict.fromkeys(filter(None, names)))

    def _questions(self, roles: Sequence[str]) -> tuple[content.Question, ...]:
        node = self._file("bank.json")
        node.has("questions")
        listed = node.part("questions")
        found = tuple(questions.question(part.under("id"), roles) for part in listed.items(least=1))
        listed.each_once(found, "id", lambda question: question.key)
        return found

    def _check_names(self, modules: Sequence[str]) -> None:
        known = {*FILE_NAMES, *(f"{key}.json" for key in modules)}
        for name in sorted(set(self.files) - known):
            self._complain(shown(name), "", "", _("The file is not part of a programme; is the module listed?"))

    def _check_units(self, programme: content.Programme) -> None:
        """Every lesson, case and quiz has a key of its own across the programme."""
        owners: dict[str, str] = {}
        for module in programme.modules:
            file = f"{module.key}.json"
            keys = [*(lesson.key for lesson in module.lessons), module.case.key, quiz_key(module.key)]
            for key in filter(None, keys):
                if key in owners:
                    self._complain(file, key, "key", _("{field} is used already, in {other}"), other=owners[key])
                owners.setdefault(key, file)
        if programme.modules and not any(module.path == "full" for module in programme.modules):
            self._complain(HEAD, "", "modules", _("{field} has no module of the full programme"))

    def _check_questions(self, programme: content.Programme) -> None:
        known = {lesson.key for lesson in programme.lessons()}
        pools = {module.key for module in programme.modules}
        for question in programme.questions:
            if question.lesson and question.lesson not in known:
                self._complain("bank.json", question.key, "lesson", _("{field} names no lesson of the programme"))
            if question.pool and question.pool not in pools:
                self._complain("bank.json", question.key, "pool", _("{field} names no module of the programme"))
        for module in programme.modules:
            for role in programme.roles:
                there = sum(
                    question.pool == module.key and (not question.roles or role.key in question.roles)
                    for question in programme.questions
                )
                if there < programme.rules.questions_per_quiz:
                    self._complain(
                        "bank.json",
                        module.key,
                        "pool",
                        _("{field} has too few questions for the role {role}: {there} of {needed}"),
                        there=there,
                        role=role.key,
                        needed=programme.rules.questions_per_quiz,
                    )


def quiz_key(module: str) -> str:
    """The key of a module's quiz, the same in every version."""
    return f"{module}-quiz"


def _rules(node: Node) -> content.Rules:
    node.has("pass_mark_percent", "questions_per_quiz", "validity_months", "renewal_window_days", "grace_days")
    never = node.part("validity_months").value is None
    return content.Rules(
        pass_mark_percent=node.whole("pass_mark_percent", least=0, most=100),
        questions_per_quiz=node.whole("questions_per_quiz", least=1, most=50),
        validity_months=None if never else node.whole("validity_months", least=1, most=120),
        renewal_window_days=node.whole("renewal_window_days", least=0, most=365),
        grace_days=node.whole("grace_days", least=0, most=365),
    )


def _certificate(node: Node) -> content.CertificateTerms:
    same = ("issuer_registration_number", "signatory")
    texts = (
        "programme_kind", "issuer", "issuer_contact", "signatory_post", "form", "validity_basis", "legal_status",
    )  # fmt: skip
    node.has(*same, *texts, optional=("approval",))
    given = isinstance(node.value, dict) and "approval" in node.value
    nothing = dict.fromkeys(node.languages, "")
    return content.CertificateTerms(
        **{name: node.string(name) for name in same},
        **{name: node.text(name) for name in texts},
        approval=node.text("approval") if given else MappingProxyType(nothing),
    )
