"""What can go wrong here, said so that a person knows what to do next."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise


class AssessmentError(Exception):
    """Base of everything this app raises on purpose; `message` is for people."""

    message: Message = ""

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True)
class Problem:
    """One fault in the content of a question. `field` is a dotted path, such as `options.2.text.lv`."""

    field: str
    message: Message

    def __str__(self) -> str:
        return f"{self.field}: {self.message}"


class QuestionInvalid(AssessmentError):
    """The content of a question cannot be asked; `problems` names every field at fault."""

    message = _("The question is not complete.")

    def __init__(self, problems: list[Problem]):
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(map(str, self.problems))
