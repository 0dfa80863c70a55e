from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learning.models import Institution
from learning.reminders.planning import send_reminders


class Command(BaseCommand):
    help = (
        "Decide who is reminded of what today and plan the letters; the sweep command sends them at permitted hours. "
        "Run it every morning. Broken off, it goes on where it stopped; twice does no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institution", metavar="CODE", help="only this institution and all below it")

    def handle(self, *args: object, institution: str | None = None, **options: object) -> None:
        where = None
        if institution:
            where = Institution.objects.filter(code=institution).first()
            if where is None:
                raise CommandError(f"There is no institution with the code {institution}.")
        decided = send_reminders(now=timezone.now(), institution=where)
        self.stdout.write(f"{decided} decided.")
