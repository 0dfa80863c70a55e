"""Launches, what is written before them, how they end: cmi5 8, 9.3.1, 9.3.6, 9.3.7, 9.3.9, 10."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.utils import timezone

from runtime.cmi5 import registrations, sessions
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.errors import ActorNotFit, AlreadyWaived, RegistrationTaken, SessionEnded, UnitUnknown
from runtime.cmi5.models import CourseRegistration, Session

from .ground import ANNA, BEN, Unit, a_block, a_course, said, verbs

pytestmark = pytest.mark.django_db


# ---- 8.1 The launch


def test_8_1_the_address_has_the_units_own_query_and_the_five_parameters():
    unit = Unit(a_course({"href": "lesson/index.html?paramA=1&paramB=2"}))

    query = parse_qs(unit.url.query)
    assert unit.url.path.endswith("/lesson/index.html")
    assert (query["paramA"], query["paramB"]) == (["1"], ["2"])
    assert {"endpoint", "fetch", "actor", "registration", "activityId"} <= query.keys()


def test_8_1_a_unit_elsewhere_is_launched_there_in_a_window_of_its_own():
    unit = Unit(a_course({"href": "http://content.example.test/au?x=1"}))

    assert (unit.url.netloc, unit.launched.method) == ("content.example.test", "OwnWindow")


@pytest.mark.parametrize("method", ["AnyWindow", "OwnWindow"])
def test_8_1_the_launch_method_is_the_authors(method):
    unit = Unit(a_course({"launch_method": method})).prepare()

    assert unit.launched.method == method
    assert unit.state("GET", cmi5.LAUNCH_DATA).json()["launchMethod"] == method


def test_8_1_4_a_registration_is_made_or_the_one_that_is_given():
    package, number = a_course(), uuid4()

    given, made = Unit(package, number=number), Unit(package)

    assert given.registration == str(number)
    assert made.registration != given.registration


def test_8_1_4_a_registration_of_another_actor_or_course_is_not_taken_over():
    package = a_course()
    unit = Unit(package)

    for other in ({"package": package, "actor": BEN}, {"package": a_course(), "actor": ANNA}):
        with pytest.raises(RegistrationTaken):
            registrations.register(**other, number=unit.course.number, at=timezone.now())


def test_8_1_5_a_unit_has_one_id_of_the_platform_in_every_registration():
    package = a_course({}, {})
    ids = {Unit(package).activity, Unit(package, actor=BEN).activity}

    assert len(ids) == 1
    assert ids.isdisjoint(package.activities.values_list("identifier", flat=True))
    assert Unit(package, index=1).activity not in ids


@pytest.mark.parametrize("index", [-1, 1])
def test_a_unit_that_is_not_there_is_not_launched(index):
    package = a_course()

    with pytest.raises(UnitUnknown):
        Unit(package, index=index)

    assert CourseRegistration.objects.count() == 0


@pytest.mark.parametrize(
    "actor",
    [
        {"mbox": "mailto:anna@example.test"},
        {"objectType": "Group", "account": ANNA["account"]},
        {"account": {"homePage": "hr", "name": "anna"}},
        {"account": {"homePage": "javascript:alert(1)", "name": "anna"}},
        {"account": {"homePage": "https://hr.example.test", "name": ""}},
        {"account": {"homePage": "https://hr.example.test", "name": 7}},
        {"account": {"homePage": "https://hr.example.test", "name": "an\0na"}},
        {"account": {"homePage": "https://hr.example.test", "name": "anna \ud800"}},
        {"account": {"homePage": "https://[hr", "name": "anna"}},
        {"account": {"homePage": "https://hr.example.test/ a", "name": "anna"}},
        {"account": {"homePage": "https://hr.example.test/\udfff", "name": "anna"}},
        {"account": "anna"},
        {},
    ],
)
def test_9_2_the_actor_is_an_agent_with_an_account(actor):
    with pytest.raises(ActorNotFit):
        registrations.fit_actor(actor)


def test_9_2_of_an_actor_the_account_alone_is_kept():
    assert registrations.fit_actor({**ANNA, "name": "Anna", "mbox": "mailto:a@example.test"}) == ANNA


# ---- 8.2 The token


def test_8_2_the_first_who_fetches_gets_the_token_and_nobody_after():
    unit = Unit(a_course())

    first, second = unit.fetch(), unit.fetch()

    assert first.keys() == {"auth-token"}
    assert (second.keys(), second["error-code"]) == ({"error-code", "error-text"}, "1")


def test_8_2_3_an_unknown_address_and_one_of_an_ended_session_give_the_error_with_status_200():
    unit = Unit(a_course())
    sessions.abandon(session=unit.session, at=timezone.now())

    for path in (urlsplit(unit.fetch_url).path, "/rt/cmi5/fetch/nothing/"):
        answer = unit.client.post(path)
        assert (answer.status_code, answer.json()["error-code"]) == (200, "1")
        assert answer.headers["Content-Type"] == "application/json"


def test_8_2_1_fetching_is_a_post_and_open_to_units_of_other_origins():
    unit = Unit(a_course())
    path = urlsplit(unit.fetch_url).path

    assert unit.client.get(path).status_code == 405
    asked = unit.client.options(path)
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, "*")
    got = unit.client.post(path)
    assert (got.status_code, got.headers["Access-Control-Allow-Origin"]) == (200, "*")
    assert "no-store" in got.headers["Cache-Control"]


def test_8_2_the_database_does_not_know_the_secrets():
    unit = Unit(a_course())
    token = unit.fetch()["auth-token"]

    row = repr(Session.objects.filter(pk=unit.session.pk).values().get())
    assert token not in row
    assert urlsplit(unit.fetch_url).path.split("/")[-2] not in row


# ---- 9.3.1 and 10: before the launch


def test_9_3_1_launched_is_the_first_statement_and_says_how():
    unit = Unit(a_course({"mastery_score": 0.9, "launch_parameters": "level=2", "href": "i.html?a=1"}), mode="Browse")

    (launched,) = said(unit.course)
    extensions = launched["context"]["extensions"]
    assert launched["verb"]["id"] == cmi5.LAUNCHED
    assert launched["object"]["id"] == unit.activity
    assert extensions.pop(cmi5.LAUNCH_URL) == f"{unit.url.scheme}://{unit.url.netloc}{unit.url.path}?a=1"
    assert extensions == {
        cmi5.SESSION_ID: str(unit.session.number),
        cmi5.LAUNCH_MODE: "Browse",
        cmi5.MOVE_ON: "CompletedAndPassed",
        cmi5.MASTERY_SCORE: 0.9,
        cmi5.LAUNCH_PARAMETERS: "level=2",
    }


def test_10_2_the_launch_data_are_there_for_the_unit():
    package = a_course({"mastery_score": 0.9, "launch_parameters": "level=2", "entitlement_key": "key"})
    unit = Unit(package, return_url="https://hr.example.test/back")
    unit.prepare()

    data = unit.state("GET", cmi5.LAUNCH_DATA).json()

    assert data == {
        "contextTemplate": {
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": package.activities.get().identifier}]},
            "extensions": {cmi5.SESSION_ID: str(unit.session.number)},
        },
        "launchMode": "Normal",
        "launchMethod": "AnyWindow",
        "moveOn": "CompletedAndPassed",
        "masteryScore": 0.9,
        "launchParameters": "level=2",
        "entitlementKey": {"courseStructure": "key"},
        "returnURL": "https://hr.example.test/back",
    }


# ---- 9.3.6 Abandoned


def test_9_3_6_a_new_launch_abandons_the_session_that_was_left():
    package = a_course({}, {})
    left = Unit(package).start()

    Unit(package, index=1, number=left.course.number)

    assert verbs(left.course) == ["launched", "initialized", "abandoned", "launched"]
    abandoned = said(left.course)[2]
    assert abandoned["object"]["id"] == left.activity
    assert abandoned["context"]["extensions"][cmi5.SESSION_ID] == str(left.session.number)
    assert abandoned["result"]["duration"].startswith("PT")
    assert left.say(left.allowed()) == 401


def test_9_3_6_a_session_that_ended_is_not_abandoned():
    unit = Unit(a_course()).start()
    assert unit.say(unit.terminated()) == 204

    with pytest.raises(SessionEnded):
        sessions.abandon(session=unit.session, at=timezone.now())
    Unit(unit.course.package, number=unit.course.number)

    assert verbs(unit.course) == ["launched", "initialized", "terminated", "launched"]


def test_9_3_0_a_session_is_abandoned_once():
    unit = Unit(a_course())
    sessions.abandon(session=unit.session, at=timezone.now())

    with pytest.raises(SessionEnded):
        sessions.abandon(session=unit.session, at=timezone.now())

    assert verbs(unit.course) == ["launched", "abandoned"]


def test_9_5_4_2_the_duration_is_from_the_launch_to_the_last_statement():
    unit = Unit(a_course()).start()
    Session.objects.filter(pk=unit.session.pk).update(heard_at=unit.session.launched_at + timedelta(minutes=5))

    sessions.abandon(session=unit.session, at=timezone.now() + timedelta(hours=1))

    assert said(unit.course)[-1]["result"] == {"duration": "PT300S"}


def test_9_3_6_silent_sessions_are_abandoned_in_time_and_others_are_not():
    silent, speaking = Unit(a_course()), Unit(a_course()).start()
    later = timezone.now() + sessions.SILENCE
    Session.objects.filter(pk=speaking.session.pk).update(heard_at=later - timedelta(minutes=1))

    assert sessions.abandon_silent(at=later) == 1
    assert sessions.abandon_silent(at=later) == 0

    assert (verbs(silent.course)[-1], speaking.session.ended_at) == ("abandoned", None)


# ---- 9.3.7 Waived


def test_9_3_7_a_waived_unit_counts_with_its_reason_in_a_session_of_its_own():
    unit = Unit(a_course()).start()
    unit.say(unit.terminated())

    sessions.waive(registration=unit.course, index=0, reason="Administrative", at=timezone.now())

    assert verbs(unit.course) == ["launched", "initialized", "terminated", "waived", "satisfied"]
    waived, satisfied = said(unit.course)[3:]
    assert waived["result"] == {
        "success": True,
        "completion": True,
        "extensions": {cmi5.REASON: "Administrative"},
    }
    own = waived["context"]["extensions"][cmi5.SESSION_ID]
    assert own != str(unit.session.number)
    assert satisfied["context"]["extensions"][cmi5.SESSION_ID] == own
    assert (waived["actor"], waived["object"]["id"]) == (ANNA, unit.activity)


def test_9_3_7_a_unit_is_waived_once_per_registration():
    unit = Unit(a_course({}, {}))
    sessions.waive(registration=unit.course, index=0, reason="Tested Out", at=timezone.now())

    with pytest.raises(AlreadyWaived):
        sessions.waive(registration=unit.course, index=0, reason="Tested Out", at=timezone.now())

    assert verbs(unit.course) == ["launched", "waived"]


# ---- 9.3.9 Satisfied, 9.6.1 at the time of registration


def test_9_6_1_what_needs_nothing_is_satisfied_before_the_first_launch():
    package = a_course({"move_on": "NotApplicable", "parents": ["urn:b"]}, blocks=[a_block("urn:b")])

    unit = Unit(package)

    assert verbs(unit.course) == ["satisfied", "satisfied", "launched"]
    block, course, launched = said(unit.course)
    assert block["object"]["definition"]["type"] == cmi5.BLOCK_TYPE
    assert course["object"]["definition"]["type"] == cmi5.COURSE_TYPE
    ids = {one["context"]["extensions"][cmi5.SESSION_ID] for one in (block, course)}
    assert len(ids) == 1
    assert launched["context"]["extensions"][cmi5.SESSION_ID] not in ids


def test_9_3_9_blocks_and_course_follow_the_unit_that_satisfies_them_in_its_session():
    block = "https://publisher.example.test/block"
    package = a_course({"parents": [block]}, blocks=[a_block(block)])
    unit = Unit(package).start()

    assert unit.say(unit.passed()) == 204
    assert unit.say(unit.completed()) == 204
    assert unit.say(unit.terminated()) == 204

    assert verbs(unit.course) == [
        *("launched", "initialized", "passed", "completed", "satisfied", "satisfied", "terminated")
    ]
    for one, publisher in zip(said(unit.course)[4:6], (block, package.identifier), strict=True):
        assert one["object"]["id"] != publisher
        assert [activity["id"] for activity in one["context"]["contextActivities"]["grouping"]] == [publisher]
        assert [activity["id"] for activity in one["context"]["contextActivities"]["category"]] == [cmi5.CATEGORY_CMI5]
        assert one["context"]["extensions"] == {cmi5.SESSION_ID: str(unit.session.number)}
        assert one["context"]["registration"] == unit.registration
        assert one["actor"] == ANNA


def test_9_3_9_nothing_is_satisfied_twice_in_a_registration():
    package = a_course({"move_on": "CompletedOrPassed"}, {"move_on": "NotApplicable"})
    unit = Unit(package).start()

    unit.say(unit.completed())
    unit.say(unit.passed())
    sessions.waive(registration=unit.course, index=1, reason="Tested Out", at=timezone.now())

    assert verbs(unit.course).count("satisfied") == 1


@pytest.mark.parametrize(
    ("move_on", "speech", "satisfied"),
    [
        ("Passed", ["completed"], False),
        ("Passed", ["passed"], True),
        ("Completed", ["passed"], False),
        ("Completed", ["completed"], True),
        ("CompletedAndPassed", ["passed"], False),
        ("CompletedAndPassed", ["passed", "completed"], True),
        ("CompletedOrPassed", ["failed"], False),
        ("CompletedOrPassed", ["failed", "completed"], True),
        ("CompletedOrPassed", ["passed"], True),
    ],
)
def test_9_3_3_and_9_3_4_the_criterion_is_judged_by_what_the_unit_says(move_on, speech, satisfied):
    unit = Unit(a_course({"move_on": move_on})).start()

    for word in speech:
        assert unit.say(getattr(unit, word)()) == 204

    assert ("satisfied" in verbs(unit.course)) is satisfied
