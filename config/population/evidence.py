"""Documents about training elsewhere: one accepted, two that wait, one refused, and the rule they are judged by."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from courses.models import Course
from learning.evidence import services
from learning.models import Enrolment, EvidenceRule, ExternalEvidence, Institution, User

from .personas import PERSONAS
from .structure import PILOT_SCHOOL

PROVIDER = "Mācību centrs “Demo”"
# Days since the document was handed in.
HANDED_IN = (24, 6, 3, 17)


def write_evidence(root: Institution, course: Course, *, today: date) -> None:
    """At the school of the HR officer, of people who were asked long ago and have not begun."""
    EvidenceRule.objects.create(
        course=course,
        institution=root,
        oldest_months=24,
        legal_basis_lv="Demo novada rīkojums par citur apgūtām mācībām (izdomāts)",
        legal_basis_en="Order of Demo novads on training elsewhere (invented)",
        legal_checked_on=today - timedelta(days=40),
        valid_from=today - timedelta(days=700),
    )
    officer = User.objects.get(email=next(persona.email for persona in PERSONAS if persona.key == "hr"))
    unbegun = Enrolment.objects.open().filter(
        course=course,
        institution__code=PILOT_SCHOOL,
        started_at=None,
        enrolled_at__lt=_at(today, days=max(HANDED_IN)),
    )
    unbegun = unbegun.exclude(user__email__in=[persona.email for persona in PERSONAS])
    studies = list(unbegun.select_related("user", "institution").order_by("pk")[: len(HANDED_IN)])
    handed_in = [
        _hand_in(study, number, _at(today, days=days))
        for number, (study, days) in enumerate(zip(studies, HANDED_IN, strict=False), start=1)
    ]
    if handed_in:
        services.accept(evidence=handed_in[0], by=officer, at=_at(today, days=20))
    if len(handed_in) == len(HANDED_IN):
        reason = "Dokumentā nav redzams rīkotāja paraksts. Lūdzu, atnes oriģinālu."
        services.refuse(evidence=handed_in[-1], reason=reason, by=officer, at=_at(today, days=16))


def _hand_in(study: Enrolment, number: int, at: datetime) -> ExternalEvidence:
    completed_on = timezone.localdate(at) - timedelta(days=60 * number)
    return services.record(
        user=study.user,
        course=study.course,
        institution=study.institution,
        facts={
            "title": "Bērnu tiesību aizsardzība izglītības iestādē",
            "provider": PROVIDER,
            "provider_registration_number": "40000000000",
            "document_number": f"DC-{completed_on:%Y}/{number:03d}",
            "hours": Decimal(8),
            "completed_on": completed_on,
        },
        document=None,
        by=study.user,
        at=at,
    )


def _at(today: date, *, days: int) -> datetime:
    """Noon so many days ago."""
    return timezone.make_aware(datetime.combine(today - timedelta(days=days), time(12)))
