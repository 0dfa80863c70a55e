"""HR invites: one person, one more time, everyone who has no account."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from learning.people import invitations, selectors
from learning.people.access import institution_of
from learning.people.forms import InviteAgainForm, InviteForm
from learning.people.invitations import Invited
from learning.people.staff_import import services

PEOPLE_ON_A_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Put one person on the staff list and send the invitation."""
    institution = institution_of(request, code)
    today = timezone.localdate()
    form = InviteForm(request.POST or None, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        added = services.add_one(institution=institution, cells=form.cells(), on=today, by=request.user)
        for problem in added.problems:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        if added.person:
            _report(request, invitations.invite(users=[added.person], institution=institution, by=request.user))
            return redirect("institutions:invitations", code=code)
    page = {"institution": institution, "form": form}
    return render(request, "institutions/invite.html", page, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_list(request: HttpRequest, code: str) -> HttpResponse:
    """Who has no account yet and what became of the invitation. A POST sends a new link; older links are void."""
    institution = institution_of(request, code)
    people = selectors.without_account(institution, on=timezone.localdate())
    if request.method == "POST":
        form = InviteAgainForm(request.POST)
        if not form.is_valid():
            raise Http404
        number = form.cleaned_data["person"]
        chosen = [get_object_or_404(people, number=number)] if number else people
        _report(request, invitations.invite(users=chosen, institution=institution, by=request.user))
        return redirect("institutions:invitations", code=code)
    page = Paginator(people, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(person, selectors.invitation_state(person, at=timezone.now())) for person in page]
    return render(request, "institutions/invitations.html", {"institution": institution, "page": page, "rows": rows})


def _report(request: HttpRequest, result: Invited) -> None:
    """Say what was sent, and of the rest why not."""
    if n := len(result.invited):
        text = ngettext("%(n)d invitation is on its way.", "%(n)d invitations are on their way.", n)
        messages.success(request, text % {"n": n})
    reasons = (
        (result.have_account, _("Already has an account, so no invitation is needed: %(names)s.")),
        (result.without_email, _("No e-mail in the staff list: %(names)s.")),
        (result.too_soon, _("A letter was sent a short while ago, so none was sent now: %(names)s.")),
        (result.declined, _("“This is not me” was the answer from this address. Correct it first: %(names)s.")),
    )
    for people, text in reasons:
        if people:
            messages.info(request, text % {"names": _names(people)})


def _names(people: list) -> str:
    few = ", ".join(person.get_full_name() for person in people[:5])
    more = len(people) - 5
    return few if more <= 0 else _("%(names)s and %(more)d more") % {"names": few, "more": more}
