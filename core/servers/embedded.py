"""What the rest of the program calls: make sure a server of ``var`` answers, or stop both.

``ensure_*`` joins a running server or starts it, announces this process as a user (``presence``), and may be called
again at any time: after a server was killed the next call brings it back with its data.
"""

from pathlib import Path

from core.servers import postgres, presence, redis
from core.servers.places import open_var, remove_everything
from core.servers.postgres import PostgresAddress
from core.servers.redis import RedisAddress


def postgres_address(var: Path) -> PostgresAddress:
    """Where ``var``'s PostgreSQL answers once it runs; nothing is started."""
    return postgres.address(var.absolute())


def redis_address(var: Path) -> RedisAddress:
    """Where ``var``'s Redis answers once it runs; nothing is started."""
    return redis.address(var.absolute())


def ensure_postgres(var: Path) -> PostgresAddress:
    """Join or start PostgreSQL, wait until it answers and the database exists. Raises ServerFault."""
    var = var.absolute()
    open_var(var)
    presence.join(var, stop=_stop_both)
    if postgres.state(var) is not postgres.State.UP:
        with presence.starting(var):
            if postgres.state(var) is not postgres.State.UP:
                postgres.start(var)
    return postgres.address(var)


def ensure_redis(var: Path) -> RedisAddress:
    """Join or start Redis and wait until it answers. Raises ServerFault."""
    var = var.absolute()
    open_var(var)
    presence.join(var, stop=_stop_both)
    if redis.state(var) is not redis.State.UP:
        with presence.starting(var):
            if redis.state(var) is not redis.State.UP:
                redis.start(var)
    return redis.address(var)


def stop(var: Path) -> None:
    """Stop both servers of ``var`` now, whoever still uses them."""
    var = var.absolute()
    if (var / "run").exists():
        _stop_both(var)


def destroy(var: Path) -> None:
    """Stop both servers and delete everything of ``var``: data, sockets, files."""
    stop(var)
    remove_everything(var.absolute())


def _stop_both(var: Path) -> None:
    with presence.starting(var):
        redis.stop(var)
        postgres.stop(var)
