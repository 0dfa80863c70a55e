from datetime import date, timedelta

import pytest

from certificates import services
from certificates.models import Certificate, Revocation
from learning.models import CompletionWithdrawal
from tests.certificates.factories import a_certificate, a_completion

pytestmark = pytest.mark.django_db

FROM, UNTIL = date(2026, 1, 15), date(2029, 1, 15)
DAY = timedelta(days=1)
State = Certificate.State


@pytest.fixture
def certificate() -> Certificate:
    return a_certificate(on=FROM, valid_until=UNTIL)


def soon(certificate: Certificate, on: date) -> bool:
    return Certificate.objects.with_standing().get(pk=certificate.pk).expires_soon(on=on)


def state(certificate: Certificate, on: date) -> State:
    return Certificate.objects.with_standing().get(pk=certificate.pk).state(on=on)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (FROM - DAY, State.NOT_YET),
        (FROM, State.VALID),
        (UNTIL, State.VALID),
        (UNTIL + DAY, State.EXPIRED),
    ],
)
def test_first_and_last_day_are_valid(certificate, on, expected):
    assert state(certificate, on) == expected


def test_without_an_end_it_never_expires():
    certificate = a_certificate(on=FROM, valid_until=None)

    assert state(certificate, date(2099, 1, 1)) == State.VALID
    assert not soon(certificate, date(2099, 1, 1))


@pytest.mark.parametrize(
    ("on", "expected"), [(UNTIL - 61 * DAY, False), (UNTIL - 60 * DAY, True), (UNTIL, True), (UNTIL + DAY, False)]
)
def test_soon_is_sixty_days(certificate, on, expected):
    assert soon(certificate, on) is expected


def test_a_renewal_that_begins_later_leaves_the_old_one_valid_until_then(certificate):
    old = certificate.completion
    begins = UNTIL + DAY
    renewal = a_completion(
        old.user, old.version, on=UNTIL - 30 * DAY, kind="renewal", renews=old, valid_from=begins, valid_until=None
    )
    new = services.issue(completion=renewal)

    assert (state(certificate, UNTIL), state(new, UNTIL)) == (State.VALID, State.NOT_YET)
    assert (state(certificate, begins), state(new, begins)) == (State.SUPERSEDED, State.VALID)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Revocation.Reason.ERROR, State.REVOKED),
        (Revocation.Reason.MISCONDUCT, State.REVOKED),
        (Revocation.Reason.WITHDRAWN, State.WITHDRAWN),
    ],
)
def test_a_revocation_counts_whatever_the_dates(certificate, reason, expected):
    services.revoke(certificate=certificate, reason=reason, note="", by=None)

    assert {state(certificate, on) for on in (FROM - DAY, FROM, UNTIL + DAY)} == {expected}


def test_a_completion_found_wrong_takes_its_paper_along(certificate):
    CompletionWithdrawal.objects.create(completion=certificate.completion, withdrawn_on=FROM + DAY, reason="test")

    assert state(certificate, FROM + DAY) == State.REVOKED


def test_the_standing_comes_with_the_row(certificate, django_assert_num_queries):
    with django_assert_num_queries(1):
        Certificate.objects.with_standing().get().state(on=FROM)
