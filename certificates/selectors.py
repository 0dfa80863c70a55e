"""Reads shared by pages and services."""

import unicodedata
from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.utils import timezone

from certificates import codes
from certificates.models import Certificate
from certificates.paper import labels
from certificates.snapshot import Snapshot, Topic
from cms.i18n import pick
from courses.models import ACADEMIC_HOUR_MINUTES, Module, Path
from learning.models import Completion, Enrolment, Institution, User


def verification_address(code: str) -> str:
    """Where anybody may check a code. It is printed on paper and never changes."""
    return f"{settings.SITE_URL}/v/{codes.printed(code)}/"


def latest_paper(completion_id: int) -> Certificate | None:
    """The paper of a completion that no other has replaced; None before the first."""
    return Certificate.objects.filter(completion_id=completion_id, superseded_by=None).order_by("-pk").first()


def snapshot_of(
    completion: Completion, *, number: str, code: str, issued_on: date, replaces: str = "", language: str | None = None
) -> Snapshot:
    """Everything the certificate of a completion says, in the holder's language unless another is asked for."""
    language = language or completion.user.language
    version = completion.version

    def term(name: str) -> str:
        value = version.certificate_terms.get(name, "")
        return pick(value, language) if isinstance(value, Mapping) else value

    return Snapshot(
        language=language,
        number=number,
        code=code,
        verification_address=verification_address(code),
        given_names=printable(completion.user.first_name),
        surname=printable(completion.user.last_name),
        programme=pick(version.title, language),
        programme_kind=term("programme_kind"),
        version=version.label,
        version_in_force_on=timezone.localdate(version.published_at),
        approval=term("approval"),
        replaces=replaces,
        minutes=completion.evidence.get("minutes", version.full_minutes),
        academic_hour_min=ACADEMIC_HOUR_MINUTES,
        studied_from=completion.started_on,
        studied_to=completion.completed_on,
        form=term("form"),
        completed_on=completion.completed_on,
        issued_on=issued_on,
        valid_from=completion.valid_from,
        valid_until=completion.valid_until,
        validity_basis=term("validity_basis") if completion.valid_until else "",
        topics=_topics(completion.enrolment, language),
        issuer=term("issuer"),
        issuer_registration_number=term("issuer_registration_number"),
        issuer_contact=term("issuer_contact"),
        signatory=term("signatory"),
        signatory_post=term("signatory_post"),
        legal_status=term("legal_status") or labels(language)["legal_status"],
    )


def printable(name: str) -> str:
    """A name as paper can carry it: composed letters, single spaces, nothing invisible."""
    composed = unicodedata.normalize("NFC", " ".join(name.split()))
    return "".join(character for character in composed if not unicodedata.category(character).startswith("C"))


def who_sees(user: User) -> list[str]:
    """Names of the institutions whose HR officers see today that this person is certified."""
    posts = user.memberships.employed(on=timezone.localdate())
    return list(Institution.objects.filter(memberships__in=posts).distinct().values_list("name", flat=True))


def _topics(enrolment: Enrolment, language: str) -> tuple[Topic, ...]:
    path = Path.REFRESHER if enrolment.path == Enrolment.Path.REFRESHER else Path.FULL
    modules = Module.objects.filter(version_id=enrolment.version_id, path=path)
    if enrolment.path == Enrolment.Path.DELTA:
        modules = modules.filter(units__changed=True).distinct()
    return tuple(
        Topic(
            title=pick(module.title, language),
            outcomes=tuple(pick(objective, language) for objective in module.objectives),
        )
        for module in modules
    )
