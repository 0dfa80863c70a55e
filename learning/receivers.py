"""What learning does when the apps below say something."""

from django.dispatch import receiver

from courses.models import CourseVersion
from courses.signals import version_frozen
from learning.requirements.renewals import apply_version


@receiver(version_frozen)
def enrol_for_version(sender: object, version: CourseVersion, **kwargs: object) -> None:
    apply_version(version=version)
