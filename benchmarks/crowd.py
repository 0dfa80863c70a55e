"""A hundred learners of one institution, signed in, with a quiz each to answer: what the page benchmarks act on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import cycle, islice
from secrets import token_hex
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.utils import timezone

from assessments.models import Attempt, Quiz
from assessments.services import start_attempt
from benchmarks.load import Request
from certificates.models import Certificate
from courses.models import Course, Path, Unit
from learning.models import Enrolment, Institution, Membership, Position, Requirement, Scope, User
from learning.services import enrol, finish_unit

LEARNERS = 100
ROOT = "bench"


@dataclass(frozen=True)
class Person:
    """Someone signed in: the cookies of the browser, and the enrolment where there is one."""

    cookies: str
    csrf: str
    enrolment: Enrolment | None = None


def sign_in(user: User, enrolment: Enrolment | None = None) -> Person:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    csrf = token_hex(16)
    cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={csrf}"
    return Person(cookies, csrf, enrolment)


class Crowd:
    """Made once per database; requests for each page come from here, for ever, one learner after the other."""

    def __init__(self) -> None:
        self.course = Course.objects.earliest("pk")
        self.institution = Institution.objects.filter(code=ROOT).first() or self._make_institution()
        enrolments = Enrolment.objects.open().filter(institution=self.institution).select_related("user", "version")
        self.learners = [sign_in(enrolment.user, enrolment) for enrolment in enrolments]
        hr = User.objects.get(scopes__institution=self.institution, scopes__role=Scope.Role.HR)
        self.hr = sign_in(hr)
        self.certificate = Certificate.objects.filter(user=hr).earliest("pk")

    def _make_institution(self) -> Institution:
        """The institution with its people, everyone enrolled and the HR officer certified by the real services."""
        institution = Institution.add_root(code=ROOT, name="Bench")
        position = Position.objects.filter(role__key="teacher").first()
        Requirement.objects.create(
            course=self.course,
            institution=institution,
            legal_basis_lv="Pamats",
            legal_basis_en="Basis",
            valid_from=date(2020, 1, 1),
        )
        for number in range(LEARNERS + 1):
            user = User.objects.create_user(
                f"bench{number}@example.test", first_name="Ilze", last_name=f"Kalniņa {number}"
            )
            start = timezone.localdate() - timedelta(days=30 * number)
            Membership.objects.create(user=user, institution=institution, position=position, starts_on=start)
            enrolment, _ = enrol(user=user, course=self.course, institution=institution)
        Scope.objects.create(user=user, institution=institution, role=Scope.Role.HR)
        for unit in enrolment.version.units.filter(path=Path.FULL):
            finish_unit(enrolment=enrolment, unit=unit, at=timezone.now())
        return institution

    def bare(self) -> Iterator[Request]:
        return (Request("GET", "/floor/", person.cookies) for person in cycle(self.learners))

    def lesson(self) -> Iterator[Request]:
        for person in cycle(self.learners):
            yield Request("GET", f"/learn/{person.enrolment.number}/m1-law/", person.cookies)

    def programme(self) -> Iterator[Request]:
        return (Request("GET", f"/learn/{person.enrolment.number}/", person.cookies) for person in cycle(self.learners))

    def finish(self) -> Iterator[Request]:
        """A lesson after the other is finished, by one learner after the other."""
        lessons = self.learners[0].enrolment.version.units.filter(kind=Unit.Kind.LESSON, path=Path.FULL)
        for lesson in lessons:
            for person in self.learners:
                yield self._post(person, f"/learn/{person.enrolment.number}/{lesson.key}/done/", {}, expect=302)

    def my_learning(self) -> Iterator[Request]:
        return (Request("GET", "/learn/", person.cookies) for person in cycle(self.learners))

    def autosave(self) -> Iterator[Request]:
        attempts = [(person, self._attempt(person, "m1-quiz")) for person in self.learners]
        for turn, (person, attempt) in enumerate(cycle(attempts)):
            fields = {"question": 1, "sequence": 1 + turn // len(attempts), "answer": turn % 2}
            yield self._post(person, f"/attempts/{attempt.number}/answers/", fields)

    def submit(self) -> Iterator[Request]:
        quizzes = list(Unit.objects.filter(version=self.learners[0].enrolment.version, kind=Unit.Kind.QUIZ))
        attempts = [
            (person, self._attempt(person, unit.key))
            for unit in quizzes
            if unit.path == Path.FULL
            for person in self.learners
        ]
        for person, attempt in attempts:
            yield self._post(person, f"/attempts/{attempt.number}/submit/", {}, expect=302)

    def coverage(self, code: str = ROOT) -> Iterator[Request]:
        return islice(cycle([Request("GET", f"/institutions/{code}/coverage/", self.hr.cookies)]), None)

    def verification(self) -> Iterator[Request]:
        return cycle([Request("GET", f"/v/{self.certificate.code}/", "")])

    def _attempt(self, person: Person, unit: str) -> Attempt:
        quiz = Quiz.objects.get(unit__version=person.enrolment.version, unit__key=unit)
        return start_attempt(enrolment=person.enrolment, quiz=quiz, at=timezone.now())

    def _post(self, person: Person, path: str, fields: dict[str, object], *, expect: int = 200) -> Request:
        return Request(
            "POST", path, person.cookies, urlencode(fields).encode(), expect, (f"X-CSRFToken: {person.csrf}",)
        )
