from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from learning.models import Institution
from learning.services import enrol_required


class Command(BaseCommand):
    help = "Enrol everyone whom a requirement in force today asks for. Run it every night; twice does no harm."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--institution", metavar="CODE", help="only this institution and all below it")

    def handle(self, *args: object, institution: str | None = None, **options: object) -> None:
        where = None
        if institution:
            where = Institution.objects.filter(code=institution).first()
            if where is None:
                raise CommandError(f"There is no institution with the code {institution}.")
        enrolled = enrol_required(on=timezone.localdate(), institution=where)
        self.stdout.write(f"{enrolled} enrolled.")
