"""Reading of environment variables: a wrong value stops the start with one sentence.

Each reader names the variable, what is wrong with its value and an example, Chinese first, then English. Values of
variables that hold secrets are never printed.
"""

import os
import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

T = TypeVar("T")

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}
DIVISION_LENGTHS = (2, 4, 6, 9, 12)
SECRET_LENGTH = 32


class EnvironmentFault(SystemExit):
    """A variable's value is wrong. As a SystemExit it ends every entry point without a traceback."""

    def __init__(self, name: str, fault_zh: str, fault_en: str, example: str) -> None:
        super().__init__(
            f"环境变量 {name} 的值不正确:{fault_zh}。例如:{name}={example}\n"
            f"Environment variable {name} is wrong: {fault_en}. Example: {name}={example}"
        )


def text(name: str, default: str) -> str:
    """Value as given; the default when unset or blank."""
    return os.environ.get(name, "").strip() or default


def flag(name: str, *, default: bool) -> bool:
    """Yes or no."""
    return _read(name, default, lambda value: _flag(name, value))


def integer(name: str, default: int, *, least: int, most: int) -> int:
    """A whole number within [least, most]."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"-?\d+", value, re.ASCII) or not least <= int(value) <= most:
            zh, en = (
                f"“{value}”不是 {least} 到 {most} 之间的整数",
                f"'{value}' is not a whole number from {least} to {most}",
            )
            raise EnvironmentFault(name, zh, en, str(default))
        return int(value)

    return _read(name, default, parse)


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    """One of the given words, whatever the case it is typed in."""

    def parse(value: str) -> str:
        if value.upper() not in among:
            words = " ".join(among)
            raise EnvironmentFault(name, f"“{value}”不是 {words} 之一", f"'{value}' is none of {words}", default)
        return value.upper()

    return _read(name, default, parse)


def names(name: str, default: list[str]) -> list[str]:
    """A list separated by commas."""
    return _read(name, default, lambda value: [part.strip() for part in value.split(",") if part.strip()])


def origins(name: str) -> list[str]:
    """A list of web origins with their scheme."""
    found = names(name, [])
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
            raise EnvironmentFault(
                name, f"“{origin}”不是完整的网站来源", f"'{origin}' is not a web origin", "https://hr.example.gov.cn"
            )
    return found


def division(name: str, default: str) -> str:
    """A division code of 2, 4, 6, 9 or 12 digits."""

    def parse(value: str) -> str:
        if not re.fullmatch(r"\d+", value, re.ASCII) or len(value) not in DIVISION_LENGTHS:
            zh, en = (
                f"“{value}”不是 2、4、6、9 或 12 位区划代码",
                f"'{value}' is not a division code of 2, 4, 6, 9 or 12 digits",
            )
            raise EnvironmentFault(name, zh, en, default)
        return value

    return _read(name, default, parse)


def secret(name: str, *, generate: Callable[[], str] | None) -> str:
    """A secret of at least 32 characters; made by ``generate`` when unset and that is allowed."""
    value = os.environ.get(name, "").strip()
    if not value and generate is not None:
        return generate()
    if len(value) < SECRET_LENGTH:
        zh = "没有设置" if not value else f"长度只有 {len(value)} 个字符,至少要 {SECRET_LENGTH} 个"
        en = "it is not set" if not value else f"it has {len(value)} characters, at least {SECRET_LENGTH} are needed"
        raise EnvironmentFault(name, zh, en, "$(python -c 'import secrets; print(secrets.token_urlsafe(50))')")
    return value


def database_url(name: str) -> dict[str, str | int | dict[str, str]] | None:
    """Django's connection values from ``postgres://user:password@host:port/name?option=value``; None when unset.

    A host that begins with a slash (percent-encoded) is a socket folder. Query values go to libpq.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    example = "postgres://laborcoop:密码@db.example.cn:5432/laborcoop"
    parts = _split_url(name, value, {"postgres", "postgresql"}, "PostgreSQL", example)
    database = unquote(parts.path.lstrip("/"))
    if not database or "/" in database:
        raise EnvironmentFault(name, "缺少数据库名", "the database name is missing", example)
    return {
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(_host(parts)),
        "PORT": parts.port or "",
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def redis_url(name: str) -> str | None:
    """A Redis URL without a database number, for databases 0 (broker) and 1 (cache) are ours; None when unset."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    example = "redis://redis.example.cn:6379"
    parts = _split_url(name, value, {"redis", "rediss"}, "Redis", example)
    if parts.path not in {"", "/"} or parts.query or not parts.hostname:
        zh = "应只有主机和端口,库号由本系统决定(0 号任务、1 号缓存)"
        en = "give host and port only; database numbers are fixed (0 tasks, 1 cache)"
        raise EnvironmentFault(name, zh, en, example)
    return value.rstrip("/")


def _read(name: str, default: T, parse: Callable[[str], T]) -> T:
    value = os.environ.get(name, "").strip()
    return parse(value) if value else default


def _flag(name: str, value: str) -> bool:
    if value.lower() not in YES | NO:
        raise EnvironmentFault(name, f"“{value}”既不是 1 也不是 0", f"'{value}' is neither 1 nor 0", "1")
    return value.lower() in YES


def _split_url(name: str, value: str, schemes: set[str], product: str, example: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise EnvironmentFault(name, "地址写法不对", "the address cannot be read", example) from None
    if parts.scheme not in schemes:
        zh, en = f"不是 {product} 的地址(以 {example.split(':', 1)[0]}:// 开头)", f"it is not an address of {product}"
        raise EnvironmentFault(name, zh, en, example)
    return parts


def _host(parts: SplitResult) -> str:
    # SplitResult.hostname lowers the case, which would break a socket folder.
    place = parts.netloc.rpartition("@")[2]
    return place.rpartition(":")[0] if parts.port else place.rstrip(":")
