"""What certificates do when learning says something happened."""

from django.dispatch import receiver

from certificates import services
from learning.models import Completion
from learning.signals import course_completed


@receiver(course_completed)
def issue(sender: type, completion: Completion, **extra: object) -> None:
    services.issue(completion=completion)
