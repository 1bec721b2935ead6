"""Django's Redis cache, made to fit: it starts the embedded server, and a Redis that is down is an empty cache.

The cache holds only what can be done without (throttle counters, rendered fragments): a page must not fail with it.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import redis
from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache

from core.servers import ServerFault, ensure_redis

T = TypeVar("T")

logger = logging.getLogger(__name__)


class EmbeddedConnection(redis.UnixDomainSocketConnection):
    """A connection that makes sure the embedded Redis runs before it connects."""

    def _connect(self) -> Any:  # noqa: ANN401 - redis-py does not type its sockets
        ensure_redis(settings.VAR)
        return super()._connect()  # type: ignore[no-untyped-call]


class EmbeddedPool(redis.ConnectionPool):
    """Pool of connections to the embedded Redis."""

    @classmethod
    def from_url(cls, url: str, **options: Any) -> "EmbeddedPool":
        """Build from a unix:// URL, with our connection class in place of the URL's own."""
        parsed = redis.connection.parse_url(url)  # type: ignore[no-untyped-call]
        return cls(**{**options, **parsed, "connection_class": EmbeddedConnection})


class RedisCache(DjangoRedisCache):
    """See the module."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        if settings.EMBEDDED_REDIS:
            params = {**params, "OPTIONS": {**params.get("OPTIONS", {}), "pool_class": EmbeddedPool}}
        super().__init__(server, params)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401
        """The cached value; ``default`` when absent or when Redis does not answer."""
        return _forgive(lambda: super(RedisCache, self).get(key, default, version), otherwise=default)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """The cached values that there are."""
        return _forgive(lambda: super(RedisCache, self).get_many(keys, version), otherwise={})

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:  # noqa: ANN401
        """Store, or do nothing when Redis does not answer."""
        _forgive(lambda: super(RedisCache, self).set(key, value, timeout, version), otherwise=None)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:  # noqa: ANN401
        """Store if absent; true when stored, and when Redis does not answer."""
        return _forgive(lambda: super(RedisCache, self).add(key, value, timeout, version), otherwise=True)

    def delete(self, key: str, version: int | None = None) -> bool:
        """Remove; false when there was nothing or Redis does not answer."""
        return _forgive(lambda: super(RedisCache, self).delete(key, version), otherwise=False)


def _forgive(act: Callable[[], T], *, otherwise: T) -> T:
    try:
        return act()
    except (redis.RedisError, ServerFault) as error:
        logger.warning("cache unavailable: %s", error)
        return otherwise
