"""Why a file as a whole cannot be used or saved. A wrong row is not an error but a `Problem`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learning.errors import LearningError

if TYPE_CHECKING:
    from .problems import Problem


class StaffFileError(LearningError):
    """The file cannot be used; `message` says why and what to do."""

    @property
    def message(self) -> str:
        raise NotImplementedError

    def __str__(self) -> str:
        return self.message


class FileUnreadable(StaffFileError):
    @property
    def message(self) -> str:
        return _("This is neither CSV nor XLSX. Open the list in a spreadsheet and save it as XLSX or CSV (UTF-8).")


class OldSpreadsheet(StaffFileError):
    @property
    def message(self) -> str:
        return _("This is an old or another kind of spreadsheet. Open it and save it as XLSX.")


class FileEmpty(StaffFileError):
    @property
    def message(self) -> str:
        return _("The file has no rows with people. Check that you chose the right file and the right sheet.")


class TooManyRows(StaffFileError):
    def __init__(self, most: int) -> None:
        self.most = most

    @property
    def message(self) -> str:
        return _("The file has more than %(most)d rows. Split it into several files.") % {"most": self.most}


class TooManyColumns(StaffFileError):
    @property
    def message(self) -> str:
        return _("Some cells stand hundreds of columns to the right of the list. Delete those columns and save again.")


class FileTooLarge(StaffFileError):
    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes

    @property
    def message(self) -> str:
        return _("The file is larger than %(most)d MB. Keep only the staff list in it, without pictures.") % {
            "most": self.most_bytes // 1_000_000
        }


class ColumnsMissing(StaffFileError):
    def __init__(self, titles: list[str]) -> None:
        self.titles = titles

    @property
    def message(self) -> str:
        return _("The file lacks these columns: %(titles)s. Add them to the first row.") % {
            "titles": ", ".join(self.titles)
        }


class ColumnTwice(StaffFileError):
    def __init__(self, title: str) -> None:
        self.title = title

    @property
    def message(self) -> str:
        return _("Two columns both mean “%(title)s”. Keep one of them.") % {"title": self.title}


class AlreadyDone(LearningError):
    """The list was saved or put aside before."""

    message = gettext_lazy("This list has already been saved or cancelled. Nothing was done twice.")


class RowsWrong(LearningError):
    """Some rows have problems and nobody said to leave them out."""

    message = gettext_lazy("Some rows need mending. Mend them, or tick that they are to be left out.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class MassLeaving(LearningError):
    """A large part of the staff would leave and nobody said that it is meant."""

    message = gettext_lazy("So many people would leave that the file may be incomplete. Tick that this is meant.")


class ListMoved(LearningError):
    """The staff changed between preview and saving."""

    message = gettext_lazy("The staff list has changed in the meantime. Check the figures below once more.")


class MovedSince(LearningError):
    """An import cannot be taken back: `reasons` are sentences about people."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons

    message = gettext_lazy("Nothing was undone, because people and posts have moved on since:")
