"""What recognised workplaces count: how many there are, how many people are in post (domain.md §5; formats.md §3.1)."""

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_noop

from core.formats.values import WORKPLACE_KIND
from core.indicators.declarations import Dimension, Fact, Indicator, Measure, Naming, Source, Timing
from core.indicators.dimensions import COUNTY, TIME_DIMENSIONS, TOWNSHIP
from core.indicators.registry import register, register_source
from employment.indicators.spells import EMPLOYER
from workers.indicators import AGE_BAND, GROUP, PERSONS, SEX_DIMENSION

WORKSHOP, BASE, WELFARE_POST, GIG_MARKET, GIG_POST = WORKPLACE_KIND.codes[:5]

WORKPLACES: Final = Source(
    name="employment.workplaces",
    table="employment_workplace",
    village="r.township_code",
    first_day="r.recognised_on",
    columns=("kind", "township_code", "recognised_on", "operator_id", "posts", "withdrawn_on", "state"),
)
PLACEMENTS: Final = Source(
    name="employment.placements",
    table="employment_placement",
    join="LEFT JOIN employment_workplace p ON p.id = r.workplace_id",
    village="p.township_code",
    first_day="r.start_on",
    last_day="r.end_on",
    columns=("workplace_id", "worker_id", "start_on", "end_on"),
)
register_source(WORKPLACES, PLACEMENTS)

WORKPLACE_TYPE: Final = Dimension(
    name="workplace_type",
    label=gettext_noop("载体类型"),
    code="f.kind",
    labels=WORKPLACE_KIND.labels,
    naming=Naming.LABELS,
)

STANDS: Final = """
p.recognised_on <= {as_of} AND (p.withdrawn_on IS NULL OR p.withdrawn_on > {as_of})
AND NOT (p.state = '撤销' AND p.withdrawn_on IS NULL)
"""
"""Recognised by as_of and not withdrawn: on 撤销日期 itself it is, 撤销 without a date always; 停用 still stands."""

IN_POST: Final = "s.start_on <= {as_of} AND (s.end_on IS NULL OR s.end_on > {as_of})"

_PLACE: Final = "p.id AS place, p.kind, p.operator_id AS employer_id, {as_of} AS day"
_DIMENSIONS: Final = (TOWNSHIP, COUNTY, WORKPLACE_TYPE, EMPLOYER, *TIME_DIMENSIONS)


def _words(kinds: Sequence[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


def sites(*kinds: str) -> Fact:
    """The workplaces of those kinds that stand on as_of, one row each."""
    return Fact(
        sql=f"""
        SELECT {_PLACE}, p.township_code AS village, p.posts FROM employment_workplace p
        WHERE {{here}} AND p.kind IN ({_words(kinds)}) AND {STANDS}
        """,
        reads=(WORKPLACES.name,),
        persons=False,
        places=True,
    )


def staff(*kinds: str) -> Fact:
    """Who is in post on as_of at workplaces of those kinds that stand, a row a person and workplace."""
    return Fact(
        sql=f"""
        SELECT w.id AS person, p.township_code AS village, w.sex AS sex, w.birth_date AS born, {_PLACE}
        FROM employment_workplace p JOIN employment_placement s ON s.workplace_id = p.id JOIN workers_worker w ON w.id = s.worker_id
        WHERE {{here}} AND p.kind IN ({_words(kinds)}) AND {STANDS} AND {IN_POST}
        """,
        reads=(WORKPLACES.name, PLACEMENTS.name, PERSONS.name),
        places=True,
    )


_FILLED: Final = Fact(
    sql=f"""
    {staff(WELFARE_POST).sql.replace("AS day", "AS day, NULL::integer AS posts")}
    UNION ALL
    SELECT NULL::bigint, p.township_code, NULL, NULL::date, {_PLACE}, coalesce(p.posts, 0)
    FROM employment_workplace p WHERE {{here}} AND p.kind = '{WELFARE_POST}' AND {STANDS}
    """,
    reads=staff(WELFARE_POST).reads,
    places=True,
)
"""Persons in welfare posts and, in rows of their own, the posts there are."""


def _sites(kinds: Sequence[str], **fields: Any) -> Indicator:
    return Indicator(
        timing=Timing.STOCK,
        definition=gettext_noop(
            "截至日期已认定且未撤销的载体数：撤销日期当天起不再计入，状态为撤销而没有日期的始终不计，停用的仍计。"
        ),
        dedup=gettext_noop("一个载体计一次"),
        fact=sites(*kinds),
        unit_key="f.place",
        dimensions=_DIMENSIONS,
        **fields,
    )


def _jobs(kind: str, **fields: Any) -> Indicator:
    return Indicator(
        timing=Timing.STOCK,
        unit=gettext_noop("人"),
        definition=gettext_noop(
            "截至日期在已认定且未撤销的载体在岗的人数，按载体所在乡镇归类：上岗时间当天起计入，离岗时间当天起不再计入。"
        ),
        dedup=gettext_noop("一人计一次；在几个载体在岗的分别计入各行"),
        fact=staff(kind),
        unit_key="f.person",
        once=False,
        steady=frozenset({"sex", "age_band", "county", "workplace_type"}),
        numerator=Measure(gettext_noop("在岗人数")),
        dimensions=(TOWNSHIP, COUNTY, SEX_DIMENSION, AGE_BAND, GROUP, WORKPLACE_TYPE, EMPLOYER, *TIME_DIMENSIONS),
        **fields,
    )


register(
    _sites(
        (WORKSHOP,),
        code="WS_N",
        name_zh="就业帮扶车间数",
        name_en="Workshops",
        unit=gettext_noop("个"),
        numerator=Measure(gettext_noop("就业帮扶车间数")),
    ),
    _jobs(WORKSHOP, code="WS_JOBS", name_zh="就业帮扶车间吸纳人数", name_en="Workers in workshops"),
    _sites(
        (BASE,),
        code="BASE_N",
        name_zh="一县一企基地数",
        name_en="One-county-one-firm bases",
        unit=gettext_noop("个"),
        numerator=Measure(gettext_noop("一县一企稳岗就业基地数")),
    ),
    _jobs(BASE, code="BASE_JOBS", name_zh="一县一企基地吸纳人数", name_en="Workers in bases"),
    _sites(
        (GIG_MARKET, GIG_POST),
        code="GIG_N",
        name_zh="零工市场（驿站）数",
        name_en="Gig markets and posts",
        unit=gettext_noop("个"),
        numerator=Measure(gettext_noop("零工市场和零工驿站数")),
    ),
    Indicator(
        code="POST_N",
        name_zh="公益性岗位数",
        name_en="Welfare posts",
        unit=gettext_noop("个"),
        timing=Timing.STOCK,
        definition=gettext_noop("截至日期已认定且未撤销的公益性岗位载体的岗位数之和。"),
        dedup=gettext_noop("一个载体计一次"),
        fact=sites(WELFARE_POST),
        unit_key="f.place",
        numerator=Measure(gettext_noop("岗位数之和"), sums="f.posts"),
        dimensions=_DIMENSIONS,
    ),
    Indicator(
        code="POST_FILLED",
        name_zh="公益性岗位在岗率",
        name_en="Welfare posts filled",
        unit="%",
        timing=Timing.STOCK,
        definition=gettext_noop("截至日期在公益性岗位在岗的人数，比公益性岗位数。"),
        dedup=gettext_noop("一人计一次；在几个岗位在岗的分别计入各行"),
        fact=_FILLED,
        unit_key="coalesce(f.person, -f.place)",
        once=False,
        steady=frozenset({"county", "workplace_type"}),
        numerator=Measure(gettext_noop("在公益性岗位在岗的人数"), "f.person IS NOT NULL"),
        denominator=Measure(gettext_noop("公益性岗位数"), "f.person IS NULL", sums="f.posts"),
        dimensions=_DIMENSIONS,
    ),
)
