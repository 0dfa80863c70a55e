"""What a save of SCORM comes to, for the part it is of and for the whole. Pure calculation."""

from __future__ import annotations

from courses.models import Package
from runtime import scorm
from runtime.refusals import SaveMalformed
from runtime.saves import Save
from runtime.selectors import PackageTerms
from runtime.verdicts import Verdict, Wish


def verdict_of_save(terms: PackageTerms, wish: Wish, save: Save) -> Verdict:
    """What the activity has come to. Raises SaveMalformed."""
    activity = terms.activities[save.activity]
    if not activity.is_tracked:
        return Verdict(is_completed=True)
    match terms.kind:
        case Package.Kind.SCORM_12:
            return scorm.verdict_12(save.cmi, activity.settings, wish, has_ended=save.has_ended)
        case Package.Kind.SCORM_2004:
            return scorm.verdict_2004(save.cmi, activity.settings, wish, has_ended=save.has_ended)
    raise SaveMalformed("kind")


def verdict_of_course(terms: PackageTerms, wish: Wish, save: Save) -> Verdict | None:
    """What sequencing says of the whole; None where it has no say. Raises SaveMalformed."""
    return scorm.verdict_of_course(save.course, wish) if terms.is_sequenced and save.course else None
