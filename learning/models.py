"""Every model of this app, gathered from its parts."""

from learning.coverage.models import Coverage, CoverageDirt, CoverageMonth
from learning.evidence.models import EvidenceRule, ExternalEvidence
from learning.gatherings.models import GroupSession, MarkWithdrawal, Seat, UnitMark
from learning.people.codes.models import SignInCode
from learning.people.duplicates.models import PairDecision
from learning.people.models import Institution, Invitation, Membership, Position, Scope, Sector, User
from learning.people.staff_import.models import StaffColumns, StaffImport, WithdrawnPost
from learning.records.models import (
    AuditEvent,
    Completion,
    CompletionWithdrawal,
    OutboxMessage,
    UnitState,
)
from learning.reminders.models import Reminder, ReminderLetter, ReminderPolicy, ReminderRun
from learning.requirements.models import Enrolment, Exemption, Leave, Requirement

__all__ = [
    "AuditEvent",
    "Completion",
    "CompletionWithdrawal",
    "Coverage",
    "CoverageDirt",
    "CoverageMonth",
    "Enrolment",
    "EvidenceRule",
    "Exemption",
    "ExternalEvidence",
    "GroupSession",
    "Institution",
    "Invitation",
    "Leave",
    "MarkWithdrawal",
    "Membership",
    "OutboxMessage",
    "PairDecision",
    "Position",
    "Reminder",
    "ReminderLetter",
    "ReminderPolicy",
    "ReminderRun",
    "Requirement",
    "Scope",
    "Seat",
    "Sector",
    "SignInCode",
    "StaffColumns",
    "StaffImport",
    "UnitMark",
    "UnitState",
    "User",
    "WithdrawnPost",
]
