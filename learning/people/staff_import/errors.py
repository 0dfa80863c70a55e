"""Why a file as a whole cannot be used. A wrong row is not an error but a `Problem`."""

from django.utils.translation import gettext as _


class StaffFileError(Exception):
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
