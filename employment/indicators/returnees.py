"""Who of those that came home is back at work, and what work outside pays (domain.md §5; formats.md §3.1)."""

from typing import Final

from django.utils.translation import gettext_noop

from core.indicators.declarations import Fact, Indicator, Measure, Source, Span, Timing
from core.indicators.dimensions import TIME_DIMENSIONS
from core.indicators.registry import register, register_source
from employment.indicators.spells import (
    CHANNEL_DIMENSION,
    COVERS,
    CURRENT,
    DESTINATIONS,
    EMPLOYER,
    OUTSIDE,
    READS,
    SCOPE,
    SPELLS_AS_OF,
)
from workers.indicators import OF_PERSONS, PERSONS, STEADY

RETURNEES: Final = Source(
    name="employment.returnees",
    table="employment_returnee",
    join="LEFT JOIN workers_worker w ON w.id = r.worker_id",
    village="w.village_code",
    first_day="r.returned_on",
    columns=("worker_id", "returned_on", "plans_out"),
)
register_source(RETURNEES)

FESTIVAL_YEAR: Final = "extract(year FROM r.returned_on + interval '3 months')::int"
"""The festival a return is for: of its year, of the next from October on."""

BACK: Final = f"""
EXISTS (
  SELECT FROM {SPELLS_AS_OF} s
  WHERE s.worker_id = r.worker_id AND {COVERS} AND s.place_code <> '' AND NOT starts_with(s.place_code, {{root}})
    AND (s.start_on > r.returned_on
         OR (SELECT max(c.day) FROM unnest(s.confirmed_days) AS c(day) WHERE c.day <= {{as_of}}) > r.returned_on)
)
"""
"""Whether the person of a return ``r`` is in a job outside the county on as_of that evidence after the return speaks for."""

LAST_RETURNS: Final = f"""
SELECT DISTINCT ON (r.worker_id) r.* FROM employment_returnee r
WHERE r.returned_on <= {{as_of}} AND {FESTIVAL_YEAR} = extract(year FROM {{to}})::int
ORDER BY r.worker_id, r.returned_on DESC
"""
"""The last return of each person for the festival of the period's year, as told by as_of."""

_RETURNS: Final = f"""
SELECT {{person}}, {{as_of}} AS day, {BACK} AS back, true AS came_home
FROM ({LAST_RETURNS}) r JOIN workers_worker w ON w.id = r.worker_id WHERE {{people}} AND r.plans_out
"""
_DECEMBER: Final = "make_date(extract(year FROM {to})::int - 1, 12, 1)"
_AWAY_BEFORE: Final = f"SELECT {{person}} FROM {CURRENT} WHERE {{people}} AND {COVERS} AND {OUTSIDE}".replace(
    "{as_of}", _DECEMBER
)
_READS: Final = (RETURNEES.name, *READS)

_BACK_AT_WORK: Final = Measure(gettext_noop("计划外出的返乡人员中已返岗的人数"), "f.back")

register(
    Indicator(
        code="RETURN_RATE",
        name_zh="返岗率",
        name_en="Return-to-post rate",
        unit="%",
        timing=Timing.STOCK,
        definition=gettext_noop(
            "期间所在年份春节（上年10月起）返乡的人，取最后一次返乡；计划外出的人中，截至日期有县外就业记录覆盖、"
            "且该记录在返乡之后开始或返乡之后还有确认的比例。口径 stock 的分母为节前12月1日的省外务工规模。"
        ),
        dedup=gettext_noop("一人计一次，取最后一次返乡"),
        fact=Fact(sql=_RETURNS, reads=_READS),
        unit_key="f.person",
        once=False,
        steady=STEADY | {"age_band"},
        numerator=_BACK_AT_WORK,
        denominator=Measure(gettext_noop("计划外出的返乡人数")),
        variants={
            "planned": {},
            "stock": {
                "fact": Fact(
                    sql=f"""
                    {_RETURNS}
                    UNION ALL SELECT away.*, {{as_of}}, false, false FROM ({_AWAY_BEFORE}) away
                    """,
                    reads=_READS,
                ),
                "denominator": Measure(gettext_noop("节前12月1日的省外务工人数"), "NOT f.came_home"),
            },
        },
        variant_labels={
            "planned": gettext_noop("以计划外出的返乡人员为分母"),
            "stock": gettext_noop("以节前省外务工规模为分母"),
        },
        dimensions=(*OF_PERSONS, *TIME_DIMENSIONS),
    ),
    Indicator(
        code="INCOME",
        name_zh="人均务工收入",
        name_en="Income from work per person",
        unit=gettext_noop("元"),
        timing=Timing.FLOW,
        definition=gettext_noop(
            "期间内（到截至日期）有月工资登记的就业记录的工资之和，比有这种记录的人数：月工资×12×记录在期间内的天数÷期间天数。"
            "期间为十二个月；脱贫户收入按上年10月至当年9月。"
        ),
        dedup=gettext_noop("一人计一次；有几段就业记录的收入相加，分别计入各行"),
        fact=Fact(
            sql=f"""
            SELECT {{person}}, least({{to}}, {{as_of}}) AS day, s.place_code AS place, s.employer_id, s.channel,
                   round(s.wage * 12 * (least(s.end_on, {{to}} + 1, {{as_of}} + 1) - greatest(s.start_on, {{from}}))
                         / ({{to}} + 1 - {{from}}), 2) AS earned
            FROM {CURRENT}
            WHERE {{people}} AND s.wage > 0 AND s.start_on <= least({{to}}, {{as_of}}) AND (s.end_on IS NULL OR s.end_on > {{from}})
            """,
            reads=(*READS, PERSONS.name),
        ),
        unit_key="f.person",
        once=False,
        steady=STEADY | {"age_band"},
        numerator=Measure(gettext_noop("务工收入之和"), sums="f.earned", yuan=True),
        denominator=Measure(gettext_noop("有工资登记的务工人数")),
        percent=False,
        span=Span.TWELVE_MONTHS,
        dimensions=(*OF_PERSONS, *DESTINATIONS, SCOPE, CHANNEL_DIMENSION, EMPLOYER),
    ),
)
