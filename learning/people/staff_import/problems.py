"""What is wrong with one cell of one row, and how to mend it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .columns import TITLES

# Each says what is wrong and what to do; `%(value)s` is the cell as written, `%(hint)s` what the code knows besides.
MESSAGES: dict[str, str | Promise] = {
    "missing": gettext_lazy("The cell is empty. Fill it in."),
    "too_long": gettext_lazy("The text is longer than %(hint)s characters. Shorten it."),
    "email_without_at": gettext_lazy("The @ sign is missing."),
    "email_wrong": gettext_lazy("This is not an e-mail address. Check for spaces, commas and missing parts."),
    "email_taken": gettext_lazy("This address belongs to somebody with another name. Give this person's own address."),
    "email_twice": gettext_lazy("Row %(hint)s has this address with another name. Give each person their own."),
    "number_taken": gettext_lazy("This staff number belongs to somebody with another name. Check both."),
    "institution_unknown": gettext_lazy("There is no institution “%(value)s” here. Use the code shown on this page."),
    "position_unknown": gettext_lazy("“%(value)s” is not in the list of positions. Choose the nearest one."),
    "date_wrong": gettext_lazy("“%(value)s” is not a date. Write it as 01.09.2026. or 2026-09-01."),
    "date_unlikely": gettext_lazy("The year cannot be right. Check the date."),
    "ends_before_start": gettext_lazy("The last day is before the first. Check both dates."),
    "language_unknown": gettext_lazy("Write lv or en, or leave the cell empty."),
    "row_twice": gettext_lazy("Row %(hint)s says the same about this person. Keep one of the two rows."),
    "person_unclear": gettext_lazy(
        "Several people with this name work here. Give an e-mail or a staff number to tell them apart."
    ),
    "manager_unknown": gettext_lazy(
        "Nobody here has this e-mail or staff number. Give those of the manager, or leave the cell empty."
    ),
    "manager_unclear": gettext_lazy("Several people have this staff number. Give the manager's e-mail."),
    "manager_self": gettext_lazy("Nobody is their own manager. Name another person, or leave the cell empty."),
    "name_kept": gettext_lazy("The name stays as it is in the account: this person works elsewhere, too."),
    "email_kept": gettext_lazy(
        "The address stays as it is: the person already signs in with it and can change it there."
    ),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell that cannot be used. `row` counts as a spreadsheet does, the heading included."""

    row: int
    field: str
    code: str
    value: str = ""
    hint: str = ""

    @property
    def title(self) -> str:
        """The column as people know it."""
        return _(TITLES[self.field])

    @property
    def message(self) -> str:
        return str(MESSAGES[self.code]) % {"value": self.value, "hint": self.hint}
