"""Why training done elsewhere cannot be recorded or accepted."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from learning.errors import LearningError


class EvidenceError(LearningError):
    """Base of what follows."""


class RecordedAlready(EvidenceError):
    message = gettext_lazy("This document is recorded already: the same provider, number and day. Look at that record.")


class OwnRecord(EvidenceError):
    """Whoever wrote it down may not judge it."""

    message = gettext_lazy("You recorded this yourself, so somebody else has to check it: a second pair of eyes.")


class OwnTraining(EvidenceError):
    """Nobody judges a document of their own."""

    message = gettext_lazy("This is your own training, so another HR officer has to check it.")


class DecidedAlready(EvidenceError):
    message = gettext_lazy("Somebody has decided on this document already. Nothing was done twice.")


class TooOld(EvidenceError):
    """The training is older than the rule allows. `oldest` is the first day it allows."""

    def __init__(self, oldest: date) -> None:
        super().__init__(f"before {oldest}")
        self.oldest = oldest

    @property
    def message(self) -> str:
        day = date_format(self.oldest, "SHORT_DATE_FORMAT")
        return _("This training is too old: the rule accepts what was completed on %(day)s or later.") % {"day": day}


class RanOut(EvidenceError):
    """What the document proves ended before it was accepted. `last_day` was its last day."""

    def __init__(self, last_day: date) -> None:
        super().__init__(f"until {last_day}")
        self.last_day = last_day

    @property
    def message(self) -> str:
        day = date_format(self.last_day, "SHORT_DATE_FORMAT")
        return _("This training counted until %(day)s and has run out.") % {"day": day}


class TooShort(EvidenceError):
    """Fewer minutes than the rule asks for."""

    def __init__(self, least_minutes: int) -> None:
        super().__init__(f"less than {least_minutes} minutes")
        self.least_minutes = least_minutes

    @property
    def message(self) -> str:
        return _("This training is too short: the rule asks for at least %(minutes)d minutes.") % {
            "minutes": self.least_minutes
        }


class StillToCome(EvidenceError):
    message = gettext_lazy("This day is still to come. Write the day on which the training was completed.")


class NotWithdrawable(EvidenceError):
    message = gettext_lazy("This record was refused or withdrawn already.")


class FileRefused(EvidenceError):
    """The document is no file that is kept."""


class FileOfOtherKind(FileRefused):
    message = gettext_lazy("This is no PDF, JPEG or PNG file. Save or photograph the document as one of these.")


class FileTooLarge(FileRefused):
    message = gettext_lazy("The file is larger than 10 MB. Save it smaller or photograph one page at a time.")


class RuleBackdated(EvidenceError):
    message = gettext_lazy("A rule begins today or later, and after the rule it replaces: past decisions stay.")


class StorageUnavailable(EvidenceError):
    """The disk refused."""

    message = gettext_lazy("The file could not be kept just now. Nothing was recorded; try again in a few minutes.")
