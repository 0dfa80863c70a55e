"""Where versions of a package are used: on pages, and in versions of programmes that nobody changes any more."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from courses.models import CoursePage, CourseVersion, Package, PackagePage, Unit


@dataclass(frozen=True, slots=True)
class Use:
    """By version of the package: the pages that show it, each with its programme, and the frozen versions."""

    pages: tuple[tuple[PackagePage, CoursePage | None], ...] = ()
    versions: tuple[CourseVersion, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pages or self.versions)


def uses(packages: Collection[Package]) -> dict[int, Use]:
    """For each package, by primary key. Three queries, however many there are."""
    keys = [package.pk for package in packages]
    pages = list(PackagePage.objects.filter(package__in=keys).order_by("path"))
    programmes = {programme.path: programme for programme in CoursePage.objects.all()} if pages else {}
    frozen = Unit.objects.filter(kind=Unit.Kind.PACKAGE, settings__package__in=keys).select_related("version")
    units = list(frozen.order_by("version__title", "-version__major", "-version__minor"))
    return {
        key: Use(
            pages=tuple((page, _programme(page, programmes)) for page in pages if page.package_id == key),
            versions=tuple(dict.fromkeys(unit.version for unit in units if unit.settings["package"] == key)),
        )
        for key in keys
    }


def _programme(page: PackagePage, programmes: dict[str, CoursePage]) -> CoursePage | None:
    return next((found for path, found in programmes.items() if page.path.startswith(path)), None)
