"""Work after the commit. Every task here is also done by a command (`tidy_packages`)."""

from uuid import UUID

from celery import shared_task

from courses.packages import jobs


@shared_task
def run_import(number: str) -> None:
    jobs.run(UUID(number))
