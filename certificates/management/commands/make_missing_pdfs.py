from django.core.management.base import BaseCommand, CommandError

from certificates import services


class Command(BaseCommand):
    help = "Draw the PDF of every certificate whose worker was lost. Safe to run at any time."

    def handle(self, *args: object, **options: object) -> None:
        made, failed = services.make_missing_pdfs()
        self.stdout.write(f"PDFs made: {made}")
        if failed:
            raise CommandError(
                f"PDFs that could not be made: {failed}; the log says why, and they are tried again later."
            )
