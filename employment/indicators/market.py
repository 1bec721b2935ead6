"""What vacancies, job fairs and referrals count (domain.md §3.8, §3.9, §5; formats.md §3.1)."""

from typing import Any, Final

from django.utils.translation import gettext_noop

from core.formats.values import FAIR_FORM, FAIR_ORGANISER, VACANCY_SOURCE
from core.indicators.declarations import Dimension, Fact, Indicator, Measure, Naming, Source, Timing
from core.indicators.dimensions import TIME_DIMENSIONS, destinations
from core.indicators.registry import register, register_source
from employment.indicators.spells import EMPLOYER, EMPLOYERS, SCOPE
from workers.indicators import AGE_BAND, GROUP, PERSONS, SEX_DIMENSION

VACANCIES: Final = Source(
    name="employment.vacancies",
    table="employment_vacancy",
    first_day="r.collected_on",
    last_day="r.valid_until",
    columns=(
        "employer_id", "job_title", "place_code", "openings", "source", "collected_on", "valid_until", "checked",
    ),
)  # fmt: skip
"""A row can change whether another that begins while it is valid is the same vacancy."""
FAIRS: Final = Source(
    name="employment.fairs",
    table="employment_fair",
    first_day="r.held_on",
    last_day="r.held_on",
    columns=("code", "name", "held_on", "form", "organiser", "cancelled"),
)
BOOTHS: Final = Source(
    name="employment.booths",
    table="employment_fairbooth",
    join="LEFT JOIN employment_fair f ON f.id = r.fair_id",
    first_day="f.held_on",
    last_day="f.held_on",
    columns=("fair_id", "employer_id", "openings"),
)
REFERRALS: Final = Source(
    name="employment.referrals",
    table="employment_referral",
    join="LEFT JOIN workers_worker w ON w.id = r.worker_id LEFT JOIN employment_fair f ON f.id = r.fair_id",
    village="w.village_code",
    first_day="least(r.happened_on, f.held_on)",
    last_day="greatest(r.happened_on, f.held_on)",
    columns=("worker_id", "fair_id", "employer_id", "result", "happened_on", "place_code"),
)
"""Counted by the fair's day, its 到岗 by its own."""
register_source(VACANCIES, FAIRS, BOOTHS, REFERRALS)

ARRIVAL_READS: Final = (REFERRALS.name, EMPLOYERS.name, FAIRS.name)
"""What the 到岗 of ``employment.arrivals.REFERRALS`` are read from."""

COLLECTED: Final = Dimension(
    name="channel", label=gettext_noop("采集来源"), code="f.channel", labels=VACANCY_SOURCE.labels, naming=Naming.LABELS
)
ORGANISER: Final = Dimension(
    name="organiser",
    label=gettext_noop("主办方"),
    code="f.organiser",
    labels=FAIR_ORGANISER.labels,
    naming=Naming.LABELS,
)
FORM: Final = Dimension(
    name="fair_form", label=gettext_noop("形式"), code="f.form", labels=FAIR_FORM.labels, naming=Naming.LABELS
)
FAIR: Final = Dimension(
    name="fair",
    label=gettext_noop("招聘会"),
    code="f.fair",
    naming=Naming.QUERY,
    names="SELECT code, name FROM employment_fair WHERE code = ANY(%s)",
    reads=(FAIRS.name,),
)

FIRST_OF_ITS_KIND: Final = """
NOT EXISTS (
  SELECT FROM employment_vacancy o
  WHERE o.employer_id = v.employer_id AND o.job_title = v.job_title AND o.place_code = v.place_code AND o.checked IS NOT FALSE
    AND (o.collected_on, o.source COLLATE "C", o.id) < (v.collected_on, v.source COLLATE "C", v.id) AND o.valid_until >= v.collected_on
)
"""
"""Condition on ``v``: no earlier row of the same employer, post and place is still valid on the day this one was collected.

Rows of one key whose days touch are one vacancy (formats.md §3.1 VAC_N), and this is its earliest row: taken in order of
collection, a row begins another vacancy exactly where all earlier ones are over. Rows found untrue are none.
"""

COLLECTIONS: Final = Fact(
    sql=f"""
    SELECT v.id, v.collected_on AS day, v.openings, v.source AS channel, v.place_code AS place, v.employer_id,
           v.checked IS TRUE AS verified
    FROM employment_vacancy v
    WHERE v.checked IS NOT FALSE AND v.collected_on BETWEEN {{from}} AND least({{to}}, {{as_of}}) AND {FIRST_OF_ITS_KIND}
    """,
    reads=(VACANCIES.name,),
    persons=False,
)
"""One row a vacancy of the period, with the day, openings and channel of its earliest row."""

_FAIR: Final = "f.held_on AS day, f.code AS fair, f.organiser, f.form"
_HELD: Final = "f.held_on BETWEEN {from} AND least({to}, {as_of}) AND NOT f.cancelled"

HELD: Final = Fact(sql=f"SELECT f.id, {_FAIR} FROM employment_fair f WHERE {_HELD}", reads=(FAIRS.name,), persons=False)
STANDS_AT_FAIRS: Final = Fact(
    sql=f"""
    SELECT b.id, {_FAIR}, b.employer_id, b.openings
    FROM employment_fairbooth b JOIN employment_fair f ON f.id = b.fair_id WHERE {_HELD}
    """,
    reads=(BOOTHS.name, FAIRS.name),
    persons=False,
)


def _steps(result: str) -> Fact:
    """The rows of that result at the fairs of the period; their day is the fair's."""
    return Fact(
        sql=f"""
        SELECT {{person}}, r.id, {_FAIR}, r.employer_id
        FROM employment_referral r JOIN employment_fair f ON f.id = r.fair_id JOIN workers_worker w ON w.id = r.worker_id
        WHERE {{people}} AND {_HELD} AND r.result = '{result}'
        """,
        reads=(REFERRALS.name, FAIRS.name, PERSONS.name),
    )


_OF_FAIRS: Final = (ORGANISER, FORM, FAIR, *TIME_DIMENSIONS)
_OF_STEPS: Final = (SEX_DIMENSION, AGE_BAND, GROUP, EMPLOYER, *_OF_FAIRS)


def _market(**fields: Any) -> Indicator:
    return Indicator(timing=Timing.FLOW, county_level_only=True, **fields)


register(
    _market(
        code="VAC_N",
        name_zh="收集岗位数",
        name_en="Vacancies collected",
        unit=gettext_noop("个"),
        definition=gettext_noop(
            "期间内收集的岗位的招聘人数。同一企业、岗位、所在地的记录，有效期（采集日期至有效期，不填按30天）相接的算一个岗位，"
            "日期、招聘人数和来源以最早一条为准；核实为不实的不计。口径 verified 只计已核实的。"
        ),
        dedup=gettext_noop("有效期相接的同一岗位计一次"),
        fact=COLLECTIONS,
        unit_key="f.id",
        numerator=Measure(gettext_noop("岗位的招聘人数"), sums="f.openings"),
        variants={
            "collected": {},
            "verified": {
                "numerator": Measure(gettext_noop("已核实岗位的招聘人数"), "f.verified", sums="f.openings"),
            },
        },
        variant_labels={"collected": gettext_noop("收集到的"), "verified": gettext_noop("已核实的")},
        dimensions=(COLLECTED, *destinations("f.place"), SCOPE, EMPLOYER, *TIME_DIMENSIONS),
    ),
    _market(
        code="FAIR_N",
        name_zh="招聘会场次",
        name_en="Job fairs held",
        unit=gettext_noop("场"),
        definition=gettext_noop("期间内举办的招聘会场数，取消的不计。"),
        dedup=gettext_noop("一场计一次"),
        fact=HELD,
        unit_key="f.id",
        numerator=Measure(gettext_noop("举办的招聘会场数")),
        dimensions=_OF_FAIRS,
    ),
    _market(
        code="FAIR_EMP",
        name_zh="招聘会参会企业数",
        name_en="Employers at job fairs",
        unit=gettext_noop("家"),
        definition=gettext_noop("期间内参加招聘会的企业数，按招聘会日期。"),
        dedup=gettext_noop("期间内一家企业计一次"),
        fact=STANDS_AT_FAIRS,
        unit_key="f.employer_id",
        once=False,
        steady=frozenset({"employer"}),
        numerator=Measure(gettext_noop("参会的企业数")),
        dimensions=(EMPLOYER, *_OF_FAIRS),
    ),
    _market(
        code="FAIR_POST",
        name_zh="招聘会岗位数",
        name_en="Openings at job fairs",
        unit=gettext_noop("个"),
        definition=gettext_noop("期间内招聘会上提供的招聘人数，按招聘会日期。"),
        dedup=gettext_noop("按参会企业的岗位记录相加"),
        fact=STANDS_AT_FAIRS,
        unit_key="f.id",
        numerator=Measure(gettext_noop("招聘人数之和"), sums="f.openings"),
        dimensions=(EMPLOYER, *_OF_FAIRS),
    ),
    _market(
        code="FAIR_POST_ROWS",
        name_zh="招聘会岗位条数",
        name_en="Posts at job fairs",
        unit=gettext_noop("条"),
        definition=gettext_noop("期间内招聘会上的岗位记录条数（不是招聘人数），按招聘会日期。"),
        dedup=gettext_noop("一企业一岗位计一条"),
        fact=STANDS_AT_FAIRS,
        unit_key="f.id",
        numerator=Measure(gettext_noop("岗位记录条数")),
        dimensions=(EMPLOYER, *_OF_FAIRS),
    ),
    _market(
        code="FAIR_INTENT",
        name_zh="招聘会意向人次",
        name_en="Intents at job fairs",
        unit=gettext_noop("人次"),
        definition=gettext_noop("期间内招聘会上登记为意向的记录数，按招聘会日期。"),
        dedup=gettext_noop("一条意向记录计一次"),
        fact=_steps("意向"),
        unit_key="f.id",
        numerator=Measure(gettext_noop("意向记录数")),
        dimensions=_OF_STEPS,
    ),
    _market(
        code="FAIR_INTENT_P",
        name_zh="招聘会意向人数",
        name_en="Persons with an intent at job fairs",
        unit=gettext_noop("人"),
        definition=gettext_noop("期间内在招聘会上登记过意向的人数，按招聘会日期。"),
        dedup=gettext_noop("期间内一人计一次"),
        fact=_steps("意向"),
        unit_key="f.person",
        once=False,
        steady=frozenset({"sex"}),
        numerator=Measure(gettext_noop("登记过意向的人数")),
        dimensions=_OF_STEPS,
    ),
    _market(
        code="FAIR_SIGN",
        name_zh="招聘会签约人数",
        name_en="Persons signed at job fairs",
        unit=gettext_noop("人"),
        definition=gettext_noop("期间内在招聘会上签约的人数，按招聘会日期。"),
        dedup=gettext_noop("期间内一人计一次"),
        fact=_steps("签约"),
        unit_key="f.person",
        once=False,
        steady=frozenset({"sex"}),
        numerator=Measure(gettext_noop("签约的人数")),
        dimensions=_OF_STEPS,
    ),
)
