#!/usr/bin/env python3
"""Fetch the built files of the players again: `python3 scripts/vendor.py`. Needs npm; the platform does not.

To renew a part, change its version in PARTS, run this, read what changed, and run tests/runtime/test_vendored.py.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
from fnmatch import fnmatch
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "static" / "player" / "vendor"
TABLE = ROOT / "scripts" / "vendored.json"
# Written by us beside what is fetched: where to find the source, and the licence text that npm leaves out.
OURS = {"NOTICE.md", "GPL-3.0.txt"}


class Part(NamedTuple):
    """A package of npm and which of its files are taken, unchanged; `below` is left off their names."""

    name: str
    version: str
    licence: str
    below: str
    files: tuple[str, ...]


PARTS = (
    Part(
        "scorm-again",
        "3.4.3",
        "MIT",
        "dist/",
        # The maps are stubs of a hundred bytes; without them the hashed names of production cannot be made.
        (
            "LICENSE",
            "dist/scorm12.min.js",
            "dist/scorm12.min.js.map",
            "dist/scorm2004.min.js",
            "dist/scorm2004.min.js.map",
        ),
    ),
    Part(
        "h5p-standalone",
        "3.8.2",
        "MIT; frame.bundle.js and styles hold H5P core, GPL-3.0; fonts OFL-1.1",
        "dist/",
        ("LICENSE", "dist/*.bundle.js", "dist/*.LICENSE.txt", "dist/styles/h5p.css", "dist/fonts/*", "dist/images/*"),
    ),
)


def main() -> None:
    rows = []
    with TemporaryDirectory() as scratch:
        for part in PARTS:
            rows += _fetch(part, Path(scratch))
    TABLE.write_text(json.dumps(rows, indent=2) + "\n")
    print(f"{len(rows)} files, listed in {TABLE.relative_to(ROOT)}")


def _fetch(part: Part, scratch: Path) -> list[dict[str, str]]:
    packed = subprocess.run(
        ["npm", "pack", f"{part.name}@{part.version}", "--silent", "--pack-destination", scratch],
        check=True,
        capture_output=True,
        text=True,
    )
    folder = FOLDER / part.name
    for old in folder.rglob("*"):
        if old.is_file() and old.name not in OURS:
            old.unlink()
    rows = []
    with tarfile.open(scratch / packed.stdout.split()[-1]) as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            name = member.name.removeprefix("package/")
            if not member.isfile() or not any(fnmatch(name, pattern) for pattern in part.files):
                continue
            file = folder / name.removeprefix(part.below)
            file.parent.mkdir(parents=True, exist_ok=True)
            with archive.extractfile(member) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target)
            rows.append(_row(part, file))
    return rows


def _row(part: Part, file: Path) -> dict[str, str]:
    return {
        "file": str(file.relative_to(ROOT)),
        "package": part.name,
        "version": part.version,
        "licence": part.licence,
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }


if __name__ == "__main__":
    main()
