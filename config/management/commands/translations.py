"""`manage.py translations`: bring the Latvian catalogue in line with the code and compile it."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import translations


class Command(BaseCommand):
    help = "Add new texts to locale/lv, drop unused ones, compile; --check changes nothing and fails on a gap."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="only say what is wrong")

    def handle(self, *args: object, check: bool, **options: object) -> None:
        catalogue = translations.read()
        if not check:
            translations.update(catalogue)
            translations.save(catalogue)
        if found := translations.problems(catalogue):
            raise CommandError("\n".join(found))
        self.stdout.write(f"{len(catalogue)} texts, all in Latvian.")
