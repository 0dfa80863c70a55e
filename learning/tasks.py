"""Work after the commit. Every task here is also done by a command."""

from celery import shared_task

from learning.records import outbox


@shared_task
def deliver(topic: str, key: str) -> None:
    outbox.deliver(topic=topic, key=key)
