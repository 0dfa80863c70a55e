"""Housekeeping that the sweep command does beside keeping promises. Apps above add their own when they start."""

from collections.abc import Callable

# What is swept, as the command's report names it -> the sweeper, which says how many it dealt with.
sweepers: dict[str, Callable[[], int]] = {}
