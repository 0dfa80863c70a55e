"""What a save of a package costs: `python -m benchmarks.commits`, on PostgreSQL, two gunicorn workers.

Prints saves per second with a cmi of 8 KB, beside the bare signed-in view of `benchmarks.pages`, the floor. The
two take turns, as other work on the machine weighs on both; the ratio of each turn is what counts.
"""

import argparse
import json
import os
import statistics
import sys
from collections.abc import Iterator
from itertools import count

from benchmarks.load import Request
from benchmarks.pages import MAINTENANCE, measure, prepare
from benchmarks.server import serving

CONTENT_HOST = "content.example.test"
DATABASE = "kopa_bench_commits"


def cmi(turn: int) -> dict:
    """Some 8 KB: a bookmark, suspend data as authoring tools write it, and twelve answers."""
    answers = {
        str(number): {
            "id": f"question-{number}",
            "type": "choice",
            "time": "10:00:00",
            "weighting": "1",
            "student_response": "a",
            "result": "correct",
            "latency": "0000:00:12",
            "correct_responses": {"0": {"pattern": "a"}},
        }
        for number in range(12)
    }
    score = {"raw": "50", "min": "0", "max": "100"}
    time = f"{turn // 3600:04}:{turn // 60 % 60:02}:{turn % 60:02}"
    core = {"lesson_status": "incomplete", "lesson_location": f"page-{turn}", "session_time": time, "score": score}
    return {"core": core, "suspend_data": f"{turn}|" + "viewed=1,2,3|last=31#" * 280, "interactions": answers}


def saves() -> Iterator[Request]:
    """One save of each learner after the other, each further than the one before."""
    from django.utils import timezone

    from benchmarks.crowd import Crowd
    from courses.models import Activity, Package, PackageSeries
    from runtime.models import Registration
    from runtime.services import open_launch
    from runtime.tokens import token_of

    series = PackageSeries.objects.create(title="Bench")
    kept = {"title": {"lv": "Bench"}, "sha256": "0" * 64, "size": 1, "file_count": 1, "identifier": "bench"}
    package = Package.objects.create(series=series, version=1, kind=Package.Kind.SCORM_12, **kept)
    activity = Activity.objects.create(package=package, position=1, identifier="sco", title={}, href="sco.html")
    addresses = []
    for learner in Crowd().learners:
        unit = learner.enrolment.version.units.earliest("position")
        registration = Registration.objects.create(enrolment=learner.enrolment, unit=unit, package=package)
        launch = open_launch(registration=registration, at=timezone.now())
        addresses.append(f"/rt/{token_of(launch)}/commit/")

    def endless() -> Iterator[Request]:
        for turn in count(1):
            body = json.dumps({"activity": activity.pk, "sequence": turn, "cmi": cmi(turn)}).encode()
            for address in addresses:
                yield Request("POST", address, "", body=body, host=CONTENT_HOST)

    return endless()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", default=MAINTENANCE, help="a server where databases may be made")
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement")
    parser.add_argument("--turns", type=int, default=3, help="how often both are measured")
    options = parser.parse_args()
    os.environ["KOPA_CONTENT_ORIGIN"] = f"http://{CONTENT_HOST}"
    settings = prepare(options.postgres, DATABASE)
    from benchmarks.crowd import Crowd

    crowd, requests, shares = Crowd(), saves(), []
    with serving(settings, maintenance_url=options.postgres, database=DATABASE) as server:
        print(f"{'what':<14} {'throughput':>10} {'floor':>8} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8}")
        for _turn in range(options.turns):
            floor = measure(server, "floor", crowd.bare(), seconds=options.seconds)
            cost = measure(server, "save", requests, seconds=options.seconds)
            shares.append(100 * cost.outcome.per_second / floor.outcome.per_second)
            print(floor.line(floor))
            print(cost.line(floor), flush=True)
    print(f"median share of the floor: {statistics.median(shares):.0f} %")


if __name__ == "__main__":
    sys.exit(main())
