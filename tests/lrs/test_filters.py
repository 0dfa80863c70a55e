"""Finding statements: xAPI 1.0.3, part 3, 2.1.3."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lrs.models import Statement
from tests.lrs.ground import ACTIVITY, ANNA, ATTENDED, BEN, Store, a_reference, a_statement, a_voiding, address

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


def a_chain(store, target: str, length: int) -> list[str]:
    """Ids of statements that refer to the target, to what refers to it, and so on."""
    numbers = [target]
    for _ in range(length):
        numbers += store.stored(a_statement(object=a_reference(numbers[-1])))
    return numbers[1:]


@pytest.mark.parametrize("length", [1, 12])
def test_a_chain_of_references_is_followed_to_its_end_in_one_query(store, length):
    [target] = store.stored(a_statement(actor=BEN))
    chain = a_chain(store, target, length)

    with CaptureQueriesContext(connection) as asked:
        assert store.found(agent=BEN) == [*chain[::-1], target]
    assert len([one for one in asked.captured_queries if "lrs_statement" in one["sql"]]) == 2 + (
        connection.vendor == "postgresql"
    )


def test_a_ring_of_references_has_an_end(store):
    store.stored(
        a_statement(id=ONE, actor=BEN, object=a_reference(ANOTHER)), a_statement(id=ANOTHER, object=a_reference(ONE))
    )

    assert store.found(agent=BEN) == [ANOTHER, ONE]


def test_what_refers_is_asked_for_its_own_moment_and_reader(store):
    [target] = store.stored(a_statement(actor=BEN))
    Statement.objects.update(stored="2020-01-01T00:00:00Z")
    [reference] = store.stored(a_statement(object=a_reference(target)))
    other = Store("statements/write", "statements/read/mine")
    [own] = other.stored(a_statement(object=a_reference(target)))

    assert store.found(agent=BEN, since="2020-01-01T00:00:00Z") == [own, reference]
    assert store.found(agent=BEN, until="2020-01-01T00:00:00Z") == [target]
    assert other.found(agent=BEN) == [own]


def test_a_reference_in_a_context_makes_no_match(store):
    [target] = store.stored(a_statement(actor=BEN))
    store.stored(a_statement(context={"statement": a_reference(target)}))

    assert store.found(agent=BEN) == [target]


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


OTHER_PARAMETERS = {
    "agent": BEN,
    "verb": ATTENDED,
    "activity": ACTIVITY,
    "registration": ONE,
    "related_activities": True,
    "related_agents": True,
    "since": "2020-01-01T00:00:00Z",
    "until": "2020-01-01T00:00:00Z",
    "limit": "1",
    "ascending": True,
}


@pytest.mark.parametrize("identifier", ["statementId", "voidedStatementId"])
def test_one_statement_is_asked_for_with_its_format_and_attachments_alone(store, identifier):
    store.stored(a_statement(id=ONE), a_statement(id=ANOTHER))
    store.stored(a_voiding(ANOTHER))
    named = {identifier: ONE if identifier == "statementId" else ANOTHER}

    refused = [name for name, value in OTHER_PARAMETERS.items() if status(store, **named, **{name: value}) == 400]

    assert refused == list(OTHER_PARAMETERS)
    assert status(store, **named, format="ids") == status(store, **named, attachments=True) == 200


@pytest.mark.parametrize("name", [*OTHER_PARAMETERS, "statementId", "voidedStatementId", "format", "attachments"])
def test_3_2_a_parameter_in_other_letters_is_none(store, name):
    assert status(store, **{name[0].upper() + name[1:]: OTHER_PARAMETERS.get(name, ONE)}) == 400


def test_flags_without_what_they_widen_and_a_limit_of_0_mean_nothing(store):
    [number] = store.stored(a_statement())

    assert store.found(related_agents=True, related_activities=True, limit="0") == [number]


def status(store, **query) -> int:
    return store.get(address(**query)).status_code
