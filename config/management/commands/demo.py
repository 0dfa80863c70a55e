"""`manage.py demo`: a municipality to walk through, on SQLite, with nothing else installed."""

import json
import socket
import time
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers.basehttp import WSGIServer, run
from django.core.wsgi import get_wsgi_application

from certificates.models import Certificate
from config import env
from config.origins import other_local
from config.population.municipality import ROOT_CODE
from config.population.personas import DEMO_PASSWORD, PERSONAS
from courses.models import CourseVersion
from learning.models import Enrolment, Institution

PROGRAMME = settings.BASE_DIR / "courses" / "programmes" / "notice-listen-report"


class Command(BaseCommand):
    help = "Set up the demo municipality if absent, print who can sign in, and serve it."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="Do everything but serve.")
        parser.add_argument("--port", type=int, default=8000, help="Port on localhost (8000).")
        parser.add_argument("--json", type=Path, metavar="FILE", help="Also write personas and codes for scripts.")

    def handle(self, *, once: bool, port: int, **options: object) -> None:
        if not once:
            self._refuse_unusable_port(port)
        site = env.text("KOPA_SITE_URL") or f"http://localhost:{port}"
        # Letters, verification addresses and the editor name the address that is served.
        settings.SITE_URL = settings.WAGTAILADMIN_BASE_URL = site.rstrip("/")
        settings.CONTENT_ORIGIN = env.text("KOPA_CONTENT_ORIGIN") or other_local(settings.SITE_URL)
        started = time.monotonic()
        self._set_up()
        facts = _facts()
        if options["json"]:
            self._write(options["json"], facts)
        self._tell(facts, settings.SITE_URL, seconds=time.monotonic() - started)
        if not once:
            self._serve(port)

    def _set_up(self) -> None:
        self.stdout.write("Database …")
        call_command("migrate", verbosity=0)
        quiet = StringIO()
        call_command("ensure_site", stdout=quiet)
        self.stdout.write("Programme …")
        # Once only: loading again would undo what an editor has changed since.
        if not CourseVersion.objects.exists():
            call_command("load_programme", PROGRAMME, stdout=quiet)
        self.stdout.write("Demo novads: institutions, staff, history …")
        call_command("populate", stdout=quiet)

    def _refuse_unusable_port(self, port: int) -> None:
        if not 1 <= port <= 65535:
            raise CommandError(f"{port} is no port: take one from 1 to 65535.")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except PermissionError:
                raise CommandError(f"Port {port} is reserved by the system: add --port 8000.") from None
            except OSError:
                raise CommandError(
                    f"Port {port} is taken: stop what uses it, or add --port {port % 65535 + 1}."
                ) from None

    def _write(self, path: Path, facts: dict) -> None:
        try:
            path.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as problem:
            raise CommandError(f"{path} cannot be written: {problem.strerror}.") from None

    def _tell(self, facts: dict, site: str, *, seconds: float) -> None:
        hr_code = facts["institutions"]["hr"]
        pages = {
            "teacher": "/learn/",
            "police": "/learn/",
            "hr": f"/institutions/{hr_code}/coverage/",
            "coordinator": "/plan/",
            "facilitator": f"/institutions/{ROOT_CODE}/sessions/",
            "editor": "/cms/",
            "admin": "/cms/",
        }
        self.stdout.write(f"\nReady in {seconds:.0f} s. Sign in at {site}/accounts/login/ as\n\n")
        for name, persona in facts["personas"].items():
            self.stdout.write(f"  {name:<12} {persona['email']:<44} {persona['password']}   {site}{pages[name]}")
        self.stdout.write(f"\n  Verify a certificate, no account needed: {site}/v/{facts['certificate']}/\n")

    def _serve(self, port: int) -> None:
        self.stdout.write(f"Serving on http://localhost:{port}. Stop with Ctrl+C; mails appear here.\n")
        try:
            run("127.0.0.1", port, get_wsgi_application(), threading=True, server_cls=WSGIServer)
        except KeyboardInterrupt:
            self.stdout.write("\nStopped. The data stays in var/.")


def _facts() -> dict:
    """Who can sign in, which institution HR may see and which not, and the code of a valid certificate."""
    hr = next(persona for persona in PERSONAS if persona.key == "hr")
    others = Institution.objects.exclude(code=hr.looks_after).filter(depth__gt=1)
    papers = Certificate.objects.filter(superseded_by=None, revocation=None)
    certificate = papers.filter(completion__enrolment__path=Enrolment.Path.FULL).order_by("-valid_until", "pk").first()
    return {
        "personas": {persona.key: {"email": persona.email, "password": DEMO_PASSWORD} for persona in PERSONAS},
        "institutions": {"hr": hr.looks_after, "other": others.first().code},
        "certificate": certificate.code,
    }
