import re
import threading
from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from learning.models import AuditEvent, SignInCode, User
from learning.people.codes import services, shared
from learning.people.codes.errors import CodeUnusable
from learning.people.duplicates import merging
from tests.factories import a_membership, a_scope, a_user, an_institution

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
DOOR, CHOOSE = "/code/", "/code/password/"
PASSWORD = "three words in a row"
PAGE = "/institutions/school/codes/"


@pytest.fixture(autouse=True)
def _no_tries_before():
    cache.clear()


@pytest.fixture
def school():
    return an_institution("school", name="Centra pamatskola")


@pytest.fixture
def officer(school):
    officer = a_user("inga@school.example", first_name="Inga", last_name="Liepiņa")
    a_scope(officer, school)
    return officer


@pytest.fixture
def janis(school):
    janis = User.objects.create_user(None, first_name="Jānis", last_name="Bērziņš")
    a_membership(janis, school)
    return janis


@pytest.fixture
def sheet(janis, school, officer) -> services.Sheet:
    return services.print_sheets(people=[janis], institution=school, by=officer)[0]


def come_in(client, sheet: services.Sheet, password: str = PASSWORD, **more):
    client.post(DOOR, {"number": sheet.number, "secret": sheet.code, **more})
    return client.post(CHOOSE, {"password": password})


def is_in(client) -> bool:
    return SESSION_KEY in client.session


def test_a_code_lets_its_person_choose_a_password_and_start(client, janis, sheet):
    assert client.get(f"{DOOR}?number={janis.sign_in_number}").status_code == 200
    assert client.post(DOOR, {"number": sheet.number, "secret": sheet.code}).url == CHOOSE
    assert "Jānis" in client.get(CHOOSE).content.decode()

    assert client.post(CHOOSE, {"password": PASSWORD}).url == "/learn/"

    janis.refresh_from_db()
    assert is_in(client)
    assert janis.check_password(PASSWORD)
    assert [event.action for event in AuditEvent.objects.order_by("pk")] == ["code-printed", "code-used"]


def test_afterwards_the_number_and_the_password_lead_in(client, sheet):
    come_in(Client(), sheet)

    assert client.post(DOOR, {"number": sheet.number, "secret": PASSWORD}).url == "/learn/"
    assert is_in(client)


def test_a_code_works_once(client, sheet):
    come_in(Client(), sheet)

    answer = client.post(DOOR, {"number": sheet.number, "secret": sheet.code})

    assert answer.status_code == 422
    assert SignInCode.objects.get().used_at is not None


def test_typing_the_code_uses_nothing_up(client, sheet):
    Client().post(DOOR, {"number": sheet.number, "secret": sheet.code})

    assert come_in(client, sheet).url == "/learn/"


def test_a_new_sheet_makes_the_old_one_void(client, janis, school, officer, sheet):
    newer = services.print_sheets(people=[janis], institution=school, by=officer)[0]

    assert client.post(DOOR, {"number": sheet.number, "secret": sheet.code}).status_code == 422
    assert newer.number == sheet.number
    assert come_in(client, newer).url == "/learn/"


def test_a_sheet_printed_while_the_password_is_chosen_makes_the_code_void(client, janis, school, officer, sheet):
    client.post(DOOR, {"number": sheet.number, "secret": sheet.code})
    services.print_sheets(people=[janis], institution=school, by=officer)

    assert client.post(CHOOSE, {"password": PASSWORD}).url == DOOR

    assert not is_in(client)


def test_a_code_runs_out(client, sheet):
    SignInCode.objects.update(expires_at=timezone.now())

    assert client.post(DOOR, {"number": sheet.number, "secret": sheet.code}).status_code == 422


def test_whoever_left_does_not_come_in_with_an_old_sheet(client, janis, sheet):
    janis.memberships.update(starts_on=TODAY - timedelta(days=9), ends_on=TODAY - timedelta(days=1))

    assert client.post(DOOR, {"number": sheet.number, "secret": sheet.code}).status_code == 422


def test_a_forgotten_password_is_replaced_by_a_new_sheet(client, janis, school, officer, sheet):
    come_in(Client(), sheet)
    newer = services.print_sheets(people=[janis], institution=school, by=officer)[0]

    come_in(client, newer, "other words in a row")

    janis.refresh_from_db()
    assert janis.check_password("other words in a row")


def test_only_a_keyed_hash_of_the_code_is_kept(sheet):
    kept = str(list(SignInCode.objects.values())) + str(list(AuditEvent.objects.values()))

    assert sheet.code.replace(" ", "") not in kept


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace(" ", "-"), lambda code: f" {code} "])
def test_a_code_is_read_as_people_type_it(client, sheet, typed):
    code = typed(sheet.code).replace("1", "l").replace("0", "o")

    assert client.post(DOOR, {"number": sheet.number.replace(" ", ""), "secret": code}).url == CHOOSE


@pytest.mark.parametrize("number", ["12345678", "", "x", "0"])
def test_a_number_nobody_has_is_answered_like_a_wrong_code(client, sheet, number):
    client.cookies["kopa_language"] = "en"
    wrong = client.post(DOOR, {"number": sheet.number, "secret": "AAAAA AAAAA"}).content.decode()

    answer = client.post(DOOR, {"number": number, "secret": "AAAAA AAAAA"})

    assert answer.status_code == 422
    if number == "12345678":
        said = "The number and the code or password do not fit together."
        assert said in wrong
        assert said in answer.content.decode()


def test_guessing_is_slow(client, sheet):
    for _try in range(5):
        assert client.post(DOOR, {"number": sheet.number, "secret": "AAAAA AAAAA"}).status_code == 422

    assert client.post(DOOR, {"number": sheet.number, "secret": sheet.code}).status_code == 429
    assert not is_in(client)


def test_a_weak_password_is_refused_and_the_code_stays(client, sheet):
    assert come_in(client, sheet, "short").status_code == 422

    assert client.post(CHOOSE, {"password": PASSWORD}).url == "/learn/"


def test_the_page_for_the_password_needs_the_code_first(client, sheet):
    assert client.get(CHOOSE).url == DOOR
    assert client.post(CHOOSE, {"password": PASSWORD}).url == DOOR


def test_the_page_for_the_password_waits_ten_minutes(client, sheet):
    client.post(DOOR, {"number": sheet.number, "secret": sheet.code})
    session = client.session
    session["code_pending"] = {**session["code_pending"], "at": session["code_pending"]["at"] - 601}
    session.save()

    assert client.get(CHOOSE).url == DOOR


def test_a_closed_account_stays_closed(client, janis, sheet):
    User.objects.filter(pk=janis.pk).update(is_active=False)

    assert client.post(DOOR, {"number": sheet.number, "secret": sheet.code}).status_code == 422


def test_a_sheet_of_an_account_that_was_joined_with_another_is_void(client, school, janis, sheet):
    merging.join(kept=a_user(first_name="Jānis"), gone=janis, by=None)

    assert client.post(DOOR, {"number": sheet.number, "secret": sheet.code}).status_code == 422
    assert SignInCode.objects.get().revoked_at is not None


def test_a_shared_computer_is_signed_out_with_the_browser(client, sheet):
    come_in(client, sheet, shared="on")

    assert client.session.get_expire_at_browser_close()
    page = client.get("/learn/")
    assert (page.headers["Cache-Control"], b'action="/code/leave/"' in page.content) == ("private, no-store", True)


def test_ones_own_device_is_not(client, sheet):
    come_in(client, sheet)

    assert shared.SEEN not in client.session
    assert 'action="/code/leave/"' not in client.get("/learn/").content.decode()


def test_ten_idle_minutes_end_it(client, sheet):
    come_in(client, sheet, shared="on")
    session = client.session
    session[shared.SEEN] -= shared.IDLE_S + 1
    session.save()

    answer = client.get("/learn/")

    assert answer.url == f"{DOOR}?ended=1"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert not is_in(client)
    assert client.get("/learn/").status_code == 302


def test_a_reader_is_not_idle(client, sheet):
    come_in(client, sheet, shared="on")
    session = client.session
    session[shared.SEEN] -= shared.IDLE_S - 10
    session.save()

    client.get("/learn/")

    assert timezone.now().timestamp() - client.session[shared.SEEN] < 60
    assert is_in(client)


@pytest.mark.parametrize("way", ["/code/leave/", "/accounts/logout/"])
def test_signing_out_clears_the_computer(client, sheet, way):
    come_in(client, sheet, shared="on")
    key = client.session.session_key

    answer = client.post(way)

    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert not is_in(client)
    assert not client.session.exists(key)


def test_following_a_link_does_not_sign_out(client, sheet):
    come_in(client, sheet, shared="on")

    assert client.get("/code/leave/").status_code == 405
    assert is_in(client)


def test_quick_exit_stays_on_every_page(client, sheet):
    assert "quick-exit" in client.get(DOOR).content.decode()
    come_in(client, sheet, shared="on")
    assert "quick-exit" in client.get("/learn/").content.decode()


def printed(answer) -> list[str]:
    return re.findall(r"<strong>([0-9A-Z]{5} [0-9A-Z]{5})</strong>", answer.content.decode())


def test_sheets_are_printed_with_everything_on_them(client, janis, school, officer, settings):
    settings.SITE_URL = "https://kopa.example"
    client.force_login(officer)

    answer = client.post(PAGE, {"everyone": "1"})

    page = answer.content.decode()
    assert "Jānis Bērziņš" in page
    assert "https://kopa.example/code/" in page
    assert page.count("data:image/svg+xml;base64,") == 1
    assert answer.headers["Cache-Control"] == "private, no-store"
    janis.refresh_from_db()
    person, code = services.check(number=janis.sign_in_number, secret=printed(answer)[0], on=TODAY)
    assert (person, code.created_by) == (janis, officer)


def test_looking_at_the_list_makes_no_code(client, janis, officer):
    client.force_login(officer)

    assert "Jānis Bērziņš" in client.get(PAGE).content.decode()

    assert not SignInCode.objects.exists()


def test_everyone_means_those_who_cannot_sign_in_yet(client, janis, school, officer, sheet):
    come_in(Client(), sheet)
    a_membership(User.objects.create_user(None, first_name="Anna", last_name="Zīle"), school)
    client.force_login(officer)

    page = client.post(PAGE, {"everyone": "1"})

    assert len(printed(page)) == 1
    assert "Anna Zīle" in page.content.decode()
    assert len(printed(client.post(PAGE, {"person": str(janis.number)}))) == 1


def test_nobody_chosen_prints_nothing(client, janis, officer):
    client.force_login(officer)

    assert client.post(PAGE, {}).url == PAGE
    assert not SignInCode.objects.exists()


def somebody(kind: str, school) -> User:
    if kind == "with an address":
        person = User.objects.create_user("anna@school.example", first_name="Anna", last_name="Zīle")
    else:
        person = User.objects.create_user(None, first_name="Anna", last_name="Zīle")
    if kind == "of another institution":
        a_membership(person, an_institution("police"))
    else:
        a_membership(person, school)
    if kind == "with rights":
        a_scope(person, school)
    if kind == "who left":
        person.memberships.update(ends_on=TODAY - timedelta(days=1))
    return person


@pytest.mark.parametrize("kind", ["with an address", "of another institution", "with rights", "who left"])
def test_no_sheet_is_printed_for_somebody(client, school, officer, kind):
    person = somebody(kind, school)
    client.force_login(officer)
    assert "Anna Zīle" not in client.get(PAGE).content.decode()

    assert client.post(PAGE, {"person": str(person.number)}).status_code == 404
    client.post(PAGE, {"everyone": "1"})

    assert not SignInCode.objects.exists()


@pytest.mark.parametrize("sent", [{"person": "x"}, {"person": "00000000-0000-4000-8000-000000000000"}], ids=str)
def test_nonsense_is_not_found(client, officer, sent):
    client.force_login(officer)

    assert client.post(PAGE, sent).status_code == 404


def test_numbers_are_unlike_and_tell_nothing(school, officer):
    people = [User.objects.create_user(None, first_name="Anna", last_name=f"Zīle{n}") for n in range(30)]

    sheets = services.print_sheets(people=people, institution=school, by=officer)

    assert len({sheet.number for sheet in sheets}) == 30
    assert all(re.fullmatch(r"[1-9]\d{3} \d{4}", sheet.number) for sheet in sheets)


@pytest.mark.parametrize("people", [1, 3])
def test_queries_do_not_grow_with_the_people(client, school, officer, django_assert_num_queries, people):
    for number in range(people):
        a_membership(User.objects.create_user(None, first_name="Anna", last_name=f"Zīle{number}"), school)
    client.force_login(officer)
    client.get(PAGE)

    with django_assert_num_queries(6):
        client.get(PAGE)
    with django_assert_num_queries(12):
        client.post(PAGE, {"everyone": "1"})


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_eight_requests_use_a_code_once(janis, sheet):
    code = SignInCode.objects.get()
    outcomes = []

    def work(password: str) -> None:
        try:
            services.use(code=code, password=password)
            outcomes.append(password)
        except CodeUnusable as refusal:
            outcomes.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[f"three words in row {n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (chosen,) = [outcome for outcome in outcomes if isinstance(outcome, str)]
    janis.refresh_from_db()
    assert janis.check_password(chosen)
