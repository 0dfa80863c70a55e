"""States of H5P content, in H5P's own shapes: kept apart, in order, and for the newest window alone."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from runtime import h5p
from runtime.models import ActivityState
from runtime.tokens import token_of
from tests import factories as make
from tests.runtime.ground import a_launch, launch_in
from tests.runtime.h5p_ground import (
    STATE,
    activity,
    an_h5p,
    is_done,
    save,
    statement,
    states,
    tell,
)


@pytest.fixture
def content(db, settings) -> Client:
    settings.CONTENT_ORIGIN = "http://127.0.0.1:8000"
    return Client(headers={"host": "127.0.0.1:8000"}, enforce_csrf_checks=True)


@pytest.fixture
def launch(content):
    return a_launch(an_h5p())


def test_a_state_that_was_never_kept_is_false_and_not_null(content, launch):
    assert content.get(states(launch)).json() == {"success": True, "data": False}


def test_a_state_comes_back_as_it_was_given(content, launch):
    assert save(content, states(launch), STATE).json() == {"success": True}

    assert content.get(states(launch)).json() == {"success": True, "data": STATE}


def test_kinds_and_parts_of_a_content_are_kept_apart(content, launch):
    save(content, states(launch, "state", "0"), '"whole"')
    save(content, states(launch, "answers", "0"), '"answers"')
    save(content, states(launch, "state", "1f-2"), '"part"')

    state = ActivityState.objects.get(registration=launch.registration)
    assert h5p.saved_states(state) == {"0": {"state": '"whole"', "answers": '"answers"'}, "1f-2": {"state": '"part"'}}


@pytest.mark.parametrize("nothing", ["0", "null"])
def test_nothing_deletes_a_state(content, launch, nothing):
    save(content, states(launch), STATE)
    save(content, states(launch), nothing)

    assert content.get(states(launch)).json() == {"success": True, "data": False}


def test_a_late_save_does_not_undo_a_newer_one(content, launch):
    save(content, states(launch), '"first"', order=5)
    save(content, states(launch), '"third"', order=7)

    assert save(content, states(launch), '"second"', order=6).json() == {"success": True}
    assert content.get(states(launch)).json()["data"] == '"third"'


def test_another_window_begins_with_the_state_and_orders_anew(content, launch):
    save(content, states(launch), STATE, order=99)
    registration = launch.registration
    newer = launch_in(registration.enrolment, registration.unit)

    assert content.get(states(newer)).json()["data"] == STATE
    assert save(content, states(newer), '"newer"', order=1).status_code == 200
    assert content.get(states(newer)).json()["data"] == '"newer"'


def test_an_older_window_is_told_and_changes_nothing(content, launch):
    registration = launch.registration
    newer = launch_in(registration.enrolment, registration.unit)

    answer = save(content, states(launch), '"old"')
    told = tell(content, launch, statement(launch))

    assert (answer.status_code, answer.json()["code"]) == (409, "opened_elsewhere")
    assert (told.status_code, told.json()["code"]) == (409, "opened_elsewhere")
    assert content.get(states(newer)).json()["data"] is False
    assert not is_done(launch)


def test_a_state_that_is_too_large_is_refused_and_the_last_one_kept(content, launch):
    save(content, states(launch), STATE)

    assert save(content, states(launch), "x" * (h5p.MOST_CHARACTERS + 1)).status_code == 413
    assert content.get(states(launch)).json()["data"] == STATE


def test_many_states_are_refused(content, launch):
    for number in range(h5p.MOST_STATES):
        assert save(content, states(launch, f"kind-{number}"), "1").status_code == 200

    assert save(content, states(launch, "one-more"), "1").status_code == 413


@pytest.mark.parametrize("order", ["-1", "x", "1" * 16, "²"])
def test_an_order_that_is_no_number_is_refused(content, launch, order):
    assert save(content, states(launch), STATE, order=order).status_code == 400


def test_a_save_costs_few_queries(content, launch, django_assert_max_num_queries):
    address = states(launch)
    save(content, address, '"warm"')

    with django_assert_max_num_queries(4):
        save(content, address, STATE)


def test_the_player_gets_the_states_before_the_content_starts(content, launch):
    save(content, states(launch), STATE)

    page = content.get(f"/play/{token_of(launch)}/").content.decode()

    facts = json.loads(page.partition('<script id="launch" type="application/json">')[2].partition("</script>")[0])
    assert facts["h5p"]["states"] == {"0": {"state": STATE}}
    assert facts["h5p"]["object"] == h5p.activity_id(launch.registration.package)
    assert [one["state"] for one in facts["activities"]] == ["begun"]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_saves_of_kinds_at_once_are_all_kept(settings):
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    launch = a_launch(an_h5p(), user=make.a_user())
    pk, barrier = activity(launch).pk, Barrier(16)

    def keep(number: int) -> None:
        barrier.wait()
        try:
            place = h5p.Place(f"kind-{number}", "0")
            h5p.save_state(
                launch=launch.number, activity=pk, place=place, value=f'"{number}"', order=1, at=timezone.now()
            )
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(keep, range(16)))

    kept = h5p.saved_states(ActivityState.objects.get(registration=launch.registration))
    assert kept == {"0": {f"kind-{number}": f'"{number}"' for number in range(16)}}
