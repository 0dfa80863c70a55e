"""HR and the coordinator get standings, never answers, attempts, progress, times or scores (S40)."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import CalamineWorkbook

from assessments import services
from assessments.models import DraftAnswer, Response
from learning.models import Completion, UnitState
from tests.security.ground import Ground
from tests.security.matrix import FIGURES, HR, MATRIX
from tests.security.test_tenants import address

pytestmark = pytest.mark.django_db

# Numbers and words that stand in answers, attempts and evidence and nowhere else.
CANARIES = ["417.25", "417,25", "918273", "CANARY", "UNSEEN"]
# Where such things are kept.
FORBIDDEN_TABLES = ("assessments_", "learning_unitstate")
OFFICES = sorted(name for name, line in MATRIX.items() if line.opens & (FIGURES | HR) and "learner" not in line.opens)


@pytest.fixture
def ground() -> Ground:
    ground = Ground()
    learner, enrolment = ground.near.learner, ground.near.enrolment
    attempt = enrolment.attempts.get()
    services.submit_attempt(attempt=attempt, at=timezone.now())
    attempt.refresh_from_db()
    attempt.points, attempt.seed = Decimal("417.25"), 918273
    attempt.started_at = timezone.now() - timedelta(minutes=417)
    attempt.save()
    Response.objects.filter(attempt=attempt).update(answer=[918273])
    DraftAnswer.objects.filter(attempt=attempt).update(answer=[918273])
    lesson = enrolment.version.units.get(key=ground.near.ids["lesson"])
    UnitState.objects.create(
        enrolment=enrolment,
        unit=lesson,
        opened_at=timezone.now(),
        seen_at=timezone.now(),
        block=9182,
        answers={"0": {"chosen": [918273], "sequence": 1}},
    )
    Completion.objects.filter(user=learner).update(evidence={"minutes": "CANARY"})
    return ground


def text_of(answer) -> str:
    content = answer.getvalue() if answer.streaming else answer.content
    if answer.headers["Content-Type"].endswith("sheet"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    return content.decode()


@pytest.mark.parametrize("role", ["hr", "coordinator", "auditor"])
def test_no_page_or_file_of_an_office_tells_or_even_reads_how_anybody_did(client, ground, role):
    client.force_login(ground.people[role])

    told, read, opened = set(), set(), set()
    for name in OFFICES:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address(name, ground.near.ids), follow=True)
            text = text_of(answer)
        if answer.status_code == 200:
            opened.add(name)
        told |= {(name, canary) for canary in CANARIES if canary in text}
        read |= {(name, table) for query in queries for table in FORBIDDEN_TABLES if f'"{table}' in query["sql"]}

    assert opened
    assert told == set()
    assert read == set()


def test_the_learner_s_own_pages_do_hold_what_is_looked_for(client, ground):
    client.force_login(ground.near.learner)

    answer = client.get(address("assessments:result", ground.near.ids))

    assert any(canary in answer.content.decode() for canary in CANARIES)
