"""What the platform tells of a package that was finished."""

import json
from decimal import Decimal

import pytest
from django.utils import timezone

from learning.models import UnitState
from lrs.models import Statement
from lrs.telling import tell
from runtime.models import Registration
from tests.runtime.ground import a_launch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("progress", "result"),
    [
        ({}, {}),
        ({"passed_at": timezone.now(), "best_score": Decimal("0.8750")}, {"success": True, "score": {"scaled": 0.875}}),
        ({"failed_at": timezone.now()}, {"success": False}),
        ({"failed_at": timezone.now(), "passed_at": timezone.now()}, {"success": True}),
    ],
    ids=["neither", "passed", "failed", "passed later"],
)
def test_a_finished_package_is_told_with_what_it_came_to(progress, result):
    registration = a_launch().registration
    Registration.objects.filter(pk=registration.pk).update(**progress)
    now = timezone.now()
    UnitState.objects.update_or_create(
        enrolment=registration.enrolment,
        unit=registration.unit,
        defaults={"opened_at": now, "seen_at": now, "done_at": now},
    )

    tell()

    statement = Statement.objects.get()
    assert statement.package == registration.package
    assert json.loads(statement.body)["result"] == {"completion": True, **result}
