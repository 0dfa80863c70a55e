"""Apply a staff list without a browser, for a nightly feed from an HR system."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from learning.errors import LearningError
from learning.people.models import Institution
from learning.people.staff_import import folder, services
from learning.people.staff_import.applying import Outcome
from learning.people.staff_import.errors import MassLeaving, RowsWrong
from learning.people.staff_import.problems import Problem

# A file younger than this may still be being written.
SETTLE_S = 5


class Command(BaseCommand):
    help = (
        "Apply a staff list (CSV or XLSX) to the whole site or to one institution. The same list twice changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")
        parser.add_argument(
            "--watch",
            type=Path,
            metavar="DIR",
            help="take every list of this folder and move it to done/ or refused/ with a report; for cron",
        )
        parser.add_argument("--institution", metavar="CODE", help="the institution meant, with all below it")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and change nothing")
        parser.add_argument("--complete", action="store_true", help="whoever is not in the list has left")
        parser.add_argument(
            "--many-leave", action="store_true", help="it is meant that a large part of the staff leaves"
        )
        parser.add_argument("--skip-wrong", action="store_true", help="apply the other rows when some are wrong")
        parser.add_argument("--invite", action="store_true", help="send invitations to those who join")

    def handle(
        self, *args: object, file: Path | None, watch: Path | None, institution: str | None, **options: bool
    ) -> None:
        if (file is None) == (watch is None):
            raise CommandError("Name one file, or a folder with --watch.")
        if watch is not None:
            self._take_folder(watch, self._institution(institution), options)
            return
        today = timezone.localdate()
        try:
            kept = services.keep_upload(
                institution=self._institution(institution),
                content=file.read_bytes(),
                file_name=file.name,
                complete=options["complete"],
                by=None,
            )
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror}.") from None
        except LearningError as problem:
            raise CommandError(problem.message) from None
        if options["dry_run"]:
            self._say_what_would_change(services.preview(kept, on=today))
            services.drop(staff_import=kept)
            return
        try:
            outcome = services.confirm(
                staff_import=kept,
                on=today,
                by=None,
                invite=options["invite"],
                leave_out_wrong=options["skip_wrong"],
                many_leave_meant=options["many_leave"],
            )
        except RowsWrong as wrong:
            services.drop(staff_import=kept)
            self._say_problems(wrong.problems)
            raise CommandError("Nothing was changed. Mend these rows, or leave them out with --skip-wrong.") from None
        except MassLeaving as many:
            services.drop(staff_import=kept)
            raise CommandError(f"{many.message} (--many-leave)") from None
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in outcome.counts().items()))

    def _take_folder(self, watch: Path, institution: Institution | None, options: dict[str, bool]) -> None:
        if not watch.is_dir():
            raise CommandError(f"{watch} is not a folder.")
        if options["dry_run"]:
            raise CommandError("--dry-run goes with a file, not with a folder.")

        @transaction.atomic
        def apply(name: str, content: bytes) -> Outcome:
            kept = services.keep_upload(
                institution=institution, content=content, file_name=name, complete=options["complete"], by=None
            )
            return services.confirm(
                staff_import=kept,
                on=timezone.localdate(),
                by=None,
                invite=options["invite"],
                leave_out_wrong=options["skip_wrong"],
                many_leave_meant=options["many_leave"],
            )

        refused = 0
        try:
            for taken in folder.take(watch, apply, settle_s=SETTLE_S):
                stream = self.stdout if taken.is_done else self.stderr
                stream.write(f"{taken.name}: {taken.summary}")
                refused += not taken.is_done
        except folder.FolderBusy:
            raise CommandError(f"Another run is still at work in {watch}.") from None
        except OSError as problem:
            raise CommandError(f"{problem.filename}: {problem.strerror}.") from None
        if refused:
            raise CommandError(f"{refused} refused: see the reports in {watch / folder.REFUSED}.")

    def _institution(self, code: str | None) -> Institution | None:
        if code is None:
            return None
        try:
            return Institution.objects.get(code=code)
        except Institution.DoesNotExist:
            raise CommandError(f"There is no institution with the code {code}.") from None

    def _say_what_would_change(self, seen: services.Preview) -> None:
        self._say_problems(seen.problems)
        plan = seen.plan
        self.stdout.write(
            f"Would join: {len(plan.joins)}, change: {len(plan.changes)}, leave: {len(plan.leaves)}, "
            f"unchanged: {len(plan.unchanged)}, wrong rows: {len(seen.wrong_rows)}"
        )

    def _say_problems(self, problems: list[Problem]) -> None:
        for problem in problems:
            self.stderr.write(f"row {problem.row}, {problem.title}: {problem.message}")
