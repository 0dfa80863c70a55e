"""A learner's cmi5 unit: launched from the player, followed by the study, reviewed once it is done."""

import json

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from learning.models import Completion, UnitState
from lrs.models import AgentProfile
from runtime.attempts import begin_again
from runtime.cmi5 import sessions
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.models import CourseRegistration, Session
from runtime.models import Registration
from runtime.tokens import Ticket
from tests import factories as make

from .ground import a_block, a_course, said, verbs
from .learner import CONTENT, Player

pytestmark = pytest.mark.django_db


def is_finished(player: Player) -> bool:
    return UnitState.objects.filter(enrolment=player.enrolment, unit=player.unit).exclude(done_at=None).exists()


# ---- Launching


def test_the_registration_is_that_of_the_unit_and_the_actor_a_number():
    player = Player(a_course())

    unit = player.launch()

    assert unit.registration == str(player.study.number)
    user = player.enrolment.user
    assert unit.actor == {
        "objectType": "Agent",
        "account": {"homePage": "http://localhost:8000", "name": str(user.number)},
    }
    everything = json.dumps(said(player.course))
    assert not [word for word in (user.email, user.first_name, user.last_name) if word in everything]


def test_10_2_6_a_unit_returns_to_the_content_origin():
    player = Player(a_course())
    unit = player.launch().prepare()

    back = unit.state("GET", cmi5.LAUNCH_DATA).json()["returnURL"]

    assert back == f"http://{CONTENT}/rt/{player.token}/cmi5/returned/?language=lv"
    assert "Šī daļa ir aizvērta" in player.client.get(back.partition(CONTENT)[2]).content.decode()


def test_11_a_learner_begins_with_the_language_of_the_account_and_may_change_it():
    player = Player(a_course(), user=make.a_user(language="en"))
    unit = player.launch().start()

    assert unit.preferences("GET").json() == {"languagePreference": "en", "audioPreference": "on"}
    changed = {"languagePreference": "lv,en", "audioPreference": "off"}
    etag = unit.preferences("GET").headers["ETag"]
    unit.client.defaults["HTTP_IF_MATCH"] = etag
    assert unit.preferences("PUT", changed).status_code == 204

    again = player.launch().prepare()
    assert again.preferences("GET").json() == changed
    assert AgentProfile.objects.count() == 1


def test_the_editors_pass_mark_is_the_mastery_score_of_the_launch():
    player = Player(a_course({"mastery_score": 0.5}), pass_mark_percent=80)

    unit = player.launch().start()

    assert unit.mastery == 0.8
    assert unit.say(unit.passed(scaled=0.7)) == 403


@pytest.mark.parametrize("spoil", ["closed", "withdrawn", "unknown unit", "no launch", "inactive"])
def test_a_launch_that_may_not_be_is_refused(spoil):
    player = Player(a_course())
    expected = 404
    if spoil == "closed":
        old = player.token
        player.again().token = old
        expected = 409
    elif spoil == "withdrawn":
        type(player.enrolment).objects.update(withdrawn_at=timezone.now())
    elif spoil == "inactive":
        type(player.enrolment.user).objects.update(is_active=False)
    elif spoil == "no launch":
        player.token = Ticket(player.study.package.number, None).token()
    body = {"unit": "https://example.test/none"} if spoil == "unknown unit" else None

    answer = player.client.post(f"/rt/{player.token}/cmi5/launch/", body) if body else player.ask()

    assert answer.status_code == expected
    assert Session.objects.count() == 0


def test_addresses_of_the_player_are_not_on_the_platform():
    player = Player(a_course())

    for path in ("launch", "window", "status", "returned"):
        answer = Client(headers={"host": "localhost:8000"}).get(f"/rt/{player.token}/cmi5/{path}/")
        assert answer.status_code == 404


def test_8_1_a_unit_with_a_window_of_its_own_is_led_to_by_a_page():
    player = Player(a_course({"launch_method": "OwnWindow"}, {"href": "https://elsewhere.example.test/au"}))

    for index in (0, 1):
        unit = player.study.package.activities.order_by("position")[index].identifier
        answer = player.client.post(f"/rt/{player.token}/cmi5/window/?language=en", {"unit": unit})
        address = answer.context["url"]
        assert f'<a href="{escape(address)}">' in answer.content.decode()
        assert "fetch=" in address
    assert Session.objects.count() == 2

    old = player.token
    player.again()
    assert player.client.post(f"/rt/{old}/cmi5/window/", {"unit": unit}).status_code == 404


def test_a_learner_who_may_not_study_any_more_is_not_heard():
    player = Player(a_course())
    unit = player.launch().start()

    type(player.enrolment).objects.update(withdrawn_at=timezone.now())

    assert unit.say(unit.completed()) == 401


# ---- The study follows


def test_the_course_finishes_the_unit_and_the_programme_in_the_same_breath():
    player = Player(a_course({"mastery_score": 0.8}))
    unit = player.launch().start()

    assert unit.say(unit.passed(scaled=0.9)) == 204
    assert not is_finished(player)
    assert unit.say(unit.completed()) == 204

    assert is_finished(player)
    assert Completion.objects.get().enrolment == player.enrolment
    study = player.study
    assert (study.completed_at is not None, study.passed_at is not None, float(study.best_score)) == (True, True, 0.9)
    assert player.standing() == {
        "states": {player.study.package.activities.get().identifier: "passed"},
        "status": "passed",
        "score": 0.9,
    }


@pytest.mark.parametrize(
    ("done_when", "move_on", "speech", "finished"),
    [
        ("completed", "Completed", ["completed"], True),
        ("completed", "CompletedAndPassed", ["completed"], False),
        ("completed", "CompletedOrPassed", ["passed"], True),
        ("completed", "NotApplicable", [], True),
        ("passed", "Completed", ["completed"], False),
        ("passed", "Completed", ["completed", "passed"], True),
        ("passed", "Passed", ["failed"], False),
        ("completed_and_passed", "Completed", ["completed"], False),
        ("completed_and_passed", "CompletedAndPassed", ["passed", "completed"], True),
        ("opened", "Passed", [], True),
    ],
)
def test_a_unit_is_done_when_its_editor_said(done_when, move_on, speech, finished):
    player = Player(a_course({"move_on": move_on}), done_when=done_when)
    unit = player.launch().start()

    for word in speech:
        assert unit.say(getattr(unit, word)()) == 204

    assert is_finished(player) is finished


def test_a_failure_does_not_stand_in_the_way_of_a_later_pass():
    player = Player(a_course({"move_on": "Passed"}), done_when="passed")
    first = player.launch().start()
    first.say_all(first.failed(scaled=0.2), first.terminated())
    assert player.standing()["status"] == "failed"

    second = player.launch().start()
    second.say_all(second.passed(scaled=0.9), second.terminated())

    assert (is_finished(player), player.standing()["status"], player.standing()["score"]) == (True, "passed", 0.9)


def test_waiving_finishes_a_learners_unit_too():
    player = Player(a_course(), done_when="completed_and_passed")
    player.launch()

    sessions.waive(registration=player.course, index=0, reason="Tested Out", at=timezone.now())

    assert is_finished(player)


def test_all_units_of_a_course_count_and_those_that_need_nothing_do_not_wait():
    package = a_course({"move_on": "NotApplicable"}, {"move_on": "Completed"}, {"move_on": "Passed"})
    player = Player(package)

    for index, word in ((1, "completed"), (2, "passed")):
        assert not is_finished(player)
        unit = player.launch(index).start()
        unit.say_all(getattr(unit, word)(), unit.terminated())

    assert is_finished(player)
    assert verbs(player.course).count("satisfied") == 1


def test_another_window_goes_on_in_the_same_registration():
    player = Player(a_course({}, {}))
    left = player.launch(0).start()

    unit = player.again().launch(1).start()

    assert unit.registration == left.registration
    assert verbs(player.course) == ["launched", "initialized", "abandoned", "launched", "initialized"]
    assert CourseRegistration.objects.count() == 1


# ---- Looking again


def test_10_2_2_a_unit_in_which_nothing_is_left_to_reach_is_reviewed():
    player = Player(a_course({}, {}))
    unit = player.launch().start()
    unit.say_all(unit.completed(), unit.passed(), unit.terminated())

    assert player.launch().session.mode == "Review"
    assert player.launch(1).session.mode == "Normal"


def test_10_2_2_a_completed_study_is_reviewed():
    player = Player(a_course({"move_on": "Completed"}))
    unit = player.launch().start()
    unit.say_all(unit.completed(), unit.terminated())
    assert Completion.objects.exists()

    again = player.again().launch().start()

    assert again.session.mode == "Review"
    assert again.say(again.passed()) == 403
    assert again.say(again.terminated()) == 204


# ---- The player's page


def test_the_page_knows_the_units_in_their_blocks_and_which_have_a_window():
    package = a_course(
        {"identifier": "urn:intro"},
        {"identifier": "urn:a", "parents": ["urn:outer", "urn:inner"], "launch_method": "OwnWindow"},
        {"identifier": "urn:b", "parents": ["urn:outer"], "href": "https://elsewhere.example.test/au"},
        {"identifier": "urn:last"},
        blocks=[a_block("urn:outer", a_block("urn:inner"))],
    )

    facts = Player(package).facts()

    assert facts["cmi5"]["windows"] == ["urn:a", "urn:b"]

    def names(items):
        return [(item["identifier"], *([names(item["children"])] if item["children"] else [])) for item in items]

    assert names(facts["menu"]) == [
        ("urn:intro",),
        ("urn:outer", [("urn:inner", [("urn:a",)]), ("urn:b",)]),
        ("urn:last",),
    ]


def test_looking_at_the_page_and_the_status_launches_nothing():
    player = Player(a_course())

    player.facts()
    standing = player.standing()

    assert (standing["status"], set(standing["states"].values())) == ("incomplete", {""})
    assert Session.objects.count() == 0
    player.launch()
    assert set(player.standing()["states"].values()) == {"begun"}


def test_9_3_6_a_unit_that_is_begun_anew_has_its_open_session_abandoned_and_a_registration_of_its_own():
    player = Player(a_course())
    player.launch().start()
    first, now = player.study, timezone.now()
    Registration.objects.filter(pk=first.pk).update(failed_at=now)

    second = begin_again(enrolment=player.enrolment, unit=player.unit, after=1, at=now)

    assert Session.objects.get().is_abandoned
    assert second.number != first.number
    assert not CourseRegistration.objects.filter(study=second).exists()
