"""Who may open which address (SECURITY S12, S13). A new route needs a line here, or `test_tenants` fails.

A line says which roles get in, and which of the ground's things stand in the address (`tests/security/ground.py`).
Everything there belongs to one side: the learner, employed at the institution of `hr`. For everyone who is not named
the address must be 404, as if nothing were there; without an account it must lead to the sign-in page.
"""

from typing import NamedTuple
from uuid import UUID

# hr, auditor, facilitator: of the learner's institution. coordinator: of the municipality above it.
# stranger and other_hr: a learner and the HR officer of another municipality. editor, admin: of the site, no scope.
ROLES = (
    "learner",
    "stranger",
    "hr",
    "other_hr",
    "coordinator",
    "auditor",
    "facilitator",
    "editor",
    "admin",
)
EVERYONE = frozenset(ROLES)
OWNER = frozenset({"learner"})
HR = frozenset({"hr"})
RUNS = frozenset({"hr", "facilitator"})
FIGURES = frozenset({"hr", "coordinator", "auditor"})


class Line(NamedTuple):
    opens: frozenset[str]
    ids: dict[str, str] = {}  # parameter of the address -> thing of the ground
    public: bool = False  # also without an account
    sent: dict[str, object] = {}  # what a POST needs so that it is looked at

    def sending(self, **fields: object) -> "Line":
        return self._replace(sent=fields)


def line(opens: frozenset[str], **ids: str) -> Line:
    return Line(opens, ids)


def public(**ids: str) -> Line:
    return Line(EVERYONE, ids, public=True)


MATRIX = {
    # Institutions: figures for those who answer for them, people for the HR officer alone.
    "institutions:home": line(FIGURES | {"other_hr"}),
    "institutions:institution": line(FIGURES, code="institution"),
    "institutions:coverage": line(FIGURES, code="institution"),
    "institutions:people": line(HR, code="institution"),
    "institutions:person": line(HR, code="institution", number="person"),
    "institutions:exempt": line(HR, code="institution", number="person"),
    "institutions:end_exemption": line(HR, code="institution", number="person"),
    "institutions:grant_leave": line(HR, code="institution", number="person"),
    "institutions:end_leave": line(HR, code="institution", number="person"),
    "institutions:export_people_csv": line(HR, code="institution"),
    "institutions:export_people_xlsx": line(HR, code="institution"),
    "institutions:register": line(frozenset({"hr", "coordinator"}), code="institution"),
    "institutions:register_csv": line(frozenset({"hr", "coordinator"}), code="institution"),
    "institutions:register_xlsx": line(frozenset({"hr", "coordinator"}), code="institution"),
    "institutions:import": line(HR, code="institution"),
    "institutions:import_sample": line(HR, code="institution"),
    "institutions:import_preview": line(HR, code="institution", number="staff_import"),
    "institutions:import_columns": line(HR, code="institution", number="staff_import"),
    "institutions:import_progress": line(HR, code="institution", number="staff_import"),
    "institutions:undo_import": line(HR, code="institution", number="staff_import"),
    "institutions:remembered_columns": line(HR, code="institution"),
    "institutions:edit_person": line(HR, code="institution", number="person"),
    "institutions:add_post": line(HR, code="institution", number="person"),
    "institutions:edit_post": line(HR, code="institution", number="person", post="post"),
    "institutions:codes": line(HR, code="institution"),
    "institutions:duplicates": line(HR | {"coordinator"}, code="institution"),
    "institutions:invitations": line(HR, code="institution"),
    "institutions:invite": line(HR, code="institution"),
    "institutions:evidence": line(HR, code="institution"),
    "institutions:evidence_import": line(HR, code="institution"),
    "institutions:evidence_sample": line(HR, code="institution"),
    "institutions:evidence_rules": line(frozenset({"coordinator"}), code="institution"),
    "institutions:evidence_new": line(HR, code="institution", number="person"),
    "institutions:evidence_detail": line(HR, code="institution", number="evidence"),
    "institutions:evidence_decide": line(HR, code="institution", number="evidence"),
    "institutions:evidence_withdraw": line(HR, code="institution", number="evidence"),
    "institutions:evidence_document": line(HR, code="institution", number="evidence"),
    "institutions:requirements": line(frozenset({"hr", "coordinator"}), code="institution"),
    "institutions:new_requirement": line(frozenset({"hr", "coordinator"}), code="institution"),
    "institutions:change_requirement": line(frozenset({"hr", "coordinator"}), code="institution", rule="requirement"),
    "institutions:end_requirement": line(frozenset({"hr", "coordinator"}), code="institution", rule="requirement"),
    # Group sessions: names and posts for those who run them there.
    "institutions:sessions": line(RUNS, code="institution"),
    "institutions:plan_session": line(RUNS, code="institution"),
    "institutions:session": line(RUNS, code="institution", number="session"),
    "institutions:change_session": line(RUNS, code="institution", number="session"),
    "institutions:cancel_session": line(RUNS, code="institution", number="session"),
    "institutions:session_tap": line(RUNS, code="institution", number="session"),
    "institutions:session_add": line(RUNS, code="institution", number="session"),
    "institutions:session_confirm": line(RUNS, code="institution", number="session"),
    "institutions:session_screen": line(RUNS, code="institution", number="session"),
    "institutions:session_sheet": line(RUNS, code="institution", number="session"),
    "institutions:session_csv": line(RUNS, code="institution", number="session"),
    "institutions:session_xlsx": line(RUNS, code="institution", number="session"),
    "institutions:reminders": line(HR, code="institution"),
    "institutions:reminder_ledger": line(HR, code="institution"),
    "institutions:reminder_address": line(HR, code="institution", number="person"),
    "institutions:export_reminders_csv": line(HR, code="institution"),
    "plan:home": line(frozenset({"coordinator"})),
    "plan:export_csv": line(frozenset({"coordinator"})),
    "plan:export_xlsx": line(frozenset({"coordinator"})),
    # Learning: one's own, and nobody else's.
    "learning:my_learning": line(EVERYONE),
    "learning:card": line(EVERYONE),
    "learning:evidence": line(EVERYONE),
    "learning:evidence_document": line(OWNER, number="evidence"),
    "learning:renew": line(EVERYONE, course="course"),
    "learning:sessions": line(EVERYONE),
    "learning:session": line(OWNER, number="session"),
    "learning:session_seat": line(OWNER, number="session").sending(action="book"),
    "learning:session_calendar": line(OWNER, number="session"),
    "learning:session_here": line(OWNER, code="session_code"),
    "learning:programme": line(OWNER, enrolment="enrolment"),
    "learning:due_calendar": line(OWNER, enrolment="enrolment"),
    "learning:completed": line(OWNER, enrolment="enrolment"),
    "learning:unit": line(OWNER, enrolment="enrolment", unit="lesson"),
    "learning:done": line(OWNER, enrolment="enrolment", unit="lesson"),
    "learning:position": line(OWNER, enrolment="enrolment", unit="lesson"),
    "learning:check": line(OWNER, enrolment="enrolment", unit="lesson", block="check"),
    "assessments:start": line(OWNER, enrolment="enrolment", unit="quiz"),
    "assessments:attempt": line(OWNER, number="attempt").sending(question=1, sequence=1, go="next"),
    "assessments:answers": line(OWNER, number="attempt").sending(question=1, sequence=1),
    "assessments:submit": line(OWNER, number="attempt"),
    "assessments:result": line(OWNER, number="attempt"),
    "runtime:open": line(OWNER, enrolment="enrolment", unit="package"),
    "runtime:again": line(OWNER, enrolment="enrolment", unit="package").sending(after=1),
    "runtime:renew": line(OWNER, enrolment="enrolment", unit="package").sending(launch=str(UUID(int=0))),
    "runtime:leave": line(OWNER, enrolment="enrolment", unit="package"),
    "certificates:mine": line(EVERYONE),
    "certificates:detail": line(OWNER, code="certificate"),
    "certificates:pdf": line(OWNER, code="certificate"),
    # Whoever has the code of a paper, or the link of an invitation, may use it.
    "certificates:verify_form": public(),
    "certificates:verify": public(code="certificate"),
    "learning:accept_invitation": public(token="invitation"),
    "learning:decline_invitation": public(token="invitation"),
    "learning:code": public(),
    "learning:code_password": public(),
    # The frame and accounts: no address holds anybody's id.
    "profile": line(EVERYONE),
    "set_language": public(),
    "robots": public(),
    "health:live": public(),
    "health:ready": public(),
}
# Accounts: allauth's own, guarded by `test_doors` and `test_sessions`; each acts on whoever is signed in.
ACCOUNTS = ("account_", "mfa_", "learning:leave_computer")
# The site's pages, public by nature, and Wagtail's doors for pages with a password, of which there are none.
SITE = ("wagtail_serve", "wagtailcore_", "wagtaildocs_")
# The API of the staff's systems: no session opens it; `tests/cmi5/test_api.py` tries every route of it.
API = ("api:",)
# The editor: nobody but editors and administrators gets past its door.
EDITOR = "/cms/"
