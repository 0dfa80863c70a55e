"""The crowd for benchmarks: as large as asked, and consistent."""

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, F, Q
from django.utils import timezone

from config.population import crowd
from learning.models import Completion, CoverageDirt, Enrolment, Institution, Membership, Requirement, UnitState, User
from tests.factories import a_role, a_version

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def version():
    for key in ("teacher", "support", "head", "social", "orphans", "mpolice", "spolice"):
        a_role(key)
    return a_version()


@pytest.fixture
def written(version, monkeypatch):
    monkeypatch.setattr(crowd, "PEOPLE_AT_A_TIME", 130)
    monkeypatch.setattr(crowd.bulk, "tidy", lambda *models: None)
    return crowd.write_crowd(course=version.course, institutions=60, members=600, today=TODAY)


def test_the_crowd_is_as_large_as_asked(written):
    leaves = Institution.objects.filter(depth=2)

    assert (leaves.count(), Institution.objects.filter(depth=1).count()) == (60, 2)
    assert (User.objects.count(), Membership.objects.count()) == (600, 600)
    sizes = leaves.annotate(size=Count("memberships")).values_list("size", flat=True)
    assert set(sizes) == {10}
    assert written.rows["completion"] == Completion.objects.count() > 300
    assert written.rows["unitstate"] == UnitState.objects.count() > 0


def test_the_tree_is_as_treebeard_would_build_it(written):
    assert Institution.find_problems() == ([], [], [], [], [])


def test_every_person_has_a_study_that_a_requirement_asked_for(written):
    required = Requirement.objects.get(institution__code="crowd-1")

    assert required.positions.count() > 20
    assert not Membership.objects.filter(user__enrolments=None).exists()
    assert not Enrolment.objects.exclude(requirement__institution__depth=1).exists()


def test_completions_and_studies_agree(written):
    done = Enrolment.objects.filter(completed_at__isnull=False)

    assert done.count() == Completion.objects.count()
    wrong = Q(completed_at__gt=timezone.now()) | ~Q(enrolment__completed_at=F("completed_at"))
    assert not Completion.objects.filter(wrong | Q(valid_until__lt=F("valid_from"))).exists()
    assert not Enrolment.objects.filter(Q(completed_at__lt=F("started_at"))).exists()
    renewals = Completion.objects.filter(kind="renewal")
    assert not renewals.exclude(renews__user=F("user")).exists()


def test_rows_made_afterwards_find_free_numbers(written):
    assert User.objects.create_user("after@crowd.example").pk > 600
    assert Institution.add_root(code="after", name="After").path > Institution.objects.get(code="crowd-2").path
    assert CoverageDirt.objects.count() == 60


def test_a_second_crowd_is_refused(written, version):
    with pytest.raises(crowd.CrowdThere):
        crowd.write_crowd(course=version.course, institutions=1, members=1, today=TODAY)


@pytest.mark.parametrize("arguments", [["--members", "1000001"], ["--institutions", "10001"], ["--members", "-1"]])
def test_a_crowd_has_a_largest_size(version, arguments):
    with pytest.raises(CommandError, match="10,000"):
        call_command("populate", *arguments)
