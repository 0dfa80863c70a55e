"""What the platform says about learning: after the fact, once, without names."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments import services as assessments
from assessments.models import Attempt
from courses.models import Unit
from learning.models import Completion, UnitState
from lrs.models import Statement, Telling
from lrs.telling import LIMIT, tell
from tests import factories as make
from tests.assessments.ground import a_study, answer_rightly

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


@pytest.fixture
def study():
    enrolment, quiz = a_study(make.a_user("ilze@example.test", first_name="Ilze", last_name="Kalniņa"))
    return enrolment, quiz


def finish(enrolment, *, at=NOON, key="m1-one"):
    unit = enrolment.version.units.get(key=key)
    return UnitState.objects.create(enrolment=enrolment, unit=unit, opened_at=at, seen_at=at, done_at=at)


def said() -> list[dict]:
    return [json.loads(body) for body in Statement.objects.order_by("timestamp", "pk").values_list("body", flat=True)]


def test_a_finished_unit_is_told_by_the_recipe(study):
    enrolment, _ = study
    finish(enrolment)

    assert tell() == 1

    [statement] = said()
    programme = f"http://localhost:8000/programmes/{enrolment.course.key}"
    assert {name: part for name, part in statement.items() if name not in {"id", "stored"}} == {
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "http://localhost:8000", "name": str(enrolment.user.number)},
        },
        "verb": {
            "id": "http://adlnet.gov/expapi/verbs/completed",
            "display": {"lv": "pabeidza", "en": "completed"},
        },
        "object": {
            "objectType": "Activity",
            "id": f"{programme}/units/m1-one",
            "definition": {
                "name": {"lv": "m1-one lv", "en": "m1-one en"},
                "type": "http://adlnet.gov/expapi/activities/lesson",
            },
        },
        "result": {"completion": True},
        "context": {
            "registration": str(enrolment.number),
            "revision": "1.0",
            "platform": "Kopā",
            "contextActivities": {"parent": [{"objectType": "Activity", "id": programme}]},
        },
        "timestamp": "2026-09-01T12:00:00.000Z",
        "version": "1.0.0",
        "authority": {
            "objectType": "Agent",
            "name": "Kopā",
            "account": {"homePage": "http://localhost:8000", "name": "platform"},
        },
    }


def test_an_attempt_is_told_with_its_score_and_never_its_answers(study):
    enrolment, quiz = study
    attempt = assessments.start_attempt(enrolment=enrolment, quiz=quiz, at=timezone.now())
    answer_rightly(attempt)
    assessments.submit_attempt(attempt=attempt, at=timezone.now())

    assert tell() == 1

    attempt = Attempt.objects.get()
    [statement] = said()
    assert statement["verb"]["id"] == "http://adlnet.gov/expapi/verbs/passed"
    assert statement["object"]["definition"]["type"] == "http://adlnet.gov/expapi/activities/assessment"
    assert statement["result"] == {
        "score": {"scaled": 1.0, "raw": float(attempt.points), "min": 0, "max": attempt.maximum},
        "success": True,
        "completion": True,
    }


def test_an_attempt_that_was_not_passed_is_told_as_failed(study):
    enrolment, quiz = study
    attempt = assessments.start_attempt(enrolment=enrolment, quiz=quiz, at=timezone.now())
    assessments.submit_attempt(attempt=attempt, at=timezone.now())

    tell()

    assert [statement["verb"]["display"]["en"] for statement in said()] == ["failed"]


def test_a_completion_is_told_of_the_programme():
    user = make.a_user()
    completion = make.a_completion(user, make.a_version(), on=NOON.date(), until=None)

    tell()

    [statement] = said()
    assert statement["object"]["id"] == f"http://localhost:8000/programmes/{completion.course.key}"
    assert statement["result"] == {"completion": True, "success": True}


def test_nothing_that_is_told_holds_a_name_or_an_address(study):
    enrolment, _ = study
    finish(enrolment)
    make.a_completion(enrolment.user, enrolment.version, on=NOON.date(), until=None)

    tell()

    bodies = "".join(Statement.objects.values_list("body", flat=True))
    assert Statement.objects.count() == 2
    assert not [word for word in ("Ilze", "Kalniņa", "ilze", "@") if word in bodies]


def test_telling_again_tells_nothing_and_later_facts_are_told_alone(study):
    enrolment, _ = study
    finish(enrolment)

    assert (tell(), tell()) == (1, 0)
    finish(enrolment, at=NOON + timedelta(hours=1), key="m1-two")
    assert (tell(), tell()) == (1, 0)


def test_a_fact_that_was_late_to_be_seen_is_told(study):
    enrolment, _ = study
    finish(enrolment)
    tell()

    finish(enrolment, at=NOON - timedelta(minutes=5), key="m1-two")

    assert tell() == 1


def test_a_fact_with_an_old_date_is_told_when_one_looks_again(study):
    enrolment, _ = study
    finish(enrolment)
    tell()
    finish(enrolment, at=NOON - timedelta(days=300), key="m1-two")

    assert tell() == 0
    call_command("tell_statements", since="2025-01-01")

    assert Statement.objects.count() == 2
    assert Telling.objects.get(teller="units").told_until == NOON


def test_what_was_told_under_another_address_is_not_told_again(study, settings):
    enrolment, _ = study
    finish(enrolment)
    tell()

    settings.SITE_URL = "https://kopa.example"

    assert tell() == 0


def test_a_long_history_is_told_in_pieces_in_order(study, monkeypatch):
    enrolment, _ = study
    monkeypatch.setattr("lrs.telling.BATCH", 2)
    monkeypatch.setattr("lrs.native.tellers.BATCH", 3)
    module = enrolment.version.modules.get()
    for number in range(8):
        make.a_unit(module, f"unit-{number}")
        finish(enrolment, at=NOON + timedelta(hours=number // 2), key=f"unit-{number}")

    assert [tell(limit=3), tell(limit=3), tell(limit=3)] == [4, 4, 0]
    assert [statement["object"]["id"][-1] for statement in said()] == [str(number) for number in range(8)]


def test_units_of_packages_are_told_with_their_package(study):
    from courses.models import Package, PackageSeries

    enrolment, _ = study
    series = PackageSeries.objects.create(title="Training")
    package = Package.objects.create(
        series=series, version=1, kind=Package.Kind.SCORM_12, title={}, identifier="a", sha256="0", size=1, file_count=1
    )
    make.a_unit(enrolment.version.modules.get(), "package", kind=Unit.Kind.PACKAGE, settings={"package": package.pk})
    finish(enrolment, key="package")

    tell()

    assert Statement.objects.get().package == package


def test_finishing_itself_writes_no_statement(study):
    enrolment, quiz = study
    attempt = assessments.start_attempt(enrolment=enrolment, quiz=quiz, at=timezone.now())
    answer_rightly(attempt)

    with CaptureQueriesContext(connection) as queries:
        assessments.submit_attempt(attempt=attempt, at=timezone.now())

    assert not [query for query in queries if "lrs_" in query["sql"]]


def test_the_number_of_queries_does_not_grow_with_the_facts(study):
    enrolment, _ = study
    module = enrolment.version.modules.get()
    tell()
    counts = []
    for size in (1, 20):
        for number in range(size):
            key = f"unit-{size}-{number}"
            make.a_unit(module, key)
            finish(enrolment, key=key)
        with CaptureQueriesContext(connection) as queries:
            assert tell(limit=LIMIT) == size
        counts.append(len(queries))

    assert counts[1] <= counts[0] + 1


def test_sweeping_tells(study, capsys):
    finish(study[0])

    call_command("sweep")

    assert "statements written: 1." in capsys.readouterr().out
    assert Completion.objects.count() == 0
