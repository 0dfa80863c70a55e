import io
import logging

import pytest

from config.logs import WithoutSecrets


@pytest.fixture
def console(monkeypatch):
    """What the console handler that the settings define writes."""
    handler = next(
        one for one in logging.getLogger().handlers if any(isinstance(f, WithoutSecrets) for f in one.filters)
    )
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/invitation/SECRET-token_1/", "/invitation/SECRET-token_1/not-me/"])
def test_the_token_of_an_invitation_reaches_no_log(client, console, address):
    client.get(address)

    assert "/invitation/…" in console.getvalue()
    assert "SECRET" not in console.getvalue()


@pytest.mark.parametrize(
    "address",
    ["/accounts/password/reset/key/1-SECRET/", "/accounts/confirm-email/SECRET/", "GET /invitation/SECRET HTTP"],
)
def test_no_secret_address_reaches_a_log(console, address):
    logging.getLogger("django.request").error('"%s" %s', address, 500)

    assert "SECRET" not in console.getvalue()
    assert "500" in console.getvalue()
