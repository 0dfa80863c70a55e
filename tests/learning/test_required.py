"""Whom a requirement enrols, by when, and whom it leaves alone."""

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from courses.models import Course
from learning.models import CompletionWithdrawal, CoverageDirt, Enrolment, Exemption
from learning.services import enrol_required
from tests.factories import (
    a_completion,
    a_leave,
    a_membership,
    a_position,
    a_requirement,
    a_sector,
    a_user,
    a_version,
    an_enrolment,
    an_institution,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)


@pytest.fixture
def version():
    return a_version(renewal_window_days=90, grace_days=60)


@pytest.fixture
def town():
    return an_institution("town")


@pytest.fixture
def school(town):
    return an_institution("school", parent=town, sector=a_sector("education"))


def test_everyone_below_the_institution_is_enrolled_and_nobody_else(version, town, school):
    elsewhere = an_institution("elsewhere")
    teacher, clerk, stranger = a_user(), a_user(), a_user()
    a_membership(teacher, school)
    a_membership(clerk, town)
    a_membership(stranger, elsewhere)
    rule = a_requirement(version.course, town, due_days=60)

    assert enrol_required(on=TODAY) == 2

    assert {enrolment.user for enrolment in Enrolment.objects.all()} == {teacher, clerk}
    enrolment = Enrolment.objects.get(user=teacher)
    assert (enrolment.version, enrolment.requirement, enrolment.institution) == (version, rule, school)
    assert (enrolment.role_key, enrolment.path) == ("teacher", "full")


def test_called_twice_it_changes_nothing(version, school):
    a_membership(a_user(), school)
    a_requirement(version.course, school)

    assert [enrol_required(on=TODAY) for _ in range(2)] == [1, 0]
    assert CoverageDirt.objects.count() == 1


@pytest.mark.parametrize(
    ("starts_on", "in_force_from", "due_on"),
    [
        (date(2026, 11, 1), date(2020, 1, 1), date(2026, 12, 31)),
        (date(2020, 1, 1), date(2026, 11, 2), date(2027, 1, 1)),
        (date(2023, 12, 31), date(2020, 1, 1), date(2024, 2, 29)),
    ],
)
def test_the_deadline_counts_from_the_start_or_from_the_rule_whichever_is_later(
    version, school, starts_on, in_force_from, due_on
):
    a_membership(a_user(), school, starts_on=starts_on)
    a_requirement(version.course, school, due_days=60, valid_from=in_force_from)

    enrol_required(on=TODAY)

    assert Enrolment.objects.get().due_on == due_on


def test_a_rule_may_name_a_sector_and_positions(version, town, school):
    police = an_institution("police", parent=town, sector=a_sector("police"))
    teacher, head, officer = a_user(), a_user(), a_user()
    a_membership(teacher, school)
    a_membership(head, school, position=a_position("head", role="head"))
    a_membership(officer, police, position=a_position("officer", role="mpolice"))
    rule = a_requirement(version.course, town, sector=a_sector("education"))
    rule.positions.add(a_position("head"), a_position("officer"))

    enrol_required(on=TODAY)

    assert [enrolment.user for enrolment in Enrolment.objects.all()] == [head]


@pytest.mark.parametrize(
    "dates",
    [
        {"valid_from": TODAY + timedelta(days=1)},
        {"valid_until": TODAY - timedelta(days=1)},
    ],
)
def test_a_rule_not_in_force_asks_for_nothing(version, school, dates):
    a_membership(a_user(), school)
    a_requirement(version.course, school, **dates)

    assert enrol_required(on=TODAY) == 0


@pytest.mark.parametrize(
    "dates",
    [
        {"starts_on": TODAY + timedelta(days=1)},
        {"starts_on": date(2020, 1, 1), "ends_on": TODAY - timedelta(days=1)},
    ],
)
def test_who_does_not_work_there_that_day_is_not_enrolled(version, school, dates):
    a_membership(a_user(), school, **dates)
    a_requirement(version.course, school)

    assert enrol_required(on=TODAY) == 0


def test_of_several_rules_and_posts_the_earliest_deadline_counts(version, town, school):
    person = a_user()
    a_membership(person, school, starts_on=date(2026, 11, 1))
    a_membership(person, town, starts_on=date(2026, 10, 1))
    a_requirement(version.course, town, due_days=90)
    strict = a_requirement(version.course, town, due_days=30)

    assert enrol_required(on=TODAY) == 1

    enrolment = Enrolment.objects.get()
    assert (enrolment.requirement, enrolment.institution, enrolment.due_on) == (strict, town, date(2026, 10, 31))


def test_an_exemption_holds_for_its_institution_all_below_it_and_its_days(version, town, school):
    exempt, above, past, elsewhere = a_user(), a_user(), a_user(), a_user()
    for person in (exempt, above, past, elsewhere):
        a_membership(person, school)
    a_requirement(version.course, school)
    fields = {"course": version.course, "reason": "leave", "starts_on": date(2026, 1, 1)}
    Exemption.objects.create(user=exempt, institution=school, **fields)
    Exemption.objects.create(user=above, institution=town, **fields)
    Exemption.objects.create(user=past, institution=school, ends_on=TODAY - timedelta(days=1), **fields)
    Exemption.objects.create(user=elsewhere, institution=an_institution(), **fields)

    enrol_required(on=TODAY)

    assert {enrolment.user for enrolment in Enrolment.objects.all()} == {past, elsewhere}


def test_who_holds_a_valid_proof_or_may_still_renew_it_is_left_alone(version, school):
    a_requirement(version.course, school)
    for valid_until in (None, TODAY, TODAY - timedelta(days=60)):
        person = a_user()
        a_membership(person, school)
        a_completion(person, version, on=date(2023, 1, 1), until=valid_until)

    assert enrol_required(on=TODAY) == 0


def test_after_the_days_of_grace_the_full_programme_is_due_on_the_last_of_them(version, school):
    person = a_user()
    a_membership(person, school, starts_on=date(2020, 1, 1))
    a_requirement(version.course, school)
    a_completion(person, version, on=date(2023, 1, 1), until=TODAY - timedelta(days=61))

    assert enrol_required(on=TODAY) == 1

    enrolment = Enrolment.objects.open().get()
    assert (enrolment.path, enrolment.due_on) == ("full", TODAY - timedelta(days=1))


def test_the_longest_lasting_proof_decides(version, school):
    person = a_user()
    a_membership(person, school)
    a_requirement(version.course, school)
    a_completion(person, version, on=date(2023, 1, 1), until=TODAY + timedelta(days=10))
    a_completion(person, version, on=date(2023, 1, 1), until=TODAY - timedelta(days=400))

    assert enrol_required(on=TODAY) == 0


def test_a_withdrawn_proof_counts_for_nothing(version, school):
    person = a_user()
    a_membership(person, school, starts_on=date(2026, 11, 1))
    a_requirement(version.course, school, due_days=60)
    completion = a_completion(person, version, on=date(2023, 1, 1), until=None)
    CompletionWithdrawal.objects.create(completion=completion, withdrawn_on=TODAY, reason="error")

    enrol_required(on=TODAY)

    assert Enrolment.objects.open().get().due_on == date(2026, 12, 31)


@pytest.mark.parametrize(("days_since_expiry", "path"), [(60, "refresher"), (61, "full")])
def test_a_refresher_left_open_past_the_grace_gives_way_to_the_full_programme(version, school, days_since_expiry, path):
    person = a_user()
    a_membership(person, school)
    a_requirement(version.course, school)
    a_completion(person, version, on=date(2023, 1, 1), until=TODAY - timedelta(days=days_since_expiry))
    refresher = an_enrolment(person, version, path="refresher")

    enrol_required(on=TODAY)

    assert Enrolment.objects.open().get().path == path
    refresher.refresh_from_db()
    assert (refresher.withdrawn_at is None) == (path == "refresher")


def test_people_and_institutions_can_be_named(version, town, school):
    teacher, colleague, clerk = a_user(), a_user(), a_user()
    a_membership(teacher, school)
    a_membership(colleague, school)
    a_membership(clerk, town)
    a_requirement(version.course, town)

    assert enrol_required(on=TODAY, users=[teacher]) == 1
    assert enrol_required(on=TODAY, institution=school) == 1
    assert enrol_required(on=TODAY) == 1


def test_a_programme_without_a_version_is_passed_over(school):
    a_membership(a_user(), school)
    a_requirement(Course.objects.create(key="draft"), school)

    assert enrol_required(on=TODAY) == 0


@pytest.mark.parametrize("people", [1, 30])
def test_the_queries_do_not_grow_with_the_people(version, school, people, django_assert_num_queries):
    a_requirement(version.course, school)
    for _ in range(people):
        a_membership(a_user(), school)

    with django_assert_num_queries(16):
        assert enrol_required(on=TODAY) == people


def test_people_are_taken_page_by_page(version, school, monkeypatch):
    monkeypatch.setattr("learning.requirements.asking.PEOPLE_AT_A_TIME", 2)
    a_requirement(version.course, school)
    for _ in range(5):
        person = a_user()
        a_membership(person, school)
        a_membership(person, school, position=a_position("head", role="head"))

    assert enrol_required(on=TODAY) == 5


def test_the_command_enrols_and_says_how_many(version, school, capsys):
    a_membership(a_user(), school)
    a_requirement(version.course, school)

    call_command("enrol_required", "--institution", "school")
    call_command("enrol_required")

    assert capsys.readouterr().out == "1 enrolled.\n0 enrolled.\n"


def on(day: int) -> date:
    return TODAY + timedelta(days=day)


def test_points_of_the_law_and_the_start_of_work_decide_as_in_coverage(version, school):
    teacher, officer = a_user(), a_user()
    a_membership(teacher, school, starts_on=TODAY, employed_since=on(-30))
    a_membership(officer, school, position=a_position("officer", law_point="9"))
    a_requirement(version.course, school, due_days=60, law_points=["18"])

    enrol_required(on=TODAY)

    assert [(one.user, one.due_on) for one in Enrolment.objects.all()] == [(teacher, on(30))]


@pytest.mark.parametrize(
    ("rule", "due"),
    [
        ({"due_from": "post", "due_days": 60}, 60),
        ({"due_from": "fixed", "due_days": 10, "due_on": TODAY + timedelta(days=100)}, 100),
        ({"due_from": "fixed", "due_days": 60, "due_on": TODAY - timedelta(days=100)}, 30),
    ],
    ids=["from the post", "a fixed day to come", "a fixed day gone by"],
)
def test_a_deadline_counts_from_where_the_rule_says(version, school, rule, due):
    a_membership(a_user(), school, starts_on=TODAY, employed_since=on(-30))
    a_requirement(version.course, school, **rule)

    enrol_required(on=TODAY)

    assert Enrolment.objects.get().due_on == on(due)


def test_who_is_on_leave_is_asked_when_back(version, school):
    person = a_user()
    a_membership(person, school)
    a_requirement(version.course, school)
    a_leave(person, school, starts_on=on(-5), ends_on=on(5))

    assert (enrol_required(on=TODAY), enrol_required(on=on(5)), enrol_required(on=on(6))) == (0, 0, 1)


def test_leave_puts_off_the_deadline_of_a_study_under_way(version, school):
    person = a_user()
    a_membership(person, school, starts_on=on(-10))
    a_requirement(version.course, school, due_days=60)
    enrol_required(on=on(-10))
    a_leave(person, school, starts_on=on(-9), ends_on=on(-1))

    enrol_required(on=TODAY)

    assert Enrolment.objects.get().due_on == on(50 + 9)


def test_what_repeats_asks_for_the_refresher_inside_its_window(school):
    version = a_version(renewal_window_days=30, refresher_minutes=20)
    person = a_user()
    a_membership(person, school)
    rule = a_requirement(version.course, school, repeat_months=12, grace_days=14)
    a_completion(person, version, on=date(2025, 12, 31), until=date(2028, 12, 30))

    assert enrol_required(on=date(2026, 11, 30)) == 0
    assert enrol_required(on=date(2026, 12, 1)) == 1

    study = Enrolment.objects.open().get()
    assert (study.path, study.due_on, study.requirement) == ("refresher", date(2026, 12, 31), rule)


def test_whose_proof_a_retake_overtook_studies_everything_by_its_day(version, school):
    person = a_user()
    a_membership(person, school)
    a_requirement(version.course, school)
    a_completion(person, version, on=on(-10), until=on(900))
    retake = a_version(
        version.course, major=2, change="retake", retake_by=on(100), published_at=timezone.now() - timedelta(days=1)
    )
    refresher = an_enrolment(person, version, path="refresher")

    assert enrol_required(on=timezone.localdate()) == 1

    study = Enrolment.objects.open().get()
    assert (study.version, study.path, study.due_on) == (retake, "full", on(100))
    refresher.refresh_from_db()
    assert refresher.withdrawn_at is not None
