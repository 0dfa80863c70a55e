"""Refreshes and exemptions by several at once, and writers that a refresh must neither stop nor lose."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from learning.coverage import services
from learning.coverage.models import Coverage, CoverageDirt
from learning.errors import ExemptAlready, OnLeaveAlready
from learning.models import Exemption, Leave
from learning.requirements import leaves
from learning.requirements.exemptions import exempt
from tests import factories as make

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def school():
    school = make.an_institution("school")
    make.a_requirement(make.a_version().course, school, due_days=0)
    make.a_membership(make.a_user(), school)
    return school


def together(count, call):
    def run():
        try:
            call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_eight_refreshes_at_once_leave_one_set_of_rows(school):
    services.mark_dirty([school.pk])

    together(8, lambda: services.refresh(school))

    assert sorted(Coverage.objects.values_list("position", "required"), key=str) == [
        (make.a_position().pk, 1),
        (None, 1),
    ]
    assert not CoverageDirt.objects.exists()


def test_a_refresh_waits_for_no_writer_and_leaves_the_note_of_what_it_could_not_see(school):
    done = threading.Event()

    def refresh():
        services.refresh(school)
        done.set()
        connection.close()

    with transaction.atomic():
        make.a_membership(make.a_user(), school)
        services.mark_dirty([school.pk])
        thread = threading.Thread(target=refresh)
        thread.start()
        assert done.wait(timeout=10)
    thread.join()

    assert Coverage.objects.get(position=None).required == 1
    assert CoverageDirt.objects.count() == 1
    [refreshed] = services.refresh_all()
    assert (refreshed[0], Coverage.objects.get(position=None).required) == (school, 2)


def test_sixteen_clicks_exempt_once(school):
    person, officer = make.a_user(), make.a_user()
    course = make.a_version().course
    refused = []

    def click():
        try:
            exempt(
                user=person,
                course=course,
                institution=school,
                reason="Leave",
                starts_on=date(2026, 1, 1),
                ends_on=None,
                by=officer,
            )
        except ExemptAlready as already:
            refused.append(already)

    together(16, click)

    assert Exemption.objects.count() == 1
    assert len(refused) == 15


def test_sixteen_clicks_note_one_leave(school):
    person, officer = make.a_user(), make.a_user()
    make.a_membership(person, school)
    refused = []

    def click():
        try:
            leaves.grant(
                user=person, institution=school, kind="sick", starts_on=date(2026, 1, 1), ends_on=None, by=officer
            )
        except OnLeaveAlready as already:
            refused.append(already)

    together(16, click)

    assert Leave.objects.count() == 1
    assert len(refused) == 15
