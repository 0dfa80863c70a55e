"""The command that makes the demo municipality."""

import pytest
from django.core.management import CommandError, call_command

from learning.models import Institution


def test_without_a_programme_nothing_is_made(db):
    with pytest.raises(CommandError, match="load_programme"):
        call_command("populate")

    assert not Institution.objects.exists()
