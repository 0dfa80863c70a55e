"""Dull, valid, minimal rows. What a test is about stands in the test."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from django.utils import timezone

from assessments.models import Question
from courses.models import Course, CourseVersion, Module, Role, Unit, UnitText
from learning.evidence import files
from learning.evidence import services as evidence_services
from learning.models import (
    Completion,
    Enrolment,
    Exemption,
    ExternalEvidence,
    Institution,
    Leave,
    Membership,
    Position,
    Requirement,
    Scope,
    Sector,
    User,
)

_numbers = count(1)


def a_user(email: str | None = None, **fields) -> User:
    number = next(_numbers)
    fields = {"first_name": "Ilze", "last_name": "Kalniņa", **fields}
    return User.objects.create_user(email or f"person{number}@example.test", "a long enough password", **fields)


def a_role(key: str = "teacher") -> Role:
    role, _ = Role.objects.get_or_create(key=key, defaults={"title_lv": f"{key} lv", "title_en": f"{key} en"})
    return role


def a_position(key: str = "teacher", *, role: str = "teacher", law_point: str = "18") -> Position:
    position, _ = Position.objects.get_or_create(
        key=key,
        defaults={"name_lv": f"{key} lv", "name_en": f"{key} en", "role": a_role(role), "law_point": law_point},
    )
    return position


def a_sector(key: str = "education") -> Sector:
    sector, _ = Sector.objects.get_or_create(key=key, defaults={"name_lv": f"{key} lv", "name_en": f"{key} en"})
    return sector


def an_institution(code: str | None = None, *, parent: Institution | None = None, **fields) -> Institution:
    code = code or f"institution-{next(_numbers)}"
    fields = {"code": code, "name": code.title(), **fields}
    return parent.add_child(**fields) if parent else Institution.add_root(**fields)


def a_membership(user: User, institution: Institution, **fields) -> Membership:
    fields = {"position": fields.pop("position", None) or a_position(), "starts_on": date(2020, 1, 1), **fields}
    return Membership.objects.create(user=user, institution=institution, **fields)


def a_scope(user: User, institution: Institution, role: str = Scope.Role.HR) -> Scope:
    return Scope.objects.create(user=user, institution=institution, role=role)


def a_version(course: Course | None = None, *, major: int = 1, minor: int = 0, **fields) -> CourseVersion:
    """A published version with one module of two lessons; see `a_unit` for more."""
    course = course or Course.objects.create(key=f"course-{next(_numbers)}")
    fields = {
        "change": CourseVersion.Change.FIRST,
        "note": {"lv": "", "en": ""},
        "title": {"lv": "Programma", "en": "Programme"},
        "subtitle": {"lv": "", "en": ""},
        "about": {"lv": "", "en": ""},
        "pass_mark_percent": 80,
        "validity_months": 36,
        "full_minutes": 20,
        "certificate_terms": {},
        "content_sha256": "0" * 64,
        "published_at": timezone.now(),
        **fields,
    }
    version = CourseVersion.objects.create(course=course, major=major, minor=minor, **fields)
    module = Module.objects.create(
        version=version,
        key="m1",
        position=1,
        title={"lv": "Modulis", "en": "Module"},
        content_note={"lv": "Piezīme", "en": "Note"},
    )
    a_unit(module, "m1-one")
    a_unit(module, "m1-two")
    return version


def a_unit(
    module: Module, key: str, *, kind: str = Unit.Kind.LESSON, body: list | dict | None = None, **fields
) -> Unit:
    position = Unit.objects.filter(version=module.version).count() + 1
    fields = {"minutes": 10, "path": module.path, "position": position, **fields}
    unit = Unit.objects.create(version=module.version, module=module, key=key, kind=kind, **fields)
    for language in ("lv", "en"):
        UnitText.objects.create(
            unit=unit,
            language=language,
            title=f"{key} {language}",
            body=body if body is not None else [{"type": "paragraph", "text": f"Text {key} {language}"}],
        )
    return unit


def a_requirement(course: Course, institution: Institution, **fields) -> Requirement:
    fields = {"legal_basis_lv": "Pamats", "legal_basis_en": "Basis", "valid_from": date(2020, 1, 1), **fields}
    return Requirement.objects.create(course=course, institution=institution, **fields)


def an_enrolment(user: User, version: CourseVersion, **fields) -> Enrolment:
    fields = {"role_key": "teacher", **fields}
    return Enrolment.objects.create(user=user, course=version.course, version=version, **fields)


def a_leave(user: User, institution: Institution, **fields) -> Leave:
    return Leave.objects.create(user=user, institution=institution, **{"starts_on": date(2026, 1, 1), **fields})


def a_completion(user: User, version: CourseVersion, *, on: date, until: date | None, **fields) -> Completion:
    """A completed full programme; `until` is the last valid day, None never runs out."""
    noon = timezone.make_aware(datetime.combine(on, time(12)))
    enrolment = an_enrolment(user, version, enrolled_at=noon, started_at=noon, completed_at=noon)
    fields = {"kind": Completion.Kind.FIRST, "started_on": on, "valid_from": on, **fields}
    return Completion.objects.create(
        user=user,
        course=version.course,
        version=version,
        enrolment=enrolment,
        completed_at=noon,
        completed_on=on,
        valid_until=until,
        **fields,
    )


def a_question(course: Course | None = None, key: str | None = None, *, body: dict | None = None, **fields) -> Question:
    """A question with one right answer; `body` holds the answers of another kind: `{"kind": …, "items": […]}`."""
    number = next(_numbers)
    answers = body or {
        "kind": "single",
        "options": [
            {"text": {"lv": f"Jā {number}", "en": f"Yes {number}"}, "correct": True, "why": {"lv": "", "en": ""}},
            {"text": {"lv": f"Nē {number}", "en": f"No {number}"}, "correct": False, "why": {"lv": "", "en": ""}},
        ],
    }
    kind = answers["kind"]
    fields = {
        "pool": "m1",
        "kind": kind,
        "text_lv": f"Jautājums {number}",
        "text_en": f"Question {number}",
        "why_lv": f"Iemesls {number}",
        "why_en": f"Reason {number}",
        "body": [{"type": kind, "value": {name: part for name, part in answers.items() if name != "kind"}}],
        **fields,
    }
    course = course or Course.objects.create(key=f"course-{number}")
    return Question.objects.create(course=course, key=key or f"Q-{number}", **fields)


def an_exemption(user: User, course: Course, institution: Institution, **fields) -> Exemption:
    fields = {"reason": "Ilgstoša prombūtne", "starts_on": date(2020, 1, 1), **fields}
    return Exemption.objects.create(user=user, course=course, institution=institution, **fields)


def an_evidence(
    user: User,
    course: Course,
    institution: Institution,
    *,
    by: User | None = None,
    file: bytes = b"%PDF-1.7 a",
    **facts,
) -> ExternalEvidence:
    """A document about training elsewhere that waits for a second person; without `file` no file goes with it."""
    facts = {
        "title": "Bērnu tiesības",
        "provider": "Mācību centrs",
        "document_number": f"BT-{next(_numbers)}",
        "hours": Decimal(8),
        "completed_on": timezone.localdate() - timedelta(days=30),
        **facts,
    }
    return evidence_services.record(
        user=user,
        course=course,
        institution=institution,
        facts=facts,
        document=files.looked_at(name="apliecība.pdf", content=file) if file else None,
        by=by,
        at=timezone.now(),
    )
