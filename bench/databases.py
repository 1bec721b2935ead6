"""Databases of one benchmark: a migrated model, and fast copies of it, on the benchmark's own PostgreSQL."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class under its own name

from core.servers import postgres_address

ROOT = Path(__file__).resolve().parents[1]
MODEL = "bench_model"
"""Migrated, with the divisions; only ever copied."""


def var() -> Path:
    """The folder of the benchmark's servers."""
    return Path(os.environ["LABORCOOP_VAR"])


def url(name: str) -> str:
    """``DATABASE_URL`` of a database."""
    found = postgres_address(var())
    return f"postgres://{found.user}@{quote(found.host, safe='')}:{found.port}/{name}"


def connect(name: str) -> Connection:
    """A plain connection of psycopg2, in which every statement stands for itself."""
    found = postgres_address(var())
    opened = psycopg2.connect(host=found.host, port=found.port, user=found.user, dbname=name)
    opened.autocommit = True
    return opened


def exists(name: str) -> bool:
    """Whether there is such a database."""
    with closing(connect("postgres")) as server, server.cursor() as cursor:
        cursor.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        return bool(cursor.rowcount)


def create(name: str, *, like: str = MODEL) -> None:
    """A new database, a copy of ``like``, in place of one that has the name."""
    with closing(connect("postgres")) as server, server.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        cursor.execute(statement.format(sql.Identifier(name), sql.Identifier(like)))


def rename(name: str, to: str) -> None:
    """Give a database its name when it is ready: one that was killed half-way is never taken for it."""
    with closing(connect("postgres")) as server, server.cursor() as cursor:
        cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to)))


def settle(name: str) -> None:
    """Do now what PostgreSQL would do in the middle of a measurement: statistics, visibility, the checkpoint."""
    with closing(connect(name)) as opened, opened.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def run(module: str, *arguments: str, database: str, settings: str = "bench.settings") -> str:
    """Run ``python -m module`` on a database; its standard output. Raises CalledProcessError when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=environment(database, settings),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def environment(database: str, settings: str = "bench.settings") -> dict[str, str]:
    """The environment of a process that works on a database."""
    return {**os.environ, "DATABASE_URL": url(database), "DJANGO_SETTINGS_MODULE": settings}


def make_model() -> None:
    """Make the model: an empty database as after ``migrate`` and ``load_divisions``."""
    create(MODEL, like="template0")
    run("django", "migrate", "--noinput", "--verbosity", "0", database=MODEL)
    run("django", "load_divisions", database=MODEL)
    settle(MODEL)
