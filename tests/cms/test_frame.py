"""The frame of every page."""

import pytest

from tests import factories

pytestmark = pytest.mark.django_db


def test_profile_renders(client):
    client.force_login(factories.a_user())

    assert client.get("/profile/").status_code == 200
