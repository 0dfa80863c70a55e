from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from learning.reminders import bounces


class Command(BaseCommand):
    help = (
        "Read what mail servers reported of reminders (RFC 3464) from files, each a single mail or an mbox, and note "
        "in the ledger what came back and what was delivered. The same file twice does no harm."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")

    def handle(self, *args: object, files: list[Path], **options: object) -> None:
        read = noted = 0
        for path in files:
            try:
                for content in bounces.mails_in(path):
                    read += 1
                    report = bounces.report_in(content)
                    noted += report is not None and bounces.note(report)
            except OSError as problem:
                raise CommandError(f"{path}: {problem.strerror}") from None
        self.stdout.write(f"{read} read, {noted} noted.")
