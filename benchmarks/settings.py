"""The platform's own settings plus one bare view to measure against."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
