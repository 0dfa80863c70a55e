"""Everything that changes a certificate's life: issue, print, revoke."""

from certificates.services.issuing import issue, reissue
from certificates.services.papers import ensure_pdf, make_missing_pdfs
from certificates.services.revoking import revoke

__all__ = ["ensure_pdf", "issue", "make_missing_pdfs", "reissue", "revoke"]
