from django.core.management.base import BaseCommand, CommandParser

from lrs.models import Credential
from lrs.services import create_credential


class Command(BaseCommand):
    help = "Make a key and secret for a client of the record store. The secret is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="whose it is: a tool, a partner, a test")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Credential.Scope.values,
            help="may be given more than once; default: all",
        )

    def handle(self, *args: object, name: str, scope: list[str] | None = None, **options: object) -> None:
        credential, secret = create_credential(name=name, scopes=scope or [Credential.Scope.ALL], by=None)
        self.stdout.write(f"{credential.key}:{secret}")
