from datetime import date

import pytest
from django.utils import timezone
from django.utils.translation import override

from learning.models import Membership, User
from learning.people.staff_import import services
from learning.people.staff_import.errors import RowsWrong
from learning.people.staff_import.pages import PreviewPage
from tests.factories import a_membership, a_position, a_user, an_institution
from tests.learning.people.test_staff_import import everything, hand_in, save

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HEADING = "first name,surname,e-mail,position,start,staff number,direct manager\n"
HEAD = "Ilze,Kalniņa,ilze@school.example,head,2015-01-01,001,\n"
ANNA = "Anna,Ozola,anna@school.example,teacher,2020-09-01,002,ilze@school.example\n"
JANIS = "Jānis,Bērziņš,,teacher,2020-09-01,003,001\n"


@pytest.fixture
def school():
    a_position("teacher")
    a_position("head")
    return an_institution("school", parent=an_institution("town"))


def managers() -> dict[str, str | None]:
    return dict(Membership.objects.order_by("pk").values_list("user__first_name", "manager__first_name"))


def problems(content: str, institution) -> list[tuple[int, str, str]]:
    with pytest.raises(RowsWrong) as refusal:
        save(HEADING + content, institution)
    return [(problem.row, problem.field, problem.code) for problem in refusal.value.problems]


def test_a_manager_of_the_same_list_is_found_by_address_and_by_number(school):
    save(HEADING + JANIS + ANNA + HEAD, school)

    assert managers() == {"Jānis": "Ilze", "Anna": "Ilze", "Ilze": None}


def test_the_same_list_twice_changes_nothing(school):
    save(HEADING + JANIS + ANNA + HEAD, school)
    before = everything()

    outcome = save(HEADING + JANIS + ANNA + HEAD, school, complete=True)

    assert (outcome.unchanged, everything()) == (3, before)


def test_an_empty_cell_leaves_the_manager_alone(school):
    save(HEADING + ANNA + HEAD, school)

    save(HEADING + ANNA.replace(",ilze@school.example", ","), school)

    assert managers()["Anna"] == "Ilze"


def test_another_manager_is_shown_and_saved(school):
    save(HEADING + ANNA + HEAD, school)
    kept = hand_in(HEADING + JANIS.replace("003,001", "003,") + ANNA.replace("ilze@school.example", "003"), school)

    with override("en"):
        lines = PreviewPage(kept, services.preview(kept, on=TODAY)).lines
    services.confirm(staff_import=kept, on=TODAY, by=None)

    assert [(line.now, line.then) for line in lines] == [
        ("Direct manager: Ilze Kalniņa", "Direct manager: Jānis Bērziņš")
    ]
    assert managers()["Anna"] == "Jānis"


def test_whoever_moves_keeps_the_manager(school):
    save(HEADING + ANNA + HEAD, school)

    save(HEADING + ANNA.replace("teacher,2020-09-01", "head,2024-01-01").replace(",ilze@school.example", ","), school)

    anna = Membership.objects.get(user__first_name="Anna", ends_on=None)
    assert (anna.position.key, anna.manager.first_name, anna.employed_since) == ("head", "Ilze", date(2020, 9, 1))


def test_a_manager_may_work_above_the_institution(school):
    mayor = a_user("mayor@town.example", first_name="Maija")
    a_membership(mayor, school.get_parent())

    save(HEADING + ANNA.replace("ilze@school", "mayor@town"), school)

    assert managers()["Anna"] == "Maija"


def test_somebody_elsewhere_cannot_be_named_and_is_not_given_away(school):
    stranger = a_user("known@police.example", first_name="Pēteris")
    a_membership(stranger, an_institution("police"))

    known = problems(ANNA.replace("ilze@school", "known@police"), school)
    unknown = problems(ANNA.replace("ilze@school", "nobody@police"), school)

    assert known == unknown == [(2, "manager", "manager_unknown")]


def test_rows_whose_manager_cannot_be_found_fall_with_the_managers_own(school):
    chain = ANNA.replace("ilze@school.example", "999") + JANIS.replace("003,001", "003,002") + HEAD

    assert problems(chain, school) == [(2, "manager", "manager_unknown"), (3, "manager", "manager_unknown")]
    assert not User.objects.exists()


def test_nobody_is_their_own_manager(school):
    assert problems(HEAD.replace("001,", "001,001"), school) == [(2, "manager", "manager_self")]
