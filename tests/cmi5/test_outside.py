"""What an outside test system does with a token and a browser that nobody is signed in to: import, launch, let the unit
speak, waive, abandon, read. Requirement numbers of the public cmi5 conformance documents stand in the ids."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from runtime.access.services import create_token
from runtime.cmi5 import vocabulary as cmi5
from tests.packages import build

from .ground import VERSION, Unit
from .test_rules import add_category, drop_category, put, without

pytestmark = pytest.mark.django_db

BASE = "https://publisher.example.test/outside"
ACTOR = {"account": {"homePage": "https://suite.example.test", "name": "one.zip"}}
ELSEWHERE = {"Origin": "https://units.example.test", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
ABOUT = (
    '<title><langstring lang="en">A</langstring></title><description><langstring lang="en">B</langstring></description>'
)


def structure(attributes: str, *, url: str = "index.html", after: str = "") -> bytes:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
  <course id="{BASE}/course">{ABOUT}</course>
  <block id="{BASE}/block">{ABOUT}<au id="{BASE}/au" {attributes}>{ABOUT}<url>{url}</url>{after}</au></block>
</courseStructure>""".encode()


def package(attributes: str = 'moveOn="CompletedOrPassed"', **more: str) -> bytes:
    return build.archive({"cmi5.xml": structure(attributes, **more), "index.html": b"<!doctype html><title>A</title>"})


class Guest(Unit):
    """A unit that knows nothing but the address it was opened with."""

    def __init__(self, launched: dict) -> None:
        self.session_id = launched["session"]
        self._read(SimpleNamespace(url=launched["url"]))


class System:
    """The test system: one token for everything, no session, no cookie."""

    def __init__(self) -> None:
        scopes = ["cmi5", "statements/read"]
        _row, secret = create_token(name="Suite", scopes=scopes, lasts=timedelta(days=1), by=None, at=timezone.now())
        self.client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {secret}"})

    def post(self, path: str, content: object = None, kind: str = "application/json"):
        return self.client.post(f"/api/v1/cmi5/{path}", content or {}, content_type=kind)

    def bring(self, content: bytes, kind: str = "application/zip") -> str:
        answer = self.post("packages", content, kind)
        assert answer.status_code == 201, answer.content
        return answer.json()["id"]

    def launch(self, course: str, **more: object) -> Guest:
        answer = self.post(f"courses/{course}/launch-url/0", {"actor": ACTOR, **more})
        assert answer.status_code == 200, answer.content
        return Guest(answer.json())

    def run(self, content: bytes, **more: object) -> Guest:
        return self.launch(self.bring(content), **more)

    def read(self, registration: str) -> list[dict]:
        address = f"/xapi/statements?registration={registration}&ascending=true"
        answer = self.client.get(address, headers=VERSION)
        assert answer.status_code == 200, answer.content
        return answer.json()["statements"]

    def verbs(self, registration: str) -> list[str]:
        return [verb_of(one) for one in self.read(registration)]


def verb_of(statement: dict) -> str:
    return statement["verb"]["id"].rsplit("/", 1)[1]


def ids(statement: dict, kind: str = "category") -> list[str]:
    return [one["id"] for one in statement["context"]["contextActivities"].get(kind, [])]


def extension(statement: dict, name: str) -> object:
    return statement["context"]["extensions"][name]


@pytest.fixture
def system():
    return System()


# ---- 8.1 The launch address


def test_8_1_0_0_5_the_launch_address_opens_without_a_session_and_carries_the_query_of_its_author(system):
    unit = system.run(package(url="<![CDATA[\n  index.html?paramA=1&paramB=2\n ]]>"))

    answer = Client(headers={"host": unit.url.netloc}).get(f"{unit.url.path}?{unit.url.query}")

    assert (answer.status_code, dict(answer.cookies)) == (200, {})
    assert unit.url.path.endswith("/index.html")
    query = parse_qs(unit.url.query)
    assert (query["paramA"], query["paramB"]) == (["1"], ["2"])
    assert {"endpoint", "fetch", "actor", "registration", "activityId"} <= query.keys()
    # Units put a slash after it themselves.
    assert not unit.endpoint.endswith("/")


def test_8_1_2_0_1_a_unit_of_another_origin_may_fetch_its_token_and_speak(system):
    course = system.bring(structure("", url="https://units.example.test/a/index.html?x=1"), "text/xml")
    unit = system.launch(course)
    assert unit.url.netloc == "units.example.test"
    there = Client(enforce_csrf_checks=True, headers={"host": urlsplit(settings.CONTENT_ORIGIN).netloc, **ELSEWHERE})
    wanted = {
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,content-type,x-experience-api-version",
    }

    fetched = there.post(urlsplit(unit.fetch_url).path)
    asked = there.options("/xapi/statements", headers=wanted)
    unit.client = there
    unit.token = fetched.json()["auth-token"]
    answers = [fetched, asked, unit.state("GET", cmi5.LAUNCH_DATA), unit.preferences("GET"), unit.send({"id": "x"})]

    assert [one.status_code for one in answers] == [200, 204, 200, 404, 400]
    assert {one.headers["Access-Control-Allow-Origin"] for one in answers} == {"*"}
    allowed = {name.strip().lower() for name in asked.headers["Access-Control-Allow-Headers"].split(",")}
    assert set(wanted["Access-Control-Request-Headers"].split(",")) <= allowed
    assert "PUT" in asked.headers["Access-Control-Allow-Methods"]


def test_10_2_6_the_return_address_of_the_launch_reaches_the_unit(system):
    unit = system.run(package(), returnUrl="https://suite.example.test/back?run=1").prepare()

    assert unit.state("GET", cmi5.LAUNCH_DATA).json()["returnURL"] == "https://suite.example.test/back?run=1"


# ---- Whole sessions, and what is read of them


def test_9_3_and_9_6_a_session_that_completes_and_passes_is_read_in_its_order(system):
    texts = "<launchParameters>\n level=2\n</launchParameters><entitlementKey>\n  sample value\n </entitlementKey>"
    unit = system.run(
        package('moveOn="CompletedAndPassed" masteryScore="0.9"', url="index.html?paramA=1", after=texts)
    ).start()
    data = unit.state("GET", cmi5.LAUNCH_DATA).json()
    for said in (unit.passed(), unit.completed(), unit.terminated()):
        assert unit.say(said) == 204

    read = system.read(unit.registration)

    assert [verb_of(one) for one in read] == [
        *("launched", "initialized", "passed", "completed", "satisfied", "satisfied", "terminated")
    ]
    assert data["entitlementKey"] == {"courseStructure": "sample value"}
    launched, block, course = read[0], read[4], read[5]
    names = (cmi5.SESSION_ID, cmi5.MASTERY_SCORE, cmi5.LAUNCH_MODE, cmi5.MOVE_ON, cmi5.LAUNCH_PARAMETERS)
    assert [extension(launched, name) for name in names] == [
        *(unit.session_id, 0.9, "Normal", "CompletedAndPassed", data["launchParameters"])
    ]
    assert extension(launched, cmi5.LAUNCH_URL) == f"{unit.url.scheme}://{unit.url.netloc}{unit.url.path}?paramA=1"
    for one, kind, publisher in ((block, cmi5.BLOCK_TYPE, "block"), (course, cmi5.COURSE_TYPE, "course")):
        assert (one["object"]["definition"]["type"], ids(one, "grouping")) == (kind, [f"{BASE}/{publisher}"])
        assert one["object"]["id"] != f"{BASE}/{publisher}"
        assert extension(one, cmi5.SESSION_ID) == unit.session_id
    assert all(cmi5.CATEGORY_CMI5 in ids(one) for one in (launched, block, course))


@pytest.mark.parametrize(
    ("move_on", "words", "verbs"),
    [
        pytest.param("CompletedOrPassed", ["allowed"], ["experienced"], id="9.3.0.0-9 allowed"),
        pytest.param("Completed", ["completed"], ["completed", "satisfied", "satisfied"], id="9.3.3.0-3 Completed"),
        pytest.param("CompletedOrPassed", ["completed"], ["completed", "satisfied", "satisfied"], id="9.3.3.0-3 Or"),
        pytest.param("Passed", ["passed"], ["passed", "satisfied", "satisfied"], id="9.3.4.0-4 Passed"),
        pytest.param("CompletedOrPassed", ["passed"], ["passed", "satisfied", "satisfied"], id="9.3.4.0-4 Or"),
    ],
)
def test_each_criterion_is_followed_by_what_it_satisfies(system, move_on, words, verbs):
    unit = system.run(package(f'moveOn="{move_on}"')).start()
    for word in [*words, "terminated"]:
        assert unit.say(getattr(unit, word)()) == 204

    read = system.read(unit.registration)

    assert [verb_of(one) for one in read] == ["launched", "initialized", *verbs, "terminated"]
    groups = [ids(one, "grouping") for one in read if verb_of(one) == "satisfied"]
    assert groups == ([[f"{BASE}/block"], [f"{BASE}/course"]] if groups else [])


def test_9_6_1_1_3_what_needs_nothing_is_satisfied_before_its_launch(system):
    unit = system.run(package('moveOn="NotApplicable"')).start()
    unit.say(unit.terminated())

    read = system.read(unit.registration)

    assert [verb_of(one) for one in read] == ["satisfied", "satisfied", "launched", "initialized", "terminated"]
    assert [ids(one, "grouping") for one in read[:2]] == [[f"{BASE}/block"], [f"{BASE}/course"]]


@pytest.mark.parametrize("mode", ["Browse", "Review"])
def test_10_2_2_0_2_and_3_in_other_modes_no_result_is_taken(system, mode):
    unit = system.run(package(), launchMode=mode).start()

    assert [unit.say(getattr(unit, word)()) for word in ("completed", "failed", "passed")] == [403] * 3
    assert unit.state("GET", cmi5.LAUNCH_DATA).json()["launchMode"] == mode
    assert unit.say(unit.terminated()) == 204


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param("completed", ["completed"], id="9.3.0.0-6"),
        pytest.param("passed", ["passed", "failed"], id="9.3.0.0-7 and 9.3.0.0-8"),
    ],
)
def test_8_1_5_0_4_a_second_launch_of_a_registration_goes_on_with_its_state(system, first, then):
    course = system.bring(package())
    one = system.launch(course).start()
    assert one.say(getattr(one, first)()) == 204
    assert one.state("PUT", "run", {"first": True}).status_code == 204
    one.say(one.terminated())

    two = system.launch(course, registration=one.registration).start()

    assert two.activity == one.activity
    assert two.state("GET", "run").json() == {"first": True}
    assert [two.say(getattr(two, word)()) for word in then] == [403] * len(then)


def test_9_3_0_0_2_and_3_after_a_failure_the_session_is_judged(system):
    unit = system.run(package('moveOn="CompletedOrPassed" masteryScore="0.9"')).start()

    assert [unit.say(getattr(unit, word)()) for word in ("failed", "failed", "passed")] == [204, 403, 403]


# ---- Everything that is not accepted, in one session, between what is


MASTERY = ("context", "extensions", cmi5.MASTERY_SCORE)
SCORE = {"scaled": 0.9, "raw": 90, "min": 0, "max": 100}
SENT = [
    ("9.1.0.0-1", "allowed", without("id"), 403),
    ("9.7.0.0-1", "allowed", without("timestamp"), 403),
    ("9.2.0.0-2 group", "passed", put("Group", "actor", "objectType"), 403),
    ("9.2.0.0-2 unknown", "passed", put("Unknown", "actor", "objectType"), 400),
    ("9.2.0.0-3", "passed", put({"mbox": "mailto:a@example.test"}, "actor"), 403),
    ("9.3.2.0-3", "initialized", lambda statement: None, 403),
    ("8.1.5.0-6", "passed", put("https://example.test/other", "object", "id"), 403),
    ("9.6.0.0-1", "passed", without("context"), 403),
    ("9.5.3.0-1", "completed", put(False, "result", "completion"), 403),
    ("completed", "completed", lambda statement: None, 204),
    ("9.3.0.0-2", "completed", lambda statement: None, 403),
    ("9.3.4.0-2", "passed", put({"scaled": 0.89}, "result", "score"), 403),
    ("9.3.5.0-2 equal", "failed", put({"scaled": 0.9}, "result", "score"), 403),
    ("9.3.5.0-2 above", "failed", put({"scaled": 0.91}, "result", "score"), 403),
    ("9.5.1.0-3", "passed", put({"scaled": 0.9, "raw": 90, "max": 100}, "result", "score"), 403),
    ("9.6.2.2-1", "passed", drop_category(cmi5.CATEGORY_MOVE_ON), 403),
    ("9.6.2.2-2", "allowed", add_category(cmi5.CATEGORY_MOVE_ON), 403),
    ("9.6.3.2-2 missing", "passed", without(*MASTERY), 403),
    ("9.6.3.2-2 another", "passed", put(0.8, *MASTERY), 403),
    ("9.6.3.1-4", "allowed", without("context", "extensions", cmi5.SESSION_ID), 403),
    ("passed", "passed", lambda statement: None, 204),
    ("9.3.0.0-2", "passed", lambda statement: None, 403),
    ("9.3.0.0-8", "failed", lambda statement: None, 403),
]


def test_what_is_forbidden_leaves_the_session_as_it_was(system):
    unit = system.run(package('moveOn="CompletedOrPassed" masteryScore="0.9"')).start()
    answered = []
    for name, word, bend, _status in SENT:
        statement = getattr(unit, word)(**(SCORE if word in {"passed", "failed"} else {}))
        bend(statement)
        send = unit.send if "id" in statement else lambda one: unit.call("POST", "statements", None, one)
        answered.append((name, send(statement).status_code))
    assert unit.say(unit.terminated()) == 204

    assert answered == [(name, status) for name, _word, _bend, status in SENT]
    assert system.verbs(unit.registration) == [
        *("launched", "initialized", "completed", "satisfied", "satisfied", "passed", "terminated")
    ]


def test_8_1_2_0_2_a_token_that_is_nobodys_yet_and_one_that_is_over_are_401(system):
    unit = system.run(package())
    assert unit.say(unit.initialized(), token="Y2F0Og==") == 401

    unit.start()
    unit.say(unit.terminated())

    assert unit.say(unit.allowed()) == 401
    assert unit.state("GET", "run").status_code == 401


# ---- Waive and abandon


def test_9_3_6_0_2_a_session_is_abandoned_by_its_id(system):
    unit = system.run(package()).start()

    assert system.post(f"sessions/{unit.session_id}/abandon").status_code == 204

    assert unit.say(unit.allowed()) == 401
    assert unit.state("GET", "run").status_code == 401
    abandoned = system.read(unit.registration)[2]
    assert (verb_of(abandoned), abandoned["object"]["id"]) == ("abandoned", unit.activity)
    assert (abandoned["actor"], abandoned["context"]["registration"]) == (unit.actor, unit.registration)
    assert extension(abandoned, cmi5.SESSION_ID) == unit.session_id
    assert (abandoned["result"].keys(), ids(abandoned)) == ({"duration"}, [cmi5.CATEGORY_CMI5])


def test_9_3_6_0_2_or_by_its_registration(system):
    unit = system.run(package()).start()

    answer = system.post(f"registrations/{unit.registration}/abandon")

    assert (answer.status_code, [one["abandoned"] for one in answer.json()["sessions"]]) == (200, [True])
    assert system.verbs(unit.registration) == ["launched", "initialized", "abandoned"]


def test_9_3_7_0_1_a_unit_is_waived_after_it_was_left(system):
    unit = system.run(package()).start()
    unit.say(unit.terminated())

    body = {"unit": 0, "reason": "Administrative"}
    assert system.post(f"registrations/{unit.registration}/waive", body).status_code == 200

    waived, block, course = system.read(unit.registration)[3:]
    assert [verb_of(one) for one in (waived, block, course)] == ["waived", "satisfied", "satisfied"]
    assert waived["result"] == {
        "success": True,
        "completion": True,
        "extensions": {cmi5.REASON: "Administrative"},
    }
    assert ids(waived) == [cmi5.CATEGORY_CMI5, cmi5.CATEGORY_MOVE_ON]
    assert waived["object"]["id"] == unit.activity
    for one in (waived, block, course):
        assert (one["actor"], one["context"]["registration"]) == (unit.actor, unit.registration)
        assert extension(one, cmi5.SESSION_ID) == extension(waived, cmi5.SESSION_ID) != unit.session_id


def test_4_2_0_0_2_what_others_said_is_read_with_the_same_token(system):
    one, two = system.run(package()).start(), system.run(package(), registration=str(uuid4())).start()

    assert system.verbs(one.registration) == system.verbs(two.registration) == ["launched", "initialized"]
