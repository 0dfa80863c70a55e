"""`manage.py refresh_coverage`: on the timetable every few minutes, and with --all every night."""

from django.core.management.base import BaseCommand, CommandParser

from learning.coverage.services import refresh_all


class Command(BaseCommand):
    help = "Derive coverage anew where facts changed. Stopped half-way, the next run goes on with the rest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", dest="everything", help="every institution and past month")

    def handle(self, *args: object, everything: bool, **options: object) -> None:
        count = sum(1 for _ in refresh_all(everything=everything))
        self.stdout.write(f"Institutions refreshed: {count}.")
