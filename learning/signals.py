"""What the apps above may hear from learning."""

from django.dispatch import Signal

# Sent inside the completing transaction with `completion: Completion`.
# Receivers: certificates.receivers.issue.
course_completed = Signal()
