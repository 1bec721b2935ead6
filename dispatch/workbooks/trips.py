"""出行计划: one row a vehicle."""

import re
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.dates import parse_date
from core.formats.text import compact
from core.formats.values import DISPATCH_MODE
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Reference, Sheet, Target, register
from dispatch.models import Trip

PLACE = c.place("目的地", "destination", into="destination_code", required=True)
CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：时]([0-5]\d)?(?:[:：分]\d{0,2}秒?)?\s*$")


def departure(raw: Any, _today: date) -> datetime | None:
    """出发时间: a date, with the hour when one is written; the plan may lie ahead."""
    if isinstance(raw, datetime):
        return raw.replace(microsecond=0)
    clock, text = time(), raw
    if isinstance(raw, str) and (found := CLOCK.search(raw.strip())) and compact(raw[: found.start()]):
        clock, text = time(int(found[1]), int(found[2] or 0)), raw.strip()[: found.start()]
    day = parse_date(text)
    return datetime.combine(day, clock) if day else None


@register
class TripsSheet(Sheet):
    """The vehicles of organised journeys."""

    kind = "trips"
    title = "出行计划"
    section = "组织输出"
    permission = "dispatch.edit"
    person = False
    columns = (
        c.text("批次编号", "batch_code", required=True, aliases=("批次号",), example="2025-CY-01", export="batch__code"),
        c.text("批次名称", "batch_name", required=True, aliases=("批次",), example="2025年春季返岗第一批", export="batch__name"),
        c.text("车次(车牌号)", "vehicle", required=True, aliases=("车次", "车牌号", "车次/车牌号"), example="贵F12345", export="vehicle"),
        c.choice("出行方式", "mode", DISPATCH_MODE, required=True, export="mode"),
        c.column("出发时间", "departs_at", departure, sql="timestamp", required=True, aliases=("出发日期", "发车时间"), example="2025-02-10", export="departs_at"),
        c.text("出发地", "from_place", required=True, aliases=("始发地", "出发地点"), example="赫章县客运站", export="from_place"),
        *PLACE.columns,
        c.integer("座位数", "seats", required=True, aliases=("座位", "座位数(个)"), example="45", export="seats"),
        c.text("组织单位", "organiser", export="organiser"),
        c.text("领队", "leader", aliases=("领队姓名", "带队人"), export="leader"),
        c.phone("领队电话", "leader_phone", aliases=("领队联系电话",), export="leader_phone"),
    )  # fmt: skip
    derived = (PLACE.derived,)
    references = (
        Reference(into="batch_id", find="SELECT b.id FROM dispatch_batch b WHERE b.code = s.batch_code", optional=True),
    )
    checks = (
        Check(
            sql="SELECT p.seq, '这个车次已登记' || x.n || '名乘车人，多于座位数。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " JOIN dispatch_trip t ON t.batch_id = p.batch_id AND t.vehicle = s.vehicle"
            " CROSS JOIN LATERAL (SELECT count(*) AS n FROM dispatch_passenger g WHERE g.trip_id = t.id) x"
            " WHERE NOT p.refused AND x.n > s.seats",
            blame="座位数",
            code="over_capacity",
        ),
    )
    key = ("s.batch_code", "s.vehicle")
    key_heading = "车次(车牌号)"
    key_words = "批次编号和车次"
    target = Target(
        table="dispatch_trip",
        key="t.batch_id = p.batch_id AND t.vehicle = s.vehicle",
        fixed={"batch_id": "p.batch_id", "vehicle": "s.vehicle"},
        values={
            "mode": "s.mode",
            "departs_at": "s.departs_at AT TIME ZONE 'Asia/Shanghai'",
            "from_place": "s.from_place",
            "destination_code": "s.destination_code",
            "seats": "s.seats",
            "organiser": "s.organiser",
            "leader": "s.leader",
            "leader_phone": "s.leader_phone",
        },
        touched="EXISTS (SELECT FROM dispatch_batch b WHERE b.id = t.batch_id AND b.name IS DISTINCT FROM s.batch_name)",
    )

    def before_write(self, batch: Batch) -> None:
        """Create or rename the batches the rows belong to."""
        batch.run(
            "INSERT INTO dispatch_batch AS b (code, name) SELECT DISTINCT ON (s.batch_code) s.batch_code, s.batch_name"
            " FROM {rows} s JOIN {plan} p USING (seq) WHERE p.action IN ('created', 'updated') ORDER BY s.batch_code, p.seq"
            " ON CONFLICT (code) DO UPDATE SET name = excluded.name, updated_at = now() WHERE b.name IS DISTINCT FROM excluded.name"
        )
        batch.run(
            "UPDATE {plan} p SET batch_id = b.id FROM {rows} s, dispatch_batch b"
            " WHERE s.seq = p.seq AND b.code = s.batch_code AND p.action = 'created'"
        )

    def export_rows(self, user: User, query: Any) -> QuerySet[Trip]:
        """Vehicles as the list page filters them."""
        from dispatch.filters import TripFilter  # noqa: PLC0415 - filters import models only once apps are ready

        return TripFilter(query, queryset=Trip.objects.order_by("id")).qs
