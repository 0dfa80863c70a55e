"""What can go wrong in learning that a caller may want to answer."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _


class LearningError(Exception):
    """Base of everything below. `message` is for people."""

    message = _("This cannot be done just now. Reload the page and try again.")


class NothingPublished(LearningError):
    """The programme has no published version yet."""

    message = _("This programme has not been published yet.")


class EnrolmentClosed(LearningError):
    """The study was withdrawn; nothing more is recorded on it."""

    message = _("This training is no longer assigned to you. What you have done is kept.")


class UnitElsewhere(LearningError):
    """The unit is not part of this enrolment's way through its version."""

    message = _("This part does not belong to your training.")


class NotOnSite(LearningError):
    """The platform itself decides when such a unit is done."""

    message = _("A quiz or a package is done on the platform, by each person alone.")


class UnitsMissing(LearningError):
    """Required units are not done. `unit_ids` are theirs."""

    message = _("Some parts are not done yet.")

    def __init__(self, unit_ids: frozenset[int]) -> None:
        super().__init__(f"{len(unit_ids)} units missing")
        self.unit_ids = unit_ids


class NothingToRenew(LearningError):
    """There is no proof that could be renewed."""

    message = _("You have no certificate of this programme to renew.")


class TooEarlyToRenew(LearningError):
    """The renewal window has not opened. `opens_on` is its first day."""

    def __init__(self, opens_on: date) -> None:
        super().__init__(f"opens on {opens_on}")
        self.opens_on = opens_on

    @property
    def message(self) -> str:
        return _("You can renew from %(day)s.") % {"day": date_format(self.opens_on, "SHORT_DATE_FORMAT")}


class OnLeaveAlready(LearningError):
    """The person is on leave from some of these posts on some of these days already."""

    message = _("There is leave on some of these days already. End that one first, or choose other days.")


class RuleReplacedAlready(LearningError):
    """Another rule replaces this one from a day on, or it has ended meanwhile."""

    message = _("This rule has been replaced or ended meanwhile. Change the rule that follows it.")


class ExemptAlready(LearningError):
    """The person is exempt from the programme on some of these days already."""

    message = _("There is an exemption for some of these days already. End that one first, or choose other days.")
