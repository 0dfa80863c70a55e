"""`manage.py test`: the whole suite on every core, or whatever pytest arguments follow."""

import sys

import pytest
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Run the tests; further arguments go to pytest."
    requires_system_checks = []

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(pytest.main(argv[2:] or ["-n", "auto", "--dist", "loadgroup", "-q"]))
