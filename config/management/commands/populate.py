"""The demo municipality; later also crowds for benchmarks."""

from django.core.management.base import BaseCommand, CommandError

from config.population.demo import NoProgramme, populate_demo


class Command(BaseCommand):
    help = "Make the fictional municipality of the demo. Running it again changes nothing."

    def handle(self, *args: object, **options: object) -> None:
        try:
            made = populate_demo()
        except NoProgramme:
            raise CommandError("No programme is published. Run load_programme first.") from None
        state = "made" if made.is_new else "there already"
        self.stdout.write(f"Demo novads {state}: {made.institutions} institutions, {made.people} people.")
