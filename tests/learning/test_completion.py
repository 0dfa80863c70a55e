"""Finishing units, and the completion that follows from the last one."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Module
from courses.selectors import outline
from learning.errors import EnrolmentClosed, UnitElsewhere, UnitsMissing
from learning.models import Completion, CompletionWithdrawal, CoverageDirt, Enrolment, UnitState
from learning.services import finish_unit, open_unit, record_completion
from learning.signals import course_completed
from tests.factories import (
    a_completion,
    a_membership,
    a_position,
    a_unit,
    a_user,
    a_version,
    an_enrolment,
    an_institution,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def completed():
    """What was announced."""
    heard = []

    def hear(sender, completion, **kwargs):
        heard.append(completion)

    course_completed.connect(hear)
    yield heard
    course_completed.disconnect(hear)


def finish_all(enrolment, at=NOW):
    """Finish the units of the version that are on the enrolment's path; the last outcome."""
    outcome = None
    for unit in enrolment.version.units.all():
        try:
            outcome = finish_unit(enrolment=enrolment, unit=unit, at=at)
        except UnitElsewhere:
            continue
    return outcome


def a_version_with_refresher(**fields):
    version = a_version(refresher_minutes=20, **fields)
    module = Module.objects.create(
        version=version, key="refresher", path="refresher", position=2, title={"lv": "Atkārtojums"}, content_note={}
    )
    a_unit(module, "r-one")
    return version


def test_the_last_required_unit_completes_the_programme(completed):
    version = a_version()
    enrolment = an_enrolment(a_user(), version)
    one, two = version.units.all()

    first = finish_unit(enrolment=enrolment, unit=one, at=NOW)
    last = finish_unit(enrolment=enrolment, unit=two, at=NOW)

    assert (first.is_new, first.completion) == (True, None)
    assert last.completion == Completion.objects.get() == completed[0]
    enrolment.refresh_from_db()
    assert enrolment.completed_at == NOW
    assert [state.done_at for state in UnitState.objects.all()] == [NOW, NOW]


def test_finished_twice_nothing_changes(completed):
    enrolment = an_enrolment(a_user(), a_version())
    one = enrolment.version.units.first()
    finish_unit(enrolment=enrolment, unit=one, at=NOW)

    again = finish_unit(enrolment=enrolment, unit=one, at=NOW + timedelta(hours=1))

    assert (again.is_new, again.completion) == (False, None)
    assert UnitState.objects.get().done_at == NOW


def test_completed_twice_nothing_changes(completed):
    enrolment = an_enrolment(a_user(), a_version())
    finish_all(enrolment)

    outcome = finish_all(enrolment, at=NOW + timedelta(days=1))

    assert (outcome.is_new, outcome.completion) == (False, None)
    assert record_completion(enrolment=enrolment, at=NOW) is None
    assert Completion.objects.count() == len(completed) == 1


def test_optional_units_may_stay_undone():
    version = a_version()
    a_unit(version.modules.get(), "m1-extra", required=False)
    enrolment = an_enrolment(a_user(), version)

    for unit in version.units.filter(required=True):
        outcome = finish_unit(enrolment=enrolment, unit=unit, at=NOW)

    assert outcome.completion is not None


@pytest.mark.parametrize("path", ["full", "refresher", "delta"])
def test_each_path_has_its_own_units(path):
    version = a_version_with_refresher()
    version.units.filter(key="m1-two").update(changed=False)
    enrolment = an_enrolment(a_user(), version, path=path)

    accepted = []
    for unit in version.units.all():
        try:
            finish_unit(enrolment=enrolment, unit=unit, at=NOW)
        except UnitElsewhere:
            continue
        accepted.append(unit.key)

    assert accepted == {"full": ["m1-one", "m1-two"], "refresher": ["r-one"], "delta": ["m1-one"]}[path]
    assert Completion.objects.count() == 1


def test_units_of_another_version_are_refused():
    enrolment = an_enrolment(a_user(), a_version())
    foreign = a_version().units.first()

    with pytest.raises(UnitElsewhere):
        finish_unit(enrolment=enrolment, unit=foreign, at=NOW)
    with pytest.raises(UnitElsewhere):
        open_unit(enrolment=enrolment, unit=foreign, at=NOW)
    assert UnitState.objects.count() == 0


def test_on_a_withdrawn_study_nothing_more_is_done():
    enrolment = an_enrolment(a_user(), a_version(), withdrawn_at=NOW)

    with pytest.raises(EnrolmentClosed):
        finish_unit(enrolment=enrolment, unit=enrolment.version.units.first(), at=NOW)
    open_unit(enrolment=enrolment, unit=enrolment.version.units.first(), at=NOW)

    assert UnitState.objects.count() == 0


def test_a_study_withdrawn_meanwhile_is_not_completed():
    enrolment = an_enrolment(a_user(), a_version())
    for unit in enrolment.version.units.all():
        UnitState.objects.create(enrolment=enrolment, unit=unit, opened_at=NOW, seen_at=NOW, done_at=NOW)
    Enrolment.objects.update(withdrawn_at=NOW)

    assert record_completion(enrolment=enrolment, at=NOW) is None
    assert Completion.objects.count() == 0


def test_what_is_missing_is_named():
    enrolment = an_enrolment(a_user(), a_version())
    one, two = enrolment.version.units.all()
    finish_unit(enrolment=enrolment, unit=one, at=NOW)

    with pytest.raises(UnitsMissing) as refusal:
        record_completion(enrolment=enrolment, at=NOW)

    assert refusal.value.unit_ids == {two.pk}


def test_when_an_app_above_fails_nothing_is_recorded():
    def fail(**kwargs):
        raise ValueError

    enrolment = an_enrolment(a_user(), a_version())
    course_completed.connect(fail)
    try:
        with pytest.raises(ValueError):
            finish_all(enrolment)
    finally:
        course_completed.disconnect(fail)

    assert Completion.objects.count() == 0
    assert UnitState.objects.filter(done_at=None).count() == 0
    assert UnitState.objects.count() == 1
    enrolment.refresh_from_db()
    assert enrolment.completed_at is None


def test_the_evidence_is_what_was_true_that_day():
    person = a_user(first_name="Anna", last_name="Bērziņa")
    school, other = an_institution(name="Skola", registration_number="90000000000"), an_institution()
    a_membership(person, other, starts_on=date(2010, 1, 1))
    a_membership(person, school, position=a_position("head", role="head", law_point="3"))
    version = a_version()
    enrolment = an_enrolment(person, version, institution=school, role_key="head")
    open_unit(enrolment=enrolment, unit=version.units.first(), at=NOW - timedelta(days=3))

    finish_all(enrolment)

    completion = Completion.objects.get()
    assert completion.evidence == {
        "holder": {"number": str(person.number), "first_name": "Anna", "last_name": "Bērziņa"},
        "institution": {"code": school.code, "name": "Skola", "registration_number": "90000000000"},
        "position": {"key": "head", "law_point": "3", "name": {"lv": "head lv", "en": "head en"}},
        "role": "head",
        "path": "full",
        "form": "online",
        "minutes": 20,
        "academic_hours": 0.4,
    }
    assert (completion.started_on, completion.completed_on) == (date(2026, 11, 21), date(2026, 11, 24))
    assert (completion.kind, completion.renews) == ("first", None)
    assert (completion.valid_from, completion.valid_until) == (date(2026, 11, 24), date(2029, 11, 24))
    assert set(CoverageDirt.objects.values_list("institution", flat=True)) == {school.pk, other.pk}


def test_someone_without_a_post_can_complete_too():
    finish_all(an_enrolment(a_user(), a_version(), role_key=""))

    evidence = Completion.objects.get().evidence
    assert (evidence["institution"], evidence["position"], evidence["role"]) == (None, None, "")


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 12, 31, 21, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 22, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 3, 28, 22, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 20, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 0, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 21, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 21, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2028, 2, 28, 22, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_day_is_the_one_in_riga(moment, day):
    finish_all(an_enrolment(a_user(), a_version(validity_months=12)), at=moment)

    completion = Completion.objects.get()
    assert completion.completed_on == completion.valid_from == day
    assert completion.valid_until == (day.replace(year=day.year + 1) if day.month != 2 else date(2029, 2, 28))


def test_a_renewal_inside_the_window_loses_no_day_and_names_what_it_renews():
    version = a_version_with_refresher(validity_months=36)
    person = a_user()
    old = a_completion(person, version, on=date(2024, 1, 9), until=date(2027, 1, 9))

    finish_all(an_enrolment(person, version, path="refresher"))

    new = Completion.objects.exclude(pk=old.pk).get()
    assert (new.kind, new.renews) == ("renewal", old)
    assert (new.valid_from, new.valid_until) == (date(2026, 11, 24), date(2030, 1, 9))
    assert new.evidence["minutes"] == 10


def test_a_retake_long_before_the_end_never_shortens_the_validity():
    person, old_version = a_user(), a_version()
    a_completion(person, old_version, on=date(2024, 1, 9), until=date(2030, 1, 1))
    version = a_version(old_version.course, major=2, validity_months=12)

    finish_all(an_enrolment(person, version))

    assert Completion.objects.get(version=version).valid_until == date(2030, 1, 1)


def test_what_changed_keeps_the_days_of_the_proof_it_belongs_to():
    person, old_version = a_user(), a_version()
    old = a_completion(person, old_version, on=date(2024, 1, 9), until=date(2028, 5, 31))
    version = a_version(old_version.course, minor=1, change="delta")

    finish_all(an_enrolment(person, version, path="delta"))

    new = Completion.objects.get(version=version)
    assert (new.kind, new.renews) == ("delta", old)
    assert (new.valid_from, new.valid_until) == (date(2026, 11, 24), date(2028, 5, 31))


def test_what_changed_does_not_revive_a_proof_that_ran_out_meanwhile():
    person, old_version = a_user(), a_version()
    a_completion(person, old_version, on=date(2024, 1, 9), until=date(2026, 11, 1))
    version = a_version(old_version.course, minor=1, change="delta")

    finish_all(an_enrolment(person, version, path="delta"))

    assert not Completion.objects.of(person).valid(on=date(2026, 11, 24)).exists()


def test_a_withdrawn_proof_is_not_renewed():
    version, person = a_version(), a_user()
    old = a_completion(person, version, on=date(2024, 1, 9), until=date(2026, 12, 24))
    CompletionWithdrawal.objects.create(completion=old, withdrawn_on=date(2026, 11, 1), reason="error")

    finish_all(an_enrolment(person, version))

    new = Completion.objects.exclude(pk=old.pk).get()
    assert (new.kind, new.renews, new.valid_until) == ("first", None, date(2029, 11, 24))


def test_a_programme_without_a_term_is_valid_for_good():
    finish_all(an_enrolment(a_user(), a_version(validity_months=None)))

    assert Completion.objects.get().valid_until is None


def test_finishing_a_unit_costs_the_same_however_many_there_are(django_assert_num_queries):
    finish_all(an_enrolment(a_user(), a_version()))  # The first paper of a year opens its series.
    costs = set()
    for more in (0, 10):
        version = a_version()
        for number in range(more):
            a_unit(version.modules.get(), f"more-{number}")
        enrolment = an_enrolment(a_user(), version)
        first, *_, last = version.units.all()
        outline(version.pk, "lv")

        with django_assert_num_queries(6):
            finish_unit(enrolment=enrolment, unit=first, at=NOW)

        for unit in version.units.exclude(pk__in=[first.pk, last.pk]):
            finish_unit(enrolment=enrolment, unit=unit, at=NOW)
        with CaptureQueriesContext(connection) as queries:
            assert finish_unit(enrolment=enrolment, unit=last, at=NOW).completion
        costs.add(len(queries))

    assert len(costs) == 1


def run_together(calls):
    def run(call):
        call()
        connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_tabs_that_finish_the_last_two_units_complete_once():
    for _ in range(10):
        enrolment = an_enrolment(a_user(), a_version())

        run_together(
            [
                lambda unit=unit, enrolment=enrolment: finish_unit(enrolment=enrolment, unit=unit, at=timezone.now())
                for unit in enrolment.version.units.all()
            ]
        )

        assert Completion.objects.filter(enrolment=enrolment).count() == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sixteen_clicks_on_the_last_unit_complete_once(completed):
    enrolment = an_enrolment(a_user(), a_version())
    one, two = enrolment.version.units.all()
    finish_unit(enrolment=enrolment, unit=one, at=NOW)
    outcomes = []

    run_together(
        [lambda: outcomes.append(finish_unit(enrolment=enrolment, unit=two, at=timezone.now())) for _ in range(16)]
    )

    assert len(outcomes) == 16
    assert [outcome.is_new for outcome in outcomes].count(True) == 1
    assert Completion.objects.count() == len(completed) == 1
    assert UnitState.objects.count() == 2
