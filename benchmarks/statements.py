"""What a statement costs the record store: `python -m benchmarks.statements`, on PostgreSQL, two gunicorn workers.

Prints statements stored per second, sent one by one and in batches of 50, and pages of 100 read by agent. A statement
has an actor by account, a described activity, a result and a context, some 1 KB, as courses send them.
"""

import argparse
import base64
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.load import Prepared, Request
from benchmarks.pages import MAINTENANCE, measure, prepare
from benchmarks.server import serving, tidy

DATABASE = "kopa_bench_statements"
BATCH = 50
LEARNERS, ACTIVITIES = 500, 40
HOME = "https://kopa.example"


@dataclass(frozen=True)
class ToStore(Request):
    """A request as clients of the store send it."""

    def encode(self, host: str) -> Prepared:
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", "Connection: close", *self.headers]
        lines += ["X-Experience-API-Version: 1.0.3", "Content-Type: application/json"]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""]).encode() + self.body


def actor(turn: int) -> dict:
    return {"objectType": "Agent", "account": {"homePage": HOME, "name": f"learner-{turn % LEARNERS}"}}


def statement(turn: int) -> dict:
    number = turn % ACTIVITIES
    course = f"{HOME}/courses/{number % 5}"
    return {
        "id": str(uuid4()),
        "actor": actor(turn),
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en": "answered", "lv": "atbildēja"}},
        "object": {
            "objectType": "Activity",
            "id": f"{course}/questions/{number}",
            "definition": {
                "name": {"en": f"Question {number}", "lv": f"Jautājums {number}"},
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "interactionType": "choice",
                "correctResponsesPattern": ["a"],
                "choices": [{"id": one, "description": {"en": f"Choice {one}"}} for one in "abcd"],
            },
        },
        "result": {"success": True, "response": "a", "score": {"scaled": 1}, "duration": "PT12.5S"},
        "context": {
            "registration": str(uuid4()),
            "contextActivities": {"parent": [{"id": course}], "grouping": [{"id": HOME}]},
        },
        "timestamp": "2026-11-24T10:00:00.000Z",
    }


def writes(headers: tuple[str, ...], size: int) -> Iterator[Request]:
    for turn in count():
        sent = statement(turn) if size == 1 else [statement(turn * size + one) for one in range(size)]
        yield ToStore("POST", "/xapi/statements", "", body=json.dumps(sent).encode(), headers=headers)


def reads(headers: tuple[str, ...]) -> Iterator[Request]:
    for turn in count():
        query = urlencode({"agent": json.dumps(actor(turn)), "limit": 100})
        yield ToStore("GET", f"/xapi/statements?{query}", "", headers=headers)


def authorization() -> tuple[str, ...]:
    from lrs.services import create_credential

    credential, secret = create_credential(name="Bench", scopes=["all"], by=None)
    return (f"Authorization: Basic {base64.b64encode(f'{credential.key}:{secret}'.encode()).decode()}",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--postgres", default=MAINTENANCE, help="a server where databases may be made")
    parser.add_argument("--seconds", type=float, default=10, help="length of each measurement")
    options = parser.parse_args()
    os.environ.setdefault("KOPA_CONTENT_ORIGIN", "http://content.example.test")
    settings = prepare(options.postgres, DATABASE)
    from benchmarks.crowd import Crowd

    crowd, headers = Crowd(), authorization()
    with serving(settings, maintenance_url=options.postgres, database=DATABASE) as server:
        print(f"{'what':<14} {'throughput':>10} {'floor':>8} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8}")
        floor = measure(server, "floor", crowd.bare(), seconds=options.seconds)
        single = measure(server, "single", writes(headers, 1), seconds=options.seconds)
        batches = measure(server, "batch of 50", writes(headers, BATCH), seconds=options.seconds)
        tidy(options.postgres, DATABASE)
        pages = measure(server, "page of 100", reads(headers), seconds=options.seconds)
        for cost in (floor, single, batches, pages):
            print(cost.line(floor), flush=True)
    print(f"statements stored a second: {single.outcome.per_second:.0f} one by one, ", end="")
    print(f"{batches.outcome.per_second * BATCH:.0f} in batches of {BATCH}")


if __name__ == "__main__":
    sys.exit(main())
