"""What never reaches a log line."""

import logging
import re

# Addresses whose last part opens an account: invitations, password resets, e-mail confirmations.
SECRET_ADDRESS = re.compile(r"(/invitation/|/reset/key/|/confirm-email/|/cmi5/fetch/)[^/\s\"?]+")


class WithoutSecrets(logging.Filter):
    """Cuts the secret out of addresses, wherever in a message they stand."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        shown = SECRET_ADDRESS.sub(r"\1…", message)
        if shown != message:
            record.msg, record.args = shown, ()
        return True
