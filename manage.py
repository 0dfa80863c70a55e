#!/usr/bin/env python3
"""Run Kopā's commands. The first run builds its own environment in `.venv`."""

import os
import sys

from bootstrap import BootstrapError, ensure_environment


def main() -> None:
    try:
        ensure_environment()
    except BootstrapError as problem:
        sys.exit(str(problem))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
