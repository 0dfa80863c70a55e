"""Coverage-guided fuzzing of the manifest readers with atheris, which is no dependency of the project.

    .venv/bin/uv pip install atheris
    .venv/bin/python -m tests.fuzz.manifests -max_total_time=600

A finding is any exception but PackageRefused, a reading of more than a second, or facts that cannot be stored;
libFuzzer keeps what led to it as `crash-…` in the working folder. `-rss_limit_mb=400` bounds the memory, of which
Django and the fuzzer take some 180 MB themselves.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from random import Random

import atheris
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

with atheris.instrument_imports(include=["courses.packages"]):
    from courses.packages.reading import read_course_structure, read_package

from tests.packages import build  # noqa: E402
from tests.packages.mutations import broken_json, broken_xml  # noqa: E402
from tests.packages.test_manifest_fuzz import H5P, JSON, XML, ends_well  # noqa: E402

FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))
KINDS = [*XML, "h5p", "structure", "bytes"]


class Chance(Random):
    """Random decisions taken from the bytes of the fuzzer, so that it learns which lead further."""

    def __init__(self, data: atheris.FuzzedDataProvider) -> None:
        self.data = data
        super().__init__()

    def random(self) -> float:
        return self.data.ConsumeIntInRange(0, 2**32 - 1) / 2**32

    def getrandbits(self, count: int) -> int:
        return self.data.ConsumeIntInRange(0, 2**count - 1)


def one(body: bytes) -> None:
    data = atheris.FuzzedDataProvider(body)
    kind = KINDS[data.ConsumeIntInRange(0, len(KINDS) - 1)]
    if kind == "bytes":
        ends_well(read_course_structure, data.ConsumeBytes(len(body)))
    elif kind == "structure":
        ends_well(read_course_structure, broken_xml(build.cmi5_bare(), Chance(data)))
    elif kind == "h5p":
        name = JSON[data.ConsumeIntInRange(0, len(JSON) - 1)]
        (FOLDER / kind / name).write_bytes(broken_json(H5P[name], Chance(data)))
        ends_well(read_package, FOLDER / kind)
        (FOLDER / kind / name).write_bytes(H5P[name])
    else:
        files, name = XML[kind]
        (FOLDER / kind / name).write_bytes(broken_xml(files[name], Chance(data)))
        ends_well(read_package, FOLDER / kind)


def main() -> None:
    for kind, files in {**{kind: files for kind, (files, _name) in XML.items()}, "h5p": H5P}.items():
        build.unpacked(files, FOLDER / kind)
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
