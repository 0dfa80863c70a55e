"""Taking a package again from nothing: who may, what stays, and what never comes back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from cms import services as cms
from courses.models import Unit
from learning.models import Completion, UnitState
from runtime import services
from runtime.attempts import begin_again, may_begin_again
from runtime.errors import NotAgain
from runtime.models import ActivityState, Launch, Registration
from runtime.refusals import OpenedElsewhere
from runtime.statements import results_of
from tests import factories as make

from .saving import T0, a_launch, a_package, a_registration, all_rows, cmi12, cmi2004, save

pytestmark = pytest.mark.django_db
LATER = T0 + timedelta(hours=1)


def again(registration: Registration, after: int = 1) -> Registration:
    unit = Unit.objects.get(pk=registration.unit_id)
    return begin_again(enrolment=registration.enrolment, unit=unit, after=after, at=LATER)


def opened(registration: Registration) -> Launch:
    return services.open_launch(registration=registration, at=LATER)


def a_failed(**fields) -> Launch:
    launch = a_launch(alone=False, done_when="passed", **fields)
    save(launch, 1, cmi12("failed", raw="30", suspend_data="where I was"), ended=True)
    return launch


def test_whoever_failed_begins_from_nothing_and_what_was_stays():
    first = a_failed()
    kept = Registration.objects.filter(pk=first.registration_id).values().get()

    second = again(first.registration)

    assert (second.attempt, second.package, second.number != first.registration.number) == (
        2,
        first.registration.package,
        True,
    )
    assert (second.failed_at, second.best_score, second.done_at) == (None, None, None)
    assert Registration.objects.filter(pk=first.registration_id).values().get() == kept
    launch = opened(second)
    assert ActivityState.objects.get(registration=second).data == {}
    save(launch, 1, cmi12("passed", raw="90"), at=LATER + timedelta(minutes=5))
    assert Registration.objects.get(attempt=2).done_at is not None
    assert Registration.objects.get(attempt=1).best_score == Decimal("0.3")
    assert UnitState.objects.get(enrolment=first.registration.enrolment_id).done_at is not None


def test_the_window_before_saves_no_more():
    first = a_failed()
    again(first.registration)
    before = all_rows()

    with pytest.raises(OpenedElsewhere):
        save(first, 2, cmi12("passed", raw="100"))

    assert all_rows() == before


def test_asked_twice_there_is_one_and_as_often_as_one_likes():
    first = a_failed()
    second = again(first.registration)
    assert again(first.registration) == second
    save(opened(second), 1, cmi12("failed", raw="20"), at=LATER)

    third = again(first.registration, after=2)

    assert [one.attempt for one in Registration.objects.order_by("pk")] == [1, 2, 3]
    assert again(first.registration) == third


@pytest.mark.parametrize(
    ("cmi", "rules", "may"),
    [
        (cmi12("incomplete"), {}, False),
        (cmi12("failed", raw="1"), {}, True),
        (cmi12("failed", raw="1"), {"may_repeat": False}, True),
        (cmi12("failed", raw="1"), {"failed_counts": True, "may_repeat": False}, True),
        (cmi12("completed"), {}, True),
        (cmi12("completed"), {"may_repeat": False}, False),
        (cmi12("passed", raw="90"), {"done_when": "passed"}, True),
        (cmi12("passed", raw="90"), {"done_when": "passed", "may_repeat": False}, False),
        (cmi12("completed"), {"done_when": "passed"}, False),
        (cmi12("incomplete"), {"done_when": "opened"}, True),
    ],
)
def test_who_may(cmi, rules, may):
    launch = a_launch(alone=False, **rules)
    save(launch, 1, cmi)
    registration = Registration.objects.select_related("enrolment").get()

    assert may_begin_again(registration, registration.unit) is may
    if not may:
        with pytest.raises(NotAgain):
            again(registration)
        assert Registration.objects.count() == 1


def test_who_passed_after_failing_has_not_failed():
    launch = a_launch(alone=False, done_when="passed", may_repeat=False)
    save(launch, 1, cmi12("failed", raw="10"))
    save(launch, 2, cmi12("passed", raw="90"))

    with pytest.raises(NotAgain):
        again(launch.registration)


def test_nobody_begins_anew_where_nothing_is_recorded_any_more():
    finished = a_launch()
    save(finished, 1, cmi12("completed"))
    assert Completion.objects.count() == 1
    withdrawn = a_failed()
    withdrawn.registration.enrolment.withdrawn_at = timezone.now()
    withdrawn.registration.enrolment.save()

    for registration in (finished.registration, withdrawn.registration):
        registration.enrolment.refresh_from_db()
        with pytest.raises(NotAgain):
            again(registration)


def test_an_attempt_that_never_was_is_followed_by_none():
    registration = a_registration()

    with pytest.raises(NotAgain):
        again(registration, after=7)


def test_done_is_never_undone_by_failing_later():
    launch = a_launch(a_package("scorm2004"), alone=False, done_when="passed")
    save(launch, 1, cmi2004("completed", "passed", scaled="0.9"))
    done = UnitState.objects.get(enrolment=launch.registration.enrolment_id).done_at
    second = opened(again(launch.registration))

    save(second, 1, cmi2004("completed", "failed", scaled="0.1"), ended=True, at=LATER + timedelta(minutes=1))

    assert UnitState.objects.get(enrolment=launch.registration.enrolment_id).done_at == done
    assert Registration.objects.get(attempt=2).failed_at is not None
    (told,) = results_of([UnitState.objects.get(enrolment=launch.registration.enrolment_id)]).values()
    assert told == {"success": True, "score": {"scaled": 0.9}}


# ---- The page


@pytest.fixture
def failed(client, settings):
    cms.ensure_site()
    settings.CONTENT_ORIGIN = "http://127.0.0.1:8000"
    launch = a_failed()
    client.force_login(launch.registration.enrolment.user)
    client.cookies["kopa_language"] = "en"
    return launch.registration


def at(registration: Registration, name: str = "again") -> str:
    return reverse(f"runtime:{name}", args=[registration.enrolment.number, registration.unit.key])


def test_the_page_offers_it_and_the_button_leads_to_the_new_attempt(client, failed):
    page = client.get(at(failed, "open")).content.decode()
    assert 'data-status="failed"' in page
    assert 'name="after" value="1"' in page

    answer = client.post(at(failed), {"after": 1})

    assert (answer.status_code, answer.headers["Location"]) == (302, at(failed, "open"))
    page = client.get(at(failed, "open")).content.decode()
    assert 'data-status="incomplete"' in page
    assert 'name="after" value="2"' in page
    assert Registration.objects.count() == 2


@pytest.mark.parametrize("sent", [{}, {"after": "x"}, {"after": 0}, {"after": 10**9}, {"after": 2}])
def test_what_was_not_asked_by_the_button_begins_nothing(client, failed, sent):
    answer = client.post(at(failed), sent, follow=True)

    assert "This part cannot be begun again just now." in answer.content.decode()
    assert Registration.objects.count() == 1


def test_looking_at_the_address_begins_nothing(client, failed):
    assert client.get(at(failed)).status_code == 405
    assert client.post(at(failed).replace(failed.unit.key, "m1-one"), {"after": 1}).status_code == 404
    client.force_login(make.a_user())
    assert client.post(at(failed), {"after": 1}).status_code == 404
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(("rules", "when"), [({}, "failed completed passed"), ({"may_repeat": False}, "failed")])
def test_where_the_editor_does_not_let_them_only_failing_shows_the_button(client, settings, rules, when):
    cms.ensure_site()
    registration = a_registration(alone=False, **rules)
    client.force_login(registration.enrolment.user)

    assert f'data-again-when="{when}"' in client.get(at(registration, "open")).content.decode()


def test_a_closed_study_has_no_button(client):
    cms.ensure_site()
    launch = a_launch()
    save(launch, 1, cmi12("completed"))
    client.force_login(launch.registration.enrolment.user)

    assert "package__again" not in client.get(at(launch.registration, "open")).content.decode()
