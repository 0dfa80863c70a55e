"""Two municipalities that know nothing of each other, with one of everything that an address can name."""

from datetime import date, timedelta

from django.contrib.auth.models import Group
from django.utils import timezone

from assessments import services as assessments
from certificates.codes import printed
from cms import services as cms
from learning.gatherings import seats
from learning.gatherings import services as sessions
from learning.models import GroupSession, Scope, User
from learning.people import invitations
from learning.people.staff_import import services as staff_import
from tests import factories as make
from tests.assessments.ground import a_study
from tests.certificates.factories import a_certificate
from tests.learning.pages import LESSON
from tests.runtime.ground import a_package, a_package_unit

STAFF_LIST = "Vārds;Uzvārds;E-pasts;Amats;Sākums\nAnna;Zīle;anna@example.test;Skolotājs;01.09.2026\n"


class Side:
    """One municipality with one institution; `ids` holds what its addresses name."""

    def __init__(self, name: str) -> None:
        self.municipality = make.an_institution(f"{name}-town")
        self.institution = make.an_institution(f"{name}-school", parent=self.municipality, sector=make.a_sector(name))
        self.municipality.refresh_from_db()
        self.hr = self._officer(name, Scope.Role.HR, self.institution)
        self.learner = make.a_user(f"learner@{name}.test", first_name=f"Learner {name}", last_name=f"Of {name}")
        make.a_membership(self.learner, self.institution, position=make.a_position())
        self.enrolment, quiz = a_study(
            self.learner, kinds=["single"], started_at=timezone.now(), due_on=timezone.localdate()
        )
        lesson = make.a_unit(self.enrolment.version.modules.get(), f"lesson-{name}", body=LESSON)
        package = a_package_unit(a_package(), version=self.enrolment.version)
        make.a_requirement(self.enrolment.course, self.municipality)
        requirement = make.a_requirement(self.enrolment.course, self.institution)
        attempt = assessments.start_attempt(enrolment=self.enrolment, quiz=quiz, at=timezone.now())
        certificate = a_certificate(self.learner, on=date(2026, 1, 10))
        newcomer = User.objects.create_user(f"new@{name}.test", first_name="Anna", last_name="Zīle")
        invitations.invite(users=[newcomer], institution=self.institution, by=self.hr)
        kept = staff_import.keep_upload(
            institution=self.institution, content=STAFF_LIST.encode(), file_name="a.csv", complete=False, by=self.hr
        )
        evidence = make.an_evidence(self.learner, self.enrolment.course, self.institution, by=self.learner)
        session = self._session()
        self.ids = {
            "evidence": evidence.number,
            "institution": self.institution.code,
            "person": self.learner.number,
            "requirement": requirement.pk,
            "post": self.learner.memberships.get().pk,
            "staff_import": kept.number,
            "course": self.enrolment.course.key,
            "enrolment": self.enrolment.number,
            "lesson": lesson.key,
            "check": LESSON.index(next(block for block in LESSON if block["type"] == "check")),
            "quiz": quiz.unit.key,
            "package": package.key,
            "attempt": attempt.number,
            "session": session.number,
            "session_code": session.code,
            "certificate": printed(certificate.code),
            "invitation": invitations.token_of(newcomer.invitations.get().number),
        }

    def _session(self) -> GroupSession:
        """One that has just begun, with the learner on its list."""
        now = timezone.now()
        session = sessions.plan(
            institution=self.institution,
            version=self.enrolment.version,
            units=[],
            facilitators=[],
            details={
                "place": "Room 1",
                "online_link": "",
                "starts_at": now - timedelta(minutes=5),
                "ends_at": now + timedelta(hours=1),
                "sign_up_until": now - timedelta(minutes=5),
                "capacity": 5,
                "takes_walk_ins": True,
            },
            by=self.hr,
            at=now,
        )
        seats.book(session=session, user=self.learner, at=now - timedelta(hours=1))
        return session

    def _officer(self, name: str, role: str, institution) -> User:
        officer = make.a_user(f"{role}@{name}.test")
        make.a_scope(officer, institution, role)
        return officer


class Ground:
    """`near` is the side whose things are asked for; everyone but its own people is foreign."""

    def __init__(self) -> None:
        cms.ensure_site()
        self.near, self.far = Side("near"), Side("far")
        editor = make.a_user("editor@site.test")
        editor.groups.add(Group.objects.get(name=cms.EDITORS))
        self.people = {
            "learner": self.near.learner,
            "stranger": self.far.learner,
            "hr": self.near.hr,
            "other_hr": self.far.hr,
            "coordinator": self.near._officer("near", Scope.Role.COORDINATOR, self.near.municipality),
            "auditor": self.near._officer("near", Scope.Role.AUDITOR, self.near.institution),
            "facilitator": self.near._officer("near", Scope.Role.FACILITATOR, self.near.institution),
            "editor": editor,
            "admin": User.objects.create_superuser("admin@site.test", first_name="Ada", last_name="Admin"),
        }
