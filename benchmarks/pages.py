"""What a page costs: `python -m benchmarks.pages`, on PostgreSQL, two gunicorn workers.

Prints requests per second, p50, p95 and CPU per request (web workers and database together) for each page, beside a
bare signed-in view, the floor. Times are of this machine and this run; the ratios are what counts.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from benchmarks import load
from benchmarks.processes import cpu_between
from benchmarks.server import Server, fresh_database, serving

if TYPE_CHECKING:
    from certificates.models import Certificate

MAINTENANCE = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/14"
CLIENTS = 4
WARM_UP = 200
# Each of these requests does something that can be done once only.
ONCE_EACH = {"submit", "finish"}


@dataclass(frozen=True)
class Cost:
    """A page's figures in one run."""

    name: str
    outcome: load.Outcome
    cpu_ms: float

    def line(self, floor: "Cost") -> str:
        share = 100 * self.outcome.per_second / floor.outcome.per_second
        wrong = f"   WRONG {self.outcome.wrong}" if self.outcome.wrong else ""
        return (
            f"{self.name:<14} {self.outcome.per_second:8.1f}/s {share:6.0f} %"
            f" {self.outcome.percentile_ms(0.5):8.1f} {self.outcome.percentile_ms(0.95):8.1f} {self.cpu_ms:8.2f}{wrong}"
        )


def measure(
    server: Server, name: str, requests: Iterator[load.Request], *, seconds: float, warm_up: int = WARM_UP
) -> Cost:
    load.run(server.address, requests, clients=CLIENTS, seconds=60, most=warm_up)
    before = server.cpu_seconds()
    outcome = load.run(server.address, requests, clients=CLIENTS, seconds=seconds, most=10**9)
    cpu = cpu_between(before, server.cpu_seconds())
    return Cost(name, outcome, 1000 * cpu / max(1, len(outcome.latencies)))


def environment(maintenance_url: str, database: str) -> dict[str, str]:
    """The server's settings: production's shape without TLS."""
    return {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "KOPA_DATABASE_URL": urlsplit(maintenance_url)._replace(path=f"/{database}").geturl(),
        "KOPA_REDIS_URL": REDIS,
        "KOPA_VAR_DIR": tempfile.mkdtemp(prefix="kopa-bench-"),
        "KOPA_BOOTSTRAP": "0",
    }


def prepare(maintenance_url: str, database: str) -> dict[str, str]:
    """A new database with the demo programme, and this process set up to use it."""
    fresh_database(maintenance_url, database)
    settings = environment(maintenance_url, database)
    os.environ.update(settings)
    import django

    django.setup()
    from django.conf import settings as platform
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("ensure_site", verbosity=0)
    call_command("load_programme", platform.BASE_DIR / "courses/programmes/notice-listen-report", verbosity=0)
    call_command("populate", verbosity=0)
    return settings


def drawing_ms(certificate: "Certificate", times: int = 20) -> float:
    """CPU of drawing a certificate's PDF, in a process that has drawn one before, in milliseconds."""
    from certificates import rendering

    rendering.pdf(certificate.facts)
    began = time.process_time()
    for _ in range(times):
        rendering.pdf(certificate.facts)
    return 1000 * (time.process_time() - began) / times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", default=MAINTENANCE, help="a server where databases may be made")
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement")
    parser.add_argument("--only", nargs="*", help="names of pages")
    options = parser.parse_args()
    settings = prepare(options.postgres, "kopa_bench")
    from benchmarks.crowd import Crowd

    crowd = Crowd()
    pages: dict[str, Callable[[], Iterator[load.Request]]] = {
        "lesson": crowd.lesson,
        "programme": crowd.programme,
        "my learning": crowd.my_learning,
        "autosave": crowd.autosave,
        "submit": crowd.submit,
        "finish": crowd.finish,
        "coverage": crowd.coverage,
        "verification": crowd.verification,
    }
    with serving(settings, maintenance_url=options.postgres, database="kopa_bench") as server:
        print(f"{'page':<14} {'throughput':>10} {'floor':>8} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8}")
        floor = measure(server, "floor", crowd.bare(), seconds=options.seconds)
        print(floor.line(floor))
        for name, requests in pages.items():
            if not options.only or name in options.only:
                warm_up = 20 if name in ONCE_EACH else WARM_UP
                cost = measure(server, name, requests(), seconds=options.seconds, warm_up=warm_up)
                print(cost.line(floor), flush=True)
        if not options.only or "pdf" in options.only:
            print(f"{'certificate PDF':<44} {drawing_ms(crowd.certificate):29.2f}")
        again = measure(server, "floor again", crowd.bare(), seconds=options.seconds)
        print(again.line(floor))


if __name__ == "__main__":
    sys.exit(main())
