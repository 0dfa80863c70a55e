"""Which address opens a unit of a kind. Apps above add their own kinds when they start."""

# Unit kind -> name of the URL, taking `enrolment` (UUID) and `unit` (key).
players: dict[str, str] = {}
