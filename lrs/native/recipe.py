"""Names of things in native statements: verbs, kinds of activities, addresses of programmes and units. Pure."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from courses.models import Unit
from learning.models import Enrolment
from lrs import actors

COMPLETED = {
    "id": "http://adlnet.gov/expapi/verbs/completed",
    "display": {"lv": "pabeidza", "en": "completed"},
}
PASSED = {"id": "http://adlnet.gov/expapi/verbs/passed", "display": {"lv": "nokārtoja", "en": "passed"}}
FAILED = {"id": "http://adlnet.gov/expapi/verbs/failed", "display": {"lv": "nenokārtoja", "en": "failed"}}

PROGRAMME = "http://adlnet.gov/expapi/activities/course"
_KINDS = {
    Unit.Kind.LESSON: "http://adlnet.gov/expapi/activities/lesson",
    Unit.Kind.CASE: "http://adlnet.gov/expapi/activities/simulation",
    Unit.Kind.QUIZ: "http://adlnet.gov/expapi/activities/assessment",
    Unit.Kind.SURVEY: "http://id.tincanapi.com/activitytype/survey",
    Unit.Kind.PACKAGE: "http://adlnet.gov/expapi/activities/module",
    Unit.Kind.SESSION: "http://adlnet.gov/expapi/activities/meeting",
}


def programme(enrolment: Enrolment) -> dict[str, Any]:
    """The programme across its versions."""
    definition = {"name": _texts(enrolment.version.title), "type": PROGRAMME}
    return {"objectType": "Activity", "id": _programme_id(enrolment), "definition": definition}


def unit(enrolment: Enrolment, one: Unit, titles: Mapping[str, str]) -> dict[str, Any]:
    """A unit, the same in every version; `titles` by language."""
    definition = {"type": _KINDS[Unit.Kind(one.kind)], **({"name": _texts(titles)} if titles else {})}
    return {
        "objectType": "Activity",
        "id": f"{_programme_id(enrolment)}/units/{one.key}",
        "definition": definition,
    }


def said(enrolment: Enrolment, verb: dict[str, Any], target: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """A statement about the learner of an enrolment, without id and timestamp.

    `parts` may add `result`, and to the context.
    """
    version = enrolment.version
    context = {
        "registration": str(enrolment.number),
        "revision": f"{version.major}.{version.minor}",
        "platform": settings.WAGTAIL_SITE_NAME,
        **parts.pop("context", {}),
    }
    actor = actors.learner(enrolment.user.number)
    return {"actor": actor, "verb": verb, "object": target, "context": context, **parts}


def within(enrolment: Enrolment) -> dict[str, Any]:
    """Context of a part of a programme."""
    return {"contextActivities": {"parent": [{"objectType": "Activity", "id": _programme_id(enrolment)}]}}


def _programme_id(enrolment: Enrolment) -> str:
    return f"{settings.SITE_URL}/programmes/{enrolment.course.key}"


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text}
