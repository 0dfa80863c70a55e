"""Why a save is not taken. The player says it in words of its own, see runtime.player_scorm."""

from __future__ import annotations


class RuntimeRefusal(Exception):
    """Base of everything below. `code` and `status` are for the player."""

    code = "refused"
    status = 400


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


class ActivityElsewhere(RuntimeRefusal):
    """The launch is not known, or the activity is not part of its package."""

    code = "not_found"
    status = 404


class OpenedElsewhere(RuntimeRefusal):
    """A newer window has the registration; this one saves no more."""

    code = "opened_elsewhere"
    status = 409


class StudyCompleted(RuntimeRefusal):
    """The study was completed before this window opened: reading goes on, nothing is recorded."""

    code = "completed"
    status = 409


class StudyWithdrawn(RuntimeRefusal):
    """The study was withdrawn; nothing more is recorded on it."""

    code = "withdrawn"
    status = 403


class SaveBusy(RuntimeRefusal):
    """Too many saves of one activity met; the player sends it again."""

    code = "busy"
    status = 503
