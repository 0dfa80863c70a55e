"""S23 for cmi5: sixteen at once, each in a thread with a connection of its own (8.2.3, 9.3, 9.3.7, 9.3.9)."""

from uuid import uuid4

import pytest
from django.utils import timezone

from courses.models import Package
from learning.models import Completion
from runtime.cmi5 import registrations, sessions
from runtime.cmi5.errors import AlreadyWaived, SessionEnded
from runtime.cmi5.models import CourseRegistration, Session
from tests.assessments.test_races import at_once

from .ground import ANNA, Unit, a_block, a_course, verbs
from .learner import Player

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

MANY = 16


def test_8_2_3_of_sixteen_who_fetch_one_gets_the_token():
    unit = Unit(a_course())

    answers = at_once(lambda _number: unit.fetch())

    assert sorted(tuple(answer) for answer in answers) == [("auth-token",), *[("error-code", "error-text")] * 15]


def test_9_3_9_sixteen_results_at_once_satisfy_blocks_and_course_once():
    package = a_course({"parents": ["urn:b"]}, blocks=[a_block("urn:b")])
    unit = Unit(package).start()
    words = [unit.completed(), unit.passed()]

    codes = at_once(lambda number: unit.say({**words[number % 2], "id": _uuid(number)}))

    assert sorted(codes) == [204, 204, *[403] * 14]
    said = verbs(unit.course)
    assert [said.count(verb) for verb in ("completed", "passed", "satisfied")] == [1, 1, 2]
    assert CourseRegistration.objects.exclude(satisfied_at=None).count() == 1


def test_a_statement_that_comes_sixteen_times_at_once_is_taken_once():
    unit = Unit(a_course({"move_on": "Completed"})).start()
    completed = unit.completed()

    codes = at_once(lambda _number: unit.say(completed))

    assert codes == [204] * MANY
    assert verbs(unit.course) == ["launched", "initialized", "completed", "satisfied"]


def test_the_last_result_of_a_study_completes_it_once():
    player = Player(a_course({"move_on": "CompletedAndPassed"}))
    unit = player.launch().start()
    words = [unit.completed(), unit.passed()]

    at_once(lambda number: unit.say(words[number % 2]))

    assert Completion.objects.count() == 1
    assert verbs(unit.course).count("satisfied") == 1


def test_9_3_0_sixteen_launches_leave_one_live_session_and_abandon_the_others_once():
    package = a_course()
    course = Unit(package).course

    def launch(_number):
        registration = CourseRegistration.objects.get(pk=course.pk)
        return sessions.launch(registration=registration, index=0, wanted=sessions.Wanted(), at=timezone.now())

    launched = at_once(launch)

    assert not [one for one in launched if isinstance(one, Exception)]
    assert Session.objects.live().count() == 1
    said = verbs(course)
    assert (said.count("launched"), said.count("abandoned")) == (17, 16)


def test_sixteen_begin_one_registration():
    package, number = a_course({"move_on": "NotApplicable"}), uuid4()

    made = at_once(
        lambda _number: registrations.register(
            package=Package.objects.get(pk=package.pk), actor=ANNA, number=number, at=timezone.now()
        )
    )

    assert len({one.pk for one in made}) == 1
    assert verbs(made[0]) == ["satisfied"]


def test_9_3_7_of_sixteen_waivings_one_counts():
    course = Unit(a_course()).course

    def waive(_number):
        sessions.waive(registration=course, index=0, reason="Administrative", at=timezone.now())

    done = at_once(waive)

    assert len([one for one in done if isinstance(one, AlreadyWaived)]) == 15
    assert verbs(course) == ["launched", "waived", "satisfied"]


def test_9_3_0_of_sixteen_abandonings_one_counts():
    unit = Unit(a_course())

    done = at_once(lambda _number: sessions.abandon(session=unit.session, at=timezone.now()))

    assert len([one for one in done if isinstance(one, SessionEnded)]) == 15
    assert verbs(unit.course) == ["launched", "abandoned"]


def test_terminated_and_abandoned_do_not_both_end_a_session():
    unit = Unit(a_course()).start()
    terminated = unit.terminated()

    def end(number):
        if number % 2:
            return sessions.abandon(session=unit.session, at=timezone.now())
        return unit.say(terminated)

    at_once(end)

    assert verbs(unit.course)[2:] in (["terminated"], ["abandoned"])


def _uuid(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"
