from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CertificatesConfig(AppConfig):
    name = "certificates"
    verbose_name = _("Certificates")

    def ready(self) -> None:
        from certificates import receivers, selectors, services  # noqa: F401  Importing receivers connects them.
        from learning import papers
        from learning.records import outbox

        outbox.handlers[services.PDF_TOPIC] = services.keep_pdf_promise
        outbox.handlers[services.LETTER_TOPIC] = services.keep_letter_promise
        papers.shelves.append(selectors.shelf)
        papers.registers.append(selectors.register)
        papers.issuers.append(selectors.issuer)
