"""Where version 2.0 (IEEE 9274.1.1) differs: the section of its part 4 stands in the name of each test."""

from datetime import UTC, datetime

import pytest

from lrs.models import StateDocument, Statement
from lrs.sameness import same
from tests.lrs.ground import ACTIVITY, ANNA, BEN, STATEMENTS, Store, a_number, a_reference, a_statement, address
from tests.lrs.test_attachments import MIXED, TEXT, a_body, a_part, a_signature, parts_of, signed, with_files
from tests.lrs.test_documents import SHELVES, at

pytestmark = pytest.mark.django_db

ROLE = "https://example.test/roles/coach"
TEAM = {"objectType": "Group", "name": "Team", "mbox": "mailto:team@example.test", "member": [{**ANNA, "name": "A"}]}


@pytest.fixture
def store():
    return Store(version="2.0.0")


def with_people(**parts) -> dict:
    agent = {"objectType": "contextAgent", "agent": {**BEN, "name": "Ben"}, "relevantTypes": [ROLE]}
    group = {"objectType": "contextGroup", "group": TEAM, "relevantTypes": [ROLE]}
    return {"contextAgents": [agent], "contextGroups": [group], **parts}


class TestPeopleBesideAStatement:
    """4.2.7: contextAgents and contextGroups."""

    def test_come_back_as_they_were_sent_to_clients_of_either_version(self, store):
        [number] = store.stored(a_statement(context=with_people()))

        assert store.read(number)["context"] == with_people()
        assert Store().read(number)["context"] == with_people()
        assert store.read(number)["version"] == "2.0.0"

    def test_are_unknown_to_version_1(self):
        assert Store().post(a_statement(context=with_people())).status_code == 400

    @pytest.mark.parametrize(
        "place",
        [
            lambda context: a_statement(actor=TEAM | {"member": []}, context=context),
            lambda context: a_statement(
                object={**a_statement(actor={"openid": "https://example.test/x"}), "objectType": "SubStatement"}
                | {"context": context}
            ),
        ],
        ids=["of a statement", "within"],
    )
    @pytest.mark.parametrize("who", [BEN, TEAM, ANNA], ids=["agent", "group", "member"])
    def test_are_found_as_related_agents(self, store, place, who):
        [number] = store.stored(place(with_people()) | {"actor": {"openid": "https://example.test/y"}})

        assert store.found(agent=who) == []
        assert store.found(agent=who, related_agents=True) == [number]

    def test_are_their_identifiers_in_the_format_ids(self, store):
        [number] = store.stored(a_statement(context=with_people()))

        shown = store.get(address(statementId=number, format="ids")).json()["context"]

        assert [one["agent"] for one in shown["contextAgents"]] == [{"objectType": "Agent", **BEN}]
        assert [one["group"] for one in shown["contextGroups"]] == [{"objectType": "Group", "mbox": TEAM["mbox"]}]
        assert [one["relevantTypes"] for one in shown["contextAgents"] + shown["contextGroups"]] == [[ROLE], [ROLE]]

    def test_make_another_statement_when_they_are_others(self, store):
        number = a_number()
        sent = a_statement(id=number, context=with_people())
        store.stored(sent)
        renamed = with_people(
            contextAgents=[{"objectType": "contextAgent", "agent": {**BEN, "name": "B."}, "relevantTypes": [ROLE]}]
        )
        others = with_people(contextAgents=[{"objectType": "contextAgent", "agent": ANNA, "relevantTypes": [ROLE]}])

        assert store.post({**sent, "context": renamed}).status_code == 204
        assert store.post({**sent, "context": others}).status_code == 409

    def test_are_the_same_in_any_order(self):
        agents = [{"objectType": "contextAgent", "agent": it} for it in (ANNA, BEN)]

        assert same(
            a_statement(context={"contextAgents": agents}), a_statement(context={"contextAgents": agents[::-1]})
        )


@pytest.mark.parametrize("moment", ["2008-09-15 15:53:00.601+00:00", "2008-09-15t15:53:00.601z"])
def test_4_2_7_timestamps_are_those_of_rfc_3339(store, moment):
    [number] = store.stored(a_statement(timestamp=moment))

    assert Statement.objects.get(number=number).timestamp == datetime(2008, 9, 15, 15, 53, 0, 601000, tzinfo=UTC)
    assert datetime.fromisoformat(store.read(number)["timestamp"].upper()).astimezone(UTC).hour == 15
    assert Store().post(a_statement(timestamp=moment)).status_code == 400


def test_4_2_7_an_offset_names_the_same_moment_in_utc(store):
    [number] = store.stored(a_statement(timestamp="2023-05-04T12:00:00-05:00"))

    assert datetime.fromisoformat(store.read(number)["timestamp"]) == datetime(2023, 5, 4, 17, tzinfo=UTC)
    assert Statement.objects.get(number=number).timestamp == datetime(2023, 5, 4, 17, tzinfo=UTC)


def test_4_2_7_iris_are_compared_as_they_are(store):
    store.stored(a_statement(object={"id": "http://example.test/a/../b", "definition": {"type": ROLE}}))

    found = [
        store.get(address("/xapi/activities", activityId=f"http://example.test/{path}")).json()
        for path in ("a/../b", "b")
    ]

    assert found == [
        {"objectType": "Activity", "id": "http://example.test/a/../b", "definition": {"type": ROLE}},
        {"objectType": "Activity", "id": "http://example.test/b"},
    ]


def test_4_1_6_1_last_modified_of_a_statement_is_when_it_was_stored(store):
    [number] = store.stored(a_statement())

    answer = store.get(f"{STATEMENTS}?statementId={number}")

    modified = datetime.strptime(answer.headers["Last-Modified"], "%a, %d %b %Y %H:%M:%S %Z").replace(tzinfo=UTC)
    assert modified == datetime.fromisoformat(answer.json()["stored"]).replace(microsecond=0)


def test_4_1_6_1_a_batch_with_an_id_twice_is_refused_whole(store):
    one = a_statement(id=a_number())

    assert store.post([one, one]).status_code == 400
    assert not Statement.objects.exists()


def test_4_1_3_multipart_is_read_and_answered(store):
    [number] = store.post(a_body(with_files(TEXT), a_part(TEXT)), content_type=MIXED).json()

    answer = store.get(address(statementId=number, attachments=True))

    assert answer.headers["X-Experience-API-Version"] == "2.0.0"
    assert [part.get_content_type() for part in parts_of(answer)] == ["application/json", "text/plain"]


def test_4_1_3_a_signature_may_sign_people_beside_the_statement(store):
    statement = a_statement(id=a_number(), context=with_people())

    assert store.post(signed(statement, a_signature(statement)), content_type=MIXED).status_code == 200


def test_4_2_4_versions_of_either_edition_are_kept(store):
    numbers = store.stored(*(a_statement(version=version) for version in ("1.0.3", "2.0.0", "2.0")))

    assert [store.read(number)["version"] for number in numbers] == ["1.0.3", "2.0.0", "2.0"]
    assert store.post(a_statement(version="3.0.0")).status_code == 400


def test_a_reference_is_followed_from_one_edition_to_the_other(store):
    [old] = Store().stored(a_statement(actor=BEN))
    [new] = store.stored(a_statement(object=a_reference(old)))

    assert store.found(agent=BEN) == [new, old]


class TestConcurrency:
    """4.1.4: states are cared for like profiles."""

    @SHELVES
    def test_a_tag_in_quotes_and_when_it_changed_come_with_every_document(self, store, shelf):
        assert store.post({"a": 1}, at(shelf)).status_code == 204

        answer = store.get(at(shelf))

        assert (answer.headers["ETag"][0], answer.headers["ETag"][-1]) == ('"', '"')
        assert "Last-Modified" in answer.headers

    @SHELVES
    @pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
    def test_a_change_names_the_document_it_is_about(self, store, shelf, method):
        store.post({"a": 1}, at(shelf))
        tag = store.get(at(shelf)).headers["ETag"]

        assert store.call(method, at(shelf), {"b": 2}, If_Match='"1234"').status_code == 412
        assert store.get(at(shelf)).json() == {"a": 1}
        assert store.call(method, at(shelf), {"b": 2}, If_Match=tag).status_code == 204
        assert store.get(at(shelf)).status_code == (404 if method == "DELETE" else 200)

    @SHELVES
    def test_put_without_a_word_overwrites_nothing_and_says_why(self, store, shelf):
        store.post({"a": 1}, at(shelf))

        refused = store.put(at(shelf), {"a": 2})

        assert (refused.status_code, "If-Match" in refused.json()["error"]) == (409, True)
        assert store.get(at(shelf)).json() == {"a": 1}

    @SHELVES
    def test_post_and_delete_without_a_word_are_heard(self, store, shelf):
        store.post({"a": 1}, at(shelf))

        assert store.post({"b": 2}, at(shelf)).status_code == 204
        assert store.get(at(shelf)).json() == {"a": 1, "b": 2}
        assert store.call("DELETE", at(shelf)).status_code == 204

    def test_all_states_of_a_registration_are_deleted_without_a_word(self, store):
        where = {"activityId": ACTIVITY, "agent": ANNA, "registration": a_number()}
        store.put(address("/xapi/activities/state", **where, stateId="a"), {})

        assert store.call("DELETE", address("/xapi/activities/state", **where)).status_code == 204
        assert not StateDocument.objects.exists()
