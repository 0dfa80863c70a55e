"""The process that reads an uploaded package: alone, limited, and without settings, database or secrets.

Started by `courses.packages.sandbox` with one argument, an Order as JSON. It answers on standard output with lines of
JSON: `{"percent": 40}` on the way, then one of `{"package": …}`, `{"refused": …}`, `{"full": true}`.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import override

MOST_STRUCTURE_BYTES = 5 * 1024**2
# Left free for everybody else when a package is unpacked.
SPARE_BYTES = 64 * 1024**2
UNPACKED_PERCENT = 90
READ_PERCENT = 95


@dataclass(frozen=True, slots=True)
class Order:
    """`file` is the upload, `name` as the editor's computer called it, `folder` where it is unpacked, and empty.

    Limits: memory in bytes, seconds of processor time and by the clock, bytes of one file.
    """

    file: str
    name: str
    folder: str
    languages: list[str]
    locale_paths: list[str]
    memory: int
    processor_s: int
    clock_s: int
    file_size: int


def main(argument: str) -> None:
    order = Order(**json.loads(argument))
    _limit(order)
    # Only what translations need: the messages are given in every language of the site.
    settings.configure(
        USE_I18N=True,
        LANGUAGE_CODE=order.languages[0],
        LANGUAGES=[(code, code) for code in order.languages],
        LOCALE_PATHS=order.locale_paths,
    )
    django.setup()
    _say(**_answer(order))


def _limit(order: Order) -> None:
    import resource  # The web processes import this module too, on systems that may not have it.

    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, order.memory),
        (resource.RLIMIT_CPU, order.processor_s),
        (resource.RLIMIT_FSIZE, order.file_size),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))
    # Also when whoever started this process is gone and nobody watches the clock.
    signal.alarm(order.clock_s)
    os.nice(5)


def _answer(order: Order) -> dict[str, Any]:
    from courses.packages.errors import PackageRefused  # needs the settings made above

    try:
        return {"package": _package(order)}
    except PackageRefused as refused:
        return {"refused": {"where": refused.where, **_texts(what=refused.message, mend=refused.mend)}}
    except MemoryError:
        return {"refused": {"where": "", **_too_much()}}
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return {"full": True}
        raise


def _package(order: Order) -> dict[str, Any]:
    from courses.packages import archive
    from courses.packages.reading import read_course_structure, read_package

    folder = Path(order.folder)
    with open(order.file, "rb") as file:
        if order.name.lower().endswith(".xml"):
            structure = file.read(MOST_STRUCTURE_BYTES + 1)
            manifest = read_course_structure(structure)
            (folder / "cmi5.xml").write_bytes(structure)
            archive.sync(folder / "cmi5.xml")
            size, count, warnings = len(structure), 1, ()
        else:
            with archive.open_archive(file) as opened:
                found = archive.plan(opened)
                if shutil.disk_usage(folder).free < found.size + SPARE_BYTES:
                    raise OSError(errno.ENOSPC, "too little room")
                archive.unpack(opened, found, folder, lambda part: _say(percent=part * UNPACKED_PERCENT // 100))
            _say(percent=READ_PERCENT)
            manifest = read_package(folder)
            size, count, warnings = found.size, len(found.members), found.warnings
    return {
        "manifest": asdict(manifest) | {"warnings": [_in_languages(text) for text in (*warnings, *manifest.warnings)]},
        "size": size,
        "file_count": count,
    }


def _too_much() -> dict[str, Any]:
    from django.utils.translation import gettext_lazy as _

    return _texts(
        what=_("Reading the package needs more memory than any package should."),
        mend=_("Leave out what learners do not need, or split the package."),
    )


def _texts(**texts: str | Promise) -> dict[str, Mapping[str, str]]:
    return {name: _in_languages(text) for name, text in texts.items()}


def _in_languages(text: str | Promise) -> dict[str, str]:
    found = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            found[code] = str(text)
    return found


def _say(**message: Any) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
