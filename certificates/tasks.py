"""Work after the commit."""

from celery import shared_task

from certificates import services
from certificates.errors import StorageUnavailable
from certificates.models import Certificate


@shared_task(autoretry_for=(StorageUnavailable,), retry_backoff=True, max_retries=5)
def render_pdf(certificate_id: int) -> None:
    services.ensure_pdf(Certificate.objects.get(pk=certificate_id))
