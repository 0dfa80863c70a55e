"""What can go wrong while a package runs, said so that a learner knows what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


class RuntimeRefusal(Exception):
    """Base of everything below. `message` is for people, `code` and `status` for the player."""

    code = "refused"
    status = 400
    message = _("This could not be saved.")


class SaveMalformed(RuntimeRefusal):
    """The save is not what a player sends, or claims what cannot be. `reason` is for the log."""

    code = "malformed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SaveTooLarge(RuntimeRefusal):
    """The save is larger than any package needs."""

    code = "too_large"
    status = 413
    message = _("This is too much to save at once.")


class ActivityElsewhere(RuntimeRefusal):
    """The launch is not known, or the activity is not part of its package."""

    code = "not_found"
    status = 404


class OpenedElsewhere(RuntimeRefusal):
    """A newer window has the registration; this one saves no more."""

    code = "opened_elsewhere"
    status = 409
    message = _("This part was opened in another window or on another device. Go on there, or open it here again.")


class StudyCompleted(RuntimeRefusal):
    """The study was completed before this window opened: reading goes on, nothing is recorded."""

    code = "completed"
    status = 409
    message = _("You have completed this training. You can look around; nothing new is recorded.")


class StudyWithdrawn(RuntimeRefusal):
    """The study was withdrawn; nothing more is recorded on it."""

    code = "withdrawn"
    status = 403
    message = _("This training is no longer assigned to you. What you have done is kept.")


class SaveBusy(RuntimeRefusal):
    """Too many saves of one activity met; the player sends it again."""

    code = "busy"
    status = 503
