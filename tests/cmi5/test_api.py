"""The staff API of cmi5: who may, what it does, and that what does not fit is answered in JSON."""

import json
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.utils import timezone

from learning.models import AuditEvent
from runtime.access import services as access
from runtime.access.auth import PerToken
from runtime.access.models import ApiToken
from runtime.cmi5.api import router
from runtime.cmi5.models import CourseRegistration, Session
from tests.security.routes import routes

from .ground import ANNA, BEN, Unit, a_block, a_course, verbs

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def a_token(*scopes: str, name: str = "HR system", lasts: timedelta = timedelta(days=1), at=None) -> str:
    return access.create_token(name=name, scopes=scopes or ["cmi5"], lasts=lasts, by=None, at=at or timezone.now())[1]


class Api:
    def __init__(self, token: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = Client(enforce_csrf_checks=True, headers=headers)

    def get(self, path):
        return self.client.get(f"/api/v1/cmi5/{path}")

    def post(self, path, content=None, kind="application/json"):
        body = content if isinstance(content, bytes) else json.dumps(content or {}).encode()
        return self.client.post(f"/api/v1/cmi5/{path}", body, content_type=kind)


@pytest.fixture
def api():
    return Api(a_token())


# ---- Who may


def addresses():
    return [route for route in routes() if route.name.startswith("api:")]


def test_every_route_of_the_api_needs_a_token_and_no_session_stands_in_for_one(admin_user_client):
    for route in addresses():
        for client in (Client(), admin_user_client):
            for method in ("get", "post"):
                answer = getattr(client, method)(route.path)
                if route.name in {"api:openapi-json", "api:api-root"}:
                    assert answer.status_code in {200, 403, 404, 405}
                elif answer.status_code != 405:
                    assert (answer.status_code, answer.json()["code"]) == (401, "token-needed"), route.name
                    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.fixture
def admin_user_client(admin_user):
    client = Client()
    client.force_login(admin_user)
    return client


@pytest.fixture
def admin_user(django_user_model):
    return django_user_model.objects.create_superuser("admin@example.test", first_name="Ada", last_name="Admin")


def test_a_token_of_another_scope_is_told_so():
    api = Api(a_token("statements/read"))

    for route in addresses():
        if route.name.startswith("api:cmi5"):
            answer = api.client.get(route.path) if route.name.endswith(("course", "registration")) else None
            answer = answer or api.client.post(route.path, b"{}", content_type="application/json")
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), route.name


@pytest.mark.parametrize("spoil", ["expired", "revoked", "changed", "empty"])
def test_a_token_that_is_no_good_opens_nothing(spoil):
    begun = timezone.now() - timedelta(days=2)
    secret = a_token(at=begun, lasts=timedelta(days=1 if spoil == "expired" else 9))
    if spoil == "revoked":
        assert access.revoke_token(name="HR system", by=None, at=timezone.now())
    secret = {"changed": secret[:-1], "empty": ""}.get(spoil, secret)

    assert Api(secret).get(f"courses/{uuid4()}").status_code == 401


def test_the_database_knows_a_token_by_its_hash_alone_and_when_it_was_used(api):
    secret = a_token(name="Second")
    row = ApiToken.objects.get(name="Second")
    assert secret not in repr(ApiToken.objects.filter(pk=row.pk).values().get())
    assert row.last_used_at is None

    Api(secret).get(f"courses/{uuid4()}")

    row.refresh_from_db()
    assert row.last_used_at is not None


def test_making_and_revoking_a_token_is_in_the_audit():
    a_token(name="Audited")
    access.revoke_token(name="Audited", by=None, at=timezone.now())

    assert list(AuditEvent.objects.values_list("action", "subject").order_by("pk")) == [
        ("api-token-made", "Audited"),
        ("api-token-revoked", "Audited"),
    ]
    assert access.revoke_token(name="Audited", by=None, at=timezone.now()) is False


def test_the_command_makes_lists_and_revokes():
    made, listed = StringIO(), StringIO()
    call_command("api_token", "create", "Tests", "--scope", "cmi5", "--days", "30", stdout=made)

    assert Api(made.getvalue().strip()).get(f"courses/{uuid4()}").status_code == 404
    call_command("api_token", "list", stdout=listed)
    assert listed.getvalue().startswith("Tests\tcmi5\tuntil ")
    call_command("api_token", "revoke", "Tests", stdout=StringIO())
    assert Api(made.getvalue().strip()).get(f"courses/{uuid4()}").status_code == 401
    with pytest.raises(CommandError):
        call_command("api_token", "revoke", "Tests", stdout=StringIO())
    with pytest.raises(CommandError):
        call_command("api_token", "create", "Tests", "--scope", "cmi5", stdout=StringIO())


def test_too_many_requests_of_a_token_are_put_off(api, monkeypatch):
    throttle = router.throttle[0] if isinstance(router.throttle, list) else router.throttle
    assert isinstance(throttle, PerToken)
    monkeypatch.setattr(throttle, "num_requests", 2)
    cache.clear()

    codes = [api.get(f"courses/{uuid4()}").status_code for _ in range(3)]
    last = api.get(f"courses/{uuid4()}")

    assert codes == [404, 404, 429]
    assert (last.json()["code"], int(last.headers["Retry-After"]) <= 60) == ("too-many-requests", True)
    assert Api(a_token(name="Another")).get(f"courses/{uuid4()}").status_code == 404


def test_the_description_of_the_api_is_open_and_names_every_address():
    answer = Client().get("/api/v1/openapi.json")

    assert answer.status_code == 200
    assert set(answer.json()["paths"]) == {
        "/api/v1/cmi5/packages",
        "/api/v1/cmi5/courses/{number}",
        "/api/v1/cmi5/courses/{number}/launch-url/{unit}",
        "/api/v1/cmi5/registrations/{number}",
        "/api/v1/cmi5/registrations/{number}/waive",
        "/api/v1/cmi5/registrations/{number}/abandon",
        "/api/v1/cmi5/sessions/{number}/abandon",
    }


# ---- A database in trouble


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_does_not_answer_is_told_in_json(api, monkeypatch, error):
    def fail(*_said, **_more):
        raise error

    monkeypatch.setattr("runtime.cmi5.api.selectors.course", fail)

    answer = api.get(f"courses/{uuid4()}")

    assert (answer.status_code, answer.json()["code"], answer.headers["Retry-After"]) == (503, "busy", "60")


# ---- Launch


def launch(api, package, unit=0, **body):
    return api.post(f"courses/{package.number}/launch-url/{unit}", {"actor": ANNA, **body})


def test_a_launch_address_is_given_for_an_actor_a_registration_and_a_mode(api):
    package, number = a_course({"launch_method": "OwnWindow"}), str(uuid4())

    answer = launch(api, package, registration=number, launchMode="Review", returnUrl="https://hr.example.test/")

    assert answer.status_code == 200
    launched = answer.json()
    session = Session.objects.get()
    assert launched.pop("url").startswith("http://127.0.0.1:8000/p/")
    assert launched == {"session": str(session.number), "registration": number, "launchMethod": "OwnWindow"}
    assert (session.mode, session.registration.actor) == ("Review", ANNA)


@pytest.mark.parametrize(
    "body",
    [
        {"actor": {"mbox": "mailto:a@example.test"}},
        {"actor": "anna"},
        {"registration": "seven"},
        {"launchMode": "normal"},
        {"returnUrl": "javascript:alert(1)"},
        {"returnUrl": "//example.test/"},
        {"returnUrl": "data:text/html,x"},
        {"returnUrl": "https://example.test/\nx"},
        {"returnUrl": "https://[example"},
        {"returnUrl": "https://example.test/\ud800"},
        {"actor": {"account": {"homePage": "https://[hr", "name": "anna"}}},
        {"is_staff": True},
        {"mastery_score": 0},
    ],
)
def test_what_does_not_fit_is_422_and_launches_nothing(api, body):
    answer = launch(api, a_course(), **body)

    assert answer.status_code == 422
    assert answer.json()["code"] in {"invalid", "actor-not-fit"}
    assert CourseRegistration.objects.count() == 0


def test_what_is_not_there_is_404(api):
    package = a_course()
    foreign = {"reason": "Tested Out", "unit": 0}

    assert launch(api, package, unit=7).json()["code"] == "unit-unknown"
    for path, body in [
        (f"courses/{uuid4()}/launch-url/0", {"actor": ANNA}),
        (f"registrations/{uuid4()}/waive", foreign),
        (f"registrations/{uuid4()}/abandon", {}),
        (f"sessions/{uuid4()}/abandon", {}),
    ]:
        assert api.post(path, body).status_code == 404, path
    assert api.get(f"courses/{uuid4()}").status_code == 404
    assert api.get(f"registrations/{uuid4()}").status_code == 404


def test_a_registration_of_somebody_else_is_409(api):
    package = a_course()
    number = launch(api, package).json()["registration"]

    answer = launch(api, package, registration=number, actor=BEN)

    assert (answer.status_code, answer.json()["code"]) == (409, "registration-taken")


# ---- Look, waive, abandon


def test_a_registration_shows_its_units_blocks_and_sessions(api):
    package = a_course({"parents": ["urn:b"], "move_on": "Completed"}, {"move_on": "Passed"}, blocks=[a_block("urn:b")])
    unit = Unit(package).start()
    unit.say(unit.completed())
    unit.say(unit.terminated())

    shown = api.get(f"registrations/{unit.registration}").json()

    assert (shown["id"], shown["course"], shown["actor"]) == (unit.registration, str(package.number), ANNA)
    assert [one["satisfied"] for one in shown["units"]] == [True, False]
    assert shown["units"][0]["completedAt"] is not None
    assert [one["satisfiedAt"] is not None for one in shown["blocks"]] == [True]
    assert shown["satisfiedAt"] is None
    (session,) = shown["sessions"]
    assert (session["unit"], session["initialized"], session["abandoned"]) == (0, True, False)
    assert session["endedAt"] is not None


def test_a_unit_is_waived_once(api):
    unit = Unit(a_course())
    path = f"registrations/{unit.registration}/waive"

    first = api.post(path, {"unit": 0, "reason": "Administrative"})
    second = api.post(path, {"unit": 0, "reason": "Administrative"})

    assert (first.status_code, first.json()["satisfiedAt"] is not None) == (200, True)
    assert (second.status_code, second.json()["code"]) == (409, "already-waived")
    assert verbs(unit.course) == ["launched", "waived", "satisfied"]


@pytest.mark.parametrize(
    "body",
    [
        {"unit": 0},
        {"unit": 0, "reason": ""},
        {"unit": -1, "reason": "x"},
        {"reason": "x"},
        {"unit": 0, "reason": "a\0b"},
        {"unit": 0, "reason": "a\ud800"},
    ],
)
def test_9_3_7_waiving_needs_a_unit_and_a_reason(api, body):
    unit = Unit(a_course())

    assert api.post(f"registrations/{unit.registration}/waive", body).status_code == 422
    assert verbs(unit.course) == ["launched"]


def test_a_session_is_abandoned_by_its_id_or_its_registration(api):
    one, other = Unit(a_course()).start(), Unit(a_course()).start()

    assert api.post(f"sessions/{one.session.number}/abandon").status_code == 204
    assert api.post(f"registrations/{other.registration}/abandon").status_code == 200
    again = api.post(f"sessions/{one.session.number}/abandon")

    assert (again.status_code, again.json()["code"]) == (409, "session-ended")
    assert api.post(f"registrations/{other.registration}/abandon").status_code == 404
    for unit in (one, other):
        assert verbs(unit.course) == ["launched", "initialized", "abandoned"]
        assert unit.say(unit.allowed()) == 401
