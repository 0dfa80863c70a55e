"""The frame in a browser."""

import pytest

from tests import factories
from tests.browser.audit import audit

pytestmark = pytest.mark.django_db(transaction=True)


def test_profile_passes_the_audit(page, sign_in):
    sign_in(page, factories.a_user())

    assert audit(page, "/profile/") == []
