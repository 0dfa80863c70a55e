"""The clock replaced: of signatures, and of everything that asks Django."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import signing
from django.utils import timezone

_time, _now = signing.time.time, timezone.now


def put_forward(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: _time() + by.total_seconds()))
    monkeypatch.setattr(timezone, "now", lambda: _now() + by)
