"""A cmi5 course, a registration, and a unit that is launched and speaks to the record store over HTTP."""

from __future__ import annotations

import json
from itertools import count
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.test import Client
from django.utils import timezone

from courses.models import Activity, Package, PackageSeries
from lrs.models import Statement
from runtime.cmi5 import sessions
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.models import CourseRegistration, Session

from .said import Voice

_numbers = count(1)
ANNA = {"objectType": "Agent", "account": {"homePage": "https://hr.example.test", "name": "anna"}}
BEN = {"objectType": "Agent", "account": {"homePage": "https://hr.example.test", "name": "ben"}}
VERSION = {"X-Experience-API-Version": "1.0.3"}


def a_course(*units: dict, blocks: list[dict] | None = None) -> Package:
    """A course of units; each says what is special about its settings, `href` and `identifier`."""
    number = next(_numbers)
    base = f"https://publisher.example.test/{number}"
    package = Package.objects.create(
        series=PackageSeries.objects.create(title=f"Course {number}"),
        version=1,
        kind=Package.Kind.CMI5,
        title={"lv": f"Kurss {number}", "en": f"Course {number}"},
        identifier=f"{base}/course",
        sha256="0" * 64,
        size=1,
        file_count=1,
        settings={"course": {"id": f"{base}/course"}, "blocks": blocks or []},
    )
    for position, said in enumerate(units or ({},), start=1):
        said = dict(said)
        Activity.objects.create(
            package=package,
            position=position,
            identifier=said.pop("identifier", f"{base}/unit/{position}"),
            title={"lv": f"Daļa {position}", "en": f"Part {position}"},
            href=said.pop("href", "index.html?part=1"),
            settings={
                "launch_method": "AnyWindow",
                "move_on": "CompletedAndPassed",
                "mastery_score": None,
                "launch_parameters": None,
                "entitlement_key": None,
                "activity_type": None,
                "description": {},
                "parents": [],
                **said,
            },
        )
    return package


def a_block(identifier: str, *children: dict) -> dict:
    return {"id": identifier, "title": {"en": identifier}, "description": {}, "children": list(children)}


def verbs(registration: CourseRegistration) -> list[str]:
    """What was said in a registration, in the order in which it was stored."""
    return [one["verb"]["id"].rsplit("/", 1)[1] for one in said(registration)]


def said(registration: CourseRegistration) -> list[dict]:
    rows = Statement.objects.filter(registration=registration.number).order_by("stored", "pk")
    return [json.loads(row.body) for row in rows]


class Unit(Voice):
    """An assignable unit as its author would write it: launched, and after `start` ready to speak."""

    def __init__(self, package: Package, *, index=0, actor=ANNA, number=None, **wanted) -> None:
        self.course, self.launched = sessions.register_and_launch(
            package=package,
            actor=actor,
            number=number,
            index=index,
            wanted=sessions.Wanted(**wanted),
            at=timezone.now(),
        )
        self._read(self.launched)

    def _read(self, launched: sessions.Launched) -> None:
        self.url = urlsplit(launched.url)
        query = {name: values[0] for name, values in parse_qs(self.url.query).items()}
        self.endpoint, self.fetch_url = query["endpoint"], query["fetch"]
        super().__init__(
            actor=json.loads(query["actor"]), activity=query["activityId"], registration=query["registration"]
        )
        self.client = Client(enforce_csrf_checks=True, headers={"host": urlsplit(settings.CONTENT_ORIGIN).netloc})
        self.token = ""

    @property
    def session(self) -> Session:
        return Session.objects.get(pk=self.launched.session.pk)

    def fetch(self) -> dict:
        return self.client.post(urlsplit(self.fetch_url).path).json()

    def start(self) -> Unit:
        """Everything up to and with the initialized statement (7.1.1, 10, 11)."""
        self.prepare()
        assert self.say(self.initialized()) == 204
        return self

    def prepare(self) -> Unit:
        self.token = self.fetch()["auth-token"]
        data = self.state("GET", cmi5.LAUNCH_DATA).json()
        self.template, self.mastery = data["contextTemplate"], data.get("masteryScore")
        self.preferences("GET")
        return self

    def call(self, method, path, query=None, content=None, *, kind="application/json", token=None):
        body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
        token = self.token if token is None else token
        headers = {**VERSION, **({"Authorization": f"Basic {token}"} if token else {})}
        if path.endswith("/profile") and method == "PUT" and "HTTP_IF_MATCH" not in self.client.defaults:
            # xAPI part 3, 3.1: whoever makes a profile says that it expects none.
            headers["If-None-Match"] = "*"
        address = f"{urlsplit(self.endpoint).path}/{path}?{urlencode(query or {})}"
        return self.client.generic(method, address, body, kind, headers=headers)

    def send(self, statement: dict, **more):
        return self.call("PUT", "statements", {"statementId": statement.get("id", "")}, statement, **more)

    def say(self, statement: dict, **more) -> int:
        """The status; what was refused is told by a failing assertion at least."""
        return self.send(statement, **more).status_code

    def say_all(self, *statements: dict) -> int:
        return self.call("POST", "statements", None, list(statements)).status_code

    def state(self, method, identifier, content=None, *, agent=None, **query):
        place = {"activityId": self.activity, "agent": json.dumps(agent or self.actor)}
        place |= {"registration": self.registration, **({"stateId": identifier} if identifier else {}), **query}
        return self.call(method, "activities/state", place, content)

    def preferences(self, method, content=None, *, agent=None, kind="application/json"):
        place = {"profileId": cmi5.PREFERENCES, "agent": json.dumps(agent or self.actor)}
        return self.call(method, "agents/profile", place, content, kind=kind)
