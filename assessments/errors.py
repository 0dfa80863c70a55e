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


class PoolEmpty(AssessmentError):
    """A quiz would have nothing to ask. `pool` is the key of its pool."""

    def __init__(self, pool: str):
        super().__init__(pool)
        self.pool = pool

    @property
    def message(self) -> str:
        return _("The pool “{pool}” has no question in use: add one before publishing.").format(pool=self.pool)


class EnrolmentClosed(AssessmentError):
    """The programme was completed or withdrawn: results stay readable, nothing new is answered."""

    message = _("This programme is closed, so there is nothing more to answer. Your results are still here.")


class AttemptHandedIn(AssessmentError):
    """The answers were handed in before, perhaps from another tab."""

    message = _("You have already handed in these answers. Here is the result.")


class NewerAnswerKept(AssessmentError):
    """A later save of the same question is kept; `sequence` is its number."""

    message = _(
        "This answer was changed in another window. What is saved now is shown: change it if you meant another."
    )

    def __init__(self, sequence: int):
        super().__init__(sequence)
        self.sequence = sequence
