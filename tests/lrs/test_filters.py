"""Finding statements: xAPI 1.0.3, part 3, 2.1.3."""

import pytest

from lrs.models import Statement
from tests.lrs.ground import ANNA, ATTENDED, BEN, Store, a_reference, a_statement, a_voiding, address

pytestmark = pytest.mark.django_db

ONE, ANOTHER = "7a3a0a53-5d2c-4a6e-9f0e-0a5f6c2d9a01", "7a3a0a53-5d2c-4a6e-9f0e-0a5f6c2d9a02"


@pytest.fixture
def store():
    return Store()


def test_the_newest_comes_first_and_ascending_turns_it_round(store):
    first, second = store.stored(a_statement()), store.stored(a_statement())

    assert store.found() == second + first
    assert store.found(ascending=True) == first + second


@pytest.mark.parametrize(
    "query",
    [
        {"verb": "http://example.test/wanted"},
        {"activity": "http://example.test/wanted"},
        {"agent": BEN},
        {"registration": "7a3a0a53-5d2c-4a6e-9f0e-0a5f6c2d9a01"},
    ],
    ids=lambda query: next(iter(query)),
)
def test_each_finds_its_own(store, query):
    [wanted] = store.stored(
        a_statement(
            actor=BEN,
            verb={"id": "http://example.test/wanted"},
            object={"id": "http://example.test/wanted"},
            context={"registration": "7a3a0a53-5d2c-4a6e-9f0e-0a5f6c2d9a01"},
        )
    )
    store.stored(a_statement())

    assert store.found(**query) == [wanted]


def test_they_hold_together(store):
    store.stored(a_statement(actor=BEN), a_statement(verb={"id": "http://example.test/wanted"}))

    assert store.found(agent=BEN, verb="http://example.test/wanted") == []


@pytest.mark.parametrize(
    "statement",
    [
        a_statement(object={**BEN, "objectType": "Agent"}),
        a_statement(actor={"objectType": "Group", "member": [BEN]}),
        a_statement(object={"objectType": "Group", "mbox": "mailto:team@example.test", "member": [ANNA, BEN]}),
    ],
    ids=["object", "member of the actor", "member of the object"],
)
def test_an_agent_is_found_as_object_and_as_member(store, statement):
    [number] = store.stored(statement)

    assert store.found(agent=BEN) == [number]


@pytest.mark.parametrize(
    "statement",
    [
        a_statement(context={"instructor": BEN}),
        a_statement(context={"team": {"objectType": "Group", "member": [BEN]}}),
        a_statement(object={**a_statement(actor=BEN), "objectType": "SubStatement"}),
        a_statement(object={**a_statement(object={"objectType": "Agent", **BEN}), "objectType": "SubStatement"}),
        a_statement(object={**a_statement(context={"instructor": BEN}), "objectType": "SubStatement"}),
    ],
    ids=["instructor", "team", "inner actor", "inner object", "inner instructor"],
)
def test_related_agents_are_found_when_asked_for(store, statement):
    [number] = store.stored(statement)

    assert store.found(agent=BEN) == []
    assert store.found(agent=BEN, related_agents=True) == [number]


def test_the_authority_is_a_related_agent(store):
    [number] = store.stored(a_statement())

    assert store.found(agent=store.read(number)["authority"], related_agents=True) == [number]


@pytest.mark.parametrize(
    "statement",
    [
        *(
            a_statement(context={"contextActivities": {kind: [{"id": "http://example.test/wanted"}]}})
            for kind in ("parent", "grouping", "category", "other")
        ),
        a_statement(object={**a_statement(object={"id": "http://example.test/wanted"}), "objectType": "SubStatement"}),
    ],
    ids=["parent", "grouping", "category", "other", "inner object"],
)
def test_related_activities_are_found_when_asked_for(store, statement):
    [number] = store.stored(statement)

    assert store.found(activity="http://example.test/wanted") == []
    assert store.found(activity="http://example.test/wanted", related_activities=True) == [number]


def test_since_leaves_out_its_own_moment_and_until_keeps_it(store):
    [first] = store.stored(a_statement())
    moment = "2020-01-01T00:00:00.000Z"
    Statement.objects.update(stored=moment)
    [second] = store.stored(a_statement())

    assert store.found(since=moment) == [second]
    assert store.found(until=moment) == [first]


def test_what_refers_to_a_match_is_a_match_through_a_chain_and_a_voiding(store):
    [target] = store.stored(a_statement(actor=BEN))
    [reference] = store.stored(a_statement(object=a_reference(target)))
    [further] = store.stored(a_statement(object=a_reference(reference)))
    [voiding] = store.stored(a_voiding(target))

    assert store.found(agent=BEN) == [voiding, further, reference]


def test_pages_lead_on_by_relative_links_and_lose_nothing(store):
    numbers = [number for _ in range(3) for number in store.stored(a_statement(actor=BEN), a_statement(actor=BEN))]
    store.stored(a_statement())

    seen, link = [], address(agent=BEN, limit=4, ascending=True)
    while link:
        assert link.startswith("/xapi/")
        page = store.get(link).json()
        seen.append([one["id"] for one in page["statements"]])
        link = page["more"]

    assert seen == [numbers[:4], numbers[4:]]


def test_a_page_that_was_made_up_is_not_found(store):
    assert store.get("/xapi/statements/more/abc:def:ghi").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"foo": "bar"},
        {"Verb": ATTENDED},
        {"verb": "no IRI"},
        {"activity": "no IRI"},
        {"agent": "no JSON"},
        {"agent": "{}"},
        {"agent": {"objectType": "Group", "member": [BEN]}},
        {"registration": "no UUID"},
        {"since": "yesterday"},
        {"until": "2020-01-01T00:00:00-00:00"},
        {"limit": "-1"},
        {"limit": "many"},
        {"ascending": "yes"},
        {"related_agents": "1"},
        {"format": "Exact"},
        {"attachments": "maybe"},
        {"statementId": ONE, "voidedStatementId": ANOTHER},
        {"statementId": ONE, "verb": ATTENDED},
        {"voidedStatementId": ONE, "limit": "1"},
        {"statementId": "no UUID"},
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(store, query):
    assert store.get(address(**query)).status_code == 400
