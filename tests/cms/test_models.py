"""Support contacts and mail texts."""

import pytest
from django.core.exceptions import ValidationError

from cms.models import MailText, SupportContact


@pytest.mark.parametrize(
    ("number", "spaced", "dial"),
    [("112", "112", "112"), ("116111", "116 111", "116111"), ("+371 6722 2922", "+371 6722 2922", "+37167222922")],
)
def test_a_number_is_read_in_groups_and_dialled_without_spaces(number, spaced, dial):
    contact = SupportContact(number=number)

    assert (contact.spaced, contact.dial) == (spaced, dial)


@pytest.mark.parametrize("number", ["112; rm", "call me", "1", "javascript:alert(1)"])
def test_a_number_that_cannot_be_dialled_is_refused(number):
    contact = SupportContact(number=number, description_lv="x", description_en="x")

    with pytest.raises(ValidationError) as refusal:
        contact.clean_fields()

    assert list(refusal.value.message_dict) == ["number"]


def test_a_mail_text_may_use_only_placeholders_that_are_filled():
    mail = MailText(key="k", placeholders=["name"], subject_lv="{name}", subject_en="", body_lv="{link}", body_en="")

    with pytest.raises(ValidationError) as refusal:
        mail.clean()

    assert list(refusal.value.message_dict) == ["body_lv"]
