"""Join two accounts of one person at the console, also when they hold rights or belong to no common officer."""

from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from learning.errors import LearningError
from learning.people.duplicates import merging
from learning.people.models import User


class Command(BaseCommand):
    help = "Move posts, training and certificates of one account to another; the first one given stays."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kept", help="e-mail or number of the account that stays")
        parser.add_argument("gone", help="e-mail or number of the account that is closed")

    def handle(self, *args: object, kept: str, gone: str, **options: object) -> None:
        try:
            joined = merging.join(kept=self._user(kept), gone=self._user(gone), by=None)
        except LearningError as problem:
            raise CommandError(str(problem.message)) from None
        said = ", ".join(f"{label}: {count}" for label, count in sorted(joined.moved.items()))
        self.stdout.write(f"Joined. {said or 'Nothing had to move.'}")

    def _user(self, named: str) -> User:
        try:
            return User.objects.get(email=named.lower()) if "@" in named else User.objects.get(number=UUID(named))
        except (User.DoesNotExist, ValueError):
            raise CommandError(f"Nobody is known as {named}.") from None
