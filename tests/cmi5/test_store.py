"""A unit and the record store over HTTP: what cmi5 forbids is 403, what ended is 401 (4.2, 6.3, 8.1.2, 9, 10, 11)."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from lrs.models import AgentProfile, Statement
from runtime.access.services import create_token
from runtime.cmi5 import sessions
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.models import Session

from .ground import BEN, VERSION, Unit, a_course, said, verbs
from .test_rules import BENT, ORDERS

pytestmark = pytest.mark.django_db

PREFERENCES = {"languagePreference": "en-US,fr-FR", "audioPreference": "off"}


@pytest.fixture
def unit():
    return Unit(a_course({"mastery_score": 0.9})).start()


# ---- Statements


def test_a_whole_session_is_stored(unit):
    for name in ("allowed", "passed", "completed", "terminated"):
        assert unit.say(getattr(unit, name)()) == 204

    assert verbs(unit.course) == [
        *("launched", "initialized", "experienced", "passed", "completed", "satisfied", "terminated")
    ]
    assert (unit.session.ended_at is not None, unit.session.is_abandoned) == (True, False)


def test_a_whole_session_may_come_in_one_batch():
    unit = Unit(a_course()).prepare()

    assert unit.say_all(unit.initialized(), unit.completed(), unit.passed(), unit.terminated()) == 200

    assert verbs(unit.course)[1:] == ["initialized", "completed", "passed", "terminated", "satisfied"]


# These are no valid xAPI to begin with: 400, whoever sends them.
NO_XAPI = {"voiding", "no activity", "raw above max", "no publisher id"}
FORBIDDEN = [pytest.param(*case[:3], id=f"{case[0]} {case[1]} {case[3]}") for case in BENT if case[3] not in NO_XAPI]


@pytest.mark.parametrize(("section", "name", "bend"), FORBIDDEN)
def test_a_bent_statement_is_forbidden_and_leaves_nothing(unit, section, name, bend):
    before = Statement.objects.count(), Session.objects.filter(pk=unit.session.pk).values().get()
    statement = getattr(unit, name)()
    bend(statement)

    answer = unit.call("POST", "statements", None, statement)

    assert answer.status_code == 403
    assert f"cmi5 {section}:" in answer.json()["error"]
    assert (Statement.objects.count(), Session.objects.filter(pk=unit.session.pk).values().get()) == before


@pytest.mark.parametrize("names", [pytest.param(case[1], id=f"{case[0]} {case[2]}") for case in ORDERS])
def test_verbs_out_of_order_are_forbidden(names):
    unit = Unit(a_course()).prepare()
    *first, last = [getattr(unit, name)() for name in names]

    assert [unit.say(one) for one in first] == [204] * len(first)
    # After terminated the token is good for nothing.
    assert unit.say(last) == (401 if "terminated" in names[:-1] else 403)


def test_a_bad_statement_takes_its_batch_with_it(unit):
    assert unit.say_all(unit.completed(), unit.completed()) == 403

    assert verbs(unit.course) == ["launched", "initialized"]


def test_a_statement_sent_again_is_stored_once_and_not_taken_for_a_second_one(unit):
    completed = unit.completed()

    assert [unit.say(completed), unit.say(completed)] == [204, 204]
    assert unit.say({**completed, "id": str(uuid4())}) == 403
    assert verbs(unit.course).count("completed") == 1


@pytest.mark.parametrize(("score", "name"), [(0.89, "passed"), (0.9, "failed"), (0.91, "failed")])
def test_9_3_4_and_9_3_5_the_mastery_score_of_the_launch_decides(unit, score, name):
    assert unit.say(getattr(unit, name)(scaled=score)) == 403


def test_9_3_0_a_later_session_of_the_registration_knows_what_was_said(unit):
    unit.say_all(unit.completed(), unit.passed(), unit.terminated())

    again = Unit(unit.course.package, number=unit.course.number).start()

    for name in ("completed", "passed", "failed"):
        assert again.say(getattr(again, name)()) == 403
    assert again.say(again.terminated()) == 204


def test_9_3_0_another_registration_begins_anew(unit):
    unit.say_all(unit.completed(), unit.passed(), unit.terminated())

    other = Unit(unit.course.package).start()

    assert [other.say(other.completed()), other.say(other.passed())] == [204, 204]


@pytest.mark.parametrize("mode", ["Browse", "Review"])
def test_10_2_2_looking_again_records_no_result(mode):
    unit = Unit(a_course(), mode=mode).start()

    assert [unit.say(getattr(unit, name)()) for name in ("completed", "failed", "passed")] == [403] * 3
    assert unit.say(unit.terminated()) == 204


def test_6_3_a_unit_voids_nothing(unit):
    target = unit.allowed()
    unit.say(target)

    voiding = unit.allowed(cmi5.VOIDED, object={"objectType": "StatementRef", "id": target["id"]})

    assert unit.say(voiding) == 403
    assert not Statement.objects.voided().exists()


def test_headers_are_plain_texts_as_web_servers_want_them(unit):
    for answer in (unit.call("GET", "about"), unit.call("GET", "statements"), unit.state("GET", "bookmark")):
        assert {type(value) for value in dict(answer.items()).values()} == {str}


# ---- Credentials


@pytest.mark.parametrize("token", ["", "Y2F0YXB1bHQ6c29tZXRoaW5n", "Y21pNS1zZXNzaW9uOm5vdGhpbmc="])
def test_8_1_2_without_the_token_of_the_session_nothing_is_taken(unit, token):
    assert unit.say(unit.allowed(), token=token) == 401


def test_8_1_2_and_9_3_8_after_terminated_the_token_is_good_for_nothing(unit):
    unit.say(unit.terminated())

    assert unit.say(unit.allowed()) == 401
    assert unit.state("GET", "bookmark").status_code == 401


def test_9_3_6_after_abandoned_the_token_is_good_for_nothing(unit):
    sessions.abandon(session=unit.session, at=timezone.now())

    assert unit.say(unit.allowed()) == 401
    assert unit.state("GET", "bookmark").status_code == 401


def test_8_2_1_a_session_that_was_silent_for_long_is_over(unit):
    long_ago = timezone.now() - sessions.SILENCE - timedelta(minutes=1)
    Session.objects.filter(pk=unit.session.pk).update(heard_at=long_ago, launched_at=long_ago)

    assert unit.say(unit.allowed()) == 401


def test_a_unit_reads_what_was_said_in_its_registration_and_nothing_else(unit):
    other = Unit(a_course(), actor=BEN).start()

    seen = unit.call("GET", "statements").json()["statements"]
    foreign = unit.call("GET", "statements", {"statementId": said(other.course)[1]["id"]})

    assert {one["context"]["registration"] for one in seen} == {unit.registration}
    assert foreign.status_code == 404


def test_4_2_a_staff_token_reads_everything_and_writes_nothing(unit):
    _token, secret = create_token(
        name="Reader", scopes=["statements/read"], lasts=timedelta(days=1), by=None, at=timezone.now()
    )
    client = Client(headers={**VERSION, "Authorization": f"Bearer {secret}"})

    seen = client.get(f"/xapi/statements?registration={unit.registration}&ascending=true").json()["statements"]
    written = client.post("/xapi/statements", unit.allowed(), content_type="application/json")

    assert [one["verb"]["id"] for one in seen] == [cmi5.LAUNCHED, cmi5.INITIALIZED]
    assert written.status_code == 403


def test_4_2_a_staff_token_without_that_scope_reads_nothing(unit):
    _token, secret = create_token(name="Other", scopes=["cmi5"], lasts=timedelta(days=1), by=None, at=timezone.now())
    client = Client(headers={**VERSION, "Authorization": f"Bearer {secret}"})

    assert client.get("/xapi/statements").status_code == 403


# ---- 10 State


def test_10_a_unit_keeps_its_state_between_sessions(unit):
    assert unit.state("PUT", "bookmark", {"page": 3}).status_code == 204
    unit.say(unit.terminated())

    again = Unit(unit.course.package, number=unit.course.number).prepare()

    assert again.state("GET", "bookmark").json() == {"page": 3}


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_10_2_1_the_launch_data_are_not_the_units_to_change(unit, method):
    assert unit.state(method, cmi5.LAUNCH_DATA, {"launchMode": "Browse"}).status_code == 403

    assert unit.state("GET", cmi5.LAUNCH_DATA).json()["launchMode"] == "Normal"


def test_10_2_1_nor_to_sweep_away(unit):
    assert unit.state("DELETE", "").status_code == 403

    assert unit.state("GET", cmi5.LAUNCH_DATA).status_code == 200


def test_8_1_3_the_state_of_another_learner_is_shut(unit):
    for method in ("GET", "PUT", "DELETE"):
        assert unit.state(method, "bookmark", {}, agent=BEN).status_code == 403


def test_8_1_4_the_state_of_another_registration_is_shut(unit):
    for method in ("GET", "PUT", "DELETE"):
        assert unit.state(method, "bookmark", {}, registration=str(uuid4())).status_code == 403


# ---- 11 Learner preferences


def test_11_preferences_are_the_learners_and_may_be_changed(unit):
    assert unit.preferences("GET").status_code == 404
    assert unit.preferences("PUT", PREFERENCES).status_code == 204

    assert unit.preferences("GET").json() == PREFERENCES


def test_11_a_unit_that_has_not_read_them_may_not_begin():
    unit = Unit(a_course())
    unit.token = unit.fetch()["auth-token"]
    unit.template = unit.state("GET", cmi5.LAUNCH_DATA).json()["contextTemplate"]

    assert unit.say(unit.initialized()) == 403
    unit.preferences("GET")
    assert unit.say(unit.initialized()) == 204


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param({"audioPreference": "on"}, "application/json", id="11 no language"),
        pytest.param({"languagePreference": "lv"}, "application/json", id="11 no audio"),
        pytest.param({**PREFERENCES, "languagePreference": ""}, "application/json", id="11.1 empty"),
        pytest.param({**PREFERENCES, "languagePreference": "not comma separated"}, "application/json", id="11.1 words"),
        pytest.param({**PREFERENCES, "audioPreference": "loud"}, "application/json", id="11.2"),
        pytest.param(PREFERENCES, "text/plain;charset=UTF-8", id="11 another type"),
        pytest.param(b"just some text", "text/plain", id="11 a text"),
        pytest.param(b"just some text", "application/json", id="11 no JSON"),
    ],
)
def test_11_bad_preferences_are_forbidden(unit, content, kind):
    for method in ("PUT", "POST"):
        assert unit.preferences(method, content, kind=kind).status_code == 403
    assert AgentProfile.objects.count() == 0


def test_11_preferences_of_another_are_forbidden_and_those_of_nobody_are_no_xapi(unit):
    assert unit.preferences("PUT", PREFERENCES, agent=BEN).status_code == 403
    assert unit.preferences("GET", agent=BEN).status_code == 403
    for method in ("PUT", "POST", "GET", "DELETE"):
        nobody = unit.call(method, "agents/profile", {"profileId": cmi5.PREFERENCES}, PREFERENCES)
        assert nobody.status_code == 400
    assert AgentProfile.objects.count() == 0


def test_11_preferences_stay(unit):
    unit.preferences("PUT", PREFERENCES)

    assert unit.preferences("DELETE").status_code == 403


def test_12_a_unit_keeps_profiles_of_its_own_activity_alone(unit):
    own, other = unit.activity, "https://example.test/other"
    codes = [
        unit.call("PUT", "activities/profile", {"activityId": activity, "profileId": "p"}, {"a": 1}).status_code
        for activity in (own, other)
    ]

    assert codes == [204, 403]


def test_a_unit_learns_of_no_other_person(unit):
    assert unit.call("GET", "agents", {"agent": json.dumps(BEN)}).status_code == 403
    assert unit.call("GET", "agents", {"agent": json.dumps(unit.actor)}).status_code == 200
