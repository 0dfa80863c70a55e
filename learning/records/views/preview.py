"""Units as learners meet them, for the editor who writes them. Nothing here belongs to anybody's study."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.models import Package, Unit
from courses.previews import Preview, renderers
from learning.records.selectors import Place
from learning.records.views.case import VERDICTS
from learning.records.views.sheet import Asked

NO_NUMBER = UUID(int=0)


@dataclass(frozen=True, slots=True)
class NobodysStudy:
    """Stands where templates expect an enrolment. Its addresses lead nowhere."""

    number: UUID = NO_NUMBER
    is_open: bool = False


def lesson(request: HttpRequest, preview: Preview) -> HttpResponse:
    """Checks are shown answered, so that the editor reads the reasons too."""
    parts = [
        (segment, segment.check and Asked(segment.check, tuple(sorted(segment.check.right))))
        for segment in preview.segments
    ]
    context = _frame(preview) | {"parts": parts, "text": preview, "stopped_at": 0, "is_done": False}
    return render(request, "learning/lesson_preview.html", context)


def case(request: HttpRequest, preview: Preview) -> HttpResponse:
    """The case before answering, then what each answer leads to, then what is read after any of them."""
    answers = [(option, VERDICTS.get(option.quality, VERDICTS["poor"])) for option in preview.case.options]
    context = _frame(preview) | {"case": preview.case, "options": preview.case.options, "answers": answers}
    return render(request, "learning/case_preview.html", context)


def package(request: HttpRequest, preview: Preview) -> HttpResponse:
    """What stands round a package. It is not opened: what it reports would belong to nobody's study."""
    package = Package.objects.select_related("series").get(pk=preview.unit.settings["package"])
    context = _frame(preview) | {"package": package, "activities": package.activities.all()}
    return render(request, "learning/package_preview.html", context)


def register() -> None:
    renderers.update({Unit.Kind.LESSON: lesson, Unit.Kind.CASE: case, Unit.Kind.PACKAGE: package})


def _frame(preview: Preview) -> dict[str, object]:
    place = Place(
        module=preview.module,
        siblings=preview.module.units,
        unit=preview.unit,
        number=1,
        previous=None,
        following=None,
    )
    return {"enrolment": NobodysStudy(), "place": place, "siblings_done": 0}
