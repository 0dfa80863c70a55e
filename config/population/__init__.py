"""A fictional municipality for the demo, and crowds of people for benchmarks."""
