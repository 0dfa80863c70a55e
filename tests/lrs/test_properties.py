"""Whatever comes in: what is valid comes out the same, what is not is refused, and nothing is an error of ours."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lrs.errors import Invalid
from lrs.reading import parse, written
from lrs.sameness import same
from lrs.validation.statements import check_statement
from tests.lrs.ground import ACTIVITY, ANNA, STATEMENTS, Store, a_number, a_statement

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBER = st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12, allow_nan=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
IRI = st.sampled_from(["http://example.test/a", "urn:x:b", "tag:example.test,2020:č", ACTIVITY])
MAP = st.dictionaries(st.sampled_from(["lv", "en-GB", "zh-Hant"]), TEXT, min_size=1)
EXTENSIONS = st.dictionaries(IRI, JSON, max_size=3)
AGENT = st.fixed_dictionaries(
    {"account": st.fixed_dictionaries({"homePage": IRI, "name": TEXT.filter(bool)})}, optional={"name": TEXT}
)
DEFINITION = st.fixed_dictionaries(
    {}, optional={"name": MAP, "description": MAP, "type": IRI, "moreInfo": IRI, "extensions": EXTENSIONS}
)
OBJECT = st.fixed_dictionaries({"id": IRI}, optional={"definition": DEFINITION})
RESULT = st.fixed_dictionaries(
    {},
    optional={
        "response": TEXT,
        "success": st.booleans(),
        "duration": st.sampled_from(["PT1H", "P1Y", "PT0.25S"]),
        "score": st.fixed_dictionaries({}, optional={"raw": NUMBER, "scaled": st.floats(-1, 1)}),
        "extensions": EXTENSIONS,
    },
)
CONTEXT = st.fixed_dictionaries(
    {},
    optional={
        "registration": st.uuids(version=4).map(str),
        "instructor": AGENT,
        "language": st.just("lv"),
        "contextActivities": st.dictionaries(
            st.sampled_from(["parent", "other"]), st.lists(OBJECT, max_size=2), min_size=1
        ),
        "extensions": EXTENSIONS,
    },
)
STATEMENT = st.fixed_dictionaries(
    {"actor": AGENT, "verb": st.fixed_dictionaries({"id": IRI}, optional={"display": MAP}), "object": OBJECT},
    optional={"result": RESULT, "context": CONTEXT, "timestamp": st.just("2020-01-01T00:00:00.5+02:00")},
)
OFTEN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.django_db
@OFTEN
@given(statement=STATEMENT)
def test_a_valid_statement_comes_out_as_it_went_in(statement):
    store = Store()
    number = a_number()
    assert store.put(f"{STATEMENTS}?statementId={number}", statement).status_code == 204

    found = store.read(number)

    assert {name: found[name] for name in statement} == statement
    assert store.put(f"{STATEMENTS}?statementId={number}", statement).status_code == 204


@pytest.mark.django_db
@OFTEN
@given(content=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_refused_and_never_an_error_of_ours(content):
    assert Store().post(content).status_code in {200, 204, 400}


@pytest.mark.django_db
@OFTEN
@given(query=st.text(max_size=60), path=st.sampled_from([STATEMENTS, "/xapi/activities/state", "/xapi/agents"]))
def test_any_query_is_refused_or_answered(query, path):
    answer = Store().client.get(path, QUERY_STRING=query, headers=Store().headers)

    assert answer.status_code in {200, 400, 404}


@pytest.mark.django_db
@OFTEN
@given(
    content=st.binary(max_size=300),
    boundary=st.text(max_size=80),
    content_type=st.sampled_from(["multipart/mixed; boundary=", "multipart/mixed;", ""]),
)
def test_any_multipart_is_refused(content, boundary, content_type):
    answer = Store().post(content, content_type=content_type + boundary.replace("\n", "").replace("\r", "") or "a/b")

    assert answer.status_code == 400


@given(place=st.sampled_from(["actor", "verb", "object", "result", "context", "attachments", "timestamp"]), value=JSON)
def test_any_part_is_valid_or_refused(place, value):
    statement = {**a_statement(), place: value}
    try:
        check_statement(statement)
    except Invalid:
        return
    assert same(statement, parse(written(statement)))


@given(value=JSON)
def test_json_that_is_read_is_written_the_same(value):
    assert parse(written(value)) == value


@given(first=STATEMENT, second=STATEMENT)
def test_being_the_same_has_no_direction(first, second):
    assert same(first, first)
    assert same(first, second) == same(second, first)


@given(statement=STATEMENT)
def test_another_actor_is_another_statement(statement):
    assert not same(statement, {**statement, "actor": ANNA})
