"""From an unpacked folder, or a bare course structure, to what the package is. Never trusts, only refuses or reads."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from courses.packages import cmi5, h5p, scorm12, scorm2004
from courses.packages.errors import PackageRefused
from courses.packages.hrefs import Files
from courses.packages.manifest import Manifest
from courses.packages.scorm import FILE as SCORM_FILE
from courses.packages.scorm import child, is_content
from courses.packages.untrusted import Notes, clean, filled
from courses.packages.xml import MAX_BYTES, Node, parse

MANIFESTS = (SCORM_FILE, cmi5.FILE, h5p.FILE)


def read_package(folder: Path) -> Manifest:
    """The package whose files lie unpacked in `folder`, its manifest at the top.

    Raises PackageRefused.
    """
    files, notes = Files.below(folder), Notes()
    present = [name for name in MANIFESTS if name in files.names]
    if not present:
        raise _nothing_to_read(files)
    name = present[0]
    if len(present) > 1:
        notes.add(
            name, filled(_("The package also holds %(others)s; this one is used."), {"others": ", ".join(present[1:])})
        )
    if name == h5p.FILE:
        return h5p.read(folder, files, notes)
    root = parse(bounded(folder / name), document=name)
    if name == cmi5.FILE:
        return cmi5.read(root, files, notes)
    return _read_scorm(root, files, notes)


def read_course_structure(xml: bytes) -> Manifest:
    """A cmi5.xml without a package around it: every address in it is absolute (cmi5 14.2).

    Raises PackageRefused.
    """
    return cmi5.read(parse(xml, document=cmi5.FILE), None, Notes())


def bounded(path: Path) -> bytes:
    """The file, or just enough of it to see that it is too large."""
    with path.open("rb") as source:
        return source.read(MAX_BYTES + 1)


def _read_scorm(root: Node, files: Files, notes: Notes) -> Manifest:
    if root.name != "manifest" or not (is_content(root) or "imscp" in root.namespace):
        raise PackageRefused(
            root.where(),
            filled(
                _("This file is not a manifest of SCORM: it begins with “%(name)s”."), {"name": clean(root.name, 50)}
            ),
            _("Export the course as SCORM 1.2 or SCORM 2004."),
        )
    version = _schema_version(root, notes)
    if version == "1.2":
        return scorm12.read(root, files, notes)
    return scorm2004.read(root, files, notes, version)


def _schema_version(root: Node, notes: Notes) -> str:
    """ "1.2", or an edition of 2004: "2nd", "3rd", "4th"."""
    metadata = child(root, "metadata")
    node = child(metadata, "schemaversion") if metadata else None
    said = clean(node.text) if node else ""
    if version := _version_called(said):
        return version
    if said:
        raise PackageRefused(
            node.where(),
            filled(_("“%(version)s” is not a version of SCORM that is played here."), {"version": clean(said, 50)}),
            _("Export the course as SCORM 1.2 or SCORM 2004."),
        )
    namespaces = {element.namespace for element in root.walk()} | {
        key[1:].partition("}")[0] for element in root.walk() for key in element.attributes if key.startswith("{")
    }
    for mark, version in (("adlcp_v1p3", "4th"), ("imsss", "4th"), ("adlcp_rootv1p2", "1.2")):
        if any(mark in namespace for namespace in namespaces):
            notes.add(
                f"{SCORM_FILE}: metadata/schemaversion", _("It is missing; the version was told by the namespaces.")
            )
            return version
    raise PackageRefused(
        f"{SCORM_FILE}: metadata/schemaversion",
        _("The manifest does not say which version of SCORM it is."),
        _("Export the course as SCORM 1.2 or SCORM 2004; other IMS packages are not played here."),
    )


def _version_called(said: str) -> str | None:
    text = said.lower()
    if text in ("1.2", "scorm 1.2"):
        return "1.2"
    if text in ("cam 1.3", "1.3"):
        return "2nd"
    if "2004" in text:
        return next((edition for edition in ("4th", "3rd", "2nd") if edition in text), "4th")
    return None


def _nothing_to_read(files: Files) -> PackageRefused:
    if "tincan.xml" in files.names:
        return PackageRefused(
            "tincan.xml",
            _("This is a Tin Can package, which does not say when it is complete."),
            _("Export the course as cmi5 or SCORM 2004."),
        )
    for name in MANIFESTS:
        if close := files.nearly(name):
            return PackageRefused(
                close,
                filled(_("This file must be named %(name)s, in exactly these letters."), {"name": name}),
                _("Rename it and zip the package again."),
            )
    return PackageRefused(
        SCORM_FILE,
        _("This package has no imsmanifest.xml, cmi5.xml or h5p.json at its top level."),
        _("Zip the files themselves, not the folder that holds them. Websites and videos alone are not packages."),
    )
