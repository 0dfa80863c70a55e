"""A cmi5 course as its package froze it: units in order, blocks, and the ids the platform gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings

from courses.models import Activity
from runtime.cmi5 import addresses
from runtime.cmi5.satisfaction import Block, flat


@dataclass(frozen=True, slots=True)
class Unit:
    """An assignable unit; `index` counts from 0. `activity` is its primary key, `settings` as in courses.packages."""

    activity: int
    index: int
    identifier: str
    title: Mapping[str, str]
    href: str
    settings: Mapping[str, Any]
    iri: str

    @property
    def blocks(self) -> tuple[str, ...]:
        return tuple(self.settings.get("parents") or ())


@dataclass(frozen=True, slots=True)
class Structure:
    identifier: str
    iri: str
    units: tuple[Unit, ...]
    blocks: tuple[Block, ...]
    package: UUID

    def unit_of(self, activity: int) -> Unit:
        return next(unit for unit in self.units if unit.activity == activity)

    def block_iri(self, block: Block) -> str:
        return addresses.block_id(settings.SITE_URL, self.package, block.number)


@lru_cache(maxsize=128)
def structure_of(package: UUID) -> Structure:
    """By the number of the package, which never changes; kept per process."""
    activities = Activity.objects.filter(package__number=package).select_related("package").order_by("position")
    site = settings.SITE_URL
    units = [
        Unit(
            activity=one.pk,
            index=index,
            identifier=one.identifier,
            title=one.title,
            href=one.href,
            settings=one.settings,
            iri=addresses.unit_id(site, package, index),
        )
        for index, one in enumerate(activities)
    ]
    whole = activities[0].package
    return Structure(
        identifier=whole.identifier,
        iri=addresses.course_id(site, package),
        units=tuple(units),
        blocks=tuple(flat(whole.settings.get("blocks") or ())),
        package=package,
    )
