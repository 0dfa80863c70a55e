"""A mail server that writes down the ids of the letters it took, one a line, and tells a benchmark what came twice."""

import os
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        for message in messages:
            message.message().as_bytes()
            line = f"{message.extra_headers['Message-ID']}\n".encode()
            # One write to a file opened for appending: a process killed afterwards cannot take it back.
            file = os.open(settings.BENCHMARK_POSTBOX, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(file, line)
            finally:
                os.close(file)
        return len(messages)
