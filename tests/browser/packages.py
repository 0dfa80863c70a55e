"""Packages in the browser: two origins in one live server, and packages of tests.packages.build installed on it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import count
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone
from playwright.sync_api import FrameLocator, Page, expect

from courses.models import Activity, Package, PackageSeries
from courses.packages.reading import read_package
from runtime import services
from runtime.models import Registration
from runtime.tokens import token_of
from tests.packages.build import unpacked
from tests.runtime.saving import a_study

_numbers = count(1)


def installed(files: Mapping[str, bytes]) -> Package:
    """The package as an import would leave it: its files unpacked, its rows written."""
    package = Package(number=uuid4())
    manifest = read_package(unpacked(files, settings.PACKAGE_ROOT / str(package.number)))
    package.series = PackageSeries.objects.create(title=f"Package {next(_numbers)}")
    package.version, package.size, package.file_count, package.sha256 = 1, 1, len(files), "0" * 64
    package.kind, package.identifier = manifest.kind, manifest.identifier
    package.title, package.settings = dict(manifest.title), dict(manifest.settings)
    package.save()
    Activity.objects.bulk_create(
        Activity(
            package=package,
            position=position,
            identifier=one.identifier,
            title=dict(one.title),
            href=one.href,
            is_tracked=one.is_tracked,
            settings=dict(one.settings),
        )
        for position, one in enumerate(manifest.activities, start=1)
    )
    return package


def a_registration_of(package: Package, **wish: Any) -> Registration:
    enrolment, unit = a_study(package, **wish)
    return services.open_registration(enrolment=enrolment, unit=unit, at=timezone.now())


def until(page, check, *, seconds: int = 5):
    """Beacons arrive when they like."""
    for _ in range(10 * seconds):
        if check():
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"did not happen within {seconds} seconds")


class Sitting:
    """A tab in which the registration is open: the player's page itself, on the content origin."""

    def __init__(self, page: Page, registration: Registration) -> None:
        self.page = page
        self.launch = services.open_launch(registration=registration, at=timezone.now())
        page.goto(f"{settings.CONTENT_ORIGIN}/play/{token_of(self.launch)}/")

    @property
    def sco(self) -> FrameLocator:
        return self.page.frame_locator(".player-frame")

    def started(self, part: str | None = None) -> dict[str, str]:
        """Wait for a SCO to start; what it found."""
        expect(self.sco.locator("#said")).to_contain_text("started")
        if part:
            expect(self.sco.locator("#part")).to_have_text(part)
        return json.loads(self.sco.locator("#restored").inner_text())

    def press(self, *names: str) -> None:
        """Press buttons of the SCO that save, one after the other."""
        for name in names:
            self.sco.locator(f"#{name}").click()
            expect(self.sco.locator("#said")).to_have_text(f"{name} saved")

    def bookmark(self, location: str, size: int) -> None:
        self.sco.locator("#location").fill(location)
        self.sco.locator("#size").fill(str(size))
        self.press("bookmark")

    def score(self, points: int) -> None:
        self.sco.locator("#points").fill(str(points))
        self.press("score")
