"""Load a programme's folder into the editor and publish its first version."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from courses.errors import NotReady
from courses.programme_files import ProgrammeInvalid, read_folder
from courses.services import load_programme


class Command(BaseCommand):
    help = "Load a programme's folder: pages, questions, cards, contacts and mail texts. Running it again is harmless."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        try:
            programme = read_folder(folder, languages=[code for code, _name in settings.LANGUAGES])
            report = load_programme(programme=programme, by=None)
        except ProgrammeInvalid as invalid:
            number = len(invalid.problems)
            count = ngettext("%(number)d problem", "%(number)d problems", number) % {"number": number}
            raise CommandError(f"{invalid.message}\n{invalid}\n({count})") from invalid
        except NotReady as refused:
            raise CommandError(str(refused)) from refused
        for title, numbers in (("Created", report.created), ("Updated", report.updated)):
            for kind, number in sorted(numbers.items()):
                if number:
                    self.stdout.write(f"{title} {kind}: {number}")
        if report.version:
            self.stdout.write(f"Published version {report.version.label}: {report.version.full_minutes} minutes")
        elif report.changed_anything:
            self.stdout.write("Learners keep what they have until an editor publishes a new version in /cms/.")
        else:
            self.stdout.write("Nothing to do: everything is as the files say.")
