"""Leave of absence: noted, counted, ended."""

from datetime import timedelta

import pytest
from django.urls import reverse

from learning.errors import OnLeaveAlready
from learning.models import AuditEvent, CoverageDirt, Enrolment, Leave
from learning.requirements import leaves
from tests import factories as make
from tests.learning.staff import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(client) -> School:
    school = School()
    client.force_login(school.hr)
    return school


def note(client, school, standing="not_started", **fields):
    where = reverse("institutions:grant_leave", args=["school", school.people[standing].number])
    return client.post(where, {"kind": "parental", "starts_on": str(school.today), **fields})


def back(client, school, day, standing="not_started"):
    where = reverse("institutions:end_leave", args=["school", school.people[standing].number])
    return client.post(where, {"first_day_back": str(day)})


def obligations(client, school) -> dict[str, str]:
    page = client.get(reverse("institutions:people", args=["school"]), {"status": "on_leave"})
    return {row.last_name: row.standing.obligation.name for row, _ in page.context["rows"]}


def test_leave_is_kept_with_who_noted_it_and_counts_at_once(client, school):
    answer = note(client, school)

    leave = Leave.objects.get()
    assert (answer.status_code, leave.kind, leave.ends_on, leave.created_by) == (302, "parental", None, school.hr)
    assert obligations(client, school) == {"Ēriks": "ON_LEAVE"}
    assert AuditEvent.objects.get(action="leave-granted").subject == str(leave.user.number)
    assert CoverageDirt.objects.filter(institution=school.institution).exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "no-such"}, "kind"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2026-05-02", "ends_on": "2026-05-01"}, "ends_on"),
    ],
)
def test_a_wrong_leave_is_refused(client, school, fields, field):
    answer = note(client, school, **fields)

    assert (answer.status_code, field in answer.context["leave_form"].errors) == (422, True)
    assert not Leave.objects.exists()


def test_who_is_back_is_asked_again(client, school):
    note(client, school, starts_on=school.today - timedelta(days=3))

    answer = back(client, school, school.today)

    assert answer.status_code == 302
    assert Leave.objects.get().ends_on == school.today - timedelta(days=1)
    assert obligations(client, school) == {}


def test_leave_that_never_began_is_called_off(client, school):
    note(client, school, starts_on=school.today + timedelta(days=3))

    back(client, school, school.today)

    assert not Leave.objects.exists()
    assert AuditEvent.objects.filter(action="leave-ended").count() == 1


def test_without_leave_there_is_nothing_to_end(client, school):
    assert back(client, school, school.today).status_code == 302
    assert not AuditEvent.objects.filter(action="leave-ended").exists()


def test_leave_noted_above_is_not_ended_below(client, school):
    person = school.people["not_started"]
    make.a_leave(person, school.municipality, starts_on=school.today)

    back(client, school, school.today + timedelta(days=1))

    assert Leave.objects.get().ends_on is None


def test_leave_from_one_post_twice_is_refused_and_from_another_place_is_not(school):
    person = school.people["valid"]
    elsewhere = make.an_institution("elsewhere", parent=school.municipality)

    def grant(institution, first, last):
        day = school.today
        return leaves.grant(
            user=person,
            institution=institution,
            kind="sick",
            starts_on=day + timedelta(days=first),
            ends_on=last and day + timedelta(days=last),
            by=school.hr,
        )

    grant(school.institution, 1, 10)
    grant(elsewhere, 5, None)
    grant(school.institution, 11, 12)
    for place, first, last in [(school.institution, 10, 10), (school.municipality, 12, 20), (elsewhere, 9, 9)]:
        with pytest.raises(OnLeaveAlready):
            grant(place, first, last)

    assert Leave.objects.count() == 3


def test_noting_leave_moves_the_deadline_it_has_put_off(client, school):
    person = make.a_user()
    make.a_membership(person, school.institution, starts_on=school.today - timedelta(days=20))
    study = make.an_enrolment(
        person, school.version, requirement=school.requirement, due_on=school.today + timedelta(days=10)
    )

    leaves.grant(
        user=person,
        institution=school.institution,
        kind="other",
        starts_on=school.today - timedelta(days=15),
        ends_on=school.today - timedelta(days=6),
        by=school.hr,
    )

    assert Enrolment.objects.get(pk=study.pk).due_on == school.today + timedelta(days=20)
