import datetime as dt

import pytest
from django.core.cache import cache
from django.utils import timezone

from core.api.authentication import forget_tokens
from core.api.throttling import forget_lots
from core.indicators import memory

TODAY = dt.date(2025, 9, 1)


@pytest.fixture(autouse=True)
def fresh_process():
    """As after a start: nothing remembered, no allowance held."""
    memory.answers.forget()
    memory.counts.forget()
    forget_tokens()
    forget_lots()
    cache.clear()


@pytest.fixture
def today(monkeypatch):
    """1 September 2025."""
    monkeypatch.setattr(timezone, "localdate", lambda *_args: TODAY)
    return TODAY
