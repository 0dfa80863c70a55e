"""Dull rows of packages, without files."""

from courses.models import Activity, Package, PackagePage, PackageSeries
from courses.models.pages import ModulePage
from tests.courses.pages import titles


def a_package(title: str = "Drošība tīklā", *, series: PackageSeries | None = None, **fields) -> Package:
    """The next version of `series`, a new one without it, with one activity."""
    series = series or PackageSeries.objects.create(title=title)
    version = series.versions.count() + 1
    values = {
        "kind": Package.Kind.SCORM_12,
        "title": {"lv": title},
        "identifier": "package",
        "sha256": f"{version:064}",
        "size": 2_000,
        "file_count": 3,
        **fields,
    }
    package = Package.objects.create(series=series, version=version, **values)
    Activity.objects.create(package=package, position=1, identifier="sco", title={"lv": title}, href="index.html")
    return package


def a_package_page(module: ModulePage, key: str = "m1-package", **fields) -> PackagePage:
    fields = {**titles(key), "minutes": 15, "package": fields.pop("package", None) or a_package(), **fields}
    return module.add_child(instance=PackagePage(key=key, slug=key, **fields))
