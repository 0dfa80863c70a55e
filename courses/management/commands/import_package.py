"""Import a training package from a file on this machine."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.template.defaultfilters import filesizeformat

from courses.models import Package, PackageSeries
from courses.packages.errors import ImportFailed, PackageRefused
from courses.packages.services import import_package
from courses.packages.texts import in_language


class Command(BaseCommand):
    help = "Import a SCORM, H5P or cmi5 package: a zip archive, an .h5p file, or the cmi5.xml of a course."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--series", type=int, metavar="N", help="Make it the next version of this package; a new one otherwise."
        )

    def handle(self, *args: object, file: Path, series: int | None, **options: object) -> None:
        if not file.is_file():
            raise CommandError(f"{file} is not a file.")
        before = _series(series)
        try:
            package = import_package(file=file, name=file.name, series=before, by=None, progress=self._tell)
        except PackageRefused as refused:
            raise CommandError("\n".join(_lines(refused)), returncode=2) from None
        except ImportFailed as failed:
            raise CommandError(str(failed.message), returncode=3) from None
        self._report(package)

    def _tell(self, percent: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{percent} %", ending="\r")

    def _report(self, package: Package) -> None:
        activities = list(package.activities.all())
        for name, value in (
            ("Package", f"{package.series} (--series {package.series_id})"),
            ("Version", package.version),
            ("Kind", package.get_kind_display()),
            ("Title", in_language(package.title)),
            ("Activities", len(activities)),
            ("Size", f"{filesizeformat(package.size)}, {package.file_count} files"),
            ("SHA-256", package.sha256),
        ):
            self.stdout.write(f"{name:<12}{value}")
        for activity in activities:
            self.stdout.write(f"  {activity.position}. {in_language(activity.title)} · {activity.href}")
        for warning in package.warnings:
            self.stdout.write(f"Warning: {in_language(warning)}")


def _series(number: int | None) -> PackageSeries | None:
    if number is None:
        return None
    series = PackageSeries.objects.filter(pk=number).first()
    if series is None:
        raise CommandError(f"There is no package {number}.")
    return series


def _lines(refused: PackageRefused) -> list[str]:
    where = f"Refused: {refused.where}" if refused.where else "Refused."
    return [where, *filter(None, (str(refused.message), str(refused.mend)))]
