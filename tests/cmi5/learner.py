"""A learner whose study holds a cmi5 course, and the player's page through which units are launched."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from courses.models import Package
from runtime import services
from runtime.cmi5 import sessions
from runtime.cmi5.models import CourseRegistration, Session
from runtime.models import Launch, Registration
from runtime.tokens import token_of
from tests.runtime.saving import a_study

from .ground import Unit

CONTENT = "127.0.0.1:8000"


class Player:
    """A window on the course; `again` opens another one."""

    def __init__(self, package: Package, *, user=None, **wish) -> None:
        self.enrolment, self.unit = a_study(package, user=user, **wish)
        self.again()

    def again(self) -> Player:
        now = timezone.now()
        study = services.open_registration(enrolment=self.enrolment, unit=self.unit, at=now)
        self.window: Launch = services.open_launch(registration=study, at=now)
        self.token = token_of(self.window)
        self.client = Client(enforce_csrf_checks=True, headers={"host": CONTENT})
        return self

    @property
    def study(self) -> Registration:
        return Registration.objects.get(enrolment=self.enrolment)

    @property
    def course(self) -> CourseRegistration:
        return CourseRegistration.objects.get(study=self.study)

    def ask(self, index: int = 0):
        identifier = self.study.package.activities.order_by("position")[index].identifier
        return self.client.post(f"/rt/{self.token}/cmi5/launch/?language=lv", {"unit": identifier})

    def launch(self, index: int = 0) -> Unit:
        """The unit, launched and not yet started."""
        answer = self.ask(index)
        assert answer.status_code == 200, answer.content
        unit = Unit.__new__(Unit)
        unit.course = self.course
        session = Session.objects.filter(registration=unit.course).latest("pk")
        unit.launched = sessions.Launched(session, answer.json()["url"], "")
        unit._read(unit.launched)
        return unit

    def standing(self) -> dict:
        return self.client.get(f"/rt/{self.token}/cmi5/status/").json()

    def facts(self) -> dict:
        answer = self.client.get(f"/play/{self.token}/?language=lv")
        return answer.context["facts"]
