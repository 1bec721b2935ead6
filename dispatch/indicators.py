"""What organised dispatch counts, and whether the people it carried stay in work (domain.md §5; formats.md §3.1)."""

from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_noop

import dispatch.evidence  # noqa: F401 - the 到岗 it declares are part of the cohort
from core.indicators.declarations import Dimension, Fact, Indicator, Measure, Naming, Source, Timing
from core.indicators.dimensions import TIME_DIMENSIONS
from core.indicators.registry import register, register_source
from dispatch.models import Trip
from employment.arrivals import ORDER, arrivals_sql
from employment.indicators import ARRIVAL_READS, DESTINATIONS, EMPLOYER, READS, SPELLS_AS_OF
from workers.indicators import OF_PERSONS, PERSONS, STEADY

_LEFT: Final = f"(t.departs_at AT TIME ZONE '{settings.TIME_ZONE}')::date"

_JOURNEY: Final = """
LEFT JOIN workers_worker w ON w.id = r.worker_id
LEFT JOIN dispatch_trip own ON own.id = r.trip_id
LEFT JOIN LATERAL (
  SELECT min(t.departs_at)::date - 1 AS first_day, max(t.departs_at)::date + 1 AS last_day
  FROM dispatch_trip t WHERE t.batch_id = own.batch_id
) journey ON true
"""
"""Which vehicle of a batch counts depends on all of them: a change touches the days of the whole batch (a day more for time zones)."""

PASSENGERS: Final = Source(
    name="dispatch.passengers",
    table="dispatch_passenger",
    join=_JOURNEY,
    village="w.village_code",
    first_day="least(journey.first_day, r.at_post_on)",
    last_day="greatest(journey.last_day, r.at_post_on)",
    columns=("trip_id", "worker_id", "destination_code", "employer_id", "boarded", "at_post_on", "outcome"),
)
TRIPS: Final = Source(
    name="dispatch.trips",
    table="dispatch_trip",
    join="""
    LEFT JOIN LATERAL (
      SELECT min(t.departs_at)::date - 1 AS first_day, max(t.departs_at)::date + 1 AS last_day
      FROM dispatch_trip t WHERE t.batch_id = r.batch_id
    ) journey ON true
    """,
    first_day="least(journey.first_day, r.departs_at::date - 1)",
    last_day="greatest(journey.last_day, r.departs_at::date + 1)",
    columns=("batch_id", "mode", "departs_at", "destination_code"),
    events="UD",
)
BATCHES: Final = Source(name="dispatch.batches", table="dispatch_batch", columns=("code", "name"), events="U")
register_source(PASSENGERS, TRIPS, BATCHES)

MODE: Final = Dimension(
    name="mode", label=gettext_noop("出行方式"), code="f.mode", labels=dict(Trip.Mode.choices), naming=Naming.LABELS
)
TRIP: Final = Dimension(
    name="trip",
    label=gettext_noop("批次"),
    code="f.batch",
    naming=Naming.QUERY,
    names="SELECT code, name FROM dispatch_batch WHERE code = ANY(%s)",
    reads=(BATCHES.name,),
)
_PLACE: Final = "coalesce(nullif(p.destination_code, ''), t.destination_code)"
_BOARDED: Final = """
FROM dispatch_passenger p JOIN dispatch_trip t ON t.id = p.trip_id JOIN dispatch_batch b ON b.id = t.batch_id
JOIN workers_worker w ON w.id = p.worker_id
"""
_IN_PERIOD: Final = """
t.batch_id IN (SELECT near.batch_id FROM dispatch_trip near WHERE near.departs_at >= {from} - 1 AND near.departs_at < {to} + 2)
"""
"""Batches with a departure in the period; a day more on both sides, whatever time zone the server thinks in."""

JOURNEYS: Final = Fact(
    sql=f"""
    SELECT DISTINCT ON (p.worker_id, t.batch_id)
           {{person}}, t.batch_id, b.code AS batch, {_LEFT} AS day, t.mode, {_PLACE} AS place, p.employer_id
    {_BOARDED}
    WHERE {{people}} AND p.boarded AND {_IN_PERIOD}
    ORDER BY p.worker_id, t.batch_id, t.mode = '{Trip.Mode.SHUTTLE}', t.departs_at, t.id
    """,
    reads=(PASSENGERS.name, TRIPS.name, BATCHES.name, PERSONS.name),
)
"""One row a person and batch: of its vehicles with 签到 the first that is no 接驳, else the first."""

RIDES: Final = Fact(
    sql=f"""
    SELECT {{person}}, t.batch_id, t.id AS trip_id, b.code AS batch, {_LEFT} AS day, left_on.day AS batch_day, t.mode,
           {_PLACE} AS place, p.employer_id
    {_BOARDED}
    LEFT JOIN (
      SELECT t.batch_id, min({_LEFT}) AS day FROM dispatch_trip t
      WHERE EXISTS (SELECT FROM dispatch_passenger o WHERE o.trip_id = t.id AND o.boarded) GROUP BY t.batch_id
    ) left_on ON left_on.batch_id = b.id
    WHERE {{people}} AND p.boarded AND {_IN_PERIOD}
    """,
    reads=(PASSENGERS.name, TRIPS.name, BATCHES.name, PERSONS.name),
)
"""One row a person aboard a vehicle, with the day the batch first left with anyone aboard."""

_BATCHES: Final = Fact(
    sql=f"SELECT r.*, r.batch_day AS day FROM ({RIDES.sql.replace(f'{_LEFT} AS day', f'{_LEFT} AS vehicle_day')}) r",
    reads=RIDES.reads,
)

_JOURNEY_DIMENSIONS: Final = (*OF_PERSONS, *DESTINATIONS, MODE, TRIP, EMPLOYER, *TIME_DIMENSIONS)


def _dispatch(**fields: Any) -> Indicator:
    return Indicator(timing=Timing.FLOW, dimensions=_JOURNEY_DIMENSIONS, **fields)


register(
    _dispatch(
        code="ORG_PT",
        name_zh="有组织输出人次",
        name_en="Organised dispatch, person-times",
        unit=gettext_noop("人次"),
        definition=gettext_noop(
            "出行批次中已签到的人次，日期和出行方式取本人在该批次第一辆非接驳车（只有接驳的取第一辆）。"
        ),
        dedup=gettext_noop("一人一批次计一次"),
        fact=JOURNEYS,
        unit_key="(f.person, f.batch_id)",
        numerator=Measure(gettext_noop("已签到的（人、批次）数")),
    ),
    _dispatch(
        code="ORG_P",
        headline=40,
        name_zh="有组织输出人数",
        name_en="Organised dispatch, persons",
        unit=gettext_noop("人"),
        definition=gettext_noop("期间内在出行批次中已签到的人数。"),
        dedup=gettext_noop("期间内一人计一次"),
        fact=JOURNEYS,
        unit_key="f.person",
        once=False,
        steady=STEADY,
        numerator=Measure(gettext_noop("已签到的人数")),
    ),
    _dispatch(
        code="ORG_BATCH",
        name_zh="输出批次",
        name_en="Dispatch batches",
        unit=gettext_noop("批"),
        definition=gettext_noop("有人乘车的批次，按该批次首次发车的日期计入期间。"),
        dedup=gettext_noop("一批次计一次；有两种出行方式的批次分别计入各行"),
        fact=_BATCHES,
        unit_key="f.batch_id",
        once=False,
        steady=frozenset({"trip", "month", "quarter"}),
        numerator=Measure(gettext_noop("有人乘车的批次数")),
    ),
    _dispatch(
        code="ORG_VEHICLE",
        name_zh="输出车次",
        name_en="Dispatch vehicles",
        unit=gettext_noop("车次"),
        definition=gettext_noop("有人乘车的车次，按发车日期计入期间。"),
        dedup=gettext_noop("一车次计一次"),
        fact=RIDES,
        unit_key="f.trip_id",
        once=False,
        steady=frozenset({"trip", "mode", "month", "quarter"}),
        numerator=Measure(gettext_noop("有人乘车的车次数")),
    ),
)

HEADLINE_DAYS: Final = 90
WINDOWS: Final = {7: 3, 30: 5, 90: 10, 180: 15}
"""Days a confirmation may come before day N (domain.md §3.4)."""

COHORT: Final = f"""
SELECT DISTINCT ON (a.worker_id, date_trunc('month', a.day))
       {{person}}, a.day, a.place, a.employer_id, a.batch, a.mode
FROM ({arrivals_sql()}) a JOIN workers_worker w ON w.id = a.worker_id
WHERE {{people}} AND a.day BETWEEN {{from}} AND least({{to}}, {{as_of}})
ORDER BY a.worker_id, date_trunc('month', a.day), {ORDER}
"""
"""One row a person and month: the earliest 到岗 of that month, of whichever source (formats.md §1.4 rule 2, §3.1 RET_N)."""


def retention_fact(days: int) -> Fact:
    """Whether those who arrived were in work on day ``days`` (formats.md §3.1 RET_N).

    ``stays``: a spell covers the day and is confirmed to within its window; ``gone``: none covers it and one ended after
    到岗; ``same``: one employer in all spells from 到岗 to that day, a blank one being a change.
    """
    window = WINDOWS[days]
    confirmed = "(SELECT max(c.day) FROM unnest(s.confirmed_days) AS c(day) WHERE c.day <= {as_of})"
    on_day = f"s.start_on <= a.day + {days} AND (s.end_on IS NULL OR s.end_on > a.day + {days})"
    since = f"s.start_on <= a.day + {days} AND (s.end_on IS NULL OR s.end_on > a.day)"
    return Fact(
        sql=f"""
        SELECT a.*, a.day + {days} <= {{as_of}} AS due, coalesce(found.stays, false) AS stays,
               NOT coalesce(found.covered, false) AND coalesce(found.ended, false) AS gone,
               found.spells = 1 OR (found.employers = 1 AND NOT found.blank) AS same
        FROM ({COHORT}) a LEFT JOIN LATERAL (
          SELECT bool_or({on_day}) AS covered, bool_or({on_day} AND {confirmed} >= a.day + {days - window}) AS stays,
                 bool_or(s.end_on > a.day AND s.end_on <= a.day + {days}) AS ended,
                 count(*) FILTER (WHERE {since}) AS spells, count(DISTINCT s.employer_id) FILTER (WHERE {since}) AS employers,
                 bool_or(s.employer_id IS NULL) FILTER (WHERE {since}) AS blank
          FROM {SPELLS_AS_OF} s WHERE s.worker_id = a.person
        ) found ON true
        """,
        reads=(PASSENGERS.name, TRIPS.name, BATCHES.name, *ARRIVAL_READS, *READS),
    )


def _retention(days: int) -> Indicator:
    stays, gone = "f.due AND f.stays", "f.due AND NOT f.stays AND f.gone"
    unknown = "f.due AND NOT f.stays AND NOT f.gone"
    return Indicator(
        code=f"RET_{days}",
        headline=50 if days == HEADLINE_DAYS else None,
        name_zh=f"稳岗率（{days}日）",
        name_en=f"Retention after {days} days",
        unit="%",
        timing=Timing.FLOW,
        definition=gettext_noop(
            "期间内到岗的人，到岗后第%(days)s日仍有就业记录覆盖、且记录的最近确认不早于该日前%(window)s天的比例；"
            "只计到岗满%(days)s日的。口径 same 还要求到岗以来没有换单位。"
        ),
        words={"days": days, "window": WINDOWS[days]},
        dedup=gettext_noop("一人一月计一次，取当月最早的到岗"),
        fact=retention_fact(days),
        unit_key="(f.person, f.day)",
        numerator=Measure(gettext_noop("第%(days)s日在岗的（人、月）数"), stays),
        denominator=Measure(gettext_noop("到岗已满%(days)s日的（人、月）数；失联等情况不明的也在内"), "f.due"),
        extras={"left": gone, "unknown": unknown},
        variants={
            "any": {},
            "same": {
                "numerator": Measure(gettext_noop("第%(days)s日在岗且没有换单位的（人、月）数"), f"{stays} AND f.same"),
                "extras": {"left": gone, "unknown": unknown, "other": f"{stays} AND NOT f.same"},
            },
        },
        variant_labels={"any": gettext_noop("在岗（不论是否换单位）"), "same": gettext_noop("在原单位在岗")},
        dimensions=(*OF_PERSONS, *DESTINATIONS, MODE, TRIP, EMPLOYER, *TIME_DIMENSIONS),
    )


register(*[_retention(days) for days in WINDOWS])
