"""The refresher, what changed, and the retake: who is asked, and on which terms."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from courses.models import CourseVersion, Module
from courses.signals import version_frozen
from learning.errors import NothingToRenew, TooEarlyToRenew
from learning.models import CompletionWithdrawal, Enrolment
from learning.records.validity import RenewalPeriod
from learning.requirements.selectors import renewal_offer
from learning.services import apply_version, finish_unit, start_refresher
from tests.factories import a_completion, a_unit, a_user, a_version, an_enrolment, an_institution

pytestmark = pytest.mark.django_db

EXPIRES = date(2027, 1, 9)
ISSUED = date(2024, 1, 9)


def a_version_with_refresher(course=None, **fields):
    version = a_version(course, refresher_minutes=20, **fields)
    module = Module.objects.create(
        version=version, key="refresher", path="refresher", position=2, title={"lv": "Atkārtojums"}, content_note={}
    )
    a_unit(module, "r-one")
    return version


def noon(day):
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def publish(course, change, **fields):
    """A version frozen as the publishing service does it: announced inside the transaction."""
    version = a_version_with_refresher(course, change=change, **fields)
    version_frozen.send(sender=CourseVersion, version=version)
    return version


@pytest.mark.parametrize(
    ("days_before_expiry", "offered"), [(91, False), (90, True), (0, True), (-1, True), (-60, True), (-61, False)]
)
def test_the_refresher_is_offered_in_the_window_and_the_days_of_grace(days_before_expiry, offered):
    person, version = a_user(), a_version_with_refresher()
    a_completion(person, version, on=ISSUED, until=EXPIRES)

    offer = renewal_offer(person, version.course, on=EXPIRES - timedelta(days=days_before_expiry))

    assert (offer is not None) == offered


def test_the_offer_says_what_it_takes_and_what_it_gives():
    person, version = a_user(), a_version_with_refresher()
    completion = a_completion(person, version, on=ISSUED, until=EXPIRES)

    early = renewal_offer(person, version.course, on=date(2026, 11, 24))
    late = renewal_offer(person, version.course, on=date(2027, 1, 10))

    assert (early.completion, early.minutes, early.expires_on) == (completion, 20, EXPIRES)
    assert (early.has_expired, early.new_valid_until) == (False, date(2030, 1, 9))
    assert (late.has_expired, late.new_valid_until) == (True, date(2030, 1, 10))


def test_nothing_is_offered_without_a_proof_or_without_an_end_or_without_a_refresher():
    person, version = a_user(), a_version_with_refresher()
    assert renewal_offer(person, version.course, on=EXPIRES) is None

    a_completion(person, version, on=ISSUED, until=None)
    assert renewal_offer(person, version.course, on=EXPIRES) is None

    short = a_version()
    a_completion(person, short, on=ISSUED, until=EXPIRES)
    assert renewal_offer(person, short.course, on=EXPIRES) is None


def test_a_withdrawn_proof_is_not_offered_for_renewal():
    person, version = a_user(), a_version_with_refresher()
    completion = a_completion(person, version, on=ISSUED, until=EXPIRES)
    CompletionWithdrawal.objects.create(completion=completion, withdrawn_on=ISSUED, reason="error")

    assert renewal_offer(person, version.course, on=EXPIRES) is None


def test_the_refresher_starts_on_the_newest_version_once():
    person, old = a_user(), a_version_with_refresher()
    school = an_institution()
    completion = a_completion(person, old, on=ISSUED, until=EXPIRES)
    Enrolment.objects.filter(pk=completion.enrolment_id).update(institution=school)
    newest = a_version_with_refresher(old.course, minor=1)

    first, is_new = start_refresher(user=person, course=old.course, at=noon(date(2026, 11, 24)))
    second, is_new_again = start_refresher(user=person, course=old.course, at=noon(date(2026, 11, 25)))

    assert (first, is_new, is_new_again) == (second, True, False)
    assert (first.path, first.version, first.institution, first.due_on) == ("refresher", newest, school, EXPIRES)


def test_in_the_days_of_grace_it_is_due_on_the_last_of_them():
    person, version = a_user(), a_version_with_refresher()
    a_completion(person, version, on=ISSUED, until=EXPIRES)

    enrolment, _ = start_refresher(user=person, course=version.course, at=noon(EXPIRES + timedelta(days=1)))

    assert (enrolment.path, enrolment.due_on) == ("refresher", EXPIRES + timedelta(days=60))


def test_after_the_grace_the_whole_programme_is_studied():
    person, version = a_user(), a_version_with_refresher()
    a_completion(person, version, on=ISSUED, until=EXPIRES)

    enrolment, _ = start_refresher(user=person, course=version.course, at=noon(EXPIRES + timedelta(days=61)))

    assert enrolment.path == "full"


def test_before_the_window_the_first_day_is_named():
    person, version = a_user(), a_version_with_refresher()
    a_completion(person, version, on=ISSUED, until=EXPIRES)

    with pytest.raises(TooEarlyToRenew) as refusal:
        start_refresher(user=person, course=version.course, at=noon(EXPIRES - timedelta(days=91)))

    assert refusal.value.opens_on == date(2026, 10, 11)
    assert "11.10.2026." in str(refusal.value.message)
    assert not Enrolment.objects.open().exists()


def test_who_never_completed_has_nothing_to_renew():
    with pytest.raises(NothingToRenew):
        start_refresher(user=a_user(), course=a_version_with_refresher().course, at=timezone.now())


def test_the_refresher_covers_an_open_study_of_what_changed():
    person, version = a_user(), a_version_with_refresher()
    a_completion(person, version, on=ISSUED, until=EXPIRES)
    delta = an_enrolment(person, version, path="delta")

    enrolment, is_new = start_refresher(user=person, course=version.course, at=noon(EXPIRES))

    assert (enrolment.path, is_new) == ("refresher", True)
    delta.refresh_from_db()
    assert delta.withdrawn_at is not None


def test_an_open_full_study_is_the_answer_to_starting_the_refresher():
    person, version = a_user(), a_version_with_refresher()
    a_completion(person, version, on=ISSUED, until=EXPIRES)
    full = an_enrolment(person, version)

    assert start_refresher(user=person, course=version.course, at=noon(EXPIRES)) == (full, False)


def test_a_delta_asks_holders_of_valid_proofs_for_what_changed_once():
    old = a_version()
    school = an_institution()
    holder, expired, never = a_user(), a_user(), a_user()
    completion = a_completion(holder, old, on=ISSUED, until=None)
    Enrolment.objects.filter(pk=completion.enrolment_id).update(role_key="head", institution=school)
    a_completion(expired, old, on=ISSUED, until=date(2025, 1, 1))

    version = publish(old.course, "delta", minor=1)
    version_frozen.send(sender=CourseVersion, version=version)

    enrolment = Enrolment.objects.open().get()
    assert (enrolment.user, enrolment.version, enrolment.path) == (holder, version, "delta")
    assert (enrolment.role_key, enrolment.institution, enrolment.due_on) == ("head", school, None)
    assert not Enrolment.objects.of(never).exists()


def test_a_retake_asks_them_for_everything_by_a_date():
    old, holder = a_version(), a_user()
    a_completion(holder, old, on=ISSUED, until=None)

    version = publish(old.course, "retake", major=2, retake_by=date(2027, 6, 30))

    enrolment = Enrolment.objects.open().get()
    assert (enrolment.path, enrolment.version, enrolment.due_on) == ("full", version, date(2027, 6, 30))


def test_a_retake_covers_an_open_study_of_what_changed_earlier():
    old, holder = a_version(), a_user()
    a_completion(holder, old, on=ISSUED, until=None)
    publish(old.course, "delta", minor=1)

    version = publish(old.course, "retake", major=2, retake_by=date(2027, 6, 30))

    enrolment = Enrolment.objects.open().get()
    assert (enrolment.path, enrolment.version, enrolment.due_on) == ("full", version, date(2027, 6, 30))


@pytest.mark.parametrize("change", ["first", "minor"])
def test_a_minor_version_asks_for_nothing(change):
    old = a_version()
    a_completion(a_user(), old, on=ISSUED, until=None)

    publish(old.course, change, minor=1)

    assert not Enrolment.objects.open().exists()


def test_a_delta_that_changed_no_unit_asks_for_nothing():
    old = a_version()
    a_completion(a_user(), old, on=ISSUED, until=None)
    version = a_version(old.course, minor=1, change="delta")
    version.units.update(changed=False)

    version_frozen.send(sender=CourseVersion, version=version)

    assert not Enrolment.objects.open().exists()


@pytest.mark.parametrize("change", ["minor", "delta", "retake"])
def test_a_study_under_way_keeps_its_version(change):
    old, learner, holder = a_version(), a_user(), a_user()
    under_way = an_enrolment(learner, old)
    a_completion(holder, old, on=ISSUED, until=None)
    holders_own = an_enrolment(holder, old)

    publish(old.course, change, minor=1, retake_by=date(2027, 6, 30))

    assert set(Enrolment.objects.open()) == {under_way, holders_own}
    assert {enrolment.version for enrolment in Enrolment.objects.open()} == {old}


def test_who_studied_what_changed_is_not_asked_again():
    old, holder = a_version(), a_user()
    a_completion(holder, old, on=ISSUED, until=None)
    version = publish(old.course, "delta", minor=1)
    enrolment = Enrolment.objects.open().get()
    for unit in version.units.filter(path="full"):
        finish_unit(enrolment=enrolment, unit=unit, at=timezone.now())

    version_frozen.send(sender=CourseVersion, version=version)

    assert not Enrolment.objects.open().exists()


@pytest.mark.parametrize("people", [1, 5])
def test_the_queries_do_not_grow_with_the_holders(people, django_assert_num_queries):
    old = a_version()
    for _ in range(people):
        a_completion(a_user(), old, on=ISSUED, until=None)
    version = a_version(old.course, major=2, change="retake", retake_by=date(2027, 6, 30))

    with django_assert_num_queries(7):
        assert apply_version(version=version) == people

    assert Enrolment.objects.open().count() == people


class RenewedYearAfterYear(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(waits=st.lists(st.integers(0, 150), min_size=1, max_size=4))
    def test_whoever_renews_in_time_is_covered_without_a_gap(self, waits):
        person, version = a_user(), a_version_with_refresher(validity_months=12)
        completion = a_completion(person, version, on=date(2024, 2, 29), until=date(2025, 2, 28))
        for wait in waits:
            period = RenewalPeriod.of(valid_until=completion.valid_until, window_days=90, grace_days=60)
            on = period.opens_on + timedelta(days=wait)
            enrolment, _ = start_refresher(user=person, course=version.course, at=noon(on))
            unit = version.units.get(key="r-one")

            renewed = finish_unit(enrolment=enrolment, unit=unit, at=noon(on)).completion

            assert renewed.renews == completion
            assert renewed.valid_from == on
            assert renewed.valid_until > completion.valid_until
            assert (renewed.valid_until - completion.valid_until).days >= 365
            assert renewed.valid_from <= completion.valid_until or wait > 90
            completion = renewed
