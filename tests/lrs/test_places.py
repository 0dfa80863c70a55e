"""The same rule in every place where it holds: xAPI 1.0.3, part 2. The section stands in the name of each case."""

from itertools import combinations

import pytest

from lrs.errors import Invalid
from lrs.validation.activities import INTERACTIONS
from lrs.validation.statements import check_statement
from tests.lrs.ground import ACTIVITY, ANNA, BEN, a_number, a_reference, a_statement

NO_IRI = "no=iri://example.test"
MEMBERS = {"objectType": "Group", "member": [ANNA, BEN]}
TEAM = {"objectType": "Group", "name": "Team", "mbox": "mailto:team@example.test"}
IDENTIFIERS = {
    "mbox": "mailto:a@example.test",
    "mbox_sha1sum": "ab" * 20,
    "openid": "https://example.test/a",
    "account": {"homePage": "https://example.test", "name": "a"},
}
NOBODY = {
    "mbox": ["http://example.test", "mailto:example.test", 1, {}],
    "mbox_sha1sum": [{}, 1, "ab"],
    "openid": [NO_IRI, {}],
    "account": [
        {"homePage": NO_IRI, "name": "a"},
        {"name": "a"},
        {"homePage": ACTIVITY},
        {**BEN["account"], "name": {}},
    ],
}


def an_inner(**parts) -> dict:
    return a_statement(object={**a_statement(), "objectType": "SubStatement", **parts})


AGENT_PLACES = {
    "2.4.2 actor": lambda it: a_statement(actor=it),
    "2.4.9 authority": lambda it: a_statement(authority=it),
    "2.4.6 instructor": lambda it: a_statement(context={"instructor": it}),
    "2.4.4.2 object": lambda it: a_statement(object={"objectType": "Agent", **it}),
    "2.4.4.3 actor within": lambda it: an_inner(actor=it),
    "2.4.4.3 instructor within": lambda it: an_inner(context={"instructor": it}),
    "2.4.4.3 object within": lambda it: an_inner(object={"objectType": "Agent", **it}),
}
GROUP_PLACES = {
    **{name: place for name, place in AGENT_PLACES.items() if name != "2.4.9 authority"},
    "2.4.6 team": lambda it: a_statement(context={"team": it}),
    "2.4.4.3 team within": lambda it: an_inner(context={"team": it}),
}
ACTIVITY_PLACES = {
    "2.4.4.1 object": lambda it: a_statement(object=it),
    "2.4.4.3 object within": lambda it: an_inner(object=it),
    **{
        f"2.4.6.2 {kind}": lambda it, kind=kind: a_statement(context={"contextActivities": {kind: it}})
        for kind in ("parent", "grouping", "category", "other")
    },
    "2.4.6.2 one of several": lambda it: a_statement(context={"contextActivities": {"other": [{"id": ACTIVITY}, it]}}),
    "2.4.6.2 within": lambda it: an_inner(context={"contextActivities": {"parent": it}}),
}
PART_PLACES = {"of a statement": lambda **parts: a_statement(**parts), "2.4.4.3 within": an_inner}
MAP_PLACES = {
    "2.4.3 display": lambda it: a_statement(verb={"id": ACTIVITY, "display": it}),
    "2.4.4.3 display within": lambda it: an_inner(verb={"id": ACTIVITY, "display": it}),
    **{
        f"2.4.4.1 {name}": lambda it, name=name: a_statement(object={"id": ACTIVITY, "definition": {name: it}})
        for name in ("name", "description")
    },
    **{
        f"2.4.4.3 {name} within": lambda it, name=name: an_inner(object={"id": ACTIVITY, "definition": {name: it}})
        for name in ("name", "description")
    },
    "2.4.4.1 component": lambda it: a_statement(
        object={
            "id": ACTIVITY,
            "definition": {"interactionType": "likert", "scale": [{"id": "a", "description": it}]},
        }
    ),
    **{
        f"2.4.11 {name}": lambda it, name=name: a_statement(
            attachments=[
                {
                    "usageType": ACTIVITY,
                    "display": {},
                    "contentType": "text/plain",
                    "length": 1,
                    "sha2": "a" * 64,
                    "fileUrl": ACTIVITY,
                    name: it,
                }
            ]
        )
        for name in ("display", "description")
    },
}
EXTENSION_PLACES = {
    f"4.1 {name}, {place}": lambda it, make=make, part=part: make(**part(it))
    for place, make in PART_PLACES.items()
    for name, part in {
        "activity": lambda it: {"object": {"id": ACTIVITY, "definition": {"extensions": it}}},
        "result": lambda it: {"result": {"extensions": it}},
        "context": lambda it: {"context": {"extensions": it}},
    }.items()
}


def everywhere(places):
    return pytest.mark.parametrize("place", places.values(), ids=places)


def is_valid(statement) -> bool:
    try:
        check_statement(statement)
    except Invalid:
        return False
    return True


def passed(place, cases) -> list:
    return [case for case in cases if is_valid(place(case))]


@everywhere(AGENT_PLACES)
def test_an_agent_has_one_identifier_of_four(place):
    agents = [{name: value} for name, value in IDENTIFIERS.items()]
    nobody = [{}, {"name": "Anna"}]
    two = [{**one, **other} for one, other in combinations(agents, 2)]

    assert passed(place, [*agents, *nobody, *two]) == agents


@everywhere(AGENT_PLACES)
def test_every_identifier_has_its_form(place):
    assert passed(place, [{name: value} for name, values in NOBODY.items() for value in values]) == []


@everywhere(AGENT_PLACES)
def test_an_agent_has_a_name_and_a_type_of_the_right_kind(place):
    wrong = [{"name": 1}, {"name": {}}, {"objectType": 1}, {"objectType": {}}, {"objectType": "agent"}]

    assert passed(place, [{**BEN, **part} for part in wrong]) == []


@everywhere(GROUP_PLACES)
def test_a_group_has_one_identifier_or_members(place):
    groups = [{"objectType": "Group", name: value} for name, value in IDENTIFIERS.items()]
    with_members = [{**group, "member": [ANNA]} for group in groups]
    two = [{**one, **other} for one, other in combinations(groups, 2)]
    empty = [{"objectType": "Group", **part} for part in ({}, {"name": "a"}, {"member": []})]
    no_agents = [{"objectType": "Group", "member": it} for it in ("a", {}, [1], [TEAM], [{"name": "a"}])]
    no_form = [{"objectType": "Group", name: value} for name, values in NOBODY.items() for value in values]

    cases = [*groups, *with_members, MEMBERS, *two, *empty, *no_agents, *no_form]
    assert passed(place, cases) == [*groups, *with_members, MEMBERS]


@everywhere(ACTIVITY_PLACES)
def test_an_activity_has_an_id_and_a_definition_that_is_one(place):
    right = [
        {"id": ACTIVITY},
        {"objectType": "Activity", "id": ACTIVITY, "definition": {}},
        *(
            {"id": ACTIVITY, "definition": {"interactionType": kind, "correctResponsesPattern": ["a[,]b"]}}
            for kind in sorted(INTERACTIONS)
        ),
    ]
    wrong = [
        {"objectType": "Activity"},
        {"id": NO_IRI},
        {"id": ACTIVITY, "objectType": "activity"},
        *({"id": ACTIVITY, "definition": it} for it in ("a", 1, [])),
        *({"id": ACTIVITY, "definition": {name: "a"}} for name in ("type", "moreInfo", "extensions", "name")),
        *({"id": ACTIVITY, "definition": {"interactionType": it}} for it in (1, {}, ACTIVITY, "Choice")),
        *(
            {"id": ACTIVITY, "definition": {"interactionType": "other", "correctResponsesPattern": it}}
            for it in ("a", {}, [1], [{}])
        ),
    ]

    assert passed(place, [*right, *wrong]) == right


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *(("choice", "choices"), ("sequencing", "choices"), ("likert", "scale")),
        *(("matching", "source"), ("matching", "target"), ("performance", "steps")),
    ],
    ids=lambda value: f"2.4.4.1 {value}",
)
@everywhere({name: place for name, place in ACTIVITY_PLACES.items() if "object" in name})
def test_components_are_a_list_of_ids_with_descriptions(place, kind, name):
    right = [[{"id": "a"}, {"id": "b", "description": {"lv": "B"}}], []]
    wrong = [
        {"id": "a"},
        [{"id": {}}],
        [{"id": 1}],
        [{"description": {"lv": "A"}}],
        [{"id": "a", "description": "A"}],
        [{"id": "a", "description": {"a": {}}}],
        [{"id": "a"}, {"id": "a"}],
    ]

    def of_kind(components):
        return place({"id": ACTIVITY, "definition": {"interactionType": kind, name: components}})

    assert passed(of_kind, [*right, *wrong]) == right
    assert not is_valid(place({"id": ACTIVITY, "definition": {name: right[0]}}))


@everywhere(PART_PLACES)
def test_2_4_5_a_result_is_of_the_right_kinds(place):
    scores = [{"scaled": 1}, {"raw": 0.6767676}, {"min": -5, "raw": -5, "max": 100.6767676}]
    right = [*({"score": it} for it in scores), {"success": False}, {"completion": True}, {"response": "a"}]
    wrong = [
        *({"score": it} for it in (1, "a", {"max": "100"}, {"scaled": 1.01}, {"scaled": -1.00001})),
        *({"score": it} for it in ({"raw": 2, "max": 1}, {"raw": 1, "min": 2}, {"min": 2, "max": 1})),
        *({name: it} for name in ("success", "completion") for it in ("true", "false", 1)),
        *({"response": it} for it in (1, {})),
        *({"duration": it} for it in (1, {}, "a", "PA1H", "P4W1D")),
        *({"extensions": it} for it in (1, "a")),
    ]

    assert passed(lambda result: place(result=result), [*right, *wrong]) == right


@everywhere(PART_PLACES)
def test_2_4_6_a_context_is_of_the_right_kinds(place):
    number, reference = a_number(), a_reference(a_number())
    right = [{"registration": number}, {"statement": reference}, {"language": "tlh"}, {"revision": "1"}, {}]
    wrong = [
        *({"registration": it} for it in ("a", {}, 1, f"{number}8", f"m{number[1:]}")),
        *({"instructor": it} for it in ("a", {"key": 1})),
        *({"team": it} for it in ("a", {"key": 1}, ANNA)),
        *({"contextActivities": it} for it in ("a", {"parents": {"id": ACTIVITY}})),
        *({name: it} for name in ("revision", "platform", "language") for it in (1, {})),
        *(
            {"statement": it}
            for it in ("a", {"id": number}, {**reference, "objectType": "statementref"}, {**reference, "id": 1})
        ),
        *({"extensions": it} for it in (1, "a")),
    ]

    assert passed(lambda context: place(context=context), [*right, *wrong]) == right


@everywhere(PART_PLACES)
@pytest.mark.parametrize("target", [ANNA, MEMBERS, a_reference("7a3a0a53-5d2c-4a6e-9f0e-0a5f6c2d9a01")], ids=range(3))
def test_2_4_6_revision_and_platform_are_of_activities_alone(place, target):
    contexts = [{"revision": "1"}, {"platform": "1"}]

    assert passed(lambda context: place(object=target, context=context), contexts) == []


@everywhere(PART_PLACES)
def test_4_5_a_moment_has_its_form_and_may_lie_ahead(place):
    right = ["2099-01-01T00:00:00.000Z"]
    wrong = ["soon", "01/011/2015", "2008-09-15T15:53:00.601-00", "2008-09-15T15:53:00.601-0000", 1, {}]

    assert passed(lambda moment: place(timestamp=moment), [*right, *wrong]) == right


@everywhere(MAP_PLACES)
def test_4_2_a_language_map_has_tags_and_texts(place):
    right = [{}, *({tag: "a"} for tag in ("de", "es-MX", "zh-Hant", "sr-Latn-RS", "cmn"))]
    wrong = [1, "a", {"something": "a"}, {"a12345": "a"}, {"zh-z-aaa-z-bbb-c-ccc": "a"}, {"lv": 1}, {"lv": None}]

    assert passed(place, [*right, *wrong]) == right


@everywhere(EXTENSION_PLACES)
def test_4_1_extensions_have_iris_and_any_values_null_too(place):
    right = [{}, *({"http://example.test/a": it} for it in (None, "", {}, [], True, 12345, "a", {"key": [None]}))]
    wrong = ["a", 1, {"no iri": True}]

    assert passed(place, [*right, *wrong]) == right


@pytest.mark.parametrize(
    "name",
    [
        "iD",
        "Actor",
        "veRb",
        "oBject",
        "RESULT",
        "conText",
        "timeStamp",
        "STOred",
        "auTHORity",
        "Version",
        "attachmentS",
    ],
)
def test_2_2_a_property_in_other_letters_is_none(name):
    assert not is_valid(a_statement(**{name: "a"}))
