from django.core.management.base import BaseCommand, CommandParser

from certificates import services
from certificates.management.arguments import certificate, person
from certificates.models import Revocation


class Command(BaseCommand):
    help = "Declare a certificate void. Its row and its PDF stay; its code answers that it is revoked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", help="code or number of the certificate")
        parser.add_argument("--reason", required=True, choices=Revocation.Reason.values)
        parser.add_argument("--note", default="", help="for the issuer's own records")
        parser.add_argument("--by", required=True, metavar="E-MAIL", help="the person who decides")

    def handle(self, *args: object, code: str, reason: str, note: str, by: str, **options: object) -> None:
        paper = certificate(code)
        revocation = services.revoke(certificate=paper, reason=Revocation.Reason(reason), note=note, by=person(by))
        self.stdout.write(f"{paper.serial} is revoked since {revocation.revoked_at:%Y-%m-%d}: {revocation.reason}.")
