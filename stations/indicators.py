"""What the stations count (domain.md §5; formats.md §3.1)."""

from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_noop

from core.formats.values import VISIT_CHANNEL
from core.indicators.declarations import Dimension, Fact, Indicator, Measure, Naming, Source, Timing
from core.indicators.dimensions import TIME_DIMENSIONS, destination, destinations
from core.indicators.registry import indicator_named, register, register_source
from dispatch.indicators import WINDOWS
from employment.indicators import COVERS, CURRENT, DESTINATIONS, EMPLOYER, READS, SCOPE
from workers.indicators import OF_PERSONS, PERSONS

VISITS: Final = Source(
    name="stations.visits",
    table="stations_visit",
    join="LEFT JOIN workers_worker w ON w.id = r.worker_id",
    village="w.village_code",
    first_day="r.visited_on",
    last_day="r.visited_on",
    columns=("worker_id", "station_id", "visited_on", "channel"),
)
STATIONS: Final = Source(
    name="stations.stations",
    table="stations_station",
    columns=("code", "name", "place_code", "service_area", "opened_on"),
)
PLANS: Final = Source(
    name="stations.plans",
    table="stations_plannedvisit",
    join="LEFT JOIN workers_worker w ON w.id = r.worker_id",
    village="w.village_code",
    first_day="r.arrived_on",
    last_day="r.arrived_on",
    columns=("worker_id", "station_id", "arrived_on", "milestone"),
)
EMPLOYER_VISITS: Final = Source(
    name="stations.employer_visits",
    table="stations_employervisit",
    first_day="r.visited_on",
    last_day="r.visited_on",
    columns=("employer_id", "station_id", "place_code", "visited_on"),
)
KEY_EMPLOYERS: Final = Source(
    name="stations.key_employers", table="employment_employer", columns=("key_employer",), events="U"
)
register_source(VISITS, STATIONS, PLANS, EMPLOYER_VISITS, KEY_EMPLOYERS)

STATION: Final = Dimension(
    name="station",
    label=gettext_noop("协作站"),
    code="f.station",
    naming=Naming.QUERY,
    names="SELECT code, name FROM stations_station WHERE code = ANY(%s)",
    reads=(STATIONS.name,),
)
ARRIVAL_STATION: Final = replace(
    STATION,
    code="""(
    SELECT o.code FROM stations_plannedvisit plan JOIN stations_station o ON o.id = plan.station_id
    WHERE plan.worker_id = f.person AND plan.arrived_on = f.day AND plan.milestone = 7
    )""",
    reads=(PLANS.name, STATIONS.name),
)
"""The station that follows who arrived on the fact's day: the one its first visit is planned for."""

CHANNEL: Final = Dimension(
    name="channel", label=gettext_noop("回访方式"), code="f.channel", labels=VISIT_CHANNEL.labels, naming=Naming.LABELS
)

STATION_CITY: Final = destination("f.station_place", name="station_city", label=gettext_noop("协作站所在市"), digits=4)
KEY_EMPLOYER: Final = Dimension(
    name="key_employer",
    label=gettext_noop("重点企业"),
    code="(SELECT e.key_employer::text FROM employment_employer e WHERE e.id = f.employer_id)",
    labels={"true": "重点企业", "false": "其他企业"},
    naming=Naming.LABELS,
    reads=(KEY_EMPLOYERS.name,),
)

EMPLOYERS_VISITED: Final = Fact(
    sql="""
    SELECT v.id, v.visited_on AS day, v.place_code AS place, v.employer_id, s.code AS station, s.place_code AS station_place
    FROM stations_employervisit v LEFT JOIN stations_station s ON s.id = v.station_id
    WHERE v.visited_on BETWEEN {from} AND least({to}, {as_of})
    """,
    reads=(EMPLOYER_VISITS.name, STATIONS.name),
    persons=False,
)
_OF_EMPLOYER_VISITS: Final = (
    STATION, STATION_CITY, *destinations("f.place"), SCOPE, EMPLOYER, KEY_EMPLOYER, *TIME_DIMENSIONS,
)  # fmt: skip

register(
    Indicator(
        code="EMPR_VISIT",
        name_zh="走访企业次数",
        name_en="Visits to employers",
        unit=gettext_noop("次"),
        timing=Timing.FLOW,
        definition=gettext_noop("期间内访企拓岗的次数，按走访日期。"),
        dedup=gettext_noop("一家企业一天一个协作站计一次"),
        fact=EMPLOYERS_VISITED,
        unit_key="f.id",
        numerator=Measure(gettext_noop("走访记录数")),
        county_level_only=True,
        dimensions=_OF_EMPLOYER_VISITS,
    ),
    Indicator(
        code="EMPR_N",
        name_zh="走访企业家数",
        name_en="Employers visited",
        unit=gettext_noop("家"),
        timing=Timing.FLOW,
        definition=gettext_noop("期间内走访过的企业数，按统一社会信用代码认定，没有代码的按名称。"),
        dedup=gettext_noop("期间内一家企业计一次"),
        fact=EMPLOYERS_VISITED,
        unit_key="f.employer_id",
        once=False,
        steady=frozenset({"employer", "key_employer"}),
        numerator=Measure(gettext_noop("走访过的企业数")),
        county_level_only=True,
        dimensions=_OF_EMPLOYER_VISITS,
    ),
    Indicator(
        code="STN_SERV",
        headline=60,
        name_zh="协作站服务人次",
        name_en="Services of the stations",
        unit=gettext_noop("人次"),
        timing=Timing.FLOW,
        definition=gettext_noop("协作站的回访（失联的也算）和受理的服务事项，按发生日期计入期间。"),
        dedup=gettext_noop("一条服务记录计一次"),
        fact=Fact(
            sql="""
            SELECT {person}, v.id, v.visited_on AS day, v.channel, s.code AS station, s.place_code AS place
            FROM stations_visit v JOIN stations_station s ON s.id = v.station_id JOIN workers_worker w ON w.id = v.worker_id
            WHERE {people} AND v.visited_on BETWEEN {from} AND least({to}, {as_of})
            """,
            reads=(VISITS.name, STATIONS.name, PERSONS.name),
        ),
        unit_key="f.id",
        numerator=Measure(gettext_noop("协作站的服务记录数")),
        dimensions=(*OF_PERSONS, STATION, CHANNEL, *DESTINATIONS, *TIME_DIMENSIONS),
    ),
    Indicator(
        code="STN_COVER",
        name_zh="协作站服务覆盖人数",
        name_en="Workers in the stations' areas",
        unit=gettext_noop("人"),
        timing=Timing.STOCK,
        definition=gettext_noop("截至日期在协作站服务范围内务工的人数；没有写明服务范围的，按所在地级市。"),
        dedup=gettext_noop("一人计一次；在几个协作站范围内的分别计入各行"),
        fact=Fact(
            sql=f"""
            SELECT {{person}}, {{as_of}} AS day, s.place_code AS place, s.employer_id, station.code AS station
            FROM {CURRENT}
            JOIN (
              SELECT o.code, area.code AS area FROM stations_station o
              CROSS JOIN LATERAL unnest(
                CASE WHEN cardinality(o.service_area) > 0 THEN o.service_area::text[] ELSE ARRAY[left(o.place_code, 4)] END
              ) AS area(code)
              WHERE o.opened_on <= {{as_of}}
            ) station ON starts_with(s.place_code, station.area)
            WHERE {{people}} AND {COVERS}
            """,
            reads=(STATIONS.name, *READS),
        ),
        unit_key="f.person",
        once=False,
        steady=frozenset(
            {"township", "village", "county", "sex", "age_band", "destination", "destination_city", "scope", "employer"}
        ),
        numerator=Measure(gettext_noop("在协作站服务范围内务工的人数")),
        dimensions=(*OF_PERSONS, STATION, *DESTINATIONS, SCOPE, EMPLOYER, *TIME_DIMENSIONS),
    ),
    Indicator(
        code="STN_N",
        name_zh="协作站数",
        name_en="Stations",
        unit=gettext_noop("个"),
        timing=Timing.STOCK,
        definition=gettext_noop("截至日期已挂牌的协作站数。"),
        dedup=gettext_noop("一站计一次"),
        fact=Fact(
            sql="""
            SELECT s.id, {as_of} AS day, s.code AS station, s.place_code AS place FROM stations_station s WHERE s.opened_on <= {as_of}
            """,
            reads=(STATIONS.name,),
            persons=False,
        ),
        unit_key="f.id",
        numerator=Measure(gettext_noop("已挂牌的协作站数")),
        county_level_only=True,
        dimensions=(STATION, *DESTINATIONS, *TIME_DIMENSIONS),
    ),
)

# Who is followed by whom is known on this floor only; the figure itself is the floor below's.
register(
    *[
        replace(found, dimensions=(*[one for one in found.dimensions if one.name != STATION.name], ARRIVAL_STATION))
        for found in (indicator_named(f"RET_{days}") for days in WINDOWS)
    ]
)
