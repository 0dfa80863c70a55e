"""Take up imports of packages that were lost, and remove what interrupted ones left."""

from django.core.management.base import BaseCommand

from courses.packages import jobs


class Command(BaseCommand):
    help = "Start imports that were forgotten, give up those that fell silent, remove what nobody will ask for."

    def handle(self, *args: object, **options: object) -> None:
        done = jobs.tidy()
        self.stdout.write(f"Started {done.started}, given up {done.given_up}, removed {done.removed}")
