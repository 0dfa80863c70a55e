"""An editor tries a package: it plays as for a learner, and what it reports is judged, answered and dropped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from courses.models import Package
from runtime import h5p, judging
from runtime.refusals import ActivityElsewhere
from runtime.saves import Save
from runtime.selectors import package_terms
from runtime.services import Saved
from runtime.tokens import Ticket
from runtime.verdicts import Verdict, Wish

# On trial the package's own word counts: what an editor asks of it belongs to the page that shows it.
NO_WISH = Wish()


def may_try(package: Package) -> bool:
    """Not cmi5: its units speak to the record store themselves, and every word there is somebody's record."""
    return package.kind != Package.Kind.CMI5


def ticket_for(package: Package) -> Ticket:
    return Ticket(package.number, None, is_trial=True)


def judge_save(*, package: UUID, save: Save) -> Saved:
    """What a learner's save would have come to; of several parts without sequencing the whole stays open.

    Raises ActivityElsewhere, SaveMalformed.
    """
    terms = package_terms(_key_of(package))
    if save.activity not in terms.activities:
        raise ActivityElsewhere
    part = judging.verdict_of_save(terms, NO_WISH, save)
    whole = judging.verdict_of_course(terms, NO_WISH, save) or (part if len(terms.counted) == 1 else Verdict())
    return Saved(True, part, whole, NO_WISH.is_met(whole))


def judge_statement(*, package: UUID, activity: int, statement: Mapping[str, Any]) -> Saved | None:
    """What a learner's statement would have come to; None when it says nothing of the whole content.

    Raises ActivityElsewhere, SaveMalformed.
    """
    found = Package.objects.filter(number=package, kind=Package.Kind.H5P, activities=activity).first()
    if found is None:
        raise ActivityElsewhere
    if not h5p.is_of_whole(statement, h5p.activity_id(found)):
        return None
    verdict = h5p.verdict_of(statement, NO_WISH)
    return Saved(True, verdict, verdict, NO_WISH.is_met(verdict))


def _key_of(package: UUID) -> int:
    key = Package.objects.filter(number=package).values_list("pk", flat=True).first()
    if key is None:
        raise ActivityElsewhere
    return key
