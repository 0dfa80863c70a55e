"""`manage.py ensure_site`: the pages, settings and editors' group of a new installation."""

from django.core.management.base import BaseCommand

from cms import services


class Command(BaseCommand):
    help = "Make the front page, the standard pages, the footer's notice and the editors' group where they are missing."

    def handle(self, *args: object, **options: object) -> None:
        home = services.ensure_site()
        self.stdout.write(f"The site is in place: {home.get_children().count()} pages below “{home.title}”.")
