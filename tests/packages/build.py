"""Small training packages of our own, built in code and really playable; everything about them stands in `content`.

Every function returns the bytes of a zip archive, or takes `title`, which is escaped for where it goes. To break one,
take its `files_of_…` twin (paths and their bytes), change what the test is about and call `archive`.

The page of a SCO (`content/scorm/sco.js`) has buttons `#complete`, `#pass`, `#fail`, `#score` (with `#points`),
`#bookmark` (with `#location` and `#size` of the suspend data), `#commit`, `#suspend`, `#exit`,
`#previous` and `#next`; `#said` tells what happened, `#restored` holds JSON of what it found on starting, `#part` which
one it is. Its buttons save at once, and leaving the page suspends. That of a cmi5 unit is alike: `#complete`, `#pass`
and `#fail` (with `#scaled`), `#bookmark`, `#terminate`, `#return`.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

CONTENT = Path(__file__).parent / "content"
Files = dict[str, bytes]

SCO = ("sco.html", "sco.js", "sco.css")


def archive(files: Mapping[str, bytes]) -> bytes:
    """A zip archive that is the same for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, body in files.items():
            target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def unpacked(files: Mapping[str, bytes], folder: Path) -> Path:
    """The files written below `folder`, as an import would leave them."""
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder


def scorm12(title: str = "Viens objekts", *, mastery: int = 80) -> bytes:
    """One SCO with a mastery score and launch data."""
    return archive(files_of_scorm12(title, mastery=mastery))


def scorm12_multi(title: str = "Vairāki objekti") -> bytes:
    """An asset and three SCOs, one hidden: nested items, prerequisites, time limits, parameters, a base folder."""
    return archive(files_of_scorm12_multi(title))


def scorm2004(title: str = "Viens objekts, 2004") -> bytes:
    """One SCO of the 4th edition whose primary objective is met from 0.8."""
    return archive(files_of_scorm2004(title))


def scorm2004_ordered(title: str = "Noteikta kārtība") -> bytes:
    """A pretest that skips the lessons, lessons in order, a post-test that leads back until it is passed, a closing.

    No choice anywhere: the learner goes by next and previous. The SCOs are told apart by `#part`: pretest, lesson-1,
    lesson-2, posttest, closing.
    """
    return archive(files_of_scorm2004_ordered(title))


def h5p(title: str = "Patiess vai nepatiess") -> bytes:
    """Two statements, true or false, with three libraries of our own; restores its answers, sends xAPI with a score.

    Buttons: `#true-0`, `#false-0`, `#true-1`, `#false-1`, `#finish`; `#restored` shows the answers and whether they
    were restored.
    """
    return archive(files_of_h5p(title))


def cmi5_single(title: str = "Viena vienība") -> bytes:
    """One assignable unit: CompletedAndPassed from 0.8."""
    return archive(files_of_cmi5("single", title))


def cmi5_multi(title: str = "Vairākas vienības") -> bytes:
    """Four units in nested blocks, each with another moveOn, one in a window of its own."""
    return archive(files_of_cmi5("multi", title))


def cmi5_bare(title: str = "Saturs citur") -> bytes:
    """A course structure alone, not zipped: its unit has an absolute address."""
    return _filled("cmi5/bare.xml", title=title)


def files_of_scorm12(title: str = "Viens objekts", *, mastery: int = 80) -> Files:
    return {"imsmanifest.xml": _filled("scorm12/single.xml", title=title, mastery=str(mastery)), **_of_scorm("")}


def files_of_scorm12_multi(title: str = "Vairāki objekti") -> Files:
    return {"imsmanifest.xml": _filled("scorm12/multi.xml", title=title), **_of_scorm("content/")}


def files_of_scorm2004(title: str = "Viens objekts, 2004") -> Files:
    return {"imsmanifest.xml": _filled("scorm2004/single.xml", title=title), **_of_scorm("")}


def files_of_scorm2004_ordered(title: str = "Noteikta kārtība") -> Files:
    return {"imsmanifest.xml": _filled("scorm2004/ordered.xml", title=title), **_of_scorm("content/")}


def files_of_h5p(title: str = "Patiess vai nepatiess") -> Files:
    root = CONTENT / "h5p"
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}
    facts = json.loads(files["h5p.json"])
    return {**files, "h5p.json": json.dumps({**facts, "title": title}, ensure_ascii=False).encode()}


def files_of_cmi5(which: str = "single", title: str = "Viena vienība") -> Files:
    """`which` is single or multi."""
    pages = {name: (CONTENT / "cmi5" / name).read_bytes() for name in ("au.html", "au.js")}
    return {"cmi5.xml": _filled(f"cmi5/{which}.xml", title=title), **pages}


def _of_scorm(folder: str) -> Files:
    return {f"{folder}{name}": (CONTENT / "scorm" / name).read_bytes() for name in (*SCO, "about.html")}


def _filled(name: str, **values: str) -> bytes:
    text = Template((CONTENT / name).read_text("utf-8"))
    return text.substitute({key: escape(value) for key, value in values.items()}).encode()
