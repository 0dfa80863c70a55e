"""The first thing that runs on a stranger's machine."""

import sys
from collections import namedtuple

import pytest

import bootstrap

Version = namedtuple("Version", "major minor micro releaselevel serial")


def test_an_old_python_is_named_in_one_sentence(monkeypatch):
    monkeypatch.delenv("KOPA_BOOTSTRAP", raising=False)
    monkeypatch.setattr(sys, "version_info", Version(3, 9, 2, "final", 0))

    with pytest.raises(bootstrap.BootstrapError) as refused:
        bootstrap.ensure_environment()

    assert str(refused.value) == "Kopā needs Python 3.11 or newer and this is Python 3.9: run it with python3.11."


def test_a_missing_venv_module_names_the_package_to_install(monkeypatch, tmp_path):
    monkeypatch.delenv("KOPA_BOOTSTRAP", raising=False)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / "venv")
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(bootstrap.BootstrapError) as refused:
        bootstrap.ensure_environment()

    package = f"python3.{sys.version_info[1]}-venv"
    assert str(refused.value) == (
        f"Python's venv module is missing: install it (on Debian and Ubuntu: apt install {package}) and try again."
    )


def test_an_environment_whose_building_was_interrupted_is_built_anew(monkeypatch, tmp_path):
    built = []
    monkeypatch.delenv("KOPA_BOOTSTRAP", raising=False)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    monkeypatch.setattr(bootstrap, "_install", lambda python: None)
    monkeypatch.setattr("os.execv", lambda *arguments: None)
    monkeypatch.setattr("venv.create", lambda folder, **options: built.append((folder, options)))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()

    bootstrap.ensure_environment()

    assert built == [(tmp_path, {"with_pip": True, "clear": True})]


def test_containers_bring_their_own_environment(monkeypatch):
    monkeypatch.setenv("KOPA_BOOTSTRAP", "0")
    monkeypatch.setattr(sys, "version_info", Version(3, 9, 2, "final", 0))

    assert bootstrap.ensure_environment() is None
