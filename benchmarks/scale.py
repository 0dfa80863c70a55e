"""Does coverage of one institution cost the same in a country as in a village? `python -m benchmarks.scale`

Two databases, of a thousand and of a million members; the same page of an institution of about a hundred people is
measured in both in turn, and each size is measured twice. `--members` takes other sizes.
"""

import argparse
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from itertools import cycle

from benchmarks import pages
from benchmarks.load import Request
from benchmarks.server import ROOT, serving, tidy

PEOPLE_IN_AN_INSTITUTION = 100


def fill(maintenance_url: str, database: str, members: int) -> dict[str, str]:
    """A new database with so many members; it is filled in a process of its own, as an operator would."""
    settings = pages.environment(maintenance_url, database)
    pages.fresh_database(maintenance_url, database)
    institutions = max(1, members // PEOPLE_IN_AN_INSTITUTION)
    programme = "courses/programmes/notice-listen-report"
    for command in (
        ["migrate", "--verbosity", "0"],
        ["ensure_site"],
        ["load_programme", programme],
        ["populate", "--institutions", str(institutions), "--members", str(members)],
    ):
        began = time.perf_counter()
        arguments = [sys.executable, "manage.py", *command]
        subprocess.run(arguments, cwd=ROOT, env={**os.environ, **settings}, check=True, stdout=subprocess.DEVNULL)
        if command[0] == "populate":
            took = time.perf_counter() - began
            print(f"{members:,} members in {took:.0f} s, {members / took:,.0f} a second", flush=True)
    tidy(maintenance_url, database)
    return settings


def officer(settings: dict[str, str]) -> tuple[str, str]:
    """Cookies of an HR officer, and the address of the coverage page of an institution of usual size."""
    code = "from benchmarks import officer; officer.print_one()"
    arguments = [sys.executable, "-c", f"import os, django; django.setup(); {code}"]
    answer = subprocess.run(
        arguments, cwd=ROOT, env={**os.environ, **settings}, check=True, capture_output=True, text=True
    )
    cookies, path = answer.stdout.strip().split("\t")
    return cookies, path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", default=pages.MAINTENANCE, help="a server where databases may be made")
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement")
    parser.add_argument("--members", type=int, nargs=2, default=[1_000, 1_000_000])
    options = parser.parse_args()
    sizes = {members: f"kopa_bench_{members}" for members in options.members}
    settings = {members: fill(options.postgres, name, members) for members, name in sizes.items()}
    with ExitStack() as stack:
        servers = {
            members: stack.enter_context(serving(settings[members], maintenance_url=options.postgres, database=name))
            for members, name in sizes.items()
        }
        costs: dict[int, list[pages.Cost]] = {members: [] for members in sizes}
        for members in [*sizes, *sizes]:
            cookies, path = officer(settings[members])
            requests = cycle([Request("GET", path, cookies)])
            cost = pages.measure(servers[members], f"{members:,}", requests, seconds=options.seconds)
            costs[members].append(cost)
            print(
                f"{cost.name:>10} members: {cost.outcome.percentile_ms(0.5):.1f} ms p50, {cost.cpu_ms:.2f} ms CPU",
                flush=True,
            )
    small, large = (min(cost.cpu_ms for cost in costs[members]) for members in sizes)
    print(f"{large / small:.2f} times the CPU")


if __name__ == "__main__":
    sys.exit(main())
