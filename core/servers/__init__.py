"""Embedded PostgreSQL and Redis: real servers started from the installed wheels, under one ``var`` folder.

Pure Python, no Django. The rules the launcher keeps are in ``docs/servers.md``.
"""

from core.servers.embedded import (
    destroy,
    ensure_postgres,
    ensure_redis,
    postgres_address,
    redis_address,
    stop,
)
from core.servers.faults import ServerFault
from core.servers.postgres import PostgresAddress
from core.servers.redis import RedisAddress

__all__ = [
    "PostgresAddress",
    "RedisAddress",
    "ServerFault",
    "destroy",
    "ensure_postgres",
    "ensure_redis",
    "postgres_address",
    "redis_address",
    "stop",
]
