"""H5P: h5p.json, the libraries it comes with, and nothing missing among what they need."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext_lazy as _

from courses.packages.errors import PackageRefused
from courses.packages.hrefs import Files
from courses.packages.manifest import ActivityFacts, Manifest
from courses.packages.untrusted import Notes, clean, filled, untitled
from courses.packages.xml import MAX_BYTES

KIND = "h5p"
FILE = "h5p.json"
CONTENT = "content/content.json"
MAX_LIBRARIES = 300
MAX_LIBRARY_BYTES = 64 * 1024
NAMED = 10

MACHINE_NAME = re.compile(r"[A-Za-z0-9_$][A-Za-z0-9_$.-]{0,99}")
USED_LIBRARY = re.compile(r"([A-Za-z0-9_$][A-Za-z0-9_$.-]{0,99}) ([0-9]{1,5})\.([0-9]{1,5})")

# The allow-list of H5P for content, and what a library may hold besides. Flash is left out: no browser plays it.
IN_CONTENT = frozenset(
    {"json", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "svg", "webp", "eot", "ttf", "woff", "woff2", "otf"}
    | {"webm", "mp4", "ogg", "ogv", "oga", "mp3", "m4a", "wav", "aac", "flac", "vtt", "webvtt", "gltf", "glb"}
    | {"txt", "pdf", "rtf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "csv", "xml"}
    | {"diff", "patch", "md", "textile"}
)
IN_LIBRARY = IN_CONTENT | {"js", "css", "map", "html"}


@dataclass(frozen=True, slots=True, order=True)
class Library:
    """A library as a dependency names it."""

    name: str
    major: int
    minor: int

    def __str__(self) -> str:
        return f"{self.name} {self.major}.{self.minor}"

    @property
    def folders(self) -> tuple[str, str]:
        """Where it may lie: with its version since long, without it in very old packages."""
        return f"{self.name}-{self.major}.{self.minor}", self.name


def read(folder: Path, files: Files, notes: Notes) -> Manifest:
    """Raises PackageRefused, naming every library or file that is missing or not allowed."""
    facts = _document(folder, FILE)
    title = _text(facts, "title", FILE)
    main_name = _text(facts, "mainLibrary", FILE)
    if CONTENT not in files.names:
        raise PackageRefused(CONTENT, _("The package has no content."), _("Export it again from the H5P editor."))
    content = _document(folder, CONTENT)
    _check_types(files)
    wanted = _dependencies(facts, "preloadedDependencies", FILE)
    main = next((library for library in wanted if library.name == main_name), None)
    if not main:
        raise PackageRefused(
            f"{FILE}: mainLibrary",
            filled(
                _("The main library “%(name)s” is not among the preloadedDependencies."),
                {"name": clean(main_name, 100)},
            ),
            _("Export the package again from the H5P editor."),
        )
    libraries = _closure(folder, files, wanted)
    _check_used(content, libraries)
    if libraries[main].get("runnable") not in (1, "1", True):
        raise PackageRefused(
            f"{FILE}: mainLibrary",
            filled(_("The main library “%(name)s” cannot be played on its own."), {"name": str(main)}),
            _("Export a whole content, not a part of one."),
        )
    texts = untitled(title, str(main), facts.get("language") if isinstance(facts.get("language"), str) else None)
    return Manifest(
        kind=KIND,
        identifier=str(main),
        title=texts,
        activities=(ActivityFacts("content", texts, CONTENT, settings={"library": str(main)}),),
        settings={"library": str(main), "dependencies": [str(library) for library in sorted(libraries)]},
        warnings=notes.all(),
    )


def _document(folder: Path, name: str, most_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """A JSON object."""
    with (folder / name).open("rb") as source:
        body = source.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise PackageRefused(
            name,
            filled(_("This file is larger than %(count)s KiB."), {"count": most_bytes // 1024}),
            _("Take long texts and media out of it."),
        )
    try:
        found = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise PackageRefused(
            name, _("This file is not JSON in UTF-8."), _("Export the package again from the H5P editor.")
        ) from None
    if not isinstance(found, dict):
        raise PackageRefused(
            name, _("This file does not hold a JSON object."), _("Export the package again from the H5P editor.")
        )
    return found


def _text(facts: Mapping[str, Any], name: str, document: str) -> str:
    value = facts.get(name)
    if not isinstance(value, str) or not clean(value):
        raise PackageRefused(
            f"{document}: {name}", _("It is missing or empty."), _("Export the package again from the H5P editor.")
        )
    return value


def _dependencies(facts: Mapping[str, Any], name: str, document: str) -> list[Library]:
    listed = facts.get(name, [])
    if not isinstance(listed, list):
        raise _bad_dependency(f"{document}: {name}")
    return [_dependency(entry, f"{document}: {name}[{number}]") for number, entry in enumerate(listed, start=1)]


def _dependency(entry: object, where: str) -> Library:
    if not isinstance(entry, dict):
        raise _bad_dependency(where)
    name, major, minor = entry.get("machineName"), _number(entry, "majorVersion"), _number(entry, "minorVersion")
    if not isinstance(name, str) or not MACHINE_NAME.fullmatch(name) or major is None or minor is None:
        raise _bad_dependency(where)
    return Library(name, major, minor)


def _number(entry: Mapping[str, Any], name: str) -> int | None:
    """Versions are numbers; older libraries write them as texts."""
    value = entry.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 5:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000 else None


def _bad_dependency(where: str) -> PackageRefused:
    return PackageRefused(
        where,
        _("A dependency has a machineName, a majorVersion and a minorVersion; this one does not."),
        _("Export the package again from the H5P editor."),
    )


def _closure(folder: Path, files: Files, wanted: Sequence[Library]) -> dict[Library, dict[str, Any]]:
    """Every library that is needed with its library.json. Raises PackageRefused with the list of those missing."""
    found: dict[Library, dict[str, Any]] = {}
    missing: dict[Library, str] = {}
    waiting = [(library, FILE) for library in wanted]
    while waiting:
        library, asked_by = waiting.pop()
        if library in found or library in missing:
            continue
        home = next((place for place in library.folders if f"{place}/library.json" in files.names), None)
        if not home:
            missing[library] = asked_by
            continue
        if len(found) >= MAX_LIBRARIES:
            raise PackageRefused(
                FILE, _("The package needs more than 300 libraries."), _("Split it into smaller packages.")
            )
        found[library] = _library(folder, files, library, home)
        below = _dependencies(found[library], "preloadedDependencies", f"{home}/library.json")
        waiting += [(needed, f"{home}/library.json") for needed in below]
    if missing:
        raise _lacks(missing)
    return found


def _lacks(missing: Mapping[Library, str]) -> PackageRefused:
    first = min(missing)
    return PackageRefused(
        f"{missing[first]}: preloadedDependencies",
        filled(
            _("The package lacks libraries that it needs: %(names)s."), {"names": _named(map(str, sorted(missing)))}
        ),
        _("Export it from a site where these content types are installed, with “include libraries” if it is offered."),
    )


def _library(folder: Path, files: Files, library: Library, home: str) -> dict[str, Any]:
    document = f"{home}/library.json"
    facts = _document(folder, document, MAX_LIBRARY_BYTES)
    said = (facts.get("machineName"), _number(facts, "majorVersion"), _number(facts, "minorVersion"))
    if said != (library.name, library.major, library.minor):
        raise PackageRefused(
            document,
            filled(
                _("The folder should hold %(library)s, but its library.json says otherwise."), {"library": str(library)}
            ),
            _("Export the package again from the H5P editor."),
        )
    absent = [path for path in _scripts(facts, document) if not _is_there(path, home, files)]
    if absent:
        raise PackageRefused(
            document,
            filled(_("The library names files that are not in the package: %(names)s."), {"names": _named(absent)}),
            _("Export the package again from the H5P editor."),
        )
    return facts


def _scripts(facts: Mapping[str, Any], document: str) -> Iterator[str]:
    for name in ("preloadedJs", "preloadedCss"):
        listed = facts.get(name, [])
        for entry in listed if isinstance(listed, list) else [None]:
            path = entry.get("path") if isinstance(entry, dict) else None
            if not isinstance(path, str):
                raise PackageRefused(
                    f"{document}: {name}",
                    _("It is not a list of files."),
                    _("Export the package again from the H5P editor."),
                )
            yield path


def _is_there(path: str, home: str, files: Files) -> bool:
    steps = PurePosixPath(path.partition("?")[0])
    return ".." not in steps.parts and not steps.is_absolute() and files.find(f"{home}/{steps}") is not None


def _check_types(files: Files) -> None:
    """The allow-list of H5P. What begins with a dot or an underscore is ignored by players, so it is here."""
    refused = sorted(name for name in files.names if not _is_allowed(PurePosixPath(name)))
    if refused:
        raise PackageRefused(
            refused[0],
            filled(_("H5P packages may not hold files of this type: %(names)s."), {"names": _named(refused)}),
            _("Remove these files from the content and export it again."),
        )


def _is_allowed(path: PurePosixPath) -> bool:
    if any(step.startswith((".", "_")) for step in path.parts):
        return True
    allowed = IN_CONTENT if path.parts[0] == "content" or len(path.parts) == 1 else IN_LIBRARY
    is_licence = path.suffix == "" and path.parts[0] != "content"
    return is_licence or path.suffix[1:].lower() in allowed


def _check_used(content: dict[str, Any], libraries: Mapping[Library, object]) -> None:
    """Parts of the content name their libraries themselves; each must be among those that come with it."""
    missing: dict[Library, str] = {}
    waiting: list[object] = [content]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            used = value.get("library")
            if isinstance(used, str) and "params" in value and (match := USED_LIBRARY.fullmatch(used)):
                library = Library(match[1], int(match[2]), int(match[3]))
                if library not in libraries:
                    missing[library] = CONTENT
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    if missing:
        raise _lacks(missing)


def _named(names: Iterator[str] | Sequence[str]) -> str:
    listed = [clean(name, 100) for name in names]
    return ", ".join(listed[:NAMED]) + (" …" if len(listed) > NAMED else "")
