"""Which rule speaks of a document, and what becomes of it when it is accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet

from learning.errors import LearningError
from learning.evidence.models import EvidenceRule, ExternalEvidence
from learning.evidence.terms import Terms
from learning.people.models import Institution, Membership, User
from learning.records.models import Completion
from learning.requirements.selectors import newest_version


@dataclass(frozen=True, slots=True)
class Forecast:
    """What accepting it today would come to: the last day it counts, or why it cannot be accepted."""

    rule: EvidenceRule | None
    last_day: date | None = None
    refusal: LearningError | None = None


def paths_above(institution: Institution) -> list[str]:
    """The institution's own path and those of all above it."""
    step = institution.steplen
    return [institution.path[:end] for end in range(step, len(institution.path) + 1, step)]


def rule_for(course_id: int, institution: Institution, *, on: date) -> EvidenceRule | None:
    """The rule set nearest to the institution, at it or above it."""
    rules = EvidenceRule.objects.in_force(on=on).filter(
        course=course_id, institution__path__in=paths_above(institution)
    )
    return rules.order_by("-institution__path", "-valid_from").first()


def terms_of(rule: EvidenceRule | None, *, validity_months: int | None) -> Terms:
    """Without a rule, training of any age counts as long as the programme's own certificate would."""
    if rule is None:
        return Terms(oldest_months=None, counts_months=validity_months)
    counts = validity_months if rule.counts_months is None else rule.counts_months
    return Terms(oldest_months=rule.oldest_months, counts_months=counts, least_minutes=rule.least_minutes)


def judge(evidence: ExternalEvidence, *, on: date) -> tuple[EvidenceRule | None, date | None]:
    """The rule and the last day it counts if accepted on that day.

    Raises NothingPublished, StillToCome, TooOld, TooShort, RanOut.
    """
    rule = rule_for(evidence.course_id, evidence.institution, on=on)
    terms = terms_of(rule, validity_months=newest_version(evidence.course).validity_months)
    last = terms.judge(
        completed_on=evidence.completed_on, stated_until=evidence.stated_until, minutes=evidence.minutes, on=on
    )
    return rule, last


def forecast(evidence: ExternalEvidence, *, on: date) -> Forecast:
    rule = rule_for(evidence.course_id, evidence.institution, on=on)
    try:
        return Forecast(rule, last_day=judge(evidence, on=on)[1])
    except LearningError as refusal:
        return Forecast(rule, refusal=refusal)


def workplace_of(user: User, *, on: date) -> Institution | None:
    """The institution whose rules speak of the person's own documents: that of the post held longest."""
    posts = Membership.objects.employed(on=on).filter(user=user).select_related("institution")
    post = posts.order_by("starts_on", "pk").first()
    return post and post.institution


def proven_elsewhere(user_ids: Sequence[int], course_id: int, *, on: date) -> set[int]:
    """Those of these people whose only proof in force that day is training elsewhere."""
    return set(_elsewhere(course_id, on).filter(user__in=user_ids).values_list("user_id", flat=True))


def count_elsewhere(institution: Institution, course_id: int, *, on: date) -> int:
    """How many people employed there or below that day have no proof in force but training elsewhere.

    It begins with the few documents, so it costs little however many people there are.
    """
    posts = Membership.objects.employed(on=on).filter(institution__path__startswith=institution.path)
    here = _elsewhere(course_id, on).filter(Exists(posts.filter(user=OuterRef("user"))))
    return here.aggregate(people=Count("user", distinct=True))["people"]


def _elsewhere(course_id: int, on: date) -> QuerySet[Completion]:
    valid = Completion.objects.valid(on=on).filter(course=course_id)
    ours = valid.filter(external=None, user=OuterRef("user"))
    return valid.filter(external__isnull=False).exclude(Exists(ours))
