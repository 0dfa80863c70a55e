"""The accessibility rules are the published ones."""

import hashlib
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "vendor"


def test_axe_is_the_file_its_note_describes():
    checksum = hashlib.sha256((VENDOR / "axe.min.js").read_bytes()).hexdigest()

    assert checksum in (VENDOR / "README.md").read_text()
