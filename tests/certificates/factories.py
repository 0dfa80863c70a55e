"""Certificates and what comes before them, as a full programme leaves it."""

from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

from certificates import services
from certificates.models import Certificate
from certificates.snapshot import Snapshot, Topic
from courses.models import CourseVersion
from learning.models import Completion, Enrolment, User
from tests.factories import a_user, a_version, an_enrolment

TERMS = {
    "programme_kind": {"lv": "Starpnozaru programma", "en": "A cross-sector programme"},
    "issuer": {"lv": "Demo novada pašvaldība", "en": "Demo Municipality"},
    "issuer_registration_number": "90000000000",
    "issuer_contact": {"lv": "macibas@demonovads.example", "en": "macibas@demonovads.example"},
    "signatory": "Signe Vītola",
    "signatory_post": {"lv": "programmas koordinatore", "en": "programme coordinator"},
    "approval": {"lv": "", "en": ""},
    "form": {"lv": "Tiešsaistē", "en": "Online"},
    "validity_basis": {"lv": "programmas noteikumi", "en": "programme rules"},
    "legal_status": {"lv": "Neapliecina speciālās zināšanas.", "en": "Does not attest special knowledge."},
}


def a_programme(**fields: Any) -> CourseVersion:
    return a_version(**{"certificate_terms": TERMS, **fields})


def a_completion(
    user: User | None = None,
    version: CourseVersion | None = None,
    *,
    on: date | None = None,
    path: str = Enrolment.Path.FULL,
    **fields: Any,
) -> Completion:
    """A completed full programme, valid for three years from `on` (today when None)."""
    on = on or timezone.localdate()
    at = timezone.make_aware(datetime.combine(on, time(12)))
    enrolment = an_enrolment(user or a_user(), version or a_programme(), path=path, started_at=at, completed_at=at)
    return Completion.objects.create(
        **{
            "user": enrolment.user,
            "course": enrolment.course,
            "version": enrolment.version,
            "enrolment": enrolment,
            "kind": Completion.Kind.FIRST,
            "started_on": on,
            "completed_at": at,
            "completed_on": on,
            "valid_from": on,
            "valid_until": on.replace(year=on.year + 3, day=min(on.day, 28)),
            **fields,
        }
    )


def a_certificate(user: User | None = None, **fields: Any) -> Certificate:
    return services.issue(completion=a_completion(user, **fields))


def a_snapshot(**facts: Any) -> Snapshot:
    return Snapshot(
        **{
            "language": "lv",
            "number": "KP-2026-000123",
            "code": "7K4M2XQD9C0VRTV",
            "verification_address": "https://kopa.example/v/7K4M2-XQD9C-0VRTV/",
            "given_names": "Ilze",
            "surname": "Kalniņa",
            "programme": "Pamanīt. Uzklausīt. Ziņot. Sadarboties.",
            "programme_kind": "Starpnozaru mācību programma bērnu drošībai",
            "version": "1.0",
            "version_in_force_on": date(2026, 9, 1),
            "approval": "DN-2026/14",
            "replaces": "KP-2023-000007",
            "minutes": 270,
            "academic_hour_min": 45,
            "studied_from": date(2026, 10, 5),
            "studied_to": date(2026, 11, 23),
            "form": "Tiešsaistē",
            "completed_on": date(2026, 11, 23),
            "issued_on": date(2026, 11, 24),
            "valid_from": date(2026, 11, 24),
            "valid_until": date(2029, 11, 23),
            "validity_basis": "programmas noteikumi: 3 gadi",
            "topics": (
                Topic(title="Pamanīt: pazīmes un riski", outcomes=("Nosaukt brīdinājuma pazīmes.", "Pierakstīt.")),
                Topic(title="Uzklausīt: ja bērns uzticas", outcomes=("Mierīgi reaģēt pirmajās minūtēs.",)),
            ),
            "issuer": "Demo novada pašvaldība",
            "issuer_registration_number": "90000000000",
            "issuer_contact": "macibas@demonovads.example",
            "signatory": "Signe Vītola",
            "signatory_post": "programmas koordinatore",
            "legal_status": "Šis dokuments neapliecina speciālo zināšanu apguvi bērnu tiesību aizsardzības jomā.",
            **facts,
        }
    )
