"""My learning, the programme's own page, the end of it, and the beginning of a renewal."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from courses.models import Course, Role
from courses.selectors import outline
from learning import services
from learning.errors import NothingPublished, NothingToRenew, TooEarlyToRenew, UnitsMissing
from learning.models import Enrolment
from learning.papers import papers_of
from learning.records.desk import Desk
from learning.records.selectors import Study, studies, study_of
from learning.records.views.thread import thread_of
from learning.requirements.selectors import period_of


@require_safe
def my_learning(request: HttpRequest) -> HttpResponse:
    desk = Desk.of(request.user, on=timezone.localdate(), language=get_language())
    return render(request, "learning/my_learning.html", {"desk": desk})


@require_safe
def programme(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    found, traces = study_of(request.user, enrolment)
    if found is None:
        raise Http404
    language = get_language()
    study = Study(found, outline(found.version_id, language), language, traces)
    role = Role.objects.filter(key=found.role_key).first()
    context = {"study": study, "thread": thread_of(study), "role": role}
    return render(request, "learning/programme.html", context)


@require_safe
def completed(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """What a completed study gave and what comes next; while something is left, the programme's page says what."""
    found = Enrolment.objects.readable().of(request.user).select_related("completion__version")
    study, *_ = studies([get_object_or_404(found, number=enrolment)], language=get_language())
    if study.enrolment.completed_at is None:
        messages.info(request, UnitsMissing.message)
        return redirect("learning:programme", enrolment=enrolment)
    completion = study.enrolment.completion
    papers = papers_of(request.user, on=timezone.localdate())
    context = {
        "study": study,
        "completion": completion,
        "period": period_of(completion),
        "paper": next((paper for paper in papers if paper.completion_id == completion.pk), None),
    }
    return render(request, "learning/completed.html", context)


@require_POST
def renew(request: HttpRequest, course: str) -> HttpResponse:
    """Begin the renewal that My learning offers, or go on with the one that is under way."""
    programme = get_object_or_404(Course, key=course)
    try:
        enrolment, _ = services.start_refresher(user=request.user, course=programme, at=timezone.now())
    except (NothingToRenew, TooEarlyToRenew, NothingPublished) as refused:
        messages.info(request, refused.message)
        return redirect("learning:my_learning")
    return redirect("learning:programme", enrolment=enrolment.number)
