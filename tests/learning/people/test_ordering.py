from datetime import date

import pytest
from django.core.cache import cache
from django.utils import timezone

from learning.models import AuditEvent, Membership, OutboxMessage, StaffImport
from learning.people.staff_import import ordering, services
from learning.people.staff_import.errors import AlreadyDone
from learning.records import outbox
from tests.factories import a_position, a_scope, a_user, an_institution
from tests.learning.people.test_staff_import import hand_in, save
from tests.learning.people.test_staff_pages import confirm

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HEADING = "first name,surname,e-mail,position,start\n"
ANNA = "Anna,Ozola,anna@school.example,teacher,2020-09-01\n"
JANIS = "Jānis,Bērziņš,janis@school.example,teacher,2020-09-01\n"
NOTHING_SAID = {"invite": False, "leave_out_wrong": False, "many_leave_meant": False}


@pytest.fixture
def school():
    a_position("teacher")
    return an_institution("school", name="Centra pamatskola")


@pytest.fixture
def officer(school, client):
    officer = a_user("inga@school.example")
    a_scope(officer, school)
    client.force_login(officer)
    return officer


@pytest.fixture
def every_list_is_large(monkeypatch):
    monkeypatch.setattr(ordering, "LARGE_ROWS", 1)


def order(kept: StaffImport, officer) -> None:
    ordering.order(
        staff_import=kept,
        on=TODAY,
        by=officer,
        fingerprint=services.preview(kept, on=TODAY).fingerprint,
        permissions=NOTHING_SAID,
    )


def test_a_large_list_is_left_to_the_background(client, school, officer, every_list_is_large):
    kept = hand_in(HEADING + ANNA + JANIS, school)
    page = f"/institutions/school/import/{kept.number}/"

    answer = confirm(client, page)

    assert [address for address, _status in answer.redirect_chain] == [f"{page}progress/"]
    assert not Membership.objects.exists()
    assert 'value="0" max="100"' in answer.content.decode()
    assert f"{page}progress/" in client.get("/institutions/school/import/").content.decode()
    outbox.sweep()
    done = client.get(f"{page}progress/", follow=True)
    assert [address for address, _status in done.redirect_chain] == ["/institutions/school/import/"]
    assert Membership.objects.count() == 2
    event = AuditEvent.objects.get(action="staff-imported")
    assert (event.actor, event.facts["joined"]) == (officer, 2)


def test_without_a_broker_it_is_done_when_the_answer_comes(
    client, school, officer, every_list_is_large, django_capture_on_commit_callbacks
):
    kept = hand_in(HEADING + ANNA + JANIS, school)

    with django_capture_on_commit_callbacks(execute=True):
        confirm(client, f"/institutions/school/import/{kept.number}/")

    assert Membership.objects.count() == 2
    assert OutboxMessage.objects.get(topic=ordering.TOPIC).done_at is not None


def test_a_small_list_is_saved_at_once(client, school, officer):
    kept = hand_in(HEADING + ANNA + JANIS, school)

    confirm(client, f"/institutions/school/import/{kept.number}/")

    assert Membership.objects.count() == 2
    assert not OutboxMessage.objects.filter(topic=ordering.TOPIC).exists()


def test_an_order_is_carried_out_once(school, officer):
    kept = hand_in(HEADING + ANNA, school)
    order(kept, officer)
    with pytest.raises(AlreadyDone):
        order(kept, officer)
    payload = OutboxMessage.objects.get(topic=ordering.TOPIC).payload

    ordering.carry_out(payload)
    ordering.carry_out(payload)

    assert Membership.objects.count() == 1
    assert AuditEvent.objects.filter(action="staff-imported").count() == 1


def test_a_list_that_would_now_do_something_else_comes_back_with_the_reason(client, school, officer):
    kept = hand_in(HEADING + ANNA, school)
    order(kept, officer)
    save(HEADING + ANNA, school)

    outbox.sweep()

    kept.refresh_from_db()
    assert (kept.state, kept.refusal, kept.order) == ("waiting", "ListMoved", None)
    page = client.get(f"/institutions/school/import/{kept.number}/").content.decode()
    assert 'role="alert"' in page


def test_a_list_that_came_back_can_be_ordered_again(school, officer):
    kept = hand_in(HEADING + ANNA, school)
    order(kept, officer)
    save(HEADING + JANIS + ANNA.replace("2020", "2019"), school)
    outbox.sweep()
    kept.refresh_from_db()

    order(kept, officer)
    outbox.sweep()

    kept.refresh_from_db()
    assert (kept.state, kept.refusal) == ("applied", "")
    assert Membership.objects.get(user__first_name="Anna").starts_on == date(2020, 9, 1)


def test_a_worker_that_died_leaves_nothing_half_done(school, officer, monkeypatch):
    kept = hand_in(HEADING + ANNA, school)
    order(kept, officer)
    payload = OutboxMessage.objects.get(topic=ordering.TOPIC).payload

    def die(percent: int) -> None:
        if percent > services.COMPARED_PERCENT:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(cache, "set", lambda key, percent, age: die(percent))
        with pytest.raises(KeyboardInterrupt):
            ordering.carry_out(payload)
    assert not Membership.objects.exists()
    kept.refresh_from_db()
    assert kept.state == "ordered"

    ordering.carry_out(payload)

    assert Membership.objects.count() == 1


def test_progress_is_told_from_the_comparison_to_the_end(school):
    told: list[int] = []
    kept = hand_in(HEADING + ANNA + JANIS, school)

    services.confirm(staff_import=kept, on=TODAY, by=None, progress=told.append)

    assert told == [15, 45, 90]
