from certificates.views.holder import detail, mine, pdf
from certificates.views.verifier import verify, verify_form

__all__ = ["detail", "mine", "pdf", "verify", "verify_form"]
