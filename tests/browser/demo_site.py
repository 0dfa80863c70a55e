"""The demo as a newcomer has it: set up in a folder of its own and served by its command, in a process of its own."""

import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from playwright.sync_api import Page

from tests import databases

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_SECONDS = 300


@dataclass(frozen=True)
class DemoSite:
    url: str
    folder: Path
    facts: dict

    @property
    def institution(self) -> str:
        return self.facts["institutions"]["hr"]

    def email(self, persona: str) -> str:
        return self.facts["personas"][persona]["email"]

    def rows(self, query: str, *values: object) -> list[tuple]:
        """Look something up in the database that no page tells."""
        with closing(sqlite3.connect(f"file:{self.folder / 'kopa.sqlite3'}?mode=ro", uri=True)) as connection:
            return connection.execute(query, values).fetchall()

    def printed(self) -> str:
        """All that the server has written, with the mails that went out."""
        return (self.folder / "server.log").read_text()

    def invitation_of(self, email: str) -> str:
        """The address in the letter to somebody; the server prints its letters, long lines broken with “=”."""
        for _wait in range(50):
            letter = self.printed().rpartition(f"To: {email}")[2].replace("=\n", "")
            if found := re.search(r"http://\S+/invitation/[\w-]+/", letter):
                return found[0]
            sleep(0.1)
        raise AssertionError(f"no letter to {email}:\n{self.printed()[-3000:]}")

    def sign_in(self, page: Page, persona: str) -> None:
        """Through the page where everyone signs in."""
        page.goto(f"{self.url}/accounts/login/")
        page.fill("input[name=login]", self.email(persona))
        page.fill("input[name=password]", self.facts["personas"][persona]["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)


@contextmanager
def demo_site(folder: Path) -> Iterator[DemoSite]:
    shutil.copyfile(databases.sqlite_template(), folder / "kopa.sqlite3")
    facts = folder / "facts.json"
    surroundings = {"cwd": ROOT, "env": _environment(folder)}
    subprocess.run(_demo("--once", "--json", facts), **surroundings, check=True, timeout=MOST_SECONDS)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(_demo("--port", port), **surroundings, stdout=log, stderr=subprocess.STDOUT)
        try:
            site = DemoSite(f"http://localhost:{port}", folder, json.loads(facts.read_text()))
            _wait_for(site, server)
            yield site
        finally:
            server.terminate()
            server.wait(timeout=30)


def _demo(*arguments: object) -> list[str]:
    return [sys.executable, "-u", "manage.py", "demo", *map(str, arguments)]


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "KOPA_VAR_DIR": str(folder), "KOPA_BOOTSTRAP": "0", "KOPA_DATABASE_URL": ""}


def _wait_for(site: DemoSite, server: subprocess.Popen) -> None:
    deadline = monotonic() + MOST_SECONDS
    while server.poll() is None and monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{site.url}/robots.txt", timeout=5).close()
        except OSError:
            sleep(0.2)
        else:
            return
    raise AssertionError(f"The demo does not answer:\n{site.printed()}")
