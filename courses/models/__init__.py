"""What editors write (pages, cards) and what is frozen when they publish."""

from .cards import ActionCard
from .frozen import (
    ACADEMIC_HOUR_MINUTES,
    Course,
    CourseVersion,
    CourseVersionQuerySet,
    Module,
    Path,
    Role,
    Unit,
    UnitText,
)
from .packages import Activity, AllowedOrigin, Package, PackageImport, PackageSeries
from .pages import CasePage, CoursePage, LessonPage, ModulePage, PackagePage

__all__ = [
    "ACADEMIC_HOUR_MINUTES",
    "ActionCard",
    "Activity",
    "AllowedOrigin",
    "CasePage",
    "Course",
    "CoursePage",
    "CourseVersion",
    "CourseVersionQuerySet",
    "LessonPage",
    "Module",
    "ModulePage",
    "Package",
    "PackageImport",
    "PackagePage",
    "PackageSeries",
    "Path",
    "Role",
    "Unit",
    "UnitText",
]
