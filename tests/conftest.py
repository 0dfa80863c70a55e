"""Shared by every test: a fast password hasher, a clean cache, and the database the environment names."""

import pytest
from django.core.cache import caches
from django.db import connection, connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from assessments.selectors import forget_frozen
from courses import selectors
from learning.records.selectors import places
from learning.records.views import sheet, thread
from runtime import selectors as runtime_selectors
from tests import databases

# A busy machine is slow, not wrong.
hypothesis_settings.register_profile(
    "kopa", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("kopa")


def pytest_collection_modifyitems(items):
    for item in items:
        marker = item.get_closest_marker("django_db")
        if {"live_server", "transactional_db"} & set(item.fixturenames) or (
            marker and marker.kwargs.get("transaction")
        ):
            # What migrations made is put back after a flush, for this test and for any that follow it.
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
        if item.get_closest_marker("postgresql") and connection.vendor != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set KOPA_DATABASE_URL"))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, tmp_path_factory):
    databases.start_from_template(tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="session")
def django_db_keepdb(request):
    """SQLite's copy is there already; its folder goes away with the other temporary ones."""
    return databases.is_sqlite() or request.config.getvalue("reuse_db")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup):
    """Every connection knows what a flush takes away: Playwright's loop gives this thread connections of its own."""
    first = connections["default"]
    if contents := getattr(first, "_test_serialized_contents", None):
        type(first)._test_serialized_contents = contents


@pytest.fixture(autouse=True)
def _clean_slate(settings, tmp_path):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DOCUMENT_ROOT = tmp_path / "documents"
    settings.PACKAGE_ROOT = tmp_path / "packages"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ATTACHMENT_ROOT = tmp_path / "attachments"
    for cache in caches.all(initialized_only=True):
        cache.clear()
    selectors.forget()
    places.cache_clear()
    sheet.sheet_of.cache_clear()
    thread.draw.cache_clear()
    forget_frozen()
    runtime_selectors.forget()
