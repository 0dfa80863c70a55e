"""The house's own rules, kept by machine."""

from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
APPS = ["assessments", "certificates", "cms", "config", "courses", "learning", "lrs", "runtime"]


def test_apps_import_to_the_right_only(monkeypatch):
    monkeypatch.chdir(ROOT)

    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0


@pytest.mark.parametrize("app", [*APPS, "tests", "benchmarks"])
def test_no_file_is_longer_than_400_lines(app):
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > 400
    }

    assert long == {}
