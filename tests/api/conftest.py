import pytest
from django.core.cache import cache

from core.api.authentication import forget_tokens
from core.api.throttling import forget_lots


@pytest.fixture(autouse=True)
def fresh_process():
    """As after a start: no token remembered, no allowance held, no count in Redis."""
    forget_tokens()
    forget_lots()
    cache.clear()
