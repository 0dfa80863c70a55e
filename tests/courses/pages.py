"""Dull pages of a small programme, and its files."""

import json
from itertools import count
from pathlib import Path

from wagtail.models import Locale, Page, Site

from courses.models import CasePage, CoursePage, LessonPage, ModulePage
from courses.models.terms import TERM_FACTS, TERM_TEXTS
from courses.programme_files import Programme, read
from tests.factories import a_role

FOLDER = Path(__file__).resolve().parents[2] / "courses/programmes/notice-listen-report"

_numbers = count(1)


def both(text: str) -> dict[str, str]:
    return {"lv": f"{text} lv", "en": f"{text} en"}


def columns(name: str, text: str) -> dict[str, str]:
    return {f"{name}_{language}": words for language, words in both(text).items()}


def titles(text: str) -> dict[str, str]:
    return {"title": f"{text} lv", "title_en": f"{text} en"}


def a_course_page(key: str | None = None, **fields) -> CoursePage:
    """A programme with one module of two lessons and a case, all live, for the roles teacher and head."""
    key = key or f"programme-{next(_numbers)}"
    terms = {name: value for term in TERM_TEXTS for name, value in columns(term, term).items()}
    page = CoursePage(
        key=key,
        slug=key,
        **titles(key),
        **columns("subtitle", "subtitle"),
        **columns("about", "about"),
        **terms,
        **dict.fromkeys(TERM_FACTS, "fact"),
        **fields,
    )
    _root().add_child(instance=page)
    for role in ("teacher", "head"):
        a_role(role)
    module = a_module_page(page, "m1")
    a_lesson_page(module, "m1-one")
    a_lesson_page(module, "m1-two")
    a_case_page(module, "m1-case")
    return page


def _root() -> Page:
    """The top of the site. Tests that flush the database take what Wagtail's migrations put there with them."""
    Locale.objects.get_or_create(language_code="lv")
    site = Site.objects.filter(is_default_site=True).first()
    return site.root_page if site else Page.get_first_root_node() or Page.add_root(title="Root")


def a_module_page(course_page: CoursePage, key: str, **fields) -> ModulePage:
    fields = {**titles(key), **columns("note", "note"), **fields}
    return course_page.add_child(instance=ModulePage(key=key, slug=key, **fields))


def a_lesson_page(module: ModulePage, key: str, *, body: list | None = None, **fields) -> LessonPage:
    body = body if body is not None else [{"type": "paragraph", "value": {"text": both(key)}}]
    fields = {**titles(key), "body": json.dumps(body), **fields}
    return module.add_child(instance=LessonPage(key=key, slug=key, **fields))


def a_case_page(module: ModulePage, key: str, **fields) -> CasePage:
    options = [
        {"type": "option", "value": {"text": both(quality), "quality": quality, "feedback": both("feedback")}}
        for quality in ("good", "poor")
    ]
    actions = [{"type": "action", "value": {"role": role, "text": both(role)}} for role in ("head", "teacher")]
    words = {
        name: text for part in ("text", "question", "pitfall", "summary") for name, text in columns(part, part).items()
    }
    fields = {**titles(key), **words, "options": json.dumps(options), "actions": json.dumps(actions), **fields}
    return module.add_child(instance=CasePage(key=key, slug=key, **fields))


def small_files() -> dict[str, dict]:
    """The shipped programme cut down to its first module and the refresher, three questions each."""
    files = {path.name: json.loads(path.read_text()) for path in FOLDER.iterdir()}
    files = {name: value for name, value in files.items() if name not in {f"m{number}.json" for number in range(2, 7)}}
    files["programme.json"]["modules"] = ["m1", "refresher"]
    files["programme.json"]["rules"]["questions_per_quiz"] = 2
    questions = [
        {**question, "lesson": "m1-law"}
        for pool in ("m1", "refresher")
        for question in [found for found in files["bank.json"]["questions"] if found["pool"] == pool][:3]
    ]
    files["bank.json"]["questions"] = questions
    return files


def raw(files: dict[str, dict]) -> dict[str, bytes]:
    return {name: json.dumps(value).encode() for name, value in files.items()}


def a_small_programme(files: dict[str, dict] | None = None) -> Programme:
    return read(raw(files or small_files()))
