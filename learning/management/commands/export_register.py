"""Write the state register's export of some days to a file or to standard output."""

import shutil
import sys
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learning.people.models import Institution
from learning.records.register import Register, note


class Command(BaseCommand):
    help = "Write applicants, completions and attestations of some days (docs/register-export.md) as CSV or XLSX."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institution", metavar="CODE", required=True, help="the institution and all below it")
        parser.add_argument("--from", dest="since", type=date.fromisoformat, help="first day; the first of this year")
        parser.add_argument("--to", dest="until", type=date.fromisoformat, help="last day; today")
        parser.add_argument("--output", type=Path, help="a file ending in .csv or .xlsx; else CSV to standard output")

    def handle(
        self,
        *args: object,
        institution: str,
        since: date | None,
        until: date | None,
        output: Path | None,
        **options: object,
    ) -> None:
        place = Institution.objects.filter(code=institution).first()
        if place is None:
            raise CommandError(f"There is no institution with the code {institution}.")
        today = timezone.localdate()
        register = Register(place, since or today.replace(month=1, day=1), until or today)
        if register.until < register.since:
            raise CommandError("The last day is before the first.")
        extension = output.suffix.lstrip(".").lower() if output else "csv"
        if extension not in ("csv", "xlsx"):
            raise CommandError("The name of the file has to end in .csv or .xlsx.")
        note(register, by=None, extension=extension)
        if output is None:
            self._write_csv(register, sys.stdout.buffer)
            return
        with output.open("wb") as file:
            if extension == "csv":
                self._write_csv(register, file)
            else:
                with register.xlsx() as made:
                    shutil.copyfileobj(made, file)

    def _write_csv(self, register: Register, file: object) -> None:
        for piece in register.csv():
            file.write(piece)
