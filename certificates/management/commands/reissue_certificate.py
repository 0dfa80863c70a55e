from django.core.management.base import BaseCommand, CommandError, CommandParser

from certificates import services
from certificates.errors import CertificateError
from certificates.management.arguments import certificate, person


class Command(BaseCommand):
    help = "Issue a certificate anew with a corrected name. The old code answers that it was replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code or number of the certificate")
        parser.add_argument("--given-names", required=True)
        parser.add_argument("--surname", required=True)
        parser.add_argument("--reason", required=True, help="for the issuer's own records")
        parser.add_argument("--by", required=True, metavar="E-MAIL", help="the person who decides")

    def handle(
        self, *args: object, code: str, given_names: str, surname: str, reason: str, by: str, **options: object
    ) -> None:
        paper = certificate(code)
        try:
            new = services.reissue(
                certificate=paper, given_names=given_names, surname=surname, reason=reason, by=person(by)
            )
        except CertificateError as problem:
            raise CommandError(problem.message) from problem
        self.stdout.write(f"{paper.serial} is replaced by {new.serial}, code {new.printed_code}.")
