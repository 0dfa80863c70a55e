"""What is wrong with a folder, said so that its author finds the place."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `key` names the item in the file, `field` the place in the item; either may be empty."""

    file: str
    key: str
    field: str
    message: str | Promise

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.file, self.key, str(self.message))))


class ProgrammeInvalid(Exception):
    """The folder cannot be loaded; nothing was changed."""

    message = _("The programme was not loaded. Mend what is listed and try again.")

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))
