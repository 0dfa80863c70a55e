"""Files as editors upload them, imported at once; processes in place of the one that reads packages."""

import sys
from pathlib import Path

from courses.models import Package
from courses.packages.services import import_package


def taken(file: Path, **fields) -> Package:
    return import_package(**{"file": file, "name": file.name, "series": None, "by": None, **fields})


def kept(settings) -> set[str]:
    """Everything below the root of packages but the empty folders with a dot."""
    root = Path(settings.PACKAGE_ROOT)
    return {path.relative_to(root).as_posix() for path in root.rglob("*")} - {".quarantine"}


def says(code: str) -> tuple[str, ...]:
    """A process in place of the one that reads packages."""
    return (
        sys.executable,
        "-c",
        f"import json, sys, time\nanswer = lambda **m: print(json.dumps(m), flush=True)\n{code}",
    )
