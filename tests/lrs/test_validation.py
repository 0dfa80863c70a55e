"""What a statement must be: xAPI 1.0.3, part 2. The section stands in the name of each case."""

import pytest

from lrs.errors import Invalid
from lrs.validation.atoms import Edition
from lrs.validation.statements import check_statement
from tests.lrs.ground import ACTIVITY, ANNA, BEN, VOIDED, a_number, a_reference, a_statement

GROUP = {"objectType": "Group", "member": [ANNA, BEN]}
TEAM = {"objectType": "Group", "mbox": "mailto:team@example.test"}
FILE = {
    "usageType": "http://example.test/usage",
    "display": {"en": "A file"},
    "contentType": "text/plain; charset=utf-8",
    "length": 3,
    "sha2": "0" * 64,
    "fileUrl": "https://example.test/file",
}


def an_activity(**definition) -> dict:
    return a_statement(object={"id": ACTIVITY, "definition": definition})


def a_result(**result) -> dict:
    return a_statement(result=result)


def a_score(**score) -> dict:
    return a_result(score=score)


def a_context(**context) -> dict:
    return a_statement(context=context)


def an_inner(**parts) -> dict:
    return a_statement(object={**a_statement(), "objectType": "SubStatement", **parts})


def an_attachment(**parts) -> dict:
    return a_statement(attachments=[{name: part for name, part in {**FILE, **parts}.items() if part is not None}])


VALID = {
    "2.2 the smallest": a_statement(),
    "2.2 null within extensions": a_result(extensions={"http://example.test/a": None}),
    "2.4.1 an id in capitals": a_statement(id=a_number().upper()),
    "2.4.2 openid": a_statement(actor={"openid": "https://example.test/me"}),
    "2.4.2 sha1": a_statement(actor={"mbox_sha1sum": "ab" * 20}),
    "2.4.2 an anonymous group": a_statement(actor=GROUP),
    "2.4.2 an identified group without members": a_statement(actor=TEAM),
    "2.4.2 an identified group with members": a_statement(actor={**TEAM, "member": [ANNA]}),
    "2.4.3 a display": a_statement(verb={"id": ACTIVITY, "display": {"lv": "piedalījās", "en-GB": "attended"}}),
    # 2.2 asks clients to leave empty objects out, and stores not to refuse them.
    "2.2 a display without a text": a_statement(verb={"id": ACTIVITY, "display": {}}),
    "2.2 an empty definition": an_activity(),
    "2.2 an empty context": a_context(),
    "2.2 an empty result": a_result(),
    "2.4.4 an agent": a_statement(object=ANNA),
    "2.4.4 a group": a_statement(object=GROUP),
    "2.4.4 a reference": a_statement(object=a_reference(a_number())),
    "2.4.4.1 all of a definition": an_activity(
        name={"en": "a"}, description={"en": "b"}, type=ACTIVITY, moreInfo=ACTIVITY, extensions={ACTIVITY: 1}
    ),
    "2.4.4.1 an interaction": an_activity(
        interactionType="matching", source=[{"id": "a"}], target=[{"id": "a", "description": {"en": "b"}}]
    ),
    "2.4.4.3 a SubStatement": an_inner(result={"success": True}, timestamp="2020-01-01T00:00:00Z"),
    "2.4.5 all of a result": a_result(success=False, completion=True, response="", duration="PT1H", extensions={}),
    "2.4.5.1 a score": a_score(scaled=-1, min=0, raw=0, max=0.5),
    "2.4.6 all of a context": a_context(
        registration=a_number(),
        instructor=ANNA,
        team=TEAM,
        revision="1",
        platform="Kopā",
        language="lv",
        statement=a_reference(a_number()),
        extensions={ACTIVITY: {}},
    ),
    "2.4.6.2 an activity alone": a_context(contextActivities={"parent": {"id": ACTIVITY}}),
    "2.4.6.2 none": a_context(contextActivities={}),
    "2.4.6.2 several": a_context(contextActivities={"other": [{"id": ACTIVITY}, {"id": f"{ACTIVITY}/2"}]}),
    "2.4.9 an authority of two": a_statement(authority=GROUP),
    "2.4.10 a later patch": a_statement(version="1.0.17"),
    "2.4.10 no patch": a_statement(version="1.0"),
    "2.4.11 a file": an_attachment(),
    "2.4.11 SHA-512": an_attachment(sha2="a" * 128),
    **{
        f"2.4.7 {moment}": a_statement(timestamp=moment)
        for moment in (
            "2020-02-29T23:59:59Z",
            "2020-01-01T00:00:00.123456789Z",
            "2020-01-01T00:00:00,5+05:30",
            "2020-01-01T00:00+02",
            "2020-01-01T00:00:00+0000",
            "2016-12-31T23:59:60Z",
            "2020-01-01T00:00:00",
        )
    },
    **{
        f"4.6 {duration}": a_result(duration=duration)
        for duration in ("P3Y", "P4W", "PT16559.14S", "P3Y1M29DT4H35M59.14S", "PT0,5H", "P0D", "P1Y2M")
    },
    **{
        f"4.2 {tag}": a_statement(verb={"id": ACTIVITY, "display": {tag: "x"}})
        for tag in (
            *("lv", "cmn", "en-GB", "zh-Hant", "sr-Latn-RS", "es-419", "sl-rozaj-biske", "de-CH-1901"),
            *("zh-cmn-Hans-CN", "az-Arab-x-AZE-derbend", "x-whatever", "i-klingon", "en-US-u-islamcal"),
        )
    },
}

INVALID = {
    "2.2 no object": [],
    "2.2 no actor": {name: part for name, part in a_statement().items() if name != "actor"},
    "2.2 no verb": {name: part for name, part in a_statement().items() if name != "verb"},
    "2.2 no object of its own": {name: part for name, part in a_statement().items() if name != "object"},
    "2.2 an unknown property": a_statement(Actor=ANNA),
    "2.2 null": a_statement(result=None),
    "2.2 null within": a_result(success=None),
    "2.2 null in an array": a_context(contextActivities={"parent": [None]}),
    "2.4.1 no UUID": a_statement(id="no"),
    "2.4.1 a UUID without hyphens": a_statement(id=a_number().replace("-", "")),
    "2.4.1 a UUID of another variant": a_statement(id="12345678-1234-4234-c234-123456789012"),
    "2.4.1 a UUID of no version": a_statement(id="12345678-1234-0234-8234-123456789012"),
    "2.4.1 a number": a_statement(id=1),
    "2.4.2 no identifier": a_statement(actor={"name": "Anna"}),
    "2.4.2 two identifiers": a_statement(actor={**ANNA, **BEN}),
    "2.4.2 another objectType": a_statement(actor={**ANNA, "objectType": "agent"}),
    "2.4.2 a name that is no string": a_statement(actor={**ANNA, "name": 1}),
    "2.4.2 an unknown property": a_statement(actor={**ANNA, "email": "a@example.test"}),
    "2.4.2 mbox without mailto": a_statement(actor={"mbox": "anna@example.test"}),
    "2.4.2 mbox without an address": a_statement(actor={"mbox": "mailto:anna"}),
    "2.4.2 a short sha1": a_statement(actor={"mbox_sha1sum": "ab"}),
    "2.4.2 openid without a scheme": a_statement(actor={"openid": "example.test"}),
    "2.4.2 members of an agent": a_statement(actor={**ANNA, "member": [BEN]}),
    "2.4.2.2 nobody in an anonymous group": a_statement(actor={"objectType": "Group"}),
    "2.4.2.2 an empty anonymous group": a_statement(actor={"objectType": "Group", "member": []}),
    "2.4.2.2 a group in a group": a_statement(actor={"objectType": "Group", "member": [TEAM]}),
    "2.4.2.4 an account without a name": a_statement(actor={"account": {"homePage": ACTIVITY}}),
    "2.4.2.4 an account without a home page": a_statement(actor={"account": {"name": "a"}}),
    "2.4.2.4 a home page that is no IRL": a_statement(actor={"account": {"homePage": "a", "name": "a"}}),
    "2.4.2.4 an account with more": a_statement(actor={"account": {**BEN["account"], "a": 1}}),
    "2.4.3 a verb without an id": a_statement(verb={"display": {"en": "a"}}),
    "2.4.3 a verb that is no IRI": a_statement(verb={"id": "attended"}),
    "2.4.3 a display that is a string": a_statement(verb={"id": ACTIVITY, "display": "a"}),
    "2.4.4 another objectType": a_statement(object={"id": ACTIVITY, "objectType": "activity"}),
    "2.4.4 an agent without objectType": a_statement(object=BEN),
    "2.4.4.1 an activity without an id": a_statement(object={"objectType": "Activity"}),
    "2.4.4.1 an id without a scheme": a_statement(object={"id": "//example.test/a"}),
    "2.4.4.1 an id with a space": a_statement(object={"id": "http://example.test/a b"}),
    "2.4.4.1 an unknown property": an_activity(title={"en": "a"}),
    "2.4.4.1 a type that is no IRI": an_activity(type="course"),
    "2.4.4.1 moreInfo that is no IRL": an_activity(moreInfo="course"),
    "2.4.4.1 extensions without IRIs": an_activity(extensions={"a": 1}),
    "2.4.4.1 an unknown interaction": an_activity(interactionType="Choice"),
    "2.4.4.1 an answer pattern of numbers": an_activity(interactionType="choice", correctResponsesPattern=[1]),
    "2.4.4.1 components without an interaction": an_activity(choices=[{"id": "a"}]),
    "2.4.4.1 a pattern without an interaction": an_activity(correctResponsesPattern=["a"]),
    "2.4.4.1 a component twice": an_activity(interactionType="choice", choices=[{"id": "a"}, {"id": "a"}]),
    "2.4.4.1 a component without an id": an_activity(interactionType="likert", scale=[{"description": {"en": "a"}}]),
    "2.4.4.1 components that are no array": an_activity(interactionType="performance", steps={"id": "a"}),
    "2.4.4.3 a reference without an id": a_statement(object={"objectType": "StatementRef"}),
    "2.4.4.3 a reference with more": a_statement(object={**a_reference(a_number()), "definition": {}}),
    "2.4.4.3 a SubStatement in another": an_inner(object={**a_statement(), "objectType": "SubStatement"}),
    "2.4.4.3 a SubStatement with an id": an_inner(id=a_number()),
    "2.4.4.3 a SubStatement with stored": an_inner(stored="2020-01-01T00:00:00Z"),
    "2.4.4.3 a SubStatement with a version": an_inner(version="1.0.0"),
    "2.4.4.3 a SubStatement with an authority": an_inner(authority=ANNA),
    "2.4.4.3 a SubStatement with a bad part": an_inner(verb={"id": "a"}),
    "2.3.2 a voiding without a reference": a_statement(verb={"id": VOIDED}),
    "2.4.5 success as a string": a_result(success="true"),
    "2.4.5 completion as a number": a_result(completion=1),
    "2.4.5 a response that is no string": a_result(response=1),
    "2.4.5 an unknown property": a_result(grade=1),
    "2.4.5.1 a score that is no object": a_result(score=1),
    "2.4.5.1 scaled above 1": a_score(scaled=1.01),
    "2.4.5.1 scaled below -1": a_score(scaled=-1.01),
    "2.4.5.1 a number as a string": a_score(raw="1"),
    "2.4.5.1 true is no number": a_score(raw=True),
    "2.4.5.1 raw below min": a_score(raw=0, min=1, max=2),
    "2.4.5.1 raw above max": a_score(raw=3, min=1, max=2),
    "2.4.5.1 raw above max alone": a_score(raw=3, max=2),
    "2.4.5.1 min not below max": a_score(min=2, max=2),
    "2.4.6 a registration that is no UUID": a_context(registration="a"),
    "2.4.6 a team that is an agent": a_context(team=ANNA),
    "2.4.6 revision without an activity": a_statement(object=ANNA, context={"revision": "1"}),
    "2.4.6 platform without an activity": a_statement(object=a_reference(a_number()), context={"platform": "1"}),
    "2.4.6 a language that is none": a_context(language="something"),
    "2.4.6 a statement without objectType": a_context(statement={"id": a_number()}),
    "2.4.6 an unknown property": a_context(Registration=a_number()),
    "2.4.6.2 another kind": a_context(contextActivities={"child": [{"id": ACTIVITY}]}),
    "2.4.6.2 no activity": a_context(contextActivities={"parent": [a_reference(a_number())]}),
    "2.4.9 an authority of one": a_statement(authority={"objectType": "Group", "member": [ANNA]}),
    "2.4.9 an authority of three": a_statement(authority={"objectType": "Group", "member": [ANNA, BEN, ANNA]}),
    "2.4.9 an identified group": a_statement(authority={**TEAM, "member": [ANNA, BEN]}),
    "2.4.8 stored that is none": a_statement(stored="now"),
    **{f"2.4.10 {version}": a_statement(version=version) for version in ("1", "0.9.1", "1.1.0", "2.0.0", 1)},
    "2.4.11 attachments that are no array": a_statement(attachments=FILE),
    **{f"2.4.11 no {name}": an_attachment(**{name: None}) for name in FILE if name != "fileUrl"},
    "2.4.11 a length as a string": an_attachment(length="3"),
    "2.4.11 a length below zero": an_attachment(length=-1),
    "2.4.11 a hash that is none": an_attachment(sha2="abc"),
    "2.4.11 a media type that is none": an_attachment(contentType="text"),
    "2.4.11 a fileUrl that is none": an_attachment(fileUrl="file"),
    "2.6 a signature of another type": an_attachment(usageType="http://adlnet.gov/expapi/attachments/signature"),
    **{
        f"4.5 {moment}": a_statement(timestamp=moment)
        for moment in (
            *("2008-09-15T15:53:00.601-00", "2008-09-15T15:53:00.601-0000", "2008-09-15T15:53:00.601-00:00"),
            *("2019-02-29T00:00:00Z", "2020-01-01", "01/011/2015", "2020-01-01T25:00:00Z", "0000-01-01T00:00:00Z"),
            *("2020-01-01T00:00:00+01:60", "2020-01-01 00:00:00Z", "2020-01-01t00:00:00z", "", 1),
        )
    },
    **{
        f"4.6 {duration}": a_result(duration=duration)
        for duration in ("P", "PT", "P1", "1H", "PT1.5H30M", "P1H", "PA1H0M0S", "P1W2D", "P-1D", "", 1)
    },
    **{
        f"4.2 {tag}": a_statement(verb={"id": ACTIVITY, "display": {tag: "x"}})
        for tag in ("de-419-DE", "a-DE", "something", "zh-z-aaa-z-bbb-c-ccc", "", "en_GB", "x", "lv-")
    },
    "4.2 a text that is none": a_statement(verb={"id": ACTIVITY, "display": {"lv": 1}}),
}


@pytest.mark.parametrize("statement", VALID.values(), ids=VALID)
def test_what_the_specification_allows_is_taken(statement):
    check_statement(statement)


@pytest.mark.parametrize("statement", INVALID.values(), ids=INVALID)
def test_what_the_specification_forbids_is_refused(statement):
    with pytest.raises(Invalid):
        check_statement(statement)


def with_agents(**parts) -> dict:
    return a_context(contextAgents=[{"objectType": "contextAgent", "agent": ANNA, **parts}])


def with_groups(**parts) -> dict:
    return a_context(contextGroups=[{"objectType": "contextGroup", "group": TEAM, **parts}])


SECOND_VALID = {
    "4.2.7.3 agents": with_agents(relevantTypes=[ACTIVITY]),
    "4.2.7.4 groups": with_groups(relevantTypes=[ACTIVITY]),
    "4.2.7.3 within": an_inner(context=with_agents()["context"]),
    "version": a_statement(version="2.0.0"),
    "a space in a timestamp": a_statement(timestamp="2008-09-15 15:53:00.601+00:00"),
    "small letters in a timestamp": a_statement(timestamp="2008-09-15t15:53:00z"),
}
SECOND_INVALID = {
    "4.2.7.3 another objectType": with_agents(objectType="Agent"),
    "4.2.7.3 no agent": with_agents(agent={"key": "a"}),
    "4.2.7.3 a group": with_agents(agent=TEAM),
    "4.2.7.3 no types": with_agents(relevantTypes=[]),
    "4.2.7.3 types that are no IRIs": with_agents(relevantTypes=["abc"]),
    "4.2.7.3 an unknown property": with_agents(role="a"),
    "4.2.7.4 an agent": with_groups(group=ANNA),
    "version": a_statement(version="3.0.0"),
}


@pytest.mark.parametrize("statement", SECOND_VALID.values(), ids=SECOND_VALID)
def test_what_version_2_adds_is_taken_there_alone(statement):
    check_statement(statement, Edition.SECOND)
    with pytest.raises(Invalid):
        check_statement(statement, Edition.FIRST)


@pytest.mark.parametrize("statement", SECOND_INVALID.values(), ids=SECOND_INVALID)
def test_what_version_2_forbids_is_refused(statement):
    with pytest.raises(Invalid):
        check_statement(statement, Edition.SECOND)
