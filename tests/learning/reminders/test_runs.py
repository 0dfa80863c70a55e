"""A run over everybody: page by page, broken off and gone on with, at a fixed number of queries."""

import pytest
from django.core.management import CommandError, call_command

from learning.models import (
    Reminder,
    ReminderLetter,
    ReminderRun,
)
from learning.reminders import planning
from learning.reminders.policies import set_policy
from learning.reminders.policy import EXPIRY, LEARNER, Policy, Step
from tests import factories as make
from tests.learning.reminders.ground import TODAY, Place, days, moment, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return Place()


def test_a_letter_that_has_left_takes_no_more_lines(place):
    place.study(due_on=TODAY)
    run()
    ReminderLetter.objects.update(state="sent")
    make.an_enrolment(
        place.teacher, make.a_version(), due_on=TODAY, institution=place.school, enrolled_at=moment(TODAY - days(60))
    )

    run(hour=13)

    assert [letter.day for letter in ReminderLetter.objects.order_by("pk")] == [TODAY, TODAY + days(1)]


def test_a_run_that_was_broken_off_goes_on_where_it_stopped(place, monkeypatch):
    others = [Place(f"other-{number}", parent=place.town, version=place.version) for number in range(3)]
    for each in (place, *others):
        each.study(due_on=TODAY)
    asked = []
    original = planning.decide_place

    def dies_at_the_third(where, *args, **options):
        if len(asked) == 3:
            raise KeyboardInterrupt
        asked.append(where.path)
        return original(where, *args, **options)

    monkeypatch.setattr(planning, "decide_place", dies_at_the_third)
    with pytest.raises(KeyboardInterrupt):
        run()
    done = list(asked)
    monkeypatch.setattr(
        planning, "decide_place", lambda where, *a, **o: asked.append(where.path) or original(where, *a, **o)
    )
    run()

    assert asked == sorted(set(asked))
    assert len(done) == 3
    assert Reminder.objects.count() == 4
    progress = ReminderRun.objects.get()
    assert (progress.decided, progress.finished_at is not None) == (4, True)


@pytest.mark.parametrize("people", [1, 20])
def test_the_queries_do_not_grow_with_the_people(place, people, django_assert_num_queries):
    for _ in range(people):
        place.study(due_on=TODAY - days(7), user=place.a_teacher())
        make.a_completion(place.a_teacher(), place.version, on=TODAY - days(400), until=TODAY + days(60))
    run(institution=place.town.get_children().get())
    Reminder.objects.all().delete()

    with django_assert_num_queries(25):
        run(institution=place.school)


def test_people_are_taken_page_by_page(place, monkeypatch):
    monkeypatch.setattr(planning, "PEOPLE_AT_A_TIME", 2)
    for _ in range(5):
        person = place.a_teacher()
        make.a_membership(person, place.school, position=make.a_position("head", role="head"))
        place.study(due_on=TODAY, user=person)

    assert run() == 5


def test_the_command_says_how_many_and_refuses_unknown_places(place, capsys):
    call_command("send_reminders")
    call_command("send_reminders", "--institution", "school")

    assert capsys.readouterr().out == "0 decided.\n0 decided.\n"
    with pytest.raises(CommandError, match="no-such"):
        call_command("send_reminders", "--institution", "no-such")


def test_steps_of_one_kind_leave_the_other_alone(place):
    set_policy(institution=place.school, policy=Policy(steps=(Step(EXPIRY, 0, LEARNER),)), by=place.hr)
    place.study(due_on=TODAY)

    assert run() == 0
