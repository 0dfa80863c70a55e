"""The content policy: no inline script or style outside the editor, in headers, templates and pages (S10)."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from learning.models import User
from tests.security.inline import inline_parts
from tests.security.routes import routes

# Mail programmes read nothing but inline styles; a letter is never shown by the site.
LETTERS = settings.BASE_DIR / "templates" / "mail"
TEMPLATES = sorted(path for path in (settings.BASE_DIR / "templates").rglob("*.html") if LETTERS not in path.parents)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_no_template_has_inline_script_style_or_handlers(template: Path):
    assert inline_parts(template.read_text()) == []


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<script src="/a.js"></script><p class="style">style="x"</p>', []),
        ("<script>1</script>", ["<script>"]),
        ("<style>p{}</style>", ["<style>"]),
        ('<p style="color:red">', ["<p style='color:red'>"]),
        ('<img src=x ONERROR="x()">', ["<img onerror='x()'>"]),
        ('<a href=" JavaScript:x()">', ["<a href=' JavaScript:x()'>"]),
        ('<script type="application/json">{}</script>', []),
    ],
)
def test_the_finder_finds_what_the_policy_forbids(html, found):
    assert inline_parts(html) == found


@pytest.mark.django_db
def test_every_answer_outside_the_editor_forbids_inline_script_and_style():
    visitor, admin = Client(), Client()
    admin.force_login(User.objects.create_superuser("admin@example.test", first_name="Ada", last_name="Admin"))

    weak, inline = [], {}
    for route in routes():
        if route.path.startswith("/cms/"):
            continue
        for client in (visitor, admin):
            answer = client.get(route.path)
            policy = answer.headers.get("Content-Security-Policy", "")
            if "default-src 'none'" not in policy or "unsafe" in policy or "*" in policy:
                weak.append(route.path)
            if answer.headers.get("Content-Type", "").startswith("text/html") and (
                found := inline_parts(answer.content.decode())
            ):
                inline[route.path] = found

    assert (weak, inline) == ([], {})


@pytest.mark.django_db
def test_the_editor_has_a_policy_of_its_own(client):
    client.force_login(User.objects.create_superuser("admin@example.test", first_name="Ada", last_name="Admin"))

    policy = client.get("/cms/").headers["Content-Security-Policy"]

    assert policy == settings.EDITOR_CONTENT_SECURITY_POLICY
    assert "default-src 'self'" in policy
