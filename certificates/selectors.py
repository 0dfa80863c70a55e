"""Reads shared by pages and services."""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certificates import codes
from certificates.models import Certificate, Revocation
from certificates.paper import labels
from certificates.snapshot import Snapshot, Topic
from cms.i18n import pick
from courses.models import ACADEMIC_HOUR_MINUTES
from courses.selectors import outline
from learning.models import Completion, Institution, User
from learning.papers import Attestation, Paper
from learning.requirements.paths import modules_on, units_on


@dataclass(frozen=True)
class Standing:
    """A certificate as it stands on a day. Needs a row `with_standing()`."""

    certificate: Certificate
    on: date

    @cached_property
    def facts(self) -> Snapshot:
        return self.certificate.facts

    @cached_property
    def state(self) -> Certificate.State:
        return self.certificate.state(on=self.on)

    @property
    def is_soon(self) -> bool:
        return self.certificate.expires_soon(on=self.on)

    @property
    def may_compare(self) -> bool:
        """Whether a verifier may ask for the holder: not of a paper that has been taken out of use."""
        return self.state in {Certificate.State.VALID, Certificate.State.NOT_YET, Certificate.State.EXPIRED}

    @property
    def revoked_on(self) -> date | None:
        if self.certificate.revoked_at:
            return timezone.localdate(self.certificate.revoked_at)
        return self.certificate.completion_withdrawn_on

    @property
    def reason(self) -> str:
        """Why it was revoked, in public words; "" when the completion itself was found wrong."""
        return Revocation.Reason(self.certificate.revocation_reason).label if self.certificate.revocation_reason else ""

    @property
    def replaced_on(self) -> date | None:
        if self.certificate.replaced_at is None:
            return None
        return max(timezone.localdate(self.certificate.replaced_at), self.certificate.replaced_from)

    @property
    def renewable_from(self) -> date | None:
        """The first day on which a renewal loses no days; None when nothing is to renew. Needs `with_renewal()`."""
        if self.state != Certificate.State.VALID or self.certificate.valid_until is None:
            return None
        return self.certificate.valid_until - timedelta(days=self.certificate.renewal_window_days)

    @property
    def may_renew(self) -> bool:
        return self.renewable_from is not None and self.renewable_from <= self.on


def papers_of(user: User, *, on: date) -> list[Standing]:
    """All that was ever issued to a person, newest first."""
    return [Standing(certificate, on) for certificate in Certificate.objects.of(user).with_standing()]


def shelf(user: User, on: date) -> list[Paper]:
    """The papers in force, as My learning names them."""
    return [
        Paper(
            completion_id=standing.certificate.completion_id,
            title=standing.facts.programme,
            url=reverse("certificates:detail", args=[standing.certificate.printed_code]),
            valid_until=standing.certificate.valid_until,
            is_soon=standing.is_soon,
        )
        for standing in papers_of(user, on=on)
        if standing.state == Certificate.State.VALID
    ]


def register(completion_ids: Sequence[int]) -> dict[int, str]:
    """The number of the latest paper of each completion."""
    papers = Certificate.objects.filter(completion__in=completion_ids).order_by("pk")
    return dict(papers.values_list("completion_id", "serial"))


def issuer(user_ids: Sequence[int], since: date, until: date) -> Iterator[Attestation]:
    """What was issued to these people from one day to another, both included, as it stands today."""
    first, after = (timezone.make_aware(datetime.combine(day, time.min)) for day in (since, until + timedelta(days=1)))
    papers = Certificate.objects.filter(user__in=user_ids, issued_at__gte=first, issued_at__lt=after)
    rows = papers.with_standing().select_related("supersedes").defer("snapshot", "supersedes__snapshot")
    for certificate in rows:
        yield Attestation(
            number=certificate.serial,
            completion_id=certificate.completion_id,
            issued_on=timezone.localdate(certificate.issued_at),
            valid_from=certificate.valid_from,
            valid_until=certificate.valid_until,
            revoked_on=Standing(certificate, until).revoked_on,
            replaces=certificate.supersedes.serial if certificate.supersedes else "",
        )


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
    path = completion.enrolment.path
    studied = outline(completion.version_id, language)
    terms = completion.version.certificate_terms

    def term(name: str) -> str:
        value = terms.get(name, "")
        return pick(value, language) if isinstance(value, Mapping) else value

    return Snapshot(
        language=language,
        number=number,
        code=code,
        verification_address=verification_address(code),
        given_names=printable(completion.user.first_name),
        surname=printable(completion.user.last_name),
        programme=studied.title,
        programme_kind=term("programme_kind"),
        version=studied.label,
        version_in_force_on=timezone.localdate(studied.published_at),
        approval=term("approval"),
        replaces=replaces,
        path=path,
        minutes=sum(unit.minutes for unit in units_on(path, studied) if unit.required),
        academic_hour_min=ACADEMIC_HOUR_MINUTES,
        studied_from=completion.started_on,
        studied_to=completion.completed_on,
        form=labels(language)["forms"].get(completion.evidence.get("form"), term("form")),
        completed_on=completion.completed_on,
        issued_on=issued_on,
        valid_from=completion.valid_from,
        valid_until=completion.valid_until,
        validity_basis=term("validity_basis") if completion.valid_until else "",
        topics=tuple(Topic(title=module.title, outcomes=module.objectives) for module, _ in modules_on(path, studied)),
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
