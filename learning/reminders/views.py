"""For the HR officer, the policy with a look ahead and the ledger. For the learner, the deadline as a file."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from learning.coverage import exports as files
from learning.coverage.views.exports import answer
from learning.people.access import institution_of
from learning.people.models import Institution, Membership, User
from learning.records.selectors import studies
from learning.reminders import addresses, exports, selectors, wording
from learning.reminders.forms import LedgerForm, PolicyForm, StepForms, policy_in, step_forms_of
from learning.reminders.letters import due_calendar
from learning.reminders.policies import Policies, drop_policy, set_policy
from learning.requirements.models import Enrolment

LINES_ON_A_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest, code: str) -> HttpResponse:
    """When reminders go to whom, and who would get what in the next days: as it stands, or as typed."""
    institution = institution_of(request, code)
    policies = Policies.load()
    action = request.POST.get("action", "")
    if action == "inherit":
        if drop_policy(institution=institution, by=request.user):
            messages.success(request, _("Saved. The policy from above holds here again."))
        return redirect("institutions:reminders", code=code)
    form, steps = PolicyForm.of(policies.at(institution.path)), step_forms_of(policies.at(institution.path))
    if request.method == "POST":
        form, steps = PolicyForm(request.POST), StepForms(request.POST, prefix="steps")
        if not (form.is_valid() & steps.is_valid()):
            return _policy_page(request, institution, policies, form, steps, status=422)
        wanted = policy_in(form, steps)
        if action != "preview":
            set_policy(institution=institution, policy=wanted, by=request.user)
            messages.success(request, _("Saved. Reminders follow this policy from now on."))
            return redirect("institutions:reminders", code=code)
        policies = policies.replaced(institution.path, wanted)
    return _policy_page(request, institution, policies, form, steps)


def _policy_page(
    request: HttpRequest, institution: Institution, policies: Policies, form: PolicyForm, steps, *, status: int = 200
) -> HttpResponse:
    source = Policies.load().source(institution.path)
    ahead = selectors.ahead(institution, policies, now=timezone.now())
    titles = wording.titles_of({line.course_id for line in ahead.lines})
    page = {
        "institution": institution,
        "form": form,
        "steps": steps,
        "is_own": source == institution.path,
        "giver": Institution.objects.filter(path=source).first() if source else None,
        "ahead": ahead,
        "lines": [(line, titles.get(line.course_id, "")) for line in ahead.lines],
        "is_preview": request.method == "POST" and status == 200,
    }
    return render(request, "institutions/reminders.html", page, status=status)


@login_required
@require_safe
def ledger(request: HttpRequest, code: str) -> HttpResponse:
    """What was sent to whom, when, and what became of it, newest first."""
    institution = institution_of(request, code)
    form = LedgerForm(request.GET)
    rows = selectors.ledger(institution, form.choice, by=request.user)
    if form.before_pk:
        rows = rows.filter(pk__lt=form.before_pk)
    lines = list(rows[: LINES_ON_A_PAGE + 1])
    shown = lines[:LINES_ON_A_PAGE]
    titles = wording.titles_of({line.course_id for line in shown})
    page = {
        "institution": institution,
        "form": form,
        "kept": form.kept,
        "rows": [
            (
                line,
                wording.state_of(line),
                wording.step_of(line.kind, line.offset_days),
                titles.get(line.course_id, ""),
            )
            for line in shown
        ],
        "query": urlencode(form.kept),
        "older": urlencode({**form.kept, "before": shown[-1].pk}) if len(lines) > LINES_ON_A_PAGE else "",
        "is_first": form.before_pk is None,
        "to_mend": selectors.addresses_to_mend(institution, by=request.user, on=timezone.localdate()),
    }
    return render(request, "institutions/reminders_ledger.html", page)


@login_required
@require_GET
def ledger_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The ledger with the filters of the page."""
    institution = institution_of(request, code)
    choice = LedgerForm(request.GET).choice
    rows = selectors.ledger(institution, choice, by=request.user)
    table = exports.ledger_table(institution, rows, choice)
    files.record(
        table,
        kind="reminders",
        institution=institution,
        by=request.user,
        rows=rows.count(),
        state=choice.state,
        day=str(choice.day or ""),
        narrowed=choice.is_narrowed,
    )
    return answer(table, "csv")


@login_required
@require_POST
def address_checked(request: HttpRequest, code: str, number: UUID) -> HttpResponse:
    """Write to this person's address again, although letters came back."""
    institution = institution_of(request, code)
    posts = Membership.objects.visible_to(request.user).employed(on=timezone.localdate())
    at_work = posts.filter(institution__path__startswith=institution.path).values("user")
    person = get_object_or_404(User.objects.filter(pk__in=at_work), number=number)
    if addresses.write_again(person=person, institution=institution, by=request.user):
        messages.success(request, _("Reminders to this address are sent again."))
    return redirect("institutions:reminder_ledger", code=code)


@require_safe
def due_file(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """The deadline of one's own study as a calendar file."""
    found = get_object_or_404(Enrolment.objects.open().of(request.user), number=enrolment)
    if found.due_on is None:
        raise Http404
    study, *_rest = studies([found], language=get_language())
    response = HttpResponse(due_calendar(study), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="kopa.ics"'
    return response
