from django.core.management.base import BaseCommand

from learning.people.staff_import import services


class Command(BaseCommand):
    help = "Put aside staff lists that were handed in and not saved for a week, with the people in them. Run it daily."

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(f"{services.drop_unsaved()} put aside.")
