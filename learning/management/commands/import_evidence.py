"""Write down a list of documents about training elsewhere without a browser."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learning.errors import LearningError
from learning.evidence.importing import import_list
from learning.people.models import Institution


class Command(BaseCommand):
    help = (
        "Record documents about training elsewhere from a list (CSV or XLSX). Each waits until an HR officer has "
        "accepted it. The same list twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--institution", metavar="CODE", help="only people of this institution and all below it")
        parser.add_argument("--skip-wrong", action="store_true", help="record the other rows when some are wrong")

    def handle(self, *args: object, file: Path, institution: str | None, **options: bool) -> None:
        place = Institution.objects.filter(code=institution).first() if institution else None
        if institution and place is None:
            raise CommandError(f"There is no institution with the code {institution}.")
        try:
            result = import_list(
                institution=place,
                content=file.read_bytes(),
                leave_out_wrong=options["skip_wrong"],
                by=None,
                at=timezone.now(),
            )
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror}.") from None
        except LearningError as problem:
            raise CommandError(problem.message) from None
        for problem in result.problems:
            self.stderr.write(f"row {problem.row}, {problem.title}: {problem.message}")
        if result.problems and not options["skip_wrong"]:
            raise CommandError("Nothing was changed. Mend these rows, or leave them out with --skip-wrong.")
        self.stdout.write(f"new: {result.new}, known: {result.known}, wrong: {result.wrong_rows}")
