"""Why a package is refused, said so that its author can mend it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from courses.errors import CourseError


class PackageRefused(CourseError):
    """The package cannot be taken. `where` names the member of the archive or the field of the manifest at fault.

    `message` says what is wrong and `mend` what to do about it, both for people.
    """

    def __init__(self, where: str, message: str | Promise, mend: str | Promise = "") -> None:
        super().__init__(where, message, mend)
        self.where, self.message, self.mend = where, message, mend

    def as_json(self) -> dict[str, str]:
        """For PackageImport.problem, in the language active now."""
        return {"where": self.where, "what": str(self.message), "mend": str(self.mend)}


class ImportFailed(CourseError):
    """The package was not refused, but could not be taken now; the same file may be tried again."""


class DiskFull(ImportFailed):
    message = _("There is too little room on the disk of the server. Nothing was kept; try again when there is more.")


class ReadingStopped(ImportFailed):
    message = _(
        "Reading the package took too long or was interrupted. Nothing was kept. Try again; if it happens twice, "
        "make the package smaller."
    )
