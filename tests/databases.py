"""Test databases copied from one that was migrated once, for as long as the migrations stay the same.

Migrating from zero takes half a minute, most of it Wagtail's history. The template is kept in the temporary folder
(SQLite) or on the server (PostgreSQL) under a name made from every migration of every app, so it can never be stale.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
STORE = Path(tempfile.gettempdir()) / "kopa-test-databases"


def start_from_template(folder: Path) -> None:
    """Point the default connection's test settings at a copy of the template; `folder` takes SQLite's file."""
    connection = connections["default"]
    test = connection.settings_dict["TEST"]
    if connection.vendor == "postgresql":
        test["TEMPLATE"] = _postgresql_template(connection.settings_dict)
    else:
        copy = folder / f"{Path(test['NAME'] or 'test').name.replace(':', '').split('?')[0]}.sqlite3"
        shutil.copyfile(sqlite_template(), copy)
        test["NAME"] = str(copy)


def _fingerprint() -> str:
    found = hashlib.sha256(sys.version.encode())
    for app in sorted(apps.get_app_configs(), key=lambda one: one.label):
        for path in sorted((Path(app.path) / "migrations").glob("*.py")):
            found.update(path.name.encode() + app.label.encode() + path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    STORE.mkdir(exist_ok=True)
    with (STORE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _migrate(url: str) -> None:
    environment = {**os.environ, "KOPA_DATABASE_URL": url, "KOPA_BOOTSTRAP": "0"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def sqlite_template() -> Path:
    template = STORE / f"{_fingerprint()}.sqlite3"
    with _alone():
        if not template.exists():
            fresh = template.with_suffix(f".{os.getpid()}.new")
            _migrate(f"sqlite://{fresh}")
            _close_log(fresh)
            fresh.rename(template)
    return template


def _close_log(database: Path) -> None:
    """Fold the write-ahead log into the file, so that the file alone is the database."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")


def _postgresql_template(server: dict) -> str:
    name = f"kopa_template_{_fingerprint()}"
    account = f"{server['USER']}:{server['PASSWORD']}" if server["PASSWORD"] else server["USER"]
    url = f"postgres://{account}@{server['HOST']}:{server['PORT'] or 5432}/"
    with _alone(), psycopg.connect(f"{url}postgres", autocommit=True) as maintenance:
        if not maintenance.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            maintenance.execute(f'DROP DATABASE IF EXISTS "{name}_new"')
            maintenance.execute(f"CREATE DATABASE \"{name}_new\" ENCODING 'UTF8' TEMPLATE template0")
            _migrate(f"{url}{name}_new")
            maintenance.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name


def is_sqlite() -> bool:
    return settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
