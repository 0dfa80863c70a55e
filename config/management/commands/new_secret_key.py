"""`manage.py new_secret_key`: a value for KOPA_SECRET_KEY."""

import secrets

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print a new secret key."
    requires_system_checks = []

    def handle(self, **options: object) -> None:
        self.stdout.write(secrets.token_urlsafe(60))
