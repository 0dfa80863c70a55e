"""S19: forged, foreign, late and closed saves are refused, and nothing has changed after."""

from datetime import timedelta

import pytest

from learning.models import Enrolment
from runtime import services
from runtime.refusals import (
    ActivityElsewhere,
    OpenedElsewhere,
    SaveMalformed,
    StudyCompleted,
    StudyWithdrawn,
)

from .saving import T0, a_launch, a_package, a_registration, a_save, all_rows, cmi12, cmi2004, save

pytestmark = pytest.mark.django_db

SOON = T0 + timedelta(minutes=10)


def test_an_older_window_is_told_and_changes_nothing():
    older = a_launch()
    save(older, 1, cmi12(suspend_data="kept"))
    services.open_launch(registration=older.registration, at=SOON)
    before = all_rows()

    with pytest.raises(OpenedElsewhere):
        save(older, 2, cmi12("completed"))

    assert all_rows() == before


def test_a_withdrawn_study_takes_nothing():
    launch = a_launch()
    Enrolment.objects.update(withdrawn_at=SOON)
    before = all_rows()

    with pytest.raises(StudyWithdrawn):
        save(launch, 1, cmi12("completed"))
    with pytest.raises(StudyWithdrawn):
        services.open_launch(registration=launch.registration, at=SOON)

    assert all_rows() == before


def test_a_study_completed_before_takes_nothing():
    registration = a_registration()
    Enrolment.objects.update(completed_at=T0)
    launch = services.open_launch(registration=registration, at=SOON)
    before = all_rows()

    with pytest.raises(StudyCompleted):
        save(launch, 1, cmi12("completed"))

    assert all_rows() == before


def test_another_packages_activity_is_refused():
    launch, other = a_launch(), a_launch()
    before = all_rows()

    with pytest.raises(ActivityElsewhere):
        services.commit(launch=launch.number, save=a_save(other, 1, cmi12("completed")), at=SOON)
    with pytest.raises(ActivityElsewhere):
        services.commit(launch=other.registration.number, save=a_save(other, 1, cmi12("completed")), at=SOON)

    assert all_rows() == before


@pytest.mark.parametrize(
    "score",
    [
        {"raw": "101", "max": "100"},
        {"raw": "11", "max": "10"},
        {"raw": "-1"},
        {"raw": "5", "min": "10", "max": "1"},
        {"raw": "1e99"},
        {"raw": "NaN"},
        {"raw": True},
        {"raw": ["100"]},
    ],
)
def test_a_score_that_cannot_be_is_refused(score):
    launch = a_launch(done_when="passed")
    before = all_rows()

    with pytest.raises(SaveMalformed):
        save(launch, 1, {"core": {"lesson_status": "passed", "score": score}})

    assert all_rows() == before


@pytest.mark.parametrize("scaled", ["1.01", "-2", "2e1"])
def test_a_scaled_score_above_one_is_refused(scaled):
    launch = a_launch(a_package("scorm2004"))

    with pytest.raises(SaveMalformed):
        save(launch, 1, cmi2004("completed", "passed", scaled=scaled))
