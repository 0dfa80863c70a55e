"""What is fetched from elsewhere is what the table says, whole and unchanged, and production can serve it."""

import hashlib
import json
import subprocess
import sys

import pytest
from django.conf import settings

ROWS = json.loads((settings.BASE_DIR / "scripts" / "vendored.json").read_text())
FOLDER = settings.BASE_DIR / "static" / "player" / "vendor"
OURS = {"NOTICE.md", "GPL-3.0.txt"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_a_vendored_file_is_what_the_table_says(row):
    content = (settings.BASE_DIR / row["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert row["version"]
    assert row["licence"]


def test_no_file_stands_beside_the_table():
    there = {str(file.relative_to(settings.BASE_DIR)) for file in FOLDER.rglob("*") if file.name not in OURS}
    files = {name for name in there if (settings.BASE_DIR / name).is_file()}

    assert files == {row["file"] for row in ROWS}


def test_each_part_comes_with_its_licence():
    for package in {row["package"] for row in ROWS}:
        assert (FOLDER / package / "LICENSE").exists()
    assert "GNU GENERAL PUBLIC LICENSE" in (FOLDER / "h5p-standalone" / "GPL-3.0.txt").read_text()


def test_production_can_hash_and_compress_every_static_file(tmp_path):
    environment = {
        "KOPA_BOOTSTRAP": "0",
        "KOPA_PRODUCTION": "1",
        "KOPA_VAR_DIR": str(tmp_path),
        "KOPA_SITE_URL": "https://kopa.example",
        "KOPA_CONTENT_ORIGIN": "https://kopa-content.example",
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    manifest = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    for row in ROWS:
        assert row["file"].removeprefix("static/") in manifest
    player = (tmp_path / "static" / manifest["player/player.css"]).read_text()
    assert manifest["kopa/css/kopa-theme.css"].rpartition("/")[2] in player
