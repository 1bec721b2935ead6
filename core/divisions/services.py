"""Loading division lists."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from core.divisions import queries
from core.divisions.models import LEVEL_BY_LENGTH, Division
from core.errors import DomainError

CARRIED_LIST = Path(__file__).parent / "data" / "divisions.csv"


@dataclass(frozen=True)
class LoadResult:
    """What a load did: rows read, added, changed."""

    rows: int
    created: int
    updated: int


def load_divisions(*, path: Path) -> LoadResult:
    """Insert or update divisions from a UTF-8 CSV.

    Columns: code, name and optionally level, effective_from, effective_to, successor. The whole file is
    taken or nothing; ``DomainError`` names the line at fault.
    """
    rows = _read(path)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO divisions_division AS d (code, name, level, effective_from, effective_to, successor)"
            " SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::date[], %s::text[])"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level,"
            " effective_from = excluded.effective_from, effective_to = excluded.effective_to,"
            " successor = excluded.successor"
            " WHERE (d.name, d.level, d.effective_from, d.effective_to, d.successor) IS DISTINCT FROM"
            " (excluded.name, excluded.level, excluded.effective_from, excluded.effective_to, excluded.successor)"
            " RETURNING (xmax = 0)",
            [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * 6,
        )
        added = [row[0] for row in cursor.fetchall()]
    queries.forget_names()
    return LoadResult(rows=len(rows), created=sum(added), updated=len(added) - sum(added))


def _read(path: Path) -> list[tuple[str, str, str, date | None, date | None, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DomainError("not_found", f"找不到文件 {path}，或无法读取。", "FILE") from error
    except UnicodeDecodeError as error:
        raise DomainError("encoding", f"文件 {path} 不是 UTF-8 编码的 CSV。", "FILE") from error
    longest = Division._meta.get_field("name").max_length or 0  # noqa: SLF001 - Django's documented model API
    reader = csv.DictReader(text.splitlines())
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise DomainError("columns", "区划文件缺少 code 或 name 列。", "FILE")
    found: dict[str, tuple[str, str, str, date | None, date | None, str]] = {}
    for number, row in enumerate(reader, 2):
        code, name = (row["code"] or "").strip(), (row["name"] or "").strip()
        known = code.isascii() and code.isdecimal() and len(code) in LEVEL_BY_LENGTH
        if not known or not 0 < len(name) <= longest:
            raise DomainError("row", f"第{number}行的区划代码“{code}”或名称“{name}”不正确。", "FILE")
        try:
            dates = [
                date.fromisoformat(row[key]) if row.get(key) else None for key in ("effective_from", "effective_to")
            ]
        except ValueError as error:
            raise DomainError("date", f"第{number}行的日期不正确，应为 2025-01-31 这样的格式。", "FILE") from error
        found[code] = (code, name, LEVEL_BY_LENGTH[len(code)], dates[0], dates[1], (row.get("successor") or "").strip())
    return list(found.values())
