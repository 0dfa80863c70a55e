"""The front door for changes: everything another app may do with learning."""

from learning.records.outbox import promise
from learning.records.services import (
    Finished,
    finish_unit,
    open_unit,
    record_completion,
    save_check,
    save_position,
)
from learning.requirements.asking import enrol_required
from learning.requirements.renewals import apply_version, start_refresher
from learning.requirements.services import enrol

__all__ = [
    "Finished",
    "apply_version",
    "enrol",
    "enrol_required",
    "finish_unit",
    "open_unit",
    "promise",
    "record_completion",
    "save_check",
    "save_position",
    "start_refresher",
]
