"""cmi5 "Quartz": sessions of assignable units, what they may say, and when a course is satisfied."""
