"""出行计划: one row a vehicle."""

import re
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, F, Func, QuerySet

from core.accounts.models import User
from core.formats.dates import parse_date
from core.formats.text import compact
from core.formats.values import DISPATCH_MODE
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Reference, Sheet, Target, register
from dispatch.models import Trip
from dispatch.organisers import follow_names
from employment.queries import place_path
from employment.rebuilding import rebuild_spells

PLACE = c.place("目的地", "destination", into="destination_code", required=True, export="place_path")
CLOCK = re.compile(
    r"(?P<half>凌晨|早上|上午|中午|下午|晚上)?\s*(?<!\d)(?P<hour>[01]?\d|2[0-3])\s*[:：时点](?:(?P<minute>[0-5]?\d)|(?P<thirty>半))?"
    r"(?:[:：分]\d{0,2}秒?)?(?:\.\d+)?\s*$"
)
NOON = 12
LOCAL = f"%(expressions)s AT TIME ZONE '{settings.TIME_ZONE}'"
AFTERNOON = ("中午", "下午", "晚上")


def departure(raw: Any, _today: date) -> datetime | None:
    """出发时间: a date, with the hour when one is written (2025-02-10 8:30, 2025年2月10日下午2点半); it may lie ahead."""
    if isinstance(raw, datetime):
        return raw.replace(microsecond=0)
    clock, text = time(), raw
    if isinstance(raw, str) and (found := CLOCK.search(raw)) and compact(raw[: found.start()]):
        clock, text = _clock(found), raw[: found.start()].rstrip(" T")
    day = parse_date(text)
    return datetime.combine(day, clock) if day else None


def _clock(found: re.Match[str]) -> time:
    hour = int(found["hour"])
    if found["half"] in AFTERNOON and 1 <= hour < NOON - (found["half"] == "中午"):
        hour += NOON
    return time(hour, 30 if found["thirty"] else int(found["minute"] or 0))


@register
class TripsSheet(Sheet):
    """The vehicles of organised journeys."""

    kind = "trips"
    title = "出行计划"
    section = "组织输出"
    list_url_name = "dispatch:trips"
    permission = "dispatch.edit"
    person = False
    columns = (
        c.text("批次编号", "batch_code", required=True, longest=60, aliases=("批次号",), example="2025-CY-01", export="batch__code"),
        c.text("批次名称", "batch_name", required=True, aliases=("批次",), example="2025年春季返岗第一批", export="batch__name"),
        c.text("车次(车牌号)", "vehicle", required=True, aliases=("车次", "车牌号", "车次/车牌号"), example="贵F12345", export="vehicle"),
        c.choice("出行方式", "mode", DISPATCH_MODE, required=True, export="mode"),
        c.column(
            "出发时间", "departs_at", departure, sql="timestamp", required=True, aliases=("出发日期", "发车时间"),
            example="2025-02-10 8:30", export="local_departure",
        ),
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
            " WHERE x.n > s.seats",
            blame="座位数",
            code="over_capacity",
        ),
    )
    key = ("s.batch_code", "s.vehicle")
    key_heading = "车次(车牌号)"
    key_words = "批次编号和车次"
    merged_down = ("批次编号", "批次名称", "出发地", "目的地")
    target = Target(
        table="dispatch_trip",
        key="t.batch_id = p.batch_id AND t.vehicle = s.vehicle",
        fixed={"batch_id": "p.batch_id", "vehicle": "s.vehicle"},
        values={
            "mode": "s.mode",
            "departs_at": f"s.departs_at AT TIME ZONE '{settings.TIME_ZONE}'",
            "from_place": "s.from_place",
            "destination_code": "s.destination_code",
            "seats": "s.seats",
            "organiser": "s.organiser",
            "leader": "s.leader",
            "leader_phone": "s.leader_phone",
        },
        # Where rows of one batch call it differently the first of the file decides.
        touched="EXISTS (SELECT FROM dispatch_batch b WHERE b.id = t.batch_id AND b.name <> (SELECT o.batch_name FROM {rows} o"
        " JOIN {plan} q USING (seq) WHERE o.batch_code = s.batch_code AND NOT q.refused ORDER BY o.seq LIMIT 1))",
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

    def after_write(self, batch: Batch) -> None:
        """A new 组织单位 says whose vehicle it is; a new destination is the place of everybody who has none of their own."""
        named = batch.fetch(
            "SELECT p.target_id FROM {plan} p WHERE p.action = 'created' UNION SELECT t.id FROM dispatch_trip t"
            " JOIN history_event e ON e.row_id = t.id AND e.kind = 'U' AND e.operation_id = %(operation)s"
            " AND e.\"table\" = 'dispatch_trip' WHERE e.before ->> 'organiser' IS DISTINCT FROM t.organiser",
            {"operation": batch.operation_id},
        )
        follow_names(row[0] for row in named)
        changed = batch.fetch(
            "SELECT DISTINCT g.worker_id FROM {plan} p JOIN dispatch_passenger g ON g.trip_id = p.target_id"
            " WHERE p.action = 'updated' AND g.at_post_on IS NOT NULL"
        )
        rebuild_spells(worker_ids=[row[0] for row in changed], progress=batch.progress)

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Persons at a post to which a vehicle took them that the operation changed."""
        cursor.execute(
            "SELECT DISTINCT g.worker_id FROM dispatch_passenger g JOIN history_row_event e"
            " ON e.\"table\" = 'dispatch_trip' AND e.row_id = g.trip_id"
            " WHERE e.operation_id = %s AND g.at_post_on IS NOT NULL",
            [operation_id],
        )
        return [row[0] for row in cursor.fetchall()]

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:
        """Derive their spells anew."""
        rebuild_spells(worker_ids=batch_workers, progress=progress)

    def export_rows(self, user: User, query: Any) -> QuerySet[Trip]:
        """Vehicles as the list page filters them."""
        from dispatch.filters import trips  # noqa: PLC0415 - filters import models only once apps are ready

        return trips(user, query).annotate(
            place_path=place_path("destination_code"),
            local_departure=Func(F("departs_at"), template=LOCAL, output_field=DateTimeField()),
        )
