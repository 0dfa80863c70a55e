"""Where packages may load from besides themselves: nothing, unless somebody with the right to says so."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.cache import cache
from django.db import transaction
from wagtail.log_actions import log

from courses.models import AllowedOrigin, Package

RIGHT = "courses.change_allowedorigin"
LOG_ACTION = "courses.package_origins"
# The files of a package are asked for by the hundred.
ASKED_AGAIN_AFTER_S = 60


@transaction.atomic
def allow(*, package: Package, origins: Collection[str], by: AbstractBaseUser) -> bool:
    """Let these and no others be loaded from (see `origins.parsed`); whether anything changed, which is logged."""
    before = set(allowed(package))
    added, removed = sorted(set(origins) - before), sorted(before - set(origins))
    if not (added or removed):
        return False
    package.allowed_origins.filter(origin__in=removed).delete()
    rows = [AllowedOrigin(package=package, origin=origin, allowed_by=by) for origin in added]
    AllowedOrigin.objects.bulk_create(rows, ignore_conflicts=True)
    log(instance=package, action=LOG_ACTION, user=by, data={"added": added, "removed": removed})
    transaction.on_commit(lambda: cache.delete(_key(package.number)))
    return True


def allowed(package: Package) -> list[str]:
    return [one.origin for one in package.allowed_origins.all()]


def before(package: Package) -> list[str]:
    """What the version before it was allowed: what an editor may want for this one as well."""
    earlier = Package.objects.filter(series=package.series_id, version__lt=package.version).order_by("-version").first()
    return allowed(earlier) if earlier else []


def sources_of(number: UUID) -> tuple[str, ...]:
    """The same for whoever serves the files: a change is seen within a minute."""
    found = cache.get(_key(number))
    if found is None:
        rows = AllowedOrigin.objects.filter(package__number=number)
        found = tuple(rows.values_list("origin", flat=True))
        cache.set(_key(number), found, ASKED_AGAIN_AFTER_S)
    return found


def our_hosts() -> set[str]:
    """Host names of the platform and of the content origin."""
    return {urlsplit(origin).hostname or "" for origin in (settings.SITE_URL, settings.CONTENT_ORIGIN)}


def _key(number: UUID) -> str:
    return f"courses.allowed_origins.{number.hex}"
