"""Everything that changes a certificate's life: issue, print, revoke."""

from certificates.services.issuing import issue, reissue
from certificates.services.letters import TOPIC as LETTER_TOPIC
from certificates.services.letters import keep_letter_promise
from certificates.services.papers import TOPIC as PDF_TOPIC
from certificates.services.papers import ensure_pdf, keep_pdf_promise
from certificates.services.revoking import revoke

__all__ = [
    "LETTER_TOPIC",
    "PDF_TOPIC",
    "ensure_pdf",
    "issue",
    "keep_letter_promise",
    "keep_pdf_promise",
    "reissue",
    "revoke",
]
