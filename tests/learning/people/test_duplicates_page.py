import pytest

from learning.models import AuditEvent, Membership, PairDecision, Scope, User
from tests.factories import a_membership, a_scope, a_user, an_institution

pytestmark = pytest.mark.django_db
PAGE = "/institutions/school/duplicates/"


@pytest.fixture
def town():
    return an_institution("town")


@pytest.fixture
def school(town):
    school = an_institution("school", parent=town, name="Centra pamatskola")
    town.refresh_from_db()
    return school


@pytest.fixture
def police(town, school):
    police = an_institution("police", parent=town)
    town.refresh_from_db()
    return police


@pytest.fixture
def officer(school, client):
    officer = a_user("inga@school.example", first_name="Inga", last_name="Liepiņa")
    a_scope(officer, school)
    client.force_login(officer)
    return officer


def anna(institution, surname: str = "Ozola", **fields) -> User:
    person = User.objects.create_user(fields.pop("email", None), first_name="Anna", last_name=surname)
    a_membership(person, institution, **fields)
    return person


def say(client, one: User, other: User, same: str = "yes", page: str = PAGE, **more):
    return client.post(page, {"first": one.number, "second": other.number, "same": same, **more})


def test_a_pair_is_shown_with_what_speaks_for_it(client, school, officer):
    anna(school, "Ozola", staff_number="017")
    anna(school, "Ozoliņa", staff_number="017", email="anna@school.example")
    client.cookies["kopa_language"] = "en"

    page = client.get(PAGE).content.decode()

    assert "Anna Ozola" in page
    assert "anna@school.example" in page
    assert "017" in page


def test_the_same_person_becomes_one(client, school, officer):
    one, other = anna(school), anna(school)

    assert say(client, one, other, kept=other.number).url == PAGE

    one.refresh_from_db()
    assert one.merged_into == other
    assert Membership.objects.get().user == other
    assert "Anna" not in client.get(PAGE).content.decode()


def test_two_people_are_never_asked_about_again(client, school, officer):
    one, other = anna(school), anna(school)

    say(client, one, other, same="no")

    assert "Anna" not in client.get(PAGE).content.decode()
    decision = PairDecision.objects.get()
    assert (decision.answer, decision.decided_by, decision.institution) == ("different", officer, school)
    assert AuditEvent.objects.get().action == "people-told-apart"
    assert say(client, one, other).status_code == 404
    assert User.objects.filter(merged_into__isnull=False).count() == 0


def test_a_colleague_of_another_institution_is_not_given_away(client, school, police, officer):
    one, other = anna(school), anna(police)

    page = client.get(PAGE).content.decode()

    assert "Anna" not in page
    assert say(client, one, other).status_code == 404


def test_whoever_also_works_elsewhere_is_handed_on(client, school, police, officer):
    one, other = anna(school), anna(school)
    a_membership(other, police)
    assert police.name not in client.get(PAGE).content.decode()

    say(client, one, other)

    assert PairDecision.objects.get().answer == "handed-on"
    assert Membership.objects.filter(user=one).count() == 1
    assert "Anna" not in client.get(PAGE).content.decode()


def test_the_coordinator_decides_what_was_handed_on(client, town, school, police, officer):
    one, other = anna(school), anna(school)
    a_membership(other, police)
    say(client, one, other)
    coordinator = a_user("signe@town.example")
    a_scope(coordinator, town, Scope.Role.COORDINATOR)
    client.force_login(coordinator)
    page = "/institutions/town/duplicates/"
    assert "Anna" in client.get(page).content.decode()

    say(client, one, other, page=page, kept=one.number)

    assert set(Membership.objects.values_list("user", flat=True)) == {one.pk}
    assert PairDecision.objects.get().answer == "same"


def test_a_coordinator_sees_pairs_between_institutions_and_no_others(client, town, school, police):
    anna(school), anna(police)
    for _twin in range(2):
        a_membership(User.objects.create_user(None, first_name="Jana", last_name="Liepa"), school)
    coordinator = a_user("signe@town.example", first_name="Signe")
    a_scope(coordinator, town, Scope.Role.COORDINATOR)
    client.force_login(coordinator)

    page = client.get("/institutions/town/duplicates/").content.decode()

    assert "Anna" in page
    assert "Jana" not in page


def test_people_who_are_no_pair_cannot_be_joined(client, school, officer):
    one = anna(school)
    jana = User.objects.create_user(None, first_name="Jana", last_name="Liepa")
    a_membership(jana, school)

    assert say(client, one, jana).status_code == 404


def test_the_account_that_stays_is_one_of_the_two(client, school, officer):
    one, other = anna(school), anna(school)

    assert say(client, one, other, kept=officer.number).status_code == 404


@pytest.mark.parametrize("broken", [{"first": "x"}, {"same": "perhaps"}, {"kept": "x"}], ids=str)
def test_nonsense_is_not_found(client, school, officer, broken):
    one, other = anna(school), anna(school)

    assert client.post(PAGE, {"first": one.number, "second": other.number, "same": "yes", **broken}).status_code == 404


@pytest.mark.parametrize("pairs", [1, 3])
def test_queries_do_not_grow_with_the_pairs(client, school, officer, django_assert_num_queries, pairs):
    for number in range(pairs):
        anna(school, f"Ozola{'abc'[number] * 5}")
        anna(school, f"Ozola{'abc'[number] * 5}")
    client.get(PAGE)

    with django_assert_num_queries(15):
        assert client.get(PAGE).content.decode().count('name="same" value="yes"') == pairs
