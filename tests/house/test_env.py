"""A wrong environment variable stops every entry point with one sentence in each language and no traceback."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from laborcoop import env

ROOT = Path(__file__).resolve().parents[2]

WRONG = [
    ("DEBUG", "maybe", "'maybe' is neither 1 nor 0"),
    ("ROOT_DIVISION", "52052", "'52052' is not a division code"),
    ("ROOT_DIVISION", "５２０５２７", "is not a division code"),
    ("TRUSTED_PROXIES", "many", "'many' is not a whole number from 0 to 5"),
    ("TRUSTED_PROXIES", "9", "'9' is not a whole number from 0 to 5"),
    ("LOG_LEVEL", "loud", "'loud' is none of"),
    ("CSRF_TRUSTED_ORIGINS", "hr.example.gov.cn", "is not a web origin"),
    ("DATABASE_URL", "mysql://a/b", "it is not an address of PostgreSQL"),
    ("DATABASE_URL", "postgres://host:port/name", "the address cannot be read"),
    ("DATABASE_URL", "postgres://host:5432/", "the database name is missing"),
    ("REDIS_URL", "localhost:6379", "it is not an address of Redis"),
    ("REDIS_URL", "redis://localhost:6379/3", "database numbers are fixed"),
    ("SECRET_KEY", "short", "it has 5 characters"),
]


def start(**variables):
    """Read the settings in a fresh interpreter and print a few of them."""
    code = (
        "from django.conf import settings; database = settings.DATABASES['default']; "
        "print(database['HOST'], database['NAME'], settings.CACHES['default']['LOCATION'], settings.ROOT_DIVISION)"
    )
    environment = {"PATH": os.defpath, "DJANGO_SETTINGS_MODULE": "laborcoop.settings", **variables}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("name", "value", "fault"), WRONG)
def test_wrong_value_stops_the_start(tmp_path, name, value, fault):
    ended = start(LABORCOOP_VAR=str(tmp_path), **{name: value})
    chinese, english = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert chinese.startswith(f"环境变量 {name} 的值不正确")
    assert f"例如:{name}=" in chinese
    assert english.startswith(f"Environment variable {name} is wrong")
    assert fault in english


def test_secret_of_an_installation_with_its_own_database_must_be_given(tmp_path):
    ended = start(LABORCOOP_VAR=str(tmp_path), DATABASE_URL="postgres://a:b@db:5432/c")
    assert (ended.returncode, "it is not set" in ended.stderr) == (1, True)
    assert not (tmp_path / "secret_key").exists()


def test_a_password_is_never_printed(tmp_path):
    ended = start(LABORCOOP_VAR=str(tmp_path), DATABASE_URL="postgres://user:geheim@host:0x1/name")
    assert ended.returncode == 1
    assert "geheim" not in ended.stderr


def test_without_variables_the_embedded_servers_are_addressed_and_not_started(tmp_path):
    var = tmp_path / "var"
    ended = start(LABORCOOP_VAR=str(var))
    host, name, cache, root = ended.stdout.split()
    assert (name, root) == ("laborcoop", "520527")
    assert cache.startswith("unix://")
    assert Path(host).exists() is False
    assert [path.name for path in var.iterdir()] == ["secret_key"]


def test_made_up_secret_is_kept_and_private(tmp_path):
    first = start(LABORCOOP_VAR=str(tmp_path))
    secret = (tmp_path / "secret_key").read_text()
    again = start(LABORCOOP_VAR=str(tmp_path))
    assert (first.returncode, again.returncode) == (0, 0)
    assert (tmp_path / "secret_key").read_text() == secret
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_given_servers_are_used(tmp_path):
    ended = start(
        LABORCOOP_VAR=str(tmp_path),
        DATABASE_URL="postgres://a:p%40ss@DB.example:5433/c?sslmode=require",
        REDIS_URL="redis://cache.example:6380",
        SECRET_KEY="s" * 40,
        ROOT_DIVISION="522731",
    )
    assert ended.stdout.split() == ["DB.example", "c", "redis://cache.example:6380/1", "522731"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://a:p%40ss@db:5433/c?sslmode=require",
            {
                "NAME": "c",
                "USER": "a",
                "PASSWORD": "p@ss",
                "HOST": "db",
                "PORT": 5433,
                "OPTIONS": {"sslmode": "require"},
            },
        ),
        (
            "postgresql://%2Fvar%2Frun%2FPG/c",
            {"NAME": "c", "USER": "", "PASSWORD": "", "HOST": "/var/run/PG", "PORT": "", "OPTIONS": {}},
        ),
    ],
)
def test_database_address_is_taken_apart(monkeypatch, url, expected):
    monkeypatch.setenv("DATABASE_URL", url)
    assert env.database_url("DATABASE_URL") == expected


def test_the_page_of_settings_lists_every_variable_that_is_read():
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "laborcoop").rglob("*.py")]
    read = {name for source in sources for name in re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', source)}
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert sorted(name for name in read if f"`{name}`" not in page) == []
    assert {"DATABASE_URL", "BIND", "ROOT_DIVISION"} <= read
