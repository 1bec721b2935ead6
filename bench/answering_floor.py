"""The least that could answer the statistics API: a bare WSGI application.

One SELECT of the stored figures by psycopg2, one ``json.dumps``.
"""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from bench.databases import connect

ZONE = ZoneInfo("Asia/Shanghai")
STORED = """
SELECT s.version, s.period_from, s.period_to, s.as_of, s.numerator, s.computed_at,
       (SELECT json_agg(json_build_array(g.code, d.name, g.numerator) ORDER BY g.code) FROM indicators_figure g
        LEFT JOIN divisions_division d ON d.code = g.code WHERE g.figure_set_id = s.id)
FROM indicators_figureset s
WHERE s.indicator = %s AND s.variant = '' AND s.division = %s AND s.dimension = %s AND s.freeze_id IS NULL
  AND extract(year FROM s.period_from) = %s
"""

_opened: list[Any] = []

Start = Callable[[str, list[tuple[str, str]]], object]


def application(environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    """Answer ``/api/v1/statistics/CODE/?period=YEAR&division=CODE&by=DIMENSION`` with the product's own document."""
    if not _opened:
        _opened.append(connect(os.environ["BENCH_DATABASE"]))
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    code = environ["PATH_INFO"].split("/")[-2]
    with _opened[0].cursor() as cursor:
        cursor.execute(STORED, [code, asked["division"], asked["by"], int(asked["period"])])
        version, first, last, as_of, total, computed_at, rows = cursor.fetchone()
    document = {
        "code": code,
        "version": version,
        "unit": "人",
        "period": {"from": first.isoformat(), "to": last.isoformat()},
        "division": asked["division"],
        "as_of": as_of.isoformat(),
        "computed_at": computed_at.astimezone(ZONE).isoformat(timespec="seconds"),
        "frozen": False,
        "total": _cell(total),
        "rows": [{asked["by"]: {"code": row, "name": name}, **_cell(number)} for row, name, number in rows or ()],
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _cell(number: Any) -> dict[str, Any]:  # noqa: ANN401 - numeric comes as Decimal, or as a number out of JSON
    return {"value": str(int(number)), "numerator": int(number), "denominator": None}
