"""A small programme to click through: a lesson with checks, a case with role branches, a last lesson."""

from django.apps import apps
from django.core import serializers
from django.http import HttpResponse
from django.urls import reverse

from courses.models import CourseVersion, Unit
from learning.models import Enrolment
from tests.factories import a_unit, a_version

CHECK = {
    "type": "check",
    "kind": "single",
    "question": "Kam ziņot?",
    "options": [{"text": "Nevienam", "correct": False}, {"text": "Policijai", "correct": True}],
    "why": "Iemesls vienai atbildei",
}
SEVERAL = {
    "type": "check",
    "kind": "multi",
    "question": "Kas palīdz?",
    "options": [
        {"text": "Miers", "correct": True},
        {"text": "Steiga", "correct": False},
        {"text": "Laiks", "correct": True},
    ],
    "why": "Iemesls vairākām atbildēm",
}
LESSON = [
    {"type": "paragraph", "text": "Pirmā rindkopa"},
    {"type": "heading", "text": "Virsraksts"},
    CHECK,
    {
        "type": "role",
        "roles": {
            "teacher": {"title": "Skolotājs", "text": "Tā dara skolotājs"},
            "mpolice": {"title": "Policists", "text": "Tā dara policists"},
        },
    },
    SEVERAL,
]
CASE = {
    "text": "Kas notika ar Elzu",
    "question": "Ko tu dari?",
    "options": [
        {"text": "Gaidu", "quality": "poor", "feedback": "Gaidot zūd laiks"},
        {"text": "Runāju vēlāk", "quality": "ok", "feedback": "Runāt ir labi"},
        {"text": "Ziņoju", "quality": "good", "feedback": "Ziņot ir drošāk"},
    ],
    "role_options": {
        "mpolice": [
            {"text": "Dodos uz vietu", "quality": "good", "feedback": "Policijai tā ir drošāk"},
            {"text": "Pierakstu un gaidu", "quality": "poor", "feedback": "Policijai negaidīt"},
        ]
    },
    "actions": [
        {"role": "teacher", "title": "Skolotājs", "text": "Skolotājs zvana"},
        {"role": "mpolice", "title": "Policists", "text": "Policists dodas"},
    ],
    "pitfall": "Gaidīt pirmdienu",
    "summary": "Īsumā par Elzu",
    "discussion": "Kā ir pie jums?",
}


def a_programme(**fields) -> CourseVersion:
    """Units m1-one and m1-two as everywhere, then m1-read (a lesson with checks) and m1-case."""
    version = a_version(**fields)
    module = version.modules.get()
    a_unit(module, "m1-read", body=LESSON)
    a_unit(module, "m1-case", kind=Unit.Kind.CASE, body=CASE)
    return version


def at(study: Enrolment, unit: str = "m1-read", name: str = "unit", *more: object) -> str:
    """The address of a unit of the reader, or of what is posted to it."""
    return reverse(f"learning:{name}", args=[study.number, unit, *more])


def html_of(response: HttpResponse) -> str:
    return response.content.decode()


def everything() -> dict[str, str]:
    """Every row of every table of ours, as text."""
    return {
        model._meta.label: serializers.serialize("json", model._default_manager.order_by("pk"))
        for label in ("learning", "courses", "assessments", "certificates", "cms")
        for model in apps.get_app_config(label).get_models()
    }
