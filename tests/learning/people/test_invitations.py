from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from learning.models import AuditEvent, Invitation, OutboxMessage, User
from learning.people import invitations
from learning.people.errors import InvitationExpired, InvitationReplaced, InvitationUnknown, InvitationUsed
from tests.factories import a_user, an_institution

pytestmark = pytest.mark.django_db
PASSWORD = "three words in a row"


def a_newcomer(email="ilze@school.example", **fields) -> User:
    return User.objects.create_user(email, None, **{"first_name": "Ilze", "last_name": "Kalniņa", **fields})


@pytest.fixture
def school():
    return an_institution("school", name="Centra pamatskola")


def invited(user: User, school) -> Invitation:
    assert invitations.invite(users=[user], institution=school, by=None).invited == [user]
    return Invitation.objects.open().get(user=user)


def token_of(invitation: Invitation) -> str:
    return invitations.token_of(invitation.number)


def age(invitation: Invitation, by: timedelta) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(
        created_at=invitation.created_at - by, expires_at=invitation.expires_at - by
    )


def test_only_the_hash_of_a_token_is_kept(school):
    invitation = invited(a_newcomer(), school)
    token = token_of(invitation)

    assert len(token) == 43
    rows = [*Invitation.objects.values(), *OutboxMessage.objects.values(), *AuditEvent.objects.values()]
    assert token not in str(rows)
    assert "ilze@" not in str(OutboxMessage.objects.values())


def test_a_token_cannot_be_computed_without_the_key_of_the_site(school, settings):
    invitation = invited(a_newcomer(), school)
    token = token_of(invitation)
    settings.SECRET_KEY = "another key entirely, long enough to be one"

    assert token_of(invitation) != token


def test_accepting_sets_the_password_and_proves_the_address(school):
    user = a_newcomer()

    assert invitations.accept(token=token_of(invited(user, school)), password=PASSWORD) == user

    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert list(EmailAddress.objects.values_list("user", "email", "verified", "primary")) == [
        (user.pk, "ilze@school.example", True, True)
    ]
    assert AuditEvent.objects.filter(action="invitation-accepted", actor=user, institution=school).count() == 1


def test_a_link_works_once(school):
    user = a_newcomer()
    token = token_of(invited(user, school))
    invitations.accept(token=token, password=PASSWORD)

    with pytest.raises(InvitationUsed):
        invitations.accept(token=token, password="somebody else's idea")

    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_link_runs_out_after_fourteen_days(school):
    invitation = invited(a_newcomer(), school)
    assert invitation.expires_at - invitation.created_at == timedelta(days=14)
    age(invitation, timedelta(days=14, seconds=1))

    with pytest.raises(InvitationExpired):
        invitations.accept(token=token_of(invitation), password=PASSWORD)


def test_a_newer_invitation_replaces_the_older_link(school):
    user = a_newcomer()
    older = invited(user, school)
    age(older, timedelta(hours=1))
    newer = invited(user, school)

    with pytest.raises(InvitationReplaced):
        invitations.find(token_of(older))
    assert invitations.find(token_of(newer)) == newer


def test_the_database_keeps_one_open_invitation_for_each_person(school):
    invitation = invited(a_newcomer(), school)
    invitation.pk, invitation.number, invitation.token_sha256 = None, None, "0" * 64

    with pytest.raises(IntegrityError), transaction.atomic():
        Invitation.objects.bulk_create([invitation])


def test_a_link_of_one_person_opens_no_other_account(school):
    one, other = a_newcomer(), a_newcomer("dace@school.example")
    token = token_of(invited(one, school))
    invited(other, school)

    assert invitations.accept(token=token, password=PASSWORD) == one
    assert not User.objects.get(pk=other.pk).has_account


@pytest.mark.parametrize("token", ["", "x" * 43, "../../etc"])
def test_an_unknown_link_is_unknown(school, token):
    invited(a_newcomer(), school)

    with pytest.raises(InvitationUnknown):
        invitations.find(token)


def test_a_closed_account_accepts_no_invitation(school):
    user = a_newcomer()
    invitation = invited(user, school)
    User.objects.filter(pk=user.pk).update(is_active=False)

    with pytest.raises(InvitationUnknown):
        invitations.find(token_of(invitation))


def test_whoever_has_an_account_or_no_address_is_not_written_to(school):
    member, nameless = a_user(), a_newcomer(None)

    result = invitations.invite(users=[member, nameless], institution=school, by=None)

    assert (result.invited, result.have_account, result.without_email) == ([], [member], [nameless])
    assert not Invitation.objects.exists()


def test_a_person_named_twice_gets_one_letter(school):
    user = a_newcomer()

    assert invitations.invite(users=[user, user], institution=school, by=None).invited == [user]


def test_letters_to_one_person_keep_a_pause_and_a_daily_limit(school):
    user = a_newcomer()
    for _turn in range(3):
        age(invited(user, school), timedelta(minutes=11))
    assert invitations.invite(users=[user], institution=school, by=None).too_soon == [user]

    for invitation in Invitation.objects.filter(user=user):
        age(invitation, timedelta(days=1))

    latest = invited(user, school)
    assert invitations.invite(users=[user], institution=school, by=None).too_soon == [user]
    assert invitations.find(token_of(latest)) == latest


def test_this_is_not_me_closes_the_link_and_tells_whoever_sent_it(school, django_capture_on_commit_callbacks):
    officer, user = a_user("inga@school.example", language="en"), a_newcomer()
    invitations.invite(users=[user], institution=school, by=officer)
    token = token_of(Invitation.objects.get())

    with django_capture_on_commit_callbacks(execute=True):
        invitations.decline(token=token)

    with pytest.raises(InvitationReplaced):
        invitations.find(token)
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [
        (["inga@school.example"], "An invitation reached somebody else")
    ]
    assert token not in mail.outbox[0].body


def test_an_address_that_declined_is_not_written_to_until_it_is_corrected(school):
    user = a_newcomer()
    invitation = invited(user, school)
    invitations.decline(token=token_of(invitation))
    age(invitation, timedelta(days=30))

    assert invitations.invite(users=[user], institution=school, by=None).declined == [user]

    user.email = "ilze.kalnina@school.example"
    user.save()
    assert invited(user, school).email == "ilze.kalnina@school.example"


def test_looking_at_an_invitation_uses_nothing_up(school):
    invitation = invited(a_newcomer(), school)

    for _turn in range(3):
        invitations.find(token_of(invitation))

    assert Invitation.objects.open().get().accepted_at is None
    assert timezone.now() < invitation.expires_at
