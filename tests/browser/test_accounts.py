"""Accounts in a browser: every page audited, and signing in as a person does."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP

from tests import factories
from tests.browser.audit import audit, axe, no_sideways_scroll, speak

pytestmark = pytest.mark.django_db(transaction=True)

ACCOUNT_PAGES = ["password/change", "two-step", "reauthenticate", "logout"]
PASSWORD = "a long enough password"


@pytest.fixture
def person():
    user = factories.a_user("ilze@example.test")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/inactive/",
        "/accounts/password/reset/",
        "/accounts/password/reset/sent/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-set-password/",
        "/accounts/confirm-email/",
        "/accounts/confirm-email/x/",
    ],
)
def test_pages_before_signing_in_pass_the_audit(page, path):
    assert audit(page, path) == []


@pytest.mark.parametrize(
    "path",
    [
        "/profile/",
        "/accounts/password/change/",
        "/accounts/two-step/",
        "/accounts/reauthenticate/",
        "/accounts/logout/",
    ],
)
def test_pages_about_the_account_pass_the_audit(page, sign_in, person, path):
    sign_in(page, person)

    assert audit(page, path) == []


def test_pages_of_the_second_step_pass_the_audit(page, sign_in, person):
    sign_in(page, person)
    page.goto("/accounts/reauthenticate/?next=/accounts/two-step/app/activate/")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    activate = audit(page, "/accounts/two-step/app/activate/")
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(person)

    rest = ["two-step/", "two-step/codes/", "two-step/codes/generate/", "two-step/app/deactivate/"]
    assert activate + [problem for path in rest for problem in audit(page, f"/accounts/{path}")] == []


def test_signing_in_with_a_mistake_first(page, person):
    page.set_viewport_size({"width": 320, "height": 800})
    speak(page, "lv")
    page.goto("/accounts/login/?next=/profile/")

    page.get_by_label("E-pasts").fill(person.email)
    page.get_by_label("Parole").fill("not this one")
    page.get_by_role("button", name="Pieslēgties").click()
    assert page.get_by_label("E-pasts").input_value() == person.email
    assert page.evaluate("document.activeElement.className") == "ds-error-summary"
    assert axe(page) + no_sideways_scroll(page) == []

    page.get_by_role("link", name="Parole neatbilst šim e-pastam").click()
    assert page.evaluate("document.activeElement.id") == "id_password"
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/")

    assert page.locator("h1").inner_text() == "Mans profils"
