"""HR records training done elsewhere, and another HR officer checks it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from learning.errors import LearningError
from learning.evidence import selectors, services
from learning.evidence.forms import AcceptManyForm, DecisionForm, EvidenceForm, WithdrawalForm, published
from learning.evidence.models import ExternalEvidence
from learning.evidence.views.serving import served, too_large
from learning.people.access import institution_of
from learning.people.models import Institution, Membership, User
from learning.records.models import AuditEvent

EVIDENCE_ON_A_PAGE = 50
DECIDED_SHOWN = 50
State = ExternalEvidence.State


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def evidence_list(request: HttpRequest, code: str) -> HttpResponse:
    """What waits for a second person, and what was decided last. A POST accepts those that are ticked."""
    institution = institution_of(request, code)
    own = _of(institution, request.user).select_related("user", "course", "recorded_by", "decided_by")
    page = Paginator(own.waiting().order_by("recorded_at", "pk"), EVIDENCE_ON_A_PAGE).get_page(request.GET.get("page"))
    form = AcceptManyForm(request.POST or None, waiting=page.object_list)
    if request.method == "POST" and form.is_valid():
        result = services.accept_many(several=form.chosen(), by=request.user, at=timezone.now())
        _report(request, result)
        return redirect("institutions:evidence", code=code)
    context = {
        "institution": institution,
        "page": page,
        "titles": dict(published()),
        "form": form,
        "decided": own.exclude(state=State.PROPOSED)[:DECIDED_SHOWN],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "institutions/evidence.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Write down a document of one person."""
    institution = institution_of(request, code)
    posts = Membership.objects.employed(on=timezone.localdate()).filter(institution__path__startswith=institution.path)
    person = get_object_or_404(User.objects.filter(memberships__in=posts).distinct(), number=number)
    if refusal := too_large(request):
        return refusal
    closed = ExternalEvidence.objects.of(person).exclude(state__in=ExternalEvidence.OPEN)
    form = EvidenceForm(
        request.POST or None, request.FILES or None, programmes=published(), needs_file=False, closed=closed
    )
    if request.method == "POST" and form.is_valid():
        try:
            evidence = services.record(
                user=person, institution=institution, by=request.user, at=timezone.now(), **form.facts()
            )
        except LearningError as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Saved. It counts as soon as another HR officer has accepted it."))
            return redirect("institutions:evidence_detail", code=code, number=evidence.number)
    page = {"institution": institution, "person": person, "form": form}
    return render(request, "institutions/evidence_new.html", page, status=422 if form.errors else 200)


@login_required
@require_GET
def detail(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """One document, who looked at it, and what accepting it would come to."""
    institution = institution_of(request, code)
    return _detail_page(request, institution, _one(institution, request.user, number))


@login_required
@require_POST
def decide(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Accept the document or refuse it."""
    institution = institution_of(request, code)
    evidence = _one(institution, request.user, number)
    form = DecisionForm(request.POST)
    if form.is_valid():
        try:
            if form.cleaned_data["decision"] == DecisionForm.ACCEPT:
                services.accept(evidence=evidence, by=request.user, at=timezone.now())
                messages.success(request, _("Accepted. It counts from today."))
            else:
                services.refuse(
                    evidence=evidence, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
                )
                messages.success(request, _("Refused. The reason is shown to the person."))
            return redirect("institutions:evidence_detail", code=code, number=number)
        except LearningError as problem:
            form.add_error(None, problem.message)
    return _detail_page(request, institution, evidence, form=form, status=422)


@login_required
@require_POST
def withdraw(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Take a wrong record out; a correct one may then be written down."""
    institution = institution_of(request, code)
    evidence = _one(institution, request.user, number)
    form = WithdrawalForm(request.POST)
    if form.is_valid():
        try:
            services.withdraw(evidence=evidence, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except LearningError as problem:
            form.add_error(None, problem.message)
        else:
            messages.success(request, _("Withdrawn. From today it no longer counts; earlier days stay as they were."))
            return redirect("institutions:evidence_detail", code=code, number=number)
    return _detail_page(request, institution, evidence, withdrawal=form, status=422)


@login_required
@require_GET
def document(request: HttpRequest, code: str, number: UUID) -> HttpResponseBase:
    """The file, to be looked at. That it was taken is recorded."""
    institution = institution_of(request, code)
    evidence = _one(institution, request.user, number)
    answer = served(evidence)
    AuditEvent.objects.create(
        actor=request.user, action="evidence-file-read", institution=institution, subject=str(evidence.number)
    )
    return answer


def _of(institution: Institution, officer: User):
    on = timezone.localdate()
    return ExternalEvidence.objects.visible_to(officer, on=on).employed_at(institution, on=on)


def _one(institution: Institution, officer: User, number: UUID) -> ExternalEvidence:
    related = ("user", "course", "institution", "recorded_by", "decided_by", "withdrawn_by", "rule", "corrects")
    return get_object_or_404(_of(institution, officer).select_related(*related), number=number)


def _detail_page(
    request: HttpRequest,
    institution: Institution,
    evidence: ExternalEvidence,
    *,
    form: DecisionForm | None = None,
    withdrawal: WithdrawalForm | None = None,
    status: int = 200,
) -> HttpResponse:
    is_waiting = evidence.state == State.PROPOSED
    page = {
        "institution": institution,
        "evidence": evidence,
        "title": dict(published()).get(evidence.course.key, evidence.course.key),
        "forecast": selectors.forecast(evidence, on=timezone.localdate()) if is_waiting else None,
        "completion": getattr(evidence, "completion", None),
        "is_own": request.user.pk in (evidence.recorded_by_id, evidence.user_id),
        "is_open": evidence.state in ExternalEvidence.OPEN,
        "corrections": evidence.corrected_by.all(),
        "form": form or DecisionForm(),
        "withdrawal": withdrawal or WithdrawalForm(),
    }
    return render(request, "institutions/evidence_detail.html", page, status=status)


def _report(request: HttpRequest, result: services.Accepted) -> None:
    if n := result.count:
        text = ngettext("%(n)d document was accepted.", "%(n)d documents were accepted.", n)
        messages.success(request, text % {"n": n})
    for evidence, why in result.refusals:
        messages.warning(request, f"{evidence.user.get_full_name()}: {why}")
