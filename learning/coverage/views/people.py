"""The staff list of an institution, for its HR officer."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from learning.coverage import people, wording
from learning.coverage.forms import PeopleForm
from learning.coverage.programmes import chosen, programmes_at
from learning.people.access import institution_of
from learning.people.models import Institution, Membership, Position

PEOPLE_ON_A_PAGE = 50


@login_required
@require_safe
def people_list(request: HttpRequest, code: str) -> HttpResponse:
    """Everyone employed on a day with their standing in one programme."""
    institution = institution_of(request, code)
    form = PeopleForm(request.GET)
    choice = form.choice
    programmes = programmes_at(institution, on=choice.on)
    programme = chosen(programmes, form.course_key)
    number = form.page_number
    rows, total = people.page(
        institution, programme, choice, start=(number - 1) * PEOPLE_ON_A_PAGE, count=PEOPLE_ON_A_PAGE
    )
    if number > 1 and not rows:
        number = 1
        rows, total = people.page(institution, programme, choice, start=0, count=PEOPLE_ON_A_PAGE)
    page = {
        "institution": institution,
        "form": form,
        "kept": form.kept,
        "programmes": programmes,
        "programme": programme,
        "positions": _positions(institution, choice),
        "rows": [(person, wording.state_of(person.standing, choice.on)) for person in rows],
        "total": total,
        # The database has paged already; this one only knows the numbers.
        "page": Paginator(range(total), PEOPLE_ON_A_PAGE).get_page(number),
        "choice": choice,
    }
    return render(request, "institutions/people.html", page)


def _positions(institution: Institution, choice: people.Choice) -> list[Position]:
    """The positions that people hold here, by name in the reader's language."""
    held = Membership.objects.employed(on=choice.on).filter(institution__path__startswith=institution.path)
    return sorted(Position.objects.filter(pk__in=held.values("position")), key=lambda position: position.name)
