"""What the registry counts, and the dimensions every fact of persons has (domain.md §5; formats.md §3.1)."""

from typing import Final

from django.utils.translation import gettext_noop

from core.formats.values import GONE_STATUSES, GROUP_TAGS, SEX
from core.indicators.declarations import Dimension, Fact, Indicator, Measure, Naming, Source, Timing
from core.indicators.dimensions import GEOGRAPHY, TIME_DIMENSIONS
from core.indicators.registry import register, register_source
from core.indicators.scope import PeopleTable, register_people
from workers.models import Worker

register_people(
    PeopleTable(
        model=Worker,
        columns="w.id AS person, w.village_code AS village, w.sex AS sex, w.birth_date AS born",
        identity="w.id, w.name, w.id_number, w.phone, w.sex, w.village_code",
    )
)

PERSONS: Final = Source(
    name="workers.persons",
    table="workers_worker",
    village="r.village_code",
    columns=("village_code", "id_number"),
    events="UD",
)
"""A person moved, or had another birth date: every fact about them may fall into another row."""

REGISTERED: Final = Source(
    name="workers.registered",
    table="workers_worker",
    village="r.village_code",
    columns=("village_code", "id_number", "labour_status", "visited_on", "first_visited_on"),
)
GROUPS: Final = Source(
    name="workers.groups",
    table="workers_groupmembership",
    join="LEFT JOIN workers_worker w ON w.id = r.worker_id",
    village="w.village_code",
    first_day="r.valid_from",
    last_day="r.valid_to",
    columns=("worker_id", "group", "valid_from", "valid_to"),
)
register_source(PERSONS, REGISTERED, GROUPS)

GONE: Final = ", ".join(f"'{status}'" for status in sorted(GONE_STATUSES))

REGISTERED_ON: Final = f"""
(w.first_visited_on IS NULL OR w.first_visited_on <= {{as_of}})
AND (w.labour_status IS NULL OR w.labour_status NOT IN ({GONE}) OR w.visited_on > {{as_of}})
"""
"""Condition on ``w``: the register knew the person on ``as_of``, and they had neither died nor moved away by then."""

SEX_DIMENSION: Final = Dimension(
    name="sex", label=gettext_noop("性别"), code="f.sex", labels=SEX.labels, naming=Naming.LABELS
)

AGE: Final = "extract(year FROM age(f.day, f.born))"
AGE_BAND: Final = Dimension(
    name="age_band",
    label=gettext_noop("年龄段"),
    code=(
        f"CASE WHEN f.born IS NULL THEN NULL WHEN {AGE} < 16 THEN '<16' WHEN {AGE} < 25 THEN '16-24' WHEN {AGE} < 35 THEN '25-34'"
        f" WHEN {AGE} < 45 THEN '35-44' WHEN {AGE} < 55 THEN '45-54' WHEN {AGE} < 60 THEN '55-59' ELSE '60+' END"
    ),
    labels={band: band for band in ("<16", "16-24", "25-34", "35-44", "45-54", "55-59", "60+")},
    naming=Naming.LABELS,
)

GROUP_JOIN: Final = (
    "JOIN workers_groupmembership tag ON tag.worker_id = f.person"
    " AND (tag.valid_from IS NULL OR tag.valid_from <= f.day) AND (tag.valid_to IS NULL OR tag.valid_to > f.day)"
)
GROUP: Final = Dimension(
    name="group",
    label=gettext_noop("人员类别"),
    code='tag."group"',
    join=GROUP_JOIN,
    labels=GROUP_TAGS.labels,
    naming=Naming.LABELS,
    aliases={"lifted_or_monitored": ("lifted_poverty", "monitored")},
    reads=(GROUPS.name,),
)
"""The tags valid on the day of the fact: as_of of a stock, the event of a flow (formats.md §3.1)."""

OF_PERSONS: Final = (*GEOGRAPHY, SEX_DIMENSION, AGE_BAND, GROUP)
STEADY: Final = frozenset({"township", "village", "county", "sex"})
"""What a person has only one of, whenever something happens."""

register(
    Indicator(
        code="LDB_TOTAL",
        headline=10,
        name_zh="信息库人数",
        name_en="Workers in the register",
        unit=gettext_noop("人"),
        timing=Timing.STOCK,
        definition=gettext_noop(
            "截至日期已登记在劳动力资源信息库的人数：从最早的走访日期算起（没有走访日期的始终计入），死亡、迁出之后不再计入。"
        ),
        dedup=gettext_noop("按身份证号码，一人计一次"),
        fact=Fact(
            sql=f"SELECT {{person}}, {{as_of}} AS day FROM workers_worker w WHERE {{people}} AND {REGISTERED_ON}",
            reads=(REGISTERED.name,),
        ),
        unit_key="f.person",
        numerator=Measure(gettext_noop("已登记的劳动力人数")),
        dimensions=(*OF_PERSONS, *TIME_DIMENSIONS),
    )
)
