"""The three formats and what the store knows of things: xAPI 1.0.3, part 3, 2.1.3, 2.4 and 2.5."""

import pytest

from lrs.formats import accepted_languages, best
from tests.lrs.ground import ACTIVITY, ANNA, ATTENDED, BEN, Store, a_statement, address

pytestmark = pytest.mark.django_db

GROUP = {"objectType": "Group", "name": "Anonymous", "member": [ANNA, BEN]}
FULL = a_statement(
    actor=ANNA,
    verb={"id": ATTENDED, "display": {"en-GB": "attended", "lv": "piedalījās"}},
    object={
        "objectType": "Activity",
        "id": ACTIVITY,
        "definition": {
            "name": {"en-GB": "Meeting", "lv": "Sanāksme"},
            "description": {"lv": "Apraksts"},
            "interactionType": "choice",
            "choices": [{"id": "a", "description": {"en": "Yes", "lv": "Jā"}}],
            "extensions": {"http://example.test/map": {"en": "untouched", "lv": "neskarts"}},
        },
    },
    context={
        "instructor": GROUP,
        "team": {"objectType": "Group", "mbox": "mailto:team@example.test", "name": "Team", "member": [BEN]},
        "contextActivities": {"parent": [{"id": f"{ACTIVITY}/parent", "definition": {"name": {"en": "Parent"}}}]},
    },
)


@pytest.fixture
def store():
    return Store()


def shown(store, statement=FULL, language: str = "", **query) -> dict:
    [number] = store.stored(statement)
    return store.get(address(statementId=number, **query), Accept_Language=language).json()


def test_exact_is_what_was_sent(store):
    found = shown(store, format="exact")

    assert {name: found[name] for name in FULL} == FULL


def test_ids_hold_what_identifies_and_no_more(store):
    found = shown(store, format="ids")

    assert found["actor"] == {"objectType": "Agent", "mbox": ANNA["mbox"]}
    assert found["verb"] == {"id": ATTENDED}
    assert found["object"] == {"id": ACTIVITY}
    assert found["context"] == {
        "instructor": {
            "objectType": "Group",
            "member": [{"objectType": "Agent", "mbox": ANNA["mbox"]}, {"objectType": "Agent", **BEN}],
        },
        "team": {"objectType": "Group", "mbox": "mailto:team@example.test"},
        "contextActivities": {"parent": [{"id": f"{ACTIVITY}/parent"}]},
    }


def test_canonical_has_one_language_of_each_text(store):
    found = shown(store, format="canonical", language="en-GB,lv;q=0.5")

    assert found["verb"] == {"id": ATTENDED, "display": {"en-GB": "attended"}}
    assert found["object"]["definition"] == {
        "name": {"en-GB": "Meeting"},
        "description": {"lv": "Apraksts"},
        "interactionType": "choice",
        "choices": [{"id": "a", "description": {"en": "Yes"}}],
        "extensions": {"http://example.test/map": {"en": "untouched", "lv": "neskarts"}},
    }
    assert found["actor"] == ANNA


def test_canonical_is_what_all_statements_say_together(store):
    store.stored(a_statement(object={"id": ACTIVITY, "definition": {"name": {"lv": "Sanāksme"}, "type": ACTIVITY}}))
    found = shown(
        store,
        a_statement(object={"id": ACTIVITY, "definition": {"name": {"en": "Meeting"}}}),
        language="lv",
        format="canonical",
    )

    assert found["object"] == {"id": ACTIVITY, "definition": {"name": {"lv": "Sanāksme"}, "type": ACTIVITY}}


def test_formats_reach_into_substatements(store):
    inner = {**FULL, "objectType": "SubStatement"}

    assert shown(store, a_statement(object=inner), format="ids")["object"]["object"] == {"id": ACTIVITY}
    verb = shown(store, a_statement(object=inner), format="canonical", language="lv")["object"]["verb"]
    assert verb == {"id": ATTENDED, "display": {"lv": "piedalījās"}}


@pytest.mark.parametrize(
    ("header", "texts", "chosen"),
    [
        ("lv", {"en": "a", "lv": "b"}, "lv"),
        ("lv-LV", {"en": "a", "lv": "b"}, "lv"),
        ("en", {"lv": "a", "en-GB": "b"}, "en-GB"),
        ("de, en;q=0.3, lv;q=0.8", {"en": "a", "lv": "b"}, "lv"),
        ("", {"lv": "a", "en": "b"}, "lv"),
        ("de", {"lv": "a", "en": "b"}, "lv"),
        ("*;q=0.5, en;q=broken, LV", {"en": "a", "lv": "b"}, "lv"),
        ("en;q=0", {"lv": "a", "en": "b"}, "lv"),
    ],
)
def test_the_best_language_is_what_the_reader_asks_for(header, texts, chosen):
    assert best(texts, accepted_languages(header)) == {chosen: texts[chosen]}


def test_2_5_an_activity_is_told_whole(store):
    store.stored(FULL)

    assert store.get(address("/xapi/activities", activityId=ACTIVITY)).json() == FULL["object"]


def test_2_5_an_activity_that_nobody_described_is_its_id(store):
    assert store.get(address("/xapi/activities", activityId=ACTIVITY)).json() == {
        "objectType": "Activity",
        "id": ACTIVITY,
    }


@pytest.mark.parametrize("query", [{}, {"activityId": "no IRI"}, {"activityId": ACTIVITY, "more": "1"}], ids=str)
def test_2_5_needs_one_activity(store, query):
    assert store.get(address("/xapi/activities", **query)).status_code == 400


def test_2_4_a_person_has_every_name_of_the_agent(store):
    store.stored(a_statement(), a_statement(actor={**ANNA, "name": "Anna Zīle"}), a_statement(actor=GROUP))

    person = store.get(address("/xapi/agents", agent={"mbox": ANNA["mbox"]})).json()

    assert person == {"objectType": "Person", "name": ["Anna", "Anna Zīle"], "mbox": [ANNA["mbox"]]}


def test_2_4_a_person_whom_nobody_knows_is_who_was_asked_for(store):
    assert store.get(address("/xapi/agents", agent={**BEN, "name": "Ben"})).json() == {
        "objectType": "Person",
        "name": ["Ben"],
        "account": [BEN["account"]],
    }


@pytest.mark.parametrize("query", [{}, {"agent": "Anna"}, {"agent": {}}, {"agent": GROUP}], ids=str)
def test_2_4_needs_one_agent(store, query):
    assert store.get(address("/xapi/agents", **query)).status_code == 400
