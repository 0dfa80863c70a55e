"""A morning on which everybody with an open study is due. `python -m benchmarks.reminders`, on PostgreSQL.

Two databases, of ten thousand and of a million members. In each, all open studies are due in a week, since a week or
since two, so that learners, managers and HR officers hear of it. The run that decides is killed with SIGKILL half-way
and run again; then some letters are sent, killed half-way, too. Prints people decided per second and the peak memory,
and fails when anything was decided or sent twice. Letters leave between 6 and 22 only: run it by day.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from benchmarks import pages
from benchmarks.scale import fill
from benchmarks.server import ROOT

DUE = """
UPDATE learning_enrolment SET due_on = current_date + (ARRAY[7, -7, -14])[id % 3 + 1],
    enrolled_at = current_date - interval '300 days'
WHERE completed_at IS NULL AND withdrawn_at IS NULL
"""
# Somebody of each institution leads it, and somebody of each municipality is its HR officer.
MANAGERS = """
UPDATE learning_membership post SET manager_id = head.user_id
FROM (SELECT institution_id, MIN(user_id) AS user_id FROM learning_membership WHERE ends_on IS NULL GROUP BY 1) head
WHERE head.institution_id = post.institution_id
"""
OFFICERS = """
INSERT INTO learning_scope (user_id, institution_id, role)
SELECT MIN(post.user_id), town.id, 'hr' FROM learning_institution town
JOIN learning_institution place ON place.path LIKE town.path || '%' AND place.depth = 2
JOIN learning_membership post ON post.institution_id = place.id AND post.ends_on IS NULL
WHERE town.depth = 1 GROUP BY town.id
"""
# Any hour of the day on any day of the week, as far as a policy may.
POLICY = """
INSERT INTO learning_reminderpolicy
    (institution_id, is_on, steps, per_week, weekdays, earliest, latest, digest_weekday, updated_at)
SELECT id, true, '[["due",-7,"learner"],["due",7,"learner"],["due",7,"manager"],["due",14,"hr"]]', 7, '[1,2,3,4,5,6,7]',
    '06:00', '22:00', NULL, now()
FROM learning_institution WHERE depth = 1
"""
LINES = "SELECT COUNT(*) FROM learning_reminder"
DISTINCT = """
SELECT COUNT(*) FROM (SELECT DISTINCT enrolment_id, completion_id, offset_days, target_on, "to", recipient_id
    FROM learning_reminder) lines
"""
WAITING = "SELECT COUNT(*) FROM learning_reminderletter WHERE state = 'planned'"
IN_DOUBT = "SELECT COUNT(*) FROM learning_reminderletter WHERE state = 'sending'"
DUE_NOW = "UPDATE learning_outboxmessage SET not_before = now() WHERE topic = 'reminder-letter' AND done_at IS NULL"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    seconds: float
    peak_bytes: int
    code: int


class Site:
    """A filled database and the commands that work on it."""

    def __init__(self, maintenance_url: str, members: int) -> None:
        self.members, self.name = members, f"kopa_bench_reminders_{members}"
        self.url = urlsplit(maintenance_url)._replace(path=f"/{self.name}").geturl()
        self.postbox = Path(tempfile.mkdtemp(prefix="kopa-bench-")) / "postbox"
        self.environment = fill(maintenance_url, self.name, members) | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.postbox_settings",
            "BENCHMARK_POSTBOX": str(self.postbox),
        }
        for statement in (DUE, MANAGERS, OFFICERS, POLICY):
            self.do(statement)
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def do(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement)

    def count(self, statement: str) -> int:
        with psycopg.connect(self.url) as connection:
            return connection.execute(statement).fetchone()[0]

    def start(self, *command: str) -> subprocess.Popen:
        arguments = [sys.executable, "manage.py", *command]
        return subprocess.Popen(arguments, cwd=ROOT, env={**os.environ, **self.environment}, stdout=subprocess.DEVNULL)

    def run(self, *command: str) -> Ended:
        began, process = time.perf_counter(), self.start(*command)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        return Ended(time.perf_counter() - began, used.ru_maxrss * 1024, process.returncode)

    def run_and_kill(self, *command: str, when: Callable[[], bool]) -> None:
        process = self.start(*command)
        while process.poll() is None and not when():
            time.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        process.wait()


def decide(site: Site) -> Ended:
    """Killed half-way, run to the end, run again."""
    whole = site.run("send_reminders")
    wanted = site.count(LINES)
    print(
        f"{site.members:>10,} members: {wanted:,} lines in {whole.seconds:.0f} s, "
        f"{site.members / whole.seconds:,.0f} people a second, peak {whole.peak_bytes / 2**20:.0f} MiB",
        flush=True,
    )
    again = site.run("send_reminders")
    print(f"{'':>10} once more, when nothing is new: {again.seconds:.0f} s, {site.count(LINES) - wanted} lines more")
    site.do("TRUNCATE learning_reminder, learning_reminderletter, learning_reminderrun")
    site.do("DELETE FROM learning_outboxmessage")
    site.run_and_kill("send_reminders", when=lambda: site.count(LINES) >= wanted // 2)
    half = site.count(LINES)
    rest = site.run("send_reminders")
    lines, distinct = site.count(LINES), site.count(DISTINCT)
    print(
        f"{'':>10} killed at {half:,} lines, the rest in {rest.seconds:.0f} s: {lines:,} lines, "
        f"{lines - distinct} twice, {lines - wanted} too many",
        flush=True,
    )
    if lines != wanted or lines != distinct:
        raise SystemExit("Something was decided twice or not at all.")
    return whole


def send(site: Site, letters: int) -> None:
    """Some letters: killed half-way, run to the end."""
    site.do(DUE_NOW)

    def sent() -> int:
        return len(site.postbox.read_text().splitlines()) if site.postbox.exists() else 0

    site.run_and_kill("sweep", "--limit", str(letters), when=lambda: sent() >= letters // 2)
    half = sent()
    rest = site.run("sweep", "--limit", str(letters))
    times = Counter(site.postbox.read_text().splitlines())
    twice = sum(1 for number in times.values() if number > 1)
    print(
        f"{'':>10} letters: killed after {half:,}, then {sent() - half:,} in {rest.seconds:.0f} s; "
        f"{twice} sent twice, {site.count(IN_DOUBT)} in doubt",
        flush=True,
    )
    if twice:
        raise SystemExit("A letter was sent twice.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", default=pages.MAINTENANCE, help="a server where databases may be made")
    parser.add_argument("--members", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--letters", type=int, default=2_000, help="how many are sent")
    options = parser.parse_args()
    runs = []
    for members in options.members:
        site = Site(options.postgres, members)
        runs.append(decide(site))
        send(site, options.letters)
    if len(runs) > 1:
        print(f"{runs[-1].peak_bytes / runs[0].peak_bytes:.2f} times the memory")


if __name__ == "__main__":
    sys.exit(main())
