"""Let somebody look after an institution and everything below it."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from learning.people import scopes
from learning.people.models import Institution, Scope, User


class Command(BaseCommand):
    help = "Give a person a role (hr, coordinator, auditor, facilitator) on an institution and everything below it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("code", help="the institution")
        parser.add_argument("role", choices=Scope.Role.values)
        parser.add_argument("--revoke", action="store_true", help="take the role away instead")

    def handle(self, *args: object, email: str, code: str, role: str, revoke: bool, **options: object) -> None:
        user = User.objects.filter(email=email.strip().lower()).first()
        institution = Institution.objects.filter(code=code).first()
        if user is None:
            raise CommandError(f"Nobody has the address {email}. Import or invite the person first.")
        if institution is None:
            raise CommandError(f"There is no institution with the code {code}.")
        change = scopes.revoke if revoke else scopes.grant
        changed = change(user=user, institution=institution, role=role, by=None)
        self.stdout.write("Done." if changed else "Nothing to do: it is so already.")
