"""What this app does when programmes say that something happened."""

from typing import Any

from django.dispatch import receiver

from assessments import freezing
from courses.models import CourseVersion
from courses.signals import version_frozen


@receiver(version_frozen, dispatch_uid="assessments.freeze_quizzes")
def freeze_quizzes(sender: type, version: CourseVersion, **_more: Any) -> None:
    freezing.freeze_quizzes(version)
