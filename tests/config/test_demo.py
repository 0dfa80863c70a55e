"""The two commands a newcomer runs, run as a newcomer would."""

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests import databases

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(databases.sqlite_template(), folder / "kopa.sqlite3")
    return folder


@pytest.fixture(scope="module")
def demo(folder):
    def run(*arguments: str) -> subprocess.CompletedProcess:
        environment = {**os.environ, "KOPA_VAR_DIR": str(folder), "KOPA_BOOTSTRAP": "0", "KOPA_DATABASE_URL": ""}
        command = [sys.executable, "manage.py", "demo", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)

    return run


def test_the_demo_sets_itself_up_once_and_keeps_its_data(demo, tmp_path):
    first, second = (
        demo("--once", "--json", str(tmp_path / "1.json")),
        demo("--once", "--json", str(tmp_path / "2.json")),
    )

    facts = json.loads((tmp_path / "1.json").read_text())
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert list(facts["personas"]) == ["teacher", "police", "hr", "coordinator", "facilitator", "editor", "admin"]
    assert facts == json.loads((tmp_path / "2.json").read_text())
    assert facts["institutions"]["hr"] != facts["institutions"]["other"]
    assert f"/v/{facts['certificate']}/" in first.stdout
    for persona in facts["personas"].values():
        assert persona["email"] in second.stdout


def test_a_taken_port_is_one_clear_sentence(demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = demo("--port", str(port))

    assert refused.returncode == 1
    assert refused.stderr == f"CommandError: Port {port} is taken: stop what uses it, or add --port {port + 1}.\n"


@pytest.mark.parametrize("port", ["0", "99999", "-1"])
def test_a_port_that_does_not_exist_is_one_clear_sentence(demo, port):
    refused = demo(f"--port={port}")

    assert refused.stderr == f"CommandError: {port} is no port: take one from 1 to 65535.\n"


def test_what_an_editor_changed_is_still_there_when_the_demo_starts_again(demo, folder):
    demo("--once")
    with closing(sqlite3.connect(folder / "kopa.sqlite3")) as database, database:
        database.execute("UPDATE courses_lessonpage SET title_en = 'Mended' WHERE key = 'm1-law'")

    again = demo("--once")

    with closing(sqlite3.connect(folder / "kopa.sqlite3")) as database:
        titles = database.execute("SELECT title_en FROM courses_lessonpage WHERE key = 'm1-law'").fetchall()
    assert (again.returncode, titles) == (0, [("Mended",)])


def test_a_file_that_cannot_be_written_is_one_clear_sentence(demo, tmp_path):
    refused = demo("--once", "--json", str(tmp_path / "no" / "such.json"))

    assert refused.stderr == f"CommandError: {tmp_path}/no/such.json cannot be written: No such file or directory.\n"
