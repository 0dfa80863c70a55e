"""The editor's own screens, where Wagtail's scripts have a say."""

from datetime import date

import pytest
from django.db import connection
from playwright.sync_api import expect

from cms import services
from cms.models import SupportContact
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_typed_date_is_kept_as_it_was_typed_and_never_exchanged_for_today(page, sign_in):
    services.ensure_site()
    contact = SupportContact.objects.create(number="116111", description_lv="Bērniem", description_en="For children")
    sign_in(page, factories.a_user(is_superuser=True))
    page.goto(f"/cms/snippets/cms/supportcontact/edit/{contact.pk}/")
    checked = page.locator("[name=checked_on]")

    def save(typed: str) -> None:
        checked.fill(typed)
        checked.press("Tab")
        with page.expect_navigation():
            page.locator("footer button[type=submit]").click()

    save("31.02.2026.")
    expect(checked).to_have_value("31.02.2026.")
    expect(page.locator(".w-field__errors").filter(has_text="datums")).to_be_visible()
    save("20.02.2026.")

    connection.close()
    contact.refresh_from_db()
    assert contact.checked_on == date(2026, 2, 20)
