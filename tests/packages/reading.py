"""Reading one package of a test: built by code, changed in one place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.utils.translation import override

from courses.packages.errors import PackageRefused
from courses.packages.manifest import Manifest
from courses.packages.reading import read_course_structure, read_package
from tests.packages import build
from tests.packages.build import Files


def read(files: Files, folder: Path) -> Manifest:
    """What is read, with its warnings in English."""
    manifest = read_package(build.unpacked(files, folder))
    with override("en"):
        return replace(manifest, warnings=tuple(map(str, manifest.warnings)))


def changed(files: Files, name: str, old: str, new: str) -> Files:
    """The files with one text of one of them replaced; the text has to be there."""
    body = files[name].decode()
    assert old in body
    return {**files, name: body.replace(old, new).encode()}


def refusal(files: Files, folder: Path) -> PackageRefused:
    with pytest.raises(PackageRefused) as refused:
        read(files, folder)
    return speaking(refused.value)


def structure_refusal(xml: bytes) -> PackageRefused:
    with pytest.raises(PackageRefused) as refused:
        read_course_structure(xml)
    return speaking(refused.value)


def speaking(refused: PackageRefused) -> PackageRefused:
    """A refusal says where, what and how to mend it, in both languages."""
    with override("lv"):
        latvian = refused.as_json()
    with override("en"):
        english = refused.as_json()
    assert all(latvian.values())
    assert all(english.values())
    assert latvian["what"] != english["what"]
    return PackageRefused(refused.where, english["what"], english["mend"])
