"""A school with staff in every standing, for the pages of HR and of the coordinator."""

from datetime import date, timedelta

from django.utils import timezone

from learning.models import Institution, Scope, User
from tests import factories as make

# Who is on the staff: surname, given name -> how they stand.
STANDINGS = {
    ("Ābele", "Valda"): "valid",
    ("Bērziņš", "Soņa"): "soon",
    ("Celms", "Edgars"): "expired",
    ("Dūre", "Paula"): "in_progress",
    ("Ēriks", "Nils"): "not_started",
    ("Freimane", "Jana"): "not_yet_due",
    ("Grīva", "Atis"): "exempt",
}


class School:
    """`hr` is its officer, `coordinator` coordinates the municipality above it."""

    def __init__(self, *, code: str = "school", parent: Institution | None = None) -> None:
        self.today = today = timezone.localdate()
        self.municipality = parent or make.an_institution(f"{code}-town", name="Gaujmalas novads")
        self.institution = make.an_institution(
            code, parent=self.municipality, name="Centra pamatskola", sector=make.a_sector()
        )
        self.municipality.refresh_from_db()
        self.version = make.a_version()
        self.course = self.version.course
        self.requirement = make.a_requirement(self.course, self.municipality, due_days=30)
        self.people = {standing: self._person(*name, standing) for name, standing in STANDINGS.items()}
        self.hr = make.a_user(f"hr@{code}.example", first_name="Inga", last_name="Liepiņa")
        self.coordinator = make.a_user(f"coordinator@{code}.example", first_name="Signe", last_name="Vītola")
        make.a_scope(self.hr, self.institution)
        make.a_scope(self.coordinator, self.municipality, Scope.Role.COORDINATOR)
        self.today = today

    def _person(self, last_name: str, first_name: str, standing: str) -> User:
        person = make.a_user(first_name=first_name, last_name=last_name)
        days = timedelta
        starts_on = self.today if standing == "not_yet_due" else date(2020, 1, 1)
        make.a_membership(person, self.institution, starts_on=starts_on, staff_number=f"+371 {len(last_name)}")
        if standing == "valid":
            make.a_completion(person, self.version, on=self.today - days(10), until=self.today + days(400))
        elif standing == "soon":
            make.a_completion(person, self.version, on=self.today - days(10), until=self.today + days(45))
        elif standing == "expired":
            make.a_completion(person, self.version, on=self.today - days(400), until=self.today - days(1))
        elif standing == "in_progress":
            make.an_enrolment(person, self.version, started_at=timezone.now() - days(1))
        elif standing == "exempt":
            make.an_exemption(person, self.course, self.institution)
        return person
