"""An editor's trial: everything plays and is judged, and not one row comes of it (S12)."""

import json
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from cms.services import ensure_editors, ensure_site
from courses.models import ModulePage, Package
from lrs.models import Statement
from runtime import h5p
from runtime.errors import UnknownToken
from runtime.tokens import LIVES, TRIAL_LIVES, Ticket, ticket_of
from runtime.trials import ticket_for
from tests import factories as make
from tests.courses.pages import a_course_page
from tests.packages.rows import a_package_page
from tests.runtime.ground import a_package
from tests.runtime.saving import all_rows, cmi12, cmi2004
from tests.security.routes import SAMPLES, routes

pytestmark = pytest.mark.django_db
HOST = "127.0.0.1:8000"
# What a trial opens, and with which methods; everything else of the content origin is 404 to it.
OPENS = {
    "content:play": {"get"},
    "content:file": {"get"},
    "content:commit": {"post"},
    "content:h5p_state": {"get", "post"},
    "content:h5p_results": {"post"},
}
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def content(settings) -> Client:
    settings.SITE_URL, settings.CONTENT_ORIGIN = "http://localhost:8000", f"http://{HOST}"
    return Client(headers={"host": HOST}, enforce_csrf_checks=True)


@pytest.fixture
def editor(client, settings):
    settings.SITE_URL, settings.CONTENT_ORIGIN = "http://localhost:8000", f"http://{HOST}"
    user = make.a_user()
    user.groups.add(ensure_editors(ensure_site()))
    client.force_login(user)
    client.cookies["kopa_language"] = "en"
    return client


def save(package: Package, cmi: dict, *, position: int = 1, **fields) -> str:
    activity = package.activities.get(position=position).pk
    return json.dumps({"activity": activity, "sequence": 1, "cmi": cmi, **fields})


def post(content: Client, package: Package, tail: str, body: str):
    address = f"/rt/{ticket_for(package).token()}/{tail}"
    before = all_rows(), Statement.objects.count()
    answer = content.post(address, body, content_type="application/json")
    assert (all_rows(), Statement.objects.count()) == before
    return answer.status_code, answer.json()


def said(statement: dict) -> str:
    return json.dumps({"number": str(uuid4()), "statement": statement})


def test_a_trial_knows_nobody_and_lives_shorter_than_a_launch(monkeypatch):
    ticket = Ticket(uuid4(), None, is_trial=True)
    token = ticket.token()
    assert ticket_of(token) == ticket
    assert ticket_of(Ticket(ticket.package, None).token()).is_trial is False
    now = signing.time.time()

    monkeypatch.setattr(signing.time, "time", lambda: now + TRIAL_LIVES.total_seconds() + 1)

    assert TRIAL_LIVES < LIVES
    with pytest.raises(UnknownToken):
        ticket_of(token)


def test_the_player_begins_as_for_somebody_who_was_never_here(content):
    package = a_package()

    page = content.get(f"/play/{ticket_for(package).token()}/?language=en")

    facts = json.loads(page.content.decode().partition('id="launch" type="application/json">')[2].partition("<")[0])
    assert "Trial: nothing is recorded" in page.content.decode()
    assert facts["is_trial"] is True
    (part,) = facts["scorm"]["parts"].values()
    assert (part["cmi"], part["cmi"]["core"]["entry"]) == (part["fresh"], "ab-initio")
    assert part["cmi"]["core"]["lesson_mode"] == "normal"


@pytest.mark.parametrize(
    ("kind", "cmi", "words"),
    [
        ("scorm12", cmi12("passed", raw="80"), ("passed", "passed", 0.8, True)),
        ("scorm12", cmi12("incomplete"), ("incomplete", "incomplete", None, False)),
        ("scorm2004", cmi2004("completed", "failed", scaled="0.2"), ("failed", "failed", 0.2, True)),
    ],
)
def test_a_save_is_judged_as_a_learners_and_dropped(content, kind, cmi, words):
    package = a_package(kind)

    status, answer = post(content, package, "commit/", save(package, cmi))

    assert (status, *(answer[name] for name in ("part", "status", "score", "is_done"))) == (200, *words)


def test_of_several_parts_each_is_judged_and_the_whole_stays_open(content):
    package = a_package(hrefs={"one": "index.html", "two": "index.html"})

    status, answer = post(content, package, "commit/", save(package, cmi12("completed"), position=2))

    assert (status, answer["part"], answer["status"]) == (200, "completed", "incomplete")


def test_sequencing_speaks_for_the_whole(content):
    package = a_package("scorm2004", hrefs={"one": "index.html", "two": "index.html"})
    course = {"completion": "completed", "success": "passed", "score": 0.5}

    status, answer = post(content, package, "commit/", save(package, cmi2004("completed"), course=course))

    assert (status, answer["status"], answer["score"]) == (200, "passed", 0.5)


def test_what_a_learner_could_not_save_is_refused_here_too(content):
    package, other = a_package(), a_package()

    assert post(content, package, "commit/", save(package, cmi12("wonderful")))[0] == 400
    assert post(content, package, "commit/", save(other, cmi12("passed")))[0] == 404
    assert post(content, Package(number=uuid4()), "commit/", save(package, cmi12()))[0] == 404


def test_h5p_keeps_no_state_and_tells_no_statement(content):
    package = a_package(Package.Kind.H5P, hrefs={"content": "content/content.json"})
    activity = package.activities.get().pk
    state = f"/rt/{ticket_for(package).token()}/h5p/{activity}/states/state/0/"
    statement = {
        "verb": {"id": h5p.COMPLETED},
        "object": {"id": h5p.activity_id(package)},
        "result": {"completion": True, "success": True, "score": {"scaled": 0.75}},
    }

    assert content.post(state, {"data": '{"a": 1}', "order": "5"}).json() == {"success": True}
    assert content.get(state).json() == {"success": True, "data": False}
    results = f"h5p/{activity}/results/"

    assert post(content, package, results, said(statement)) == (
        200,
        {"counts": True, "part": "passed", "status": "passed", "score": 0.75, "is_done": True},
    )
    about_a_part = said({**statement, "object": {"id": "http://part.example"}})
    assert post(content, package, results, about_a_part) == (200, {"counts": False})
    assert post(content, a_package(Package.Kind.H5P), results, said(statement))[0] == 404


def test_a_trial_opens_its_own_few_addresses_and_writes_nowhere(content):
    package = a_package()
    token = ticket_for(package).token()
    opened, written = {}, []
    for route in routes(get_resolver("config.urls_content")):
        if SAMPLES["ticket"] not in route.path:
            continue
        path = route.path.replace(SAMPLES["ticket"], token).replace("/x", "/index.html", 1)
        for method in METHODS:
            with CaptureQueriesContext(connection) as queries:
                answer = getattr(content, method)(path)
            written += [query["sql"] for query in queries if not query["sql"].startswith("SELECT")]
            if answer.status_code not in (404, 405):
                opened.setdefault(route.name, set()).add(method)

    assert (written, opened) == ([], OPENS)


def test_a_look_at_files_is_no_trial(content):
    package = a_package()
    token = Ticket(package.number, None).token()

    assert content.get(f"/play/{token}/").status_code == 404
    assert (
        content.post(f"/rt/{token}/commit/", save(package, cmi12()), content_type="application/json").status_code == 404
    )


# ---- In the editor


def test_the_editor_finds_the_trial_at_each_version_and_on_the_page_that_shows_it(editor):
    page = a_package_page(ModulePage.objects.descendant_of(a_course_page("calm")).get())
    address = reverse("runtime_trial", args=[page.package.number])

    assert f'href="{address}"' in editor.get(f"/cms/packages/{page.package.series_id}/").content.decode()
    assert f'href="{address}"' in editor.get(f"/cms/pages/{page.pk}/edit/").content.decode()


def test_the_page_holds_the_player_and_says_that_nothing_is_recorded(editor):
    package = a_package()

    answer = editor.get(reverse("runtime_trial", args=[package.number]))

    page = answer.content.decode()
    address = urlsplit(page.partition('<iframe class="kopa-trial"')[2].partition('src="')[2].partition('"')[0])
    assert (address.netloc, address.query) == (HOST, "language=en")
    assert ticket_of(address.path.split("/")[2]) == ticket_for(package)
    assert "Trial: nothing is recorded." in page
    assert f"frame-src 'self' http://{HOST};" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin-allow-popups"
    assert "frame-src 'self';" in editor.get("/cms/packages/").headers["Content-Security-Policy"]


def test_cmi5_says_why_not(editor, content):
    package = a_package(Package.Kind.CMI5)

    page = editor.get(reverse("runtime_trial", args=[package.number])).content.decode()

    assert "A cmi5 course cannot be tried here" in page
    assert "<iframe" not in page
    assert content.get(f"/play/{ticket_for(package).token()}/").status_code == 404


def test_only_who_may_bring_packages_may_try_them(client):
    ensure_site()
    address = reverse("runtime_trial", args=[a_package().number])
    assert client.get(address).status_code == 302
    client.force_login(make.a_user())
    assert client.get(address).status_code == 404


def test_what_does_not_exist_is_not_found(editor):
    assert editor.get(reverse("runtime_trial", args=[uuid4()])).status_code == 404
