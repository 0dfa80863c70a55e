"""What the morning's run writes into the ledger, for whom, and that it writes nothing twice."""

from datetime import time

import pytest

from learning.models import (
    Completion,
    Exemption,
    Leave,
    Membership,
    OutboxMessage,
    Reminder,
    ReminderLetter,
    Scope,
)
from learning.reminders import planning
from learning.reminders.policies import set_policy
from learning.reminders.policy import DUE, HR, LEARNER, Policy, Step
from tests import factories as make
from tests.learning.reminders.ground import TODAY, Place, days, lines, moment, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return Place()


def test_a_deadline_in_a_week_is_told_to_the_learner(place):
    study = place.study(due_on=TODAY + days(7))

    assert run() == 1

    line = Reminder.objects.get()
    assert (line.enrolment, line.user, line.recipient, line.institution) == (
        study,
        place.teacher,
        place.teacher,
        place.school,
    )
    assert (line.kind, line.to, line.offset_days, line.target_on) == ("due", "learner", -7, study.due_on)
    assert (line.state, line.send_on, line.letter.day) == ("planned", TODAY, TODAY)


def test_the_letter_is_promised_for_a_permitted_hour(place):
    place.study(due_on=TODAY + days(7))

    run()

    promise = OutboxMessage.objects.get(topic=planning.TOPIC)
    assert promise.payload == {"letter": ReminderLetter.objects.get().pk}
    assert moment(hour=8) <= promise.not_before < moment(hour=11)


def test_manager_and_officer_hear_when_the_deadline_has_passed(place):
    place.study(due_on=TODAY - days(14))

    run()

    assert lines() == [("learner", 7, "planned", ""), ("manager", 7, "planned", ""), ("hr", 14, "planned", "")]
    assert list(Reminder.objects.order_by("pk").values_list("recipient", flat=True)) == [
        place.teacher.pk,
        place.manager.pk,
        place.hr.pk,
    ]
    # The officer's summary waits for Monday.
    assert Reminder.objects.get(to=HR).letter.day == TODAY + days(6)


def test_a_second_run_and_a_run_next_day_write_nothing(place):
    place.study(due_on=TODAY - days(14))

    assert [run(), run(hour=9), run(TODAY + days(1))] == [3, 0, 0]
    assert ReminderLetter.objects.count() == 3


def test_the_end_of_a_certificate_is_told_once_of_the_last_one_alone(place):
    make.a_completion(place.teacher, place.version, on=TODAY - days(800), until=TODAY + days(14))
    last = make.a_completion(place.teacher, place.version, on=TODAY - days(400), until=TODAY + days(60))

    run()

    assert lines() == [("learner", -60, "planned", "")]
    assert Reminder.objects.get().completion == last


def test_a_certificate_that_is_being_renewed_is_told_of_as_a_deadline_only(place):
    make.a_completion(place.teacher, place.version, on=TODAY - days(400), until=TODAY + days(7))
    place.study(due_on=TODAY + days(7), path="refresher")

    run()

    assert list(Reminder.objects.values_list("kind", flat=True)) == [DUE]


def test_training_elsewhere_meets_a_deadline_and_its_own_end_is_told(place):
    study = place.study(due_on=TODAY, started_at=moment(TODAY - days(20)))
    evidence = make.an_evidence(place.teacher, study.course, place.school, completed_on=TODAY - days(5))
    Completion.objects.create(
        user=place.teacher,
        course=study.course,
        external=evidence,
        kind=Completion.Kind.EXTERNAL,
        started_on=TODAY - days(5),
        completed_at=moment(TODAY - days(2)),
        completed_on=TODAY - days(2),
        valid_from=TODAY - days(2),
        valid_until=TODAY + days(7),
    )

    run(TODAY + days(1))

    assert list(Reminder.objects.values_list("kind", "to", "offset_days")) == [
        ("expiry", "manager", -7),
    ]


def test_an_older_proof_does_not_meet_the_deadline_of_a_retake(place):
    make.a_completion(place.teacher, place.version, on=TODAY - days(400), until=TODAY + days(400))
    place.study(due_on=TODAY)

    run()

    assert lines() == [("learner", 0, "planned", "")]


def test_a_certificate_nobody_requires_is_told_to_its_holder_alone(place):
    place.rule.delete()
    make.a_completion(place.teacher, place.version, on=TODAY - days(400), until=TODAY + days(7))

    run()

    assert lines() == [("learner", -14, "planned", "")]


@pytest.mark.parametrize("case", ["done", "withdrawn", "left", "exempt", "on leave", "no sign-in"])
def test_who_need_not_act_is_not_reminded(place, case):
    study = place.study(due_on=TODAY)
    if case == "done":
        study.completed_at = moment()
        study.save()
    elif case == "withdrawn":
        study.withdrawn_at = moment()
        study.save()
    elif case == "left":
        Membership.objects.filter(user=place.teacher).update(ends_on=TODAY - days(1))
    elif case == "exempt":
        make.an_exemption(place.teacher, study.course, place.town)
    elif case == "on leave":
        Leave.objects.create(user=place.teacher, institution=place.school, starts_on=TODAY - days(3))
    else:
        place.teacher.is_active = False
        place.teacher.save()

    assert run() == 0


def test_leave_and_exemption_of_elsewhere_or_of_other_days_change_nothing(place):
    study = place.study(due_on=TODAY)
    elsewhere = make.an_institution()
    make.an_exemption(place.teacher, study.course, elsewhere)
    Leave.objects.create(user=place.teacher, institution=elsewhere, starts_on=TODAY)
    Leave.objects.create(
        user=place.teacher, institution=place.school, starts_on=TODAY - days(9), ends_on=TODAY - days(1)
    )
    Exemption.objects.create(
        user=place.teacher,
        course=study.course,
        institution=place.school,
        reason="-",
        starts_on=TODAY + days(1),
    )

    assert run() == 1


def test_no_e_mail_is_in_the_ledger(place):
    person = make.a_user()
    make.a_membership(person, place.school)
    person.email = None
    person.save()
    place.study(due_on=TODAY, user=person)

    run()

    assert lines() == [("learner", 0, "skipped", "no_address")]
    assert not ReminderLetter.objects.exists()


def test_an_address_from_which_two_letters_came_back_is_written_to_no_more(place):
    for number in (40, 41):
        ReminderLetter.objects.create(
            recipient=place.teacher,
            to=LEARNER,
            day=TODAY - days(number),
            institution=place.school,
            state="bounced",
            address=place.teacher.email.upper(),
            status_code="5.1.1",
        )
    place.study(due_on=TODAY)

    run()

    assert lines() == [("learner", 0, "skipped", "bad_address")]


@pytest.mark.parametrize("why", ["one only", "another address", "our own fault", "checked"])
def test_other_bounces_do_not_count(place, why):
    for number in (40, 41)[: 1 if why == "one only" else 2]:
        ReminderLetter.objects.create(
            recipient=place.teacher,
            to=LEARNER,
            day=TODAY - days(number),
            institution=place.school,
            state="bounced",
            address="old@s.example" if why == "another address" else place.teacher.email,
            status_code="5.7.1" if why == "our own fault" else "5.1.1",
            bounce_forgiven_at=moment() if why == "checked" else None,
        )
    place.study(due_on=TODAY)

    run()

    assert lines() == [("learner", 0, "planned", "")]


def test_several_matters_of_one_day_are_one_letter(place):
    place.study(due_on=TODAY)
    make.an_enrolment(
        place.teacher,
        make.a_version(),
        due_on=TODAY + days(7),
        institution=place.school,
        enrolled_at=moment(TODAY - days(60)),
    )

    run()

    assert Reminder.objects.count() == 2
    assert ReminderLetter.objects.count() == 1


def test_a_manager_gets_one_letter_about_all_of_the_team(place):
    for _ in range(3):
        place.study(due_on=TODAY - days(7), user=place.a_teacher())

    run()

    assert ReminderLetter.objects.filter(recipient=place.manager).count() == 1
    assert Reminder.objects.filter(recipient=place.manager).count() == 3


def test_an_officer_of_two_schools_gets_one_digest(place):
    other = Place("other", parent=place.town, version=place.version)
    make.a_scope(place.hr, other.school)
    Scope.objects.filter(user=other.hr).delete()
    place.study(due_on=TODAY - days(14))
    other.study(due_on=TODAY - days(14))

    run()

    assert Reminder.objects.filter(to=HR, recipient=place.hr).count() == 2
    assert ReminderLetter.objects.filter(to=HR).count() == 1


def test_without_an_officer_of_its_own_the_nearest_above_hears(place):
    Scope.objects.all().delete()
    above = make.a_user()
    make.a_scope(above, place.town)
    place.study(due_on=TODAY - days(14))

    run()

    assert Reminder.objects.get(to=HR).recipient == above


def test_nobody_reports_to_himself(place):
    Membership.objects.filter(user=place.teacher).update(manager=place.teacher)
    make.a_scope(place.teacher, place.school)
    Scope.objects.filter(user=place.hr).delete()
    place.study(due_on=TODAY - days(14))

    run()

    assert lines() == [("learner", 7, "planned", "")]


def test_of_two_institutions_the_one_that_asked_reminds(place):
    other = Place("other", version=place.version)
    make.a_membership(place.teacher, other.school, starts_on=TODAY - days(3000))
    place.study(due_on=TODAY)

    run()

    assert Reminder.objects.get().institution == place.school


def test_whoever_moved_is_reminded_by_the_new_institution(place):
    other = Place("other", version=place.version)
    Membership.objects.filter(user=place.teacher).update(ends_on=TODAY - days(1))
    make.a_membership(place.teacher, other.school, starts_on=TODAY)
    place.study(due_on=TODAY)

    run()

    assert Reminder.objects.get().institution == other.school


def test_the_nearest_policy_holds(place):
    never = Policy(steps=(), is_on=False)
    set_policy(institution=place.town, policy=Policy(steps=(Step(DUE, -3, LEARNER),)), by=place.hr)
    other = Place("other", parent=place.town, version=place.version)
    set_policy(institution=other.school, policy=never, by=other.hr)
    place.study(due_on=TODAY + days(3))
    other.study(due_on=TODAY + days(3))

    run()

    assert lines() == [("learner", -3, "planned", "")]


def test_what_is_decided_in_the_evening_leaves_next_day(place):
    policy = Policy(steps=(Step(DUE, 1, LEARNER),), earliest=time(9), latest=time(17))
    set_policy(institution=place.school, policy=policy, by=place.hr)
    place.study(due_on=TODAY - days(1))

    run(hour=18)

    assert ReminderLetter.objects.get().day == TODAY + days(1)
