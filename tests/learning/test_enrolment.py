"""Enrolling one person: the newest version, the role of the post, once."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.utils import timezone

from courses.models import Course
from learning.errors import NothingPublished
from learning.models import AuditEvent, CoverageDirt, Enrolment
from learning.services import enrol
from tests.factories import a_membership, a_position, a_user, a_version, an_enrolment, an_institution

pytestmark = pytest.mark.django_db


def test_the_newest_version_is_studied_in_the_role_of_the_post():
    person, school = a_user(), an_institution()
    a_membership(person, school, position=a_position("head", role="head"))
    old = a_version()
    newest = a_version(old.course, minor=10)
    a_version(old.course, minor=9)

    enrolment, is_new = enrol(user=person, course=old.course, institution=school, due_on=date(2027, 1, 1))

    assert is_new
    assert (enrolment.version, enrolment.role_key, enrolment.path) == (newest, "head", "full")
    assert (enrolment.institution, enrolment.due_on) == (school, date(2027, 1, 1))


def test_enrolled_twice_the_first_enrolment_stays_as_it_was():
    person, version = a_user(), a_version()
    first, _ = enrol(user=person, course=version.course, due_on=date(2027, 1, 1))
    a_version(version.course, major=2)

    second, is_new = enrol(user=person, course=version.course, path="refresher", due_on=date(2028, 1, 1))

    assert (second, is_new) == (first, False)
    assert (second.version, second.path, second.due_on) == (version, "full", date(2027, 1, 1))
    assert Enrolment.objects.count() == 1


@pytest.mark.parametrize("ended", ["completed_at", "withdrawn_at"])
def test_a_study_that_ended_does_not_stand_in_the_way_of_a_new_one(ended):
    person, version = a_user(), a_version()
    an_enrolment(person, version, **{ended: timezone.now()})

    _, is_new = enrol(user=person, course=version.course)

    assert is_new


def test_the_post_in_the_asking_institution_decides_the_role_else_the_one_held_longest():
    person, school, service = a_user(), an_institution(), an_institution()
    a_membership(person, school, position=a_position("teacher"), starts_on=date(2020, 1, 1))
    a_membership(person, service, position=a_position("social", role="social"), starts_on=date(2021, 1, 1))
    left = a_position("orphans", role="orphans")
    a_membership(person, service, position=left, starts_on=date(2000, 1, 1), ends_on=date(2001, 1, 1))

    roles = [
        enrol(user=person, course=a_version().course, institution=institution)[0].role_key
        for institution in (school, service, None)
    ]

    assert roles == ["teacher", "social", "teacher"]


def test_someone_without_a_post_is_enrolled_without_a_role():
    assert enrol(user=a_user(), course=a_version().course)[0].role_key == ""


def test_a_programme_without_a_version_cannot_be_studied():
    with pytest.raises(NothingPublished):
        enrol(user=a_user(), course=Course.objects.create(key="draft"))


def test_the_institutions_of_the_person_are_noted_and_so_is_who_decided():
    person, school, officer, version = a_user(), an_institution(), a_user(), a_version()
    a_membership(person, school)

    for _ in range(2):
        enrolment, _ = enrol(user=person, course=version.course, institution=school, by=officer)

    assert list(CoverageDirt.objects.values_list("institution", flat=True)) == [school.pk]
    event = AuditEvent.objects.get()
    assert (event.actor, event.action, event.institution) == (officer, "enrolled", school)
    assert event.subject == str(enrolment.number)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_make_one_enrolment():
    person, version = a_user(), a_version()
    found = []

    def go():
        found.append(enrol(user=person, course=version.course))
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Enrolment.objects.count() == 1
    assert len({enrolment.pk for enrolment, _ in found}) == 1
    assert [is_new for _, is_new in found].count(True) == 1
