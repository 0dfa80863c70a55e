import threading
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from learning.models import (
    AuditEvent,
    CoverageDirt,
    Enrolment,
    Invitation,
    Leave,
    Membership,
    UnitState,
    User,
    WithdrawnPost,
)
from learning.people import invitations
from learning.people.duplicates import merging
from learning.people.duplicates.errors import CannotBeJoined, HoldsRights
from tests.certificates.factories import a_certificate
from tests.factories import (
    a_completion,
    a_membership,
    a_position,
    a_scope,
    a_user,
    a_version,
    an_enrolment,
    an_exemption,
    an_institution,
)
from tests.learning.people.test_staff_import import HEADING, save

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def school():
    return an_institution("school")


@pytest.fixture
def kept():
    return a_user("anna@school.example", first_name="Anna", last_name="Ozoliņa")


@pytest.fixture
def gone():
    return User.objects.create_user("anna.old@school.example", first_name="Anna", last_name="Ozola")


@pytest.fixture
def officer(school):
    officer = a_user()
    a_scope(officer, school)
    return officer


def join(kept: User, gone: User, by: User | None = None) -> merging.Joined:
    joined = merging.join(kept=kept, gone=gone, by=by)
    kept.refresh_from_db()
    gone.refresh_from_db()
    return joined


def test_history_moves_and_nothing_is_deleted(school, kept, gone, officer):
    version = a_version()
    a_membership(gone, school, starts_on=date(2018, 1, 1), ends_on=date(2020, 1, 1))
    paper = a_certificate(gone, on=date(2026, 1, 10))
    proof = a_completion(gone, version, on=date(2019, 1, 1), until=date(2022, 1, 1))
    exemption = an_exemption(gone, version.course, school)
    leave = Leave.objects.create(user=gone, institution=school, starts_on=date(2019, 1, 1), ends_on=date(2019, 2, 1))
    snapshot = paper.snapshot

    join(kept, gone, officer)

    for fact in (paper, paper.completion, proof, proof.enrolment, exemption, leave):
        fact.refresh_from_db()
        assert fact.user == kept
    assert paper.snapshot == snapshot
    assert kept.memberships.get().starts_on == date(2018, 1, 1)
    assert set(CoverageDirt.objects.values_list("institution", flat=True)) >= {school.pk}


def test_the_account_that_goes_is_closed_and_points_to_the_other(kept, gone, client):
    gone.set_password("three words in a row")
    gone.save()
    client.force_login(gone)

    join(kept, gone)

    assert (gone.merged_into, gone.is_active, gone.has_account) == (kept, False, False)
    assert not client.login(email=gone.email, password="three words in a row")
    assert client.get("/learn/").status_code == 302


def test_links_sent_to_it_are_void(school, kept, gone):
    invitations.invite(users=[gone], institution=school, by=None)

    join(kept, gone)

    assert Invitation.objects.get().void_reason == "joined"


def test_one_post_held_twice_is_one_from_the_first_day_to_the_last(school, kept, gone):
    a_membership(kept, school, starts_on=date(2022, 1, 1))
    a_membership(gone, school, starts_on=date(2020, 1, 1), ends_on=date(2023, 1, 1), staff_number="17")

    join(kept, gone)

    post = Membership.objects.get()
    assert (post.user, post.starts_on, post.ends_on, post.staff_number) == (kept, date(2020, 1, 1), None, "17")
    withdrawn = WithdrawnPost.objects.get()
    assert (withdrawn.user, withdrawn.reason, withdrawn.ends_on) == (gone, "merged", date(2023, 1, 1))


def test_posts_that_follow_one_another_become_unbroken_work(school, kept, gone):
    a_membership(gone, school, starts_on=date(2020, 1, 1), ends_on=date(2022, 12, 31))
    a_membership(kept, school, starts_on=date(2023, 1, 1), position=a_position("deputy"))

    join(kept, gone)

    assert kept.memberships.get(ends_on=None).employed_since == date(2020, 1, 1)


def test_of_two_open_studies_the_one_further_on_stays(school, kept, gone):
    version = a_version()
    behind = an_enrolment(kept, version, due_on=TODAY + timedelta(days=5))
    ahead = an_enrolment(gone, version, due_on=TODAY + timedelta(days=30), started_at=timezone.now())
    UnitState.objects.create(
        enrolment=ahead,
        unit=version.modules.get().units.first(),
        opened_at=timezone.now(),
        seen_at=timezone.now(),
        done_at=timezone.now(),
    )

    join(kept, gone)

    assert Enrolment.objects.open().get() == ahead
    ahead.refresh_from_db()
    behind.refresh_from_db()
    assert (ahead.user, ahead.due_on) == (kept, TODAY + timedelta(days=5))
    assert behind.withdrawn_at is not None
    assert ahead.unit_states.count() == 1


def test_leaves_that_overlap_are_one(school, kept, gone):
    own = Leave.objects.create(user=kept, institution=school, starts_on=date(2025, 1, 1), ends_on=date(2025, 6, 30))
    other = Leave.objects.create(user=gone, institution=school, starts_on=date(2025, 6, 1), ends_on=date(2025, 9, 1))
    later = Leave.objects.create(user=gone, institution=school, starts_on=date(2026, 1, 1))

    join(kept, gone)

    assert list(Leave.objects.values_list("pk", "user", "starts_on", "ends_on")) == [
        (own.pk, kept.pk, date(2025, 1, 1), date(2025, 9, 1)),
        (other.pk, gone.pk, date(2025, 6, 1), date(2025, 9, 1)),
        (later.pk, kept.pk, date(2026, 1, 1), None),
    ]


def test_those_who_report_to_it_report_to_the_other(school, kept, gone):
    jana = a_user(first_name="Jana")
    a_membership(jana, school, manager=gone)
    a_membership(kept, school, manager=gone)

    join(kept, gone)

    assert jana.memberships.get().manager == kept
    assert kept.memberships.get().manager is None


def test_an_address_goes_along_where_there_is_none(gone):
    kept = User.objects.create_user(None, first_name="Anna", last_name="Ozoliņa")

    join(kept, gone)

    assert (kept.email, gone.email) == ("anna.old@school.example", None)


def test_a_staff_list_with_the_old_address_means_the_account_that_stayed(school, kept, gone):
    a_position("teacher")
    join(kept, gone)

    save(HEADING + "school,Anna,Ozoliņa,anna.old@school.example,teacher,2020-09-01,,,,\n", school)

    kept.refresh_from_db()
    assert Membership.objects.get().user == kept
    assert kept.email == "anna@school.example"


def test_the_old_address_changes_nothing_for_whoever_has_no_account_yet(school, gone):
    a_position("teacher")
    kept = User.objects.create_user("anna@school.example", first_name="Anna", last_name="Ozoliņa")
    a_membership(kept, school)
    join(kept, gone)

    outcome = save(HEADING + "school,Anna,Ozoliņa,anna.old@school.example,teacher,2020-01-01,,,,\n", school)

    assert outcome.unchanged == 1


def test_a_third_account_joined_before_points_to_the_last(kept, gone):
    third = a_user(first_name="Anna")
    join(gone, third)

    join(kept, gone)

    third.refresh_from_db()
    assert third.merged_into == kept


def test_it_is_kept_in_the_audit(school, kept, gone, officer):
    a_membership(gone, school)

    join(kept, gone, officer)

    event = AuditEvent.objects.get(action="people-joined")
    assert (event.actor, event.subject) == (officer, str(kept.number))
    assert event.facts == {"gone": str(gone.number), "learning.Membership": 1}


def test_nobody_is_joined_twice_or_with_themselves(kept, gone):
    join(kept, gone)

    for one, other in ((kept, gone), (gone, kept), (kept, kept)):
        with pytest.raises(CannotBeJoined):
            merging.join(kept=one, gone=other, by=None)


def test_accounts_with_rights_are_for_administrators(school, kept, gone, officer):
    a_scope(gone, school)

    with pytest.raises(HoldsRights):
        merging.join(kept=kept, gone=gone, by=officer)

    join(kept, gone)
    assert kept.scopes.count() == 1


def test_an_officer_does_not_join_the_own_account(kept, officer):
    with pytest.raises(HoldsRights):
        merging.join(kept=officer, gone=kept, by=officer)


def test_the_account_that_signs_in_stays(kept, gone):
    assert merging.stays(gone, kept) == kept


def test_the_command_joins_by_address_and_by_number(school, kept, gone, capsys):
    a_membership(gone, school)

    call_command("join_people", "Anna@school.example", str(gone.number))

    assert capsys.readouterr().out == "Joined. learning.Membership: 1\n"
    with pytest.raises(CommandError):
        call_command("join_people", "anna@school.example", "nobody")


def test_every_kind_of_row_about_a_person_goes_along_or_stays_on_purpose():
    """Whoever adds a key to people names it `user` when the row is about the person."""
    moved = {model._meta.label for model, _rules in merging._followers()}

    about = {
        relation.related_model._meta.label
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created
        and not relation.concrete
        and relation.related_model._meta.app_label in ("learning", "certificates", "assessments", "runtime", "mfa")
        and relation.field.name == "user"
    }
    assert about - moved == (merging.STAYS | merging.SEEN_TO) - {"account.EmailAddress"}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_officers_join_the_same_pair_once(school, kept, gone):
    a_membership(gone, school)
    outcomes = []

    def work() -> None:
        try:
            outcomes.append(merging.join(kept=kept, gone=gone, by=None))
        except CannotBeJoined as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["CannotBeJoined"] * 3 + ["Joined"]
    assert Membership.objects.get().user == kept
