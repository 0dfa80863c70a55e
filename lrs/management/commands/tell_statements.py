from datetime import datetime

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_date

from lrs.telling import tell


class Command(BaseCommand):
    help = "Write statements about units, quizzes and programmes that nobody has told yet. `sweep` does this as well."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", metavar="DATE", help="look again from this day on, for facts with older dates")

    def handle(self, *args: object, since: str | None = None, **options: object) -> None:
        day = parse_date(since) if since else None
        if since and day is None:
            raise CommandError("Write the day as 2026-09-01.")
        start = timezone.make_aware(datetime.combine(day, datetime.min.time())) if day else None
        self.stdout.write(f"{tell(since=start, limit=1_000_000_000)} statements written.")
