from django.core.management.base import BaseCommand, CommandParser

from learning.records import outbox
from learning.sweepers import sweepers


class Command(BaseCommand):
    help = "Keep promises that were made in a transaction and lost since: documents, mails. Run it every few minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="stop after this many messages")

    def handle(self, *args: object, limit: int | None = None, **options: object) -> None:
        kept, put_off = outbox.sweep(limit=limit)
        self.stdout.write(f"{kept} done, {put_off} put off.")
        for name, sweep in sweepers.items():
            if swept := sweep():
                self.stdout.write(f"{name}: {swept}.")
