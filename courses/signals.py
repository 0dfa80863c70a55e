"""What the apps above may hear from programmes."""

from django.dispatch import Signal

# Sent inside the publishing transaction with `version: CourseVersion`.
# Receivers: assessments.receivers.freeze_quizzes, learning.receivers.enrol_for_version.
version_frozen = Signal()
