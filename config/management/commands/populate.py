"""The demo municipality, or a crowd for benchmarks."""

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.population.crowd import CrowdThere, write_crowd
from config.population.demo import NoProgramme, populate_demo
from courses.models import Course

MOST_INSTITUTIONS, MOST_MEMBERS = 10_000, 1_000_000


class Command(BaseCommand):
    help = (
        "Make the fictional municipality of the demo; running it again changes nothing. With --institutions and "
        "--members write a crowd for benchmarks instead."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institutions", type=int, help=f"up to {MOST_INSTITUTIONS:,}")
        parser.add_argument("--members", type=int, help=f"up to {MOST_MEMBERS:,}")

    def handle(self, *args: object, institutions: int | None, members: int | None, **options: object) -> None:
        if institutions is None and members is None:
            self._demo()
        else:
            self._crowd(institutions or max((members or 0) // 100, 1), members or (institutions or 0) * 100)

    def _demo(self) -> None:
        try:
            made = populate_demo()
        except NoProgramme:
            raise CommandError("No programme is published. Run load_programme first.") from None
        state = "made" if made.is_new else "there already"
        self.stdout.write(f"Demo novads {state}: {made.institutions} institutions, {made.people} people.")

    def _crowd(self, institutions: int, members: int) -> None:
        if not 1 <= institutions <= MOST_INSTITUTIONS or not 1 <= members <= MOST_MEMBERS:
            raise CommandError(f"Up to {MOST_INSTITUTIONS:,} institutions and {MOST_MEMBERS:,} members.")
        course = Course.objects.exclude(versions=None).order_by("pk").first()
        if course is None:
            raise CommandError("No programme is published. Run load_programme first.")
        try:
            written = write_crowd(
                course=course,
                institutions=institutions,
                members=members,
                today=timezone.localdate(),
                report=self.stdout.write,
            )
        except CrowdThere:
            raise CommandError("This database has a crowd already. Use an empty one for another.") from None
        for name, rows in written.rows.items():
            self.stdout.write(f"{rows:>12,} {name}")
        self.stdout.write(f"{written.seconds:.0f} s, {written.rows_per_second:,} rows a second")
