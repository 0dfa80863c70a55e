"""What the platform says and where it launches: cmi5 8.1, 9.3, 9.6 and 10.2."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from runtime.cmi5 import statements
from runtime.cmi5 import vocabulary as cmi5
from runtime.cmi5.addresses import block_id, course_id, launch_url, unit_id

from .said import ACTIVITY, ACTOR, PUBLISHER, REGISTRATION, SESSION

AT = datetime(2026, 11, 24, 10, 0, 0, 123456, UTC)
SUBJECT = statements.Subject(ACTOR, REGISTRATION, SESSION, ACTIVITY, PUBLISHER)
UNIT = {
    "launch_method": "AnyWindow",
    "move_on": "CompletedAndPassed",
    "mastery_score": 0.9,
    "launch_parameters": "level=2",
    "entitlement_key": "sample value",
}
TEMPLATE = statements.context_template(session=SESSION, publisher=PUBLISHER)


def test_10_2_launch_data_say_everything_the_course_structure_does():
    data = statements.launch_data(
        template=TEMPLATE, mode="Normal", unit=UNIT, method="AnyWindow", return_url="https://kopa.example/back"
    )

    assert data == {
        "contextTemplate": {
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": PUBLISHER}]},
            "extensions": {cmi5.SESSION_ID: SESSION},
        },
        "launchMode": "Normal",
        "launchMethod": "AnyWindow",
        "moveOn": "CompletedAndPassed",
        "masteryScore": 0.9,
        "launchParameters": "level=2",
        "entitlementKey": {"courseStructure": "sample value"},
        "returnURL": "https://kopa.example/back",
    }


def test_10_2_launch_data_leave_out_what_the_course_structure_does_not_say():
    unit = {"move_on": "NotApplicable", "mastery_score": None, "launch_parameters": "", "entitlement_key": ""}

    data = statements.launch_data(template=TEMPLATE, mode="Browse", unit=unit, method="OwnWindow")

    assert data.keys() == {"contextTemplate", "launchMode", "launchMethod", "moveOn"}


def test_9_6_3_launched_tells_how():
    data = statements.launch_data(template=TEMPLATE, mode="Normal", unit=UNIT, method="AnyWindow")

    launched = statements.launched(SUBJECT, data, url="https://content.example/p/x/a.html?b=1", at=AT)

    assert UUID(launched.pop("id")).version == 4
    assert launched == {
        "actor": ACTOR,
        "verb": {"id": cmi5.LAUNCHED, "display": {"en": "launched"}},
        "object": {"objectType": "Activity", "id": ACTIVITY},
        "context": {
            "registration": REGISTRATION,
            "contextActivities": {
                "grouping": [{"objectType": "Activity", "id": PUBLISHER}],
                "category": [{"objectType": "Activity", "id": cmi5.CATEGORY_CMI5}],
            },
            "extensions": {
                cmi5.SESSION_ID: SESSION,
                cmi5.LAUNCH_MODE: "Normal",
                cmi5.LAUNCH_URL: "https://content.example/p/x/a.html?b=1",
                cmi5.MOVE_ON: "CompletedAndPassed",
                cmi5.MASTERY_SCORE: 0.9,
                cmi5.LAUNCH_PARAMETERS: "level=2",
            },
        },
        "timestamp": "2026-11-24T10:00:00.123Z",
    }


def test_9_3_7_waived_gives_its_reason_and_counts():
    waived = statements.waived(SUBJECT, reason="Tested Out", at=AT)

    assert waived["verb"]["id"] == cmi5.WAIVED
    assert waived["result"] == {"success": True, "completion": True, "extensions": {cmi5.REASON: "Tested Out"}}
    assert [one["id"] for one in waived["context"]["contextActivities"]["category"]] == [
        cmi5.CATEGORY_CMI5,
        cmi5.CATEGORY_MOVE_ON,
    ]


def test_9_3_6_abandoned_says_how_long():
    abandoned = statements.abandoned(SUBJECT, lasted=timedelta(minutes=2, seconds=5.5), at=AT)

    assert (abandoned["verb"]["id"], abandoned["result"]) == (cmi5.ABANDONED, {"duration": "PT125.5S"})


@pytest.mark.parametrize(
    ("span", "said"), [(0, "PT0S"), (-5, "PT0S"), (1, "PT1S"), (100, "PT100S"), (0.129, "PT0.13S"), (86400, "PT86400S")]
)
def test_9_5_4_durations_are_iso_8601(span, said):
    assert statements.duration(timedelta(seconds=span)) == said


def test_9_3_9_satisfied_is_about_a_block_or_the_course():
    subject = statements.Subject(
        ACTOR, REGISTRATION, SESSION, "https://kopa.example/b", "https://p.example/b", cmi5.BLOCK_TYPE
    )

    satisfied = statements.satisfied(subject, at=AT)

    assert satisfied["object"] == {
        "objectType": "Activity",
        "id": "https://kopa.example/b",
        "definition": {"type": cmi5.BLOCK_TYPE},
    }
    assert "result" not in satisfied
    assert satisfied["context"]["contextActivities"] == {
        "grouping": [{"objectType": "Activity", "id": "https://p.example/b"}],
        "category": [{"objectType": "Activity", "id": cmi5.CATEGORY_CMI5}],
    }


@pytest.mark.parametrize(
    "address",
    [
        "https://c.example/p/t/index.html",
        "https://c.example/p/t/index.html?paramA=1&paramB=2",
        "https://c.example/a#part",
    ],
)
def test_8_1_the_launch_address_keeps_its_own_query_and_adds_five_values(address):
    url = launch_url(
        address,
        endpoint="https://c.example/xapi",
        fetch="https://c.example/rt/f/cmi5/fetch/",
        actor=ACTOR,
        registration=REGISTRATION,
        activity=ACTIVITY,
    )

    before, after = urlsplit(address), urlsplit(url)
    assert (after.path, after.fragment) == (before.path, before.fragment)
    assert after.query.startswith(before.query)
    values = parse_qs(after.query)
    assert json.loads(values.pop("actor")[0]) == ACTOR
    assert values == {
        **parse_qs(before.query),
        "endpoint": ["https://c.example/xapi"],
        "fetch": ["https://c.example/rt/f/cmi5/fetch/"],
        "registration": [REGISTRATION],
        "activityId": [ACTIVITY],
    }


def test_8_1_5_and_9_3_9_the_platform_makes_ids_of_its_own():
    package = UUID("00000000-0000-4000-8000-000000000001")
    site = "https://kopa.example"

    made = [unit_id(site, package, 0), unit_id(site, package, 1), block_id(site, package, 0), course_id(site, package)]

    assert made == [f"{site}/cmi5/{package}/{end}" for end in ("unit/0", "unit/1", "block/0", "course")]
