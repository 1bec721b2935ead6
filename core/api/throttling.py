"""How many requests a token may make: a fixed window a minute, counted in Redis for all processes together.

A process takes its allowance from Redis in small lots, so that most requests cost no round trip; the count is never
exceeded, and near the limit a request may be refused while another process still holds the rest of a lot. When Redis
does not answer, requests are let through: an API that is down helps nobody more than one that is not throttled.
"""

import logging
import threading
import time
from typing import TYPE_CHECKING

import redis
from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.accounts.models import ApiToken, User

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

WINDOW = 60
_lots: dict[str, int] = {}
_lock = threading.Lock()


def forget_lots() -> None:
    """Give up the allowance this process holds."""
    with _lock:
        _lots.clear()


def _take(key: str, rate: int) -> bool:
    with _lock:
        left = _lots.get(key, 0)
        if left:
            _lots[key] = left - 1
            return True
    lot = max(1, min(200, rate // 50))
    try:
        cache.add(key, 0, WINDOW * 2)
        before = cache.incr(key, lot) - lot
    except (redis.RedisError, ValueError) as error:
        logger.warning("throttle cannot count, letting requests through: %s", error)
        before = 0
    granted = min(lot, rate - before)
    if granted <= 0:
        return False
    with _lock:
        for old in [known for known in _lots if known.rpartition(":")[2] != key.rpartition(":")[2]]:
            del _lots[old]
        _lots[key] = _lots.get(key, 0) + granted - 1
    return True


def admit(scope: str, who: str) -> bool:
    """Whether one more request of ``who`` fits into this minute; ``scope`` names one of ``settings.API_RATES``."""
    rate = settings.API_RATES[scope]
    return not rate or _take(f"api:{scope}:{who}:{int(time.time()) // WINDOW}", rate)


def seconds_left() -> int:
    """Whole seconds until the next minute begins, at least one."""
    return max(1, round(WINDOW - time.time() % WINDOW))


class RateThrottle(BaseThrottle):
    """Requests a minute by token, else by user, else by address; a view's ``throttle_scope`` picks a rate of its own.

    Rates are ``settings.API_RATES``: {"default": 600, …}, 0 means no limit.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Whether this request still fits into the minute."""
        wanted = getattr(view, "throttle_scope", "default")
        return admit(wanted if wanted in settings.API_RATES else "default", self._who(request))

    def wait(self) -> float:
        """Seconds until the next minute begins."""
        return WINDOW - time.time() % WINDOW

    def _who(self, request: Request) -> str:
        if isinstance(request.auth, ApiToken):
            return f"t{request.auth.pk}"
        if isinstance(request.user, User):
            return f"u{request.user.pk}"
        return f"a{request.META.get('REMOTE_ADDR', '')}"
