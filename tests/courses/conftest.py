import pytest
from django.utils.translation import override


@pytest.fixture(autouse=True)
def _in_english():
    """Messages are asserted in their source language."""
    with override("en"):
        yield
