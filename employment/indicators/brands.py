"""What labour brands count: brands, their members, what these earn (domain.md §5; formats.md §3.1)."""

from typing import Final

from django.utils.translation import gettext_noop

from core.indicators.declarations import Dimension, Fact, Indicator, Measure, Naming, Source, Span, Timing
from core.indicators.dimensions import TIME_DIMENSIONS
from core.indicators.registry import register, register_source
from workers.indicators import OF_PERSONS, PERSONS, STEADY

BRANDS: Final = Source(name="employment.brands", table="employment_brand", columns=("name", "grade", "recognised_on"))
BRAND_MEMBERS: Final = Source(
    name="employment.brand_members",
    table="employment_brandmember",
    join="LEFT JOIN workers_worker w ON w.id = r.worker_id",
    village="w.village_code",
    # What one row says of leaving ends what the others of the membership say, and an income is its year's.
    first_day="least(r.joined_on, make_date(r.year, 1, 1))",
    columns=("brand_id", "worker_id", "joined_on", "left_on", "year", "income"),
)
register_source(BRANDS, BRAND_MEMBERS)

BRAND_GRADE: Final = Dimension(name="brand_grade", label=gettext_noop("品牌等级"), code="f.grade", reads=(BRANDS.name,))
BRAND: Final = Dimension(
    name="brand", label=gettext_noop("劳务品牌"), code="f.brand", naming=Naming.SELF, reads=(BRANDS.name,)
)

_MEMBERS: Final = Fact(
    sql="""
    SELECT {person}, {as_of} AS day, b.name AS brand, b.grade FROM (
      SELECT m.brand_id, m.worker_id, m.joined_on, min(m.left_on) AS left_on
      FROM employment_brandmember m GROUP BY m.brand_id, m.worker_id, m.joined_on
    ) m
    JOIN employment_brand b ON b.id = m.brand_id JOIN workers_worker w ON w.id = m.worker_id
    WHERE {people} AND m.joined_on <= {as_of} AND (m.left_on IS NULL OR m.left_on > {as_of})
    """,
    reads=(BRANDS.name, BRAND_MEMBERS.name, PERSONS.name),
)
"""Rows of one person and 加入日期 are one membership, which ends when any of them says so."""

_INCOMES: Final = Fact(
    sql="""
    SELECT {person}, least({to}, {as_of}) AS day, b.name AS brand, b.grade, m.income
    FROM employment_brandmember m JOIN employment_brand b ON b.id = m.brand_id JOIN workers_worker w ON w.id = m.worker_id
    WHERE {people} AND m.year = extract(year FROM {to}) AND m.income IS NOT NULL
    """,
    reads=(BRANDS.name, BRAND_MEMBERS.name, PERSONS.name),
)

register(
    Indicator(
        code="BRAND_N",
        name_zh="劳务品牌数",
        name_en="Labour brands",
        unit=gettext_noop("个"),
        timing=Timing.STOCK,
        definition=gettext_noop("认定日期不晚于截至日期的劳务品牌数；没有认定日期的不计。"),
        dedup=gettext_noop("一个品牌计一次"),
        fact=Fact(
            sql="""
            SELECT b.id, {as_of} AS day, b.name AS brand, b.grade FROM employment_brand b WHERE b.recognised_on <= {as_of}
            """,
            reads=(BRANDS.name,),
            persons=False,
        ),
        unit_key="f.id",
        numerator=Measure(gettext_noop("已认定的劳务品牌数")),
        county_level_only=True,
        dimensions=(BRAND_GRADE, BRAND, *TIME_DIMENSIONS),
    ),
    Indicator(
        code="BRAND_JOBS",
        name_zh="劳务品牌带动就业人数",
        name_en="Members of labour brands",
        unit=gettext_noop("人"),
        timing=Timing.STOCK,
        definition=gettext_noop("截至日期的劳务品牌人员：加入日期当天起计入，退出日期当天起不再计入。"),
        dedup=gettext_noop("一人计一次；属于几个品牌的分别计入各行"),
        fact=_MEMBERS,
        unit_key="f.person",
        once=False,
        steady=STEADY | {"age_band"},
        numerator=Measure(gettext_noop("劳务品牌人员数")),
        dimensions=(*OF_PERSONS, BRAND_GRADE, BRAND, *TIME_DIMENSIONS),
    ),
    Indicator(
        code="BRAND_INC",
        name_zh="劳务品牌人均年收入",
        name_en="Yearly income per brand member",
        unit=gettext_noop("元"),
        timing=Timing.FLOW,
        definition=gettext_noop("劳务品牌人员当年的年收入之和，比有年收入登记的人数；期间只能是一个年度。"),
        dedup=gettext_noop("一人计一次；属于几个品牌的收入相加，分别计入各行"),
        fact=_INCOMES,
        unit_key="f.person",
        once=False,
        steady=STEADY | {"age_band"},
        numerator=Measure(gettext_noop("年收入之和"), sums="f.income", yuan=True),
        denominator=Measure(gettext_noop("有年收入登记的人数")),
        percent=False,
        span=Span.YEAR,
        dimensions=(*OF_PERSONS, BRAND_GRADE, BRAND),
    ),
)
