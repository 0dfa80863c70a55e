from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError
from django.utils import timezone

from runtime.access.models import ApiToken
from runtime.access.services import create_token, revoke_token


class Command(BaseCommand):
    help = "Tokens for systems of the staff that use /api/v1/: make one, list them, revoke one."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        make = actions.add_parser("create", help="prints the token; it is shown this once")
        make.add_argument("name", help="which system it is for")
        make.add_argument("--scope", action="append", required=True, choices=ApiToken.Scope.values)
        make.add_argument("--days", type=int, default=365, help="how long it is good for (default: 365)")
        actions.add_parser("list")
        revoke = actions.add_parser("revoke")
        revoke.add_argument("name")

    def handle(self, *args: object, action: str, **options: object) -> None:
        getattr(self, f"_{action}")(**options)

    def _create(self, *, name: str, scope: list[str], days: int, **_options: object) -> None:
        if days < 1:
            raise CommandError("A token is good for at least one day.")
        try:
            _token, secret = create_token(
                name=name, scopes=scope, lasts=timedelta(days=days), by=None, at=timezone.now()
            )
        except IntegrityError:
            raise CommandError(f"There is a token named {name} already.") from None
        self.stdout.write(secret)

    def _list(self, **_options: object) -> None:
        for token in ApiToken.objects.all():
            used = f"{token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never"
            state = "revoked" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}"
            self.stdout.write(f"{token.name}\t{', '.join(token.scopes)}\t{state}\tused {used}")

    def _revoke(self, *, name: str, **_options: object) -> None:
        if not revoke_token(name=name, by=None, at=timezone.now()):
            raise CommandError(f"There is no usable token named {name}.")
        self.stdout.write(f"{name} is revoked.")
