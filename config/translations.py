"""The Latvian catalogue: which texts need a translation, and the `.po` and `.mo` files that hold them.

Works without GNU gettext: texts are read from Python with `ast` and from templates with Django's `templatize`.
polib is a development dependency, so it is imported where it is needed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    import polib

LANGUAGE = "lv"
PO = settings.BASE_DIR / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
PLURALS = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n != 0 ? 1 : 2);"
APPS = ["assessments", "certificates", "cms", "config", "courses", "learning", "lrs", "runtime"]

# Parts of other packages whose words a learner can meet; what their own catalogues lack, ours must have.
BORROWED = {
    "django": [
        "forms/fields.py",
        "forms/forms.py",
        "forms/models.py",
        "core/validators.py",
        "contrib/auth/password_validation.py",
        "contrib/auth/validators.py",
        "db/models/fields/__init__.py",
        "utils/dates.py",
        "utils/timesince.py",
        "template/defaultfilters.py",
    ],
    "allauth": [
        "account/adapter.py",
        "account/fields.py",
        "account/forms.py",
        "account/models.py",
        "mfa/adapter.py",
        "mfa/base",
        "mfa/internal",
        "mfa/recovery_codes",
        "mfa/totp",
        "templates/account/email",
        "templates/account/messages",
        "templates/mfa/email",
        "templates/mfa/messages",
    ],
}

# What another catalogue says in poor Latvian, and ours says better.
REWORDED = {"The password is too similar to the %(verbose_name)s.", "This field is required."}

# Function -> positions of (context, singular, plural) among its arguments; None where it takes no such thing.
FUNCTIONS = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
_STRING = r"""u?(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_CALL = re.compile(rf"\b(_|n?p?gettext)\(({_STRING}(?:\s*,\s*{_STRING})*)")
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|(?<!\{)\{\w*\}|%[sd]")


class Text(NamedTuple):
    singular: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What gettext looks up: the plural form is no part of it."""
        return self.context, self.singular


def wanted() -> dict[Text, set[str]]:
    """Every text that needs a Latvian form, with the files that use it."""
    root = settings.BASE_DIR
    own = [root / "templates", *(root / app for app in APPS)]
    found = _gather(_files(own), root)
    for package, parts in BORROWED.items():
        home = Path(find_spec(package).origin).parent
        theirs = _gather(_files(home / part for part in parts), home.parent)
        known = _catalogue_of(home)
        known -= {("", text) for text in REWORDED}
        found |= {text: places for text, places in theirs.items() if text.key not in known and text not in found}
    return found


def texts_in_python(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in FUNCTIONS:
                yield from _text(name, [_constant(argument) for argument in node.args])


def texts_in_template(source: str) -> Iterator[Text]:
    for name, arguments in _CALL.findall(templatize(source)):
        yield from _text(name, [ast.literal_eval(string) for string in re.findall(_STRING, arguments)])


def read() -> polib.POFile:
    import polib

    return polib.pofile(str(PO), wrapwidth=110) if PO.exists() else _empty()


def update(catalogue: polib.POFile) -> None:
    """Bring the entries in line with the code: new ones are added empty, unused ones dropped, translations stay."""
    import polib

    kept = {_key(entry): entry for entry in catalogue}
    catalogue.clear()
    for text, places in sorted(wanted().items()):
        entry = kept.get(text.key) or polib.POEntry(msgctxt=text.context or None, msgid=text.singular)
        if text.plural and not entry.msgid_plural:
            entry.msgid_plural, entry.msgstr_plural = text.plural, {0: "", 1: "", 2: ""}
        entry.occurrences = [(place, "") for place in sorted(places)]
        catalogue.append(entry)


def save(catalogue: polib.POFile) -> None:
    PO.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(PO))
    catalogue.save_as_mofile(str(PO.with_suffix(".mo")))


def problems(catalogue: polib.POFile) -> list[str]:
    """What keeps the catalogue from being complete and true to the code."""
    needed, have = {text.key for text in wanted()}, {_key(entry) for entry in catalogue}
    found = [f"not in the catalogue: {text!r}" for _, text in sorted(needed - have)]
    found += [f"no longer used: {text!r}" for _, text in sorted(have - needed)]
    for entry in catalogue:
        forms = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
        if entry.fuzzy or not all(forms):
            found.append(f"not translated: {entry.msgid!r}")
        allowed = set(_PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        found += [
            f"placeholders differ: {entry.msgid!r}" for form in forms if set(_PLACEHOLDER.findall(form)) - allowed
        ]
        if not entry.msgid_plural and set(_PLACEHOLDER.findall(entry.msgstr)) != allowed and entry.msgstr:
            found.append(f"placeholders missing: {entry.msgid!r}")
    if not PO.with_suffix(".mo").exists() or PO.with_suffix(".mo").read_bytes() != catalogue.to_binary():
        found.append("django.mo is older than django.po")
    return found


def _gather(files: Iterable[Path], root: Path) -> dict[Text, set[str]]:
    found: dict[tuple[str, str], Text] = {}
    places: dict[tuple[str, str], set[str]] = {}
    for file in files:
        source = file.read_text()
        for text in texts_in_python(source) if file.suffix == ".py" else texts_in_template(source):
            if text.plural or text.key not in found:
                found[text.key] = text
            places.setdefault(text.key, set()).add(file.relative_to(root).as_posix())
    return {text: places[key] for key, text in found.items()}


def _files(roots: Iterable[Path]) -> Iterator[Path]:
    for root in roots:
        files = [root] if root.is_file() else sorted(root.rglob("*"))
        yield from (
            file for file in files if file.suffix in {".py", ".html", ".txt"} and "migrations" not in file.parts
        )


def _text(name: str, arguments: list[str | None]) -> Iterator[Text]:
    """Nothing when an argument is not a plain string: then the text is marked elsewhere."""
    context, singular, plural = (
        None if place is None or place >= len(arguments) else arguments[place] for place in FUNCTIONS[name]
    )
    if singular:
        yield Text(singular, plural or "", context or "")


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _catalogue_of(package: Path) -> set[tuple[str, str]]:
    """What a package itself says in Latvian."""
    import polib

    files = (package / part / "locale" / LANGUAGE / "LC_MESSAGES/django.po" for part in ("", "conf", "contrib/auth"))
    return {_key(entry) for file in files if file.exists() for entry in polib.pofile(str(file)).translated_entries()}


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def _empty() -> polib.POFile:
    import polib

    catalogue = polib.POFile(wrapwidth=110)
    catalogue.metadata = {
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS,
    }
    return catalogue
