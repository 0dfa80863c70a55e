"""Screens of the record store in the editor: who may open them, what they show and what they never show."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms import services as cms
from courses.models import Package, PackageSeries
from learning.models import AuditEvent, User
from lrs import actors
from lrs.models import Credential, Forwarder, Statement
from lrs.sealing import unseal
from lrs.services import create_credential, record
from tests import factories as make
from tests.lrs.ground import ANNA, ATTENDED, STATEMENTS, a_statement, authorization

pytestmark = pytest.mark.django_db

SCREENS = {
    "lrs_credentials": "change_credential",
    "lrs_forwarders": "change_forwarder",
    "lrs_forwarder_new": "change_forwarder",
}


@pytest.fixture
def editor() -> User:
    cms.ensure_site()
    user = make.a_user("editor@example.test")
    user.groups.add(Group.objects.get(name=cms.EDITORS))
    return user


@pytest.fixture
def admin() -> User:
    return User.objects.create_superuser("admin@example.test", first_name="Ada", last_name="Admin")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(answer) -> str:
    return " ".join(answer.content.decode().split())


def a_package(by: User | None, title: str = "Training") -> Package:
    series = PackageSeries.objects.create(title=title)
    return Package.objects.create(
        series=series,
        version=1,
        kind=Package.Kind.CMI5,
        title={},
        identifier="a",
        sha256="0",
        size=1,
        file_count=1,
        imported_by=by,
    )


def report(package: Package, **parts) -> None:
    record(statements=[a_statement(**parts)], authority=actors.platform(), package=package)


@pytest.mark.parametrize(("screen", "right"), SCREENS.items(), ids=SCREENS)
def test_a_screen_exists_for_those_with_its_right_alone(editor, screen, right):
    client = signed_in(editor)
    assert client.get(reverse(screen)).status_code == 404

    editor.user_permissions.add(Permission.objects.get(codename=right, content_type__app_label="lrs"))

    assert client.get(reverse(screen)).status_code == 200


def test_a_secret_is_shown_once_and_opens_the_store(admin):
    client = signed_in(admin)

    answer = client.post(reverse("lrs_credentials"), {"name": "A tool", "scopes": ["statements/write"]})

    credential = Credential.objects.get()
    secret = answer.context["made"][1]
    assert secret in page(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in page(client.get(reverse("lrs_credentials")))
    headers = {"Authorization": authorization(credential.key, secret), "X-Experience-API-Version": "1.0.3"}
    assert Client().post(STATEMENTS, a_statement(), "application/json", headers=headers).status_code == 200
    assert list(AuditEvent.objects.values_list("actor", "action")) == [(admin.pk, "xapi-credential-made")]


@pytest.mark.parametrize(
    "sent", [{}, {"name": "A", "scopes": ["everything"]}, {"name": "", "scopes": ["all"]}], ids=str
)
def test_what_is_no_credential_makes_none(admin, sent):
    answer = signed_in(admin).post(reverse("lrs_credentials"), {**sent, "secret_sha256": "0", "key": "mine"})

    assert (answer.status_code, Credential.objects.exists()) == (422, False)


def test_a_credential_is_revoked_once(admin):
    credential, _ = create_credential(name="A tool", scopes=["all"], by=None)
    client = signed_in(admin)

    for _ in range(2):
        client.post(reverse("lrs_revoke", args=[credential.pk]))

    credential.refresh_from_db()
    assert credential.revoked_at is not None
    assert AuditEvent.objects.filter(action="xapi-credential-revoked").count() == 1


def test_revoking_needs_the_right(editor):
    credential, _ = create_credential(name="A tool", scopes=["all"], by=None)

    assert signed_in(editor).post(reverse("lrs_revoke", args=[credential.pk])).status_code == 404
    assert Credential.objects.usable().exists()


def test_a_forwarder_is_made_with_a_sealed_secret_and_changed_without_losing_it(admin):
    client = signed_in(admin)
    sent = {
        "name": "Ministry",
        "endpoint": "https://lrs.example.org/xapi/",
        "key": "a",
        "secret": "a-sealed-word",
        "from_now": "on",
    }

    assert client.post(reverse("lrs_forwarder_new"), sent).status_code == 302
    forwarder = Forwarder.objects.get()
    assert (unseal(forwarder.sealed_secret), forwarder.sent_stored is not None) == ("a-sealed-word", True)

    change = {**sent, "secret": "", "is_paused": "on"}
    assert client.post(reverse("lrs_forwarder", args=[forwarder.pk]), change).status_code == 302
    forwarder.refresh_from_db()
    assert (unseal(forwarder.sealed_secret), forwarder.is_paused) == ("a-sealed-word", True)
    assert "a-sealed-word" not in page(client.get(reverse("lrs_forwarder", args=[forwarder.pk])))


@pytest.mark.parametrize(
    "address",
    ["http://lrs.example.org/", "javascript:alert(1)", "https://a:b@lrs.example.org/", "//lrs.example.org", ""],
)
def test_a_forwarder_to_what_is_no_public_address_is_refused(admin, address):
    answer = signed_in(admin).post(reverse("lrs_forwarder_new"), {"name": "A", "endpoint": address})

    assert (answer.status_code, Forwarder.objects.exists()) == (422, False)


def test_the_list_of_forwarders_says_how_far_each_is(admin):
    Forwarder.objects.create(
        name="Slow", endpoint="https://lrs.example.org/", sent_count=7, refused_count=2, problem="status 503"
    )
    Forwarder.objects.create(name="Off", endpoint="https://lrs.example.org/", is_paused=True)
    report(a_package(None))

    shown = signed_in(admin).get(reverse("lrs_forwarders"))

    assert [(one.name, waiting) for one, waiting in shown.context["rows"]] == [("Off", 1), ("Slow", 1)]
    assert "status 503" in page(shown)


class TestViewer:
    """An author's own packages, without personal data."""

    def shown(self, user: User, **query):
        answer = signed_in(user).get(reverse("lrs_statements"), query)
        assert answer.status_code == 200
        return answer

    def test_shows_packages_that_the_author_imported_alone(self, editor):
        report(a_package(editor, "Mine"))
        report(a_package(None, "Foreign"))

        text = page(self.shown(editor))

        assert "Mine" in text
        assert "Foreign" not in text

    def test_shows_every_package_to_those_with_the_right(self, editor):
        report(a_package(None, "Foreign"))
        editor.user_permissions.add(Permission.objects.get(codename="view_statement"))

        assert "Foreign" in page(self.shown(editor))

    def test_shows_nobody(self, editor):
        package = a_package(editor)
        group = {"objectType": "Group", "name": "Secret group", "member": [ANNA]}
        report(package, actor={**ANNA, "name": "Secret name", "mbox": "mailto:secret@example.test"})
        report(
            package, actor=group, context={"instructor": {"name": "Secret teacher", "openid": "https://secret.test/"}}
        )
        report(package, object={"objectType": "Agent", "name": "Secret object", "mbox": "mailto:secret2@example.test"})
        report(
            package, result={"response": "Secret answer", "extensions": {"http://example.test/a": "Secret extension"}}
        )

        text = page(self.shown(editor)).lower()

        assert len(self.shown(editor).context["seen"]) == 4
        assert "secret" not in text

    def test_calls_one_person_the_same_within_a_package_and_not_beyond(self, editor):
        first, second = a_package(editor, "A"), a_package(editor, "B")
        for package in (first, first, second):
            report(package)
        report(first, actor={"mbox": "mailto:ben@example.test"})

        seen = self.shown(editor).context["seen"]

        names = {(one.package, one.who) for one in seen}
        assert len(names) == 3
        assert len({one.who for one in seen}) == 3

    def test_filters_by_package_verb_and_day(self, editor):
        first, second = a_package(editor, "A"), a_package(editor, "B")
        report(first)
        report(second, verb={"id": "http://example.test/other", "display": {"lv": "darīja"}})
        Statement.objects.filter(package=first).update(stored=timezone.now() - timedelta(days=10))
        today = timezone.localdate()

        def packages(**query):
            return [one.package[0] for one in self.shown(editor, **query).context["seen"]]

        assert packages() == ["B", "A"]
        assert packages(package=first.pk) == ["A"]
        assert packages(verb=ATTENDED) == ["A"]
        assert packages(since=today) == ["B"]
        assert packages(until=today - timedelta(days=1)) == ["A"]
        assert "darīja" in page(self.shown(editor))

    @pytest.mark.parametrize("query", [{"package": "999999"}, {"verb": "x"}, {"since": "soon"}], ids=str)
    def test_refuses_what_is_not_to_choose(self, editor, query):
        a_package(editor)

        assert signed_in(editor).get(reverse("lrs_statements"), query).status_code == 422

    def test_does_not_open_a_foreign_package_by_its_number(self, editor):
        foreign = a_package(None)
        report(foreign)

        assert signed_in(editor).get(reverse("lrs_statements"), {"package": foreign.pk}).status_code == 422

    def test_leads_on_through_pages(self, editor, monkeypatch):
        monkeypatch.setattr("lrs.selectors.viewing.PAGE", 2)
        package = a_package(editor)
        for _ in range(5):
            report(package)

        sizes, address = [], reverse("lrs_statements")
        while address:
            context = signed_in(editor).get(address).context
            sizes.append(len(context["seen"]))
            address = context["older"]

        assert sizes == [2, 2, 1]

    @pytest.mark.parametrize(
        "before", ["x", "2026-01-01T00:00:00,1", "2026-01-01T00:00:00+00:00,x", ",", f"{'9' * 50},1"]
    )
    def test_a_broken_cursor_shows_the_first_page(self, editor, before):
        report(a_package(editor))

        assert len(self.shown(editor, before=before).context["seen"]) == 1

    def test_draws_what_packages_say_as_text(self, editor):
        canary = "<script>alert(1)</script>"
        report(
            a_package(editor, canary),
            verb={"id": "http://example.test/v", "display": {"lv": canary}},
            object={"id": "http://example.test/a", "definition": {"name": {"lv": canary}}},
        )

        assert canary not in self.shown(editor).content.decode()

    @pytest.mark.parametrize("count", [1, 3])
    def test_needs_the_same_queries_for_one_and_for_three(self, editor, count, django_assert_max_num_queries):
        package = a_package(editor)
        for _ in range(count):
            report(package)
        client = signed_in(editor)
        client.get(reverse("lrs_statements"))

        with django_assert_max_num_queries(22):
            client.get(reverse("lrs_statements"))
