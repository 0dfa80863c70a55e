"""States and profiles: xAPI 1.0.3, part 3, 2.2, 2.3, 2.6, 2.7 and 3.1."""

import hashlib
import json

import pytest

from tests.lrs.ground import ACTIVITY, ANNA, BEN, Store, a_number, address

pytestmark = pytest.mark.django_db

STATE = ("/xapi/activities/state", "stateId", {"activityId": ACTIVITY, "agent": ANNA})
ACTIVITY_PROFILE = ("/xapi/activities/profile", "profileId", {"activityId": ACTIVITY})
AGENT_PROFILE = ("/xapi/agents/profile", "profileId", {"agent": ANNA})
SHELVES = pytest.mark.parametrize("shelf", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE], ids=["2.3", "2.7", "2.6"])
PROFILES = pytest.mark.parametrize("shelf", [ACTIVITY_PROFILE, AGENT_PROFILE], ids=["2.7", "2.6"])


@pytest.fixture
def store():
    return Store()


def at(shelf, identifier: str | None = "one", **more) -> str:
    path, name, owner = shelf
    return address(path, **owner, **({name: identifier} if identifier else {}), **more)


@SHELVES
def test_a_document_comes_back_byte_for_byte_with_its_type_and_tag(store, shelf):
    content = b"\x00\xff any bytes"
    assert store.post(content, at(shelf), content_type="image/x-own; a=b").status_code == 204

    answer = store.get(at(shelf))

    assert (answer.content, answer.headers["Content-Type"]) == (content, "image/x-own; a=b")
    assert answer.headers["ETag"] == f'"{hashlib.sha1(content, usedforsecurity=False).hexdigest()}"'
    assert "Last-Modified" in answer.headers


@SHELVES
def test_2_2_post_merges_the_top_level_of_json_objects(store, shelf):
    store.post({"a": {"b": 1, "c": 2}, "d": 3}, at(shelf))
    store.post({"a": {"b": 9}, "e": 4}, at(shelf))

    assert store.get(at(shelf)).json() == {"a": {"b": 9}, "d": 3, "e": 4}


@SHELVES
@pytest.mark.parametrize(
    ("first", "then"),
    [
        (({"a": 1}, "application/json"), (b"text", "text/plain")),
        ((b"text", "text/plain"), ({"a": 1}, "application/json")),
        (({"a": 1}, "application/json"), ([1], "application/json")),
        (([1], "application/json"), ({"a": 1}, "application/json")),
        (({"a": 1}, "application/json"), (b"{", "application/json")),
    ],
    ids=["not JSON now", "not JSON before", "no object now", "no object before", "broken"],
)
def test_2_2_what_cannot_be_merged_is_refused_and_changes_nothing(store, shelf, first, then):
    store.post(first[0], at(shelf), content_type=first[1])
    before = store.get(at(shelf)).content

    assert store.post(then[0], at(shelf), content_type=then[1]).status_code == 400
    assert store.get(at(shelf)).content == before


@SHELVES
@pytest.mark.parametrize("content", [b'{"a": 1}[', b"\xff"], ids=["broken", "no text"])
def test_2_2_post_of_a_first_version_that_says_it_is_json_must_be(store, shelf, content):
    assert store.post(content, at(shelf)).status_code == 400
    assert store.get(at(shelf)).status_code == 404


@SHELVES
@pytest.mark.parametrize("content", [b"1", b"true", b"abc"])
def test_2_2_post_takes_whatever_is_of_another_type(store, shelf, content):
    assert store.post(content, at(shelf), content_type="application/x-www-form-urlencoded").status_code == 204
    assert store.get(at(shelf)).content == content


@SHELVES
def test_a_deleted_document_is_gone_and_deleting_again_is_no_error(store, shelf):
    store.post({"a": 1}, at(shelf))

    assert store.call("DELETE", at(shelf)).status_code == 204
    assert store.get(at(shelf)).status_code == 404
    assert store.call("DELETE", at(shelf)).status_code == 204


@SHELVES
def test_without_an_identifier_the_identifiers_since_a_moment_are_listed(store, shelf):
    store.post({}, at(shelf, "one"))
    store.post({}, at(shelf, "two"))

    assert store.get(at(shelf, None)).json() == ["one", "two"]
    assert store.get(at(shelf, None, since="2020-01-01T00:00:00Z")).json() == ["one", "two"]
    assert store.get(at(shelf, None, since="2099-01-01T00:00:00Z")).json() == []


def test_2_3_put_of_a_state_overwrites_without_a_word(store):
    assert store.put(at(STATE), {"a": 1}).status_code == 204
    assert store.put(at(STATE), {"b": 2}).status_code == 204
    assert store.get(at(STATE)).json() == {"b": 2}


def test_2_3_states_are_told_apart_by_registration_agent_and_activity(store):
    registration = a_number()
    store.put(at(STATE), {"a": 1})
    store.put(at(STATE, registration=registration), {"a": 2})
    store.put(address(STATE[0], activityId=ACTIVITY, agent=BEN, stateId="one"), {"a": 3})

    assert store.get(at(STATE)).json() == {"a": 1}
    assert store.get(at(STATE, registration=registration)).json() == {"a": 2}
    assert store.get(at(STATE, registration=a_number())).status_code == 404


def test_2_3_all_states_are_deleted_at_once_of_one_registration_or_of_all(store):
    registration = a_number()
    for more in ({}, {"registration": registration}):
        store.put(at(STATE, "one", **more), {})
        store.put(at(STATE, "two", **more), {})

    store.call("DELETE", at(STATE, None, registration=registration))
    assert store.get(at(STATE, None)).json() == ["one", "two"]
    assert store.get(at(STATE, None, registration=registration)).json() == []

    store.call("DELETE", at(STATE, None))
    assert store.get(at(STATE, None)).json() == []


@PROFILES
def test_profiles_are_never_deleted_all_at_once(store, shelf):
    store.post({}, at(shelf))

    assert store.call("DELETE", at(shelf, None)).status_code == 400
    assert store.get(at(shelf)).status_code == 200


@PROFILES
def test_3_1_put_of_a_profile_must_say_what_it_expects(store, shelf):
    assert store.put(at(shelf), {"a": 1}).status_code == 400
    assert store.put(at(shelf), {"a": 1}, If_None_Match="*").status_code == 204

    refused = store.put(at(shelf), {"a": 2})

    assert (refused.status_code, "If-Match" in refused.json()["error"]) == (409, True)
    assert store.get(at(shelf)).json() == {"a": 1}


@SHELVES
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_3_1_if_match_guards_every_change(store, shelf, method):
    store.post({"a": 1}, at(shelf))
    tag = store.get(at(shelf)).headers["ETag"]

    for wrong in ('"1111111111111111111111111111111111111111"', 'W/"2"'):
        assert store.call(method, at(shelf), {"a": 2}, If_Match=wrong).status_code == 412
    assert store.get(at(shelf)).json() == {"a": 1}
    assert store.call(method, at(shelf), {"a": 2}, If_Match=f'"0", {tag}').status_code == 204


@SHELVES
def test_3_1_if_match_of_a_document_that_is_not_there_fails(store, shelf):
    assert store.put(at(shelf), {}, If_Match="*").status_code == 412


@SHELVES
def test_3_1_if_none_match_makes_and_never_overwrites(store, shelf):
    assert store.put(at(shelf), {"a": 1}, If_None_Match="*").status_code == 204
    assert store.put(at(shelf), {"a": 2}, If_None_Match="*").status_code == 412
    assert store.get(at(shelf)).json() == {"a": 1}


@SHELVES
def test_version_2_never_overwrites_without_a_word_but_makes(shelf):
    store = Store(version="2.0.0")

    assert store.put(at(shelf), {"a": 1}).status_code == 204
    assert store.put(at(shelf), {"a": 2}).status_code == 409


@SHELVES
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
@pytest.mark.parametrize("fault", ["owner", "unknown", "bad owner", "two"])
def test_parameters_are_all_there_known_and_valid(store, shelf, method, fault):
    path, name, owner = shelf
    wrong = {
        "owner": address(path, **{name: "one"}),
        "unknown": at(shelf, more="1"),
        "bad owner": address(path, **{**owner, next(iter(owner)): "1"}, **{name: "one"}),
        "two": f"{at(shelf)}&{name}=two",
    }[fault]

    assert store.call(method, wrong, {}, If_None_Match="*").status_code == 400


@SHELVES
@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_writing_needs_an_identifier(store, shelf, method):
    assert store.call(method, at(shelf, None), {}, If_None_Match="*").status_code == 400


def test_an_agent_in_another_form_is_the_same_agent(store):
    store.put(at(STATE), {"a": 1})

    assert store.get(address(STATE[0], activityId=ACTIVITY, agent={"mbox": ANNA["mbox"]}, stateId="one")).json() == {
        "a": 1
    }


def test_an_endless_identifier_and_activity_are_kept(store):
    long = "x" * 5000
    where = address(STATE[0], activityId=f"https://example.test/{long}", agent=ANNA, stateId=long)

    assert store.put(where, {"a": 1}).status_code == 204
    assert json.loads(store.get(where).content) == {"a": 1}
