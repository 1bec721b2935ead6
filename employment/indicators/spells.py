"""What job spells count: who is outside, where, how they went (domain.md §5; formats.md §3.1)."""

from typing import Final

from django.utils.translation import gettext_noop

from core.formats.values import CHANNEL
from core.indicators.declarations import Dimension, Fact, Indicator, Measure, Naming, Source, Timing
from core.indicators.dimensions import TIME_DIMENSIONS, destinations
from core.indicators.registry import register, register_source
from employment.queries import Scope
from employment.rebuilding import SPELL_COLUMNS
from workers.indicators import GROUPS, OF_PERSONS, PERSONS, REGISTERED, REGISTERED_ON

_OF_WORKER: Final = "LEFT JOIN workers_worker w ON w.id = r.worker_id"

SPELLS: Final = Source(
    name="employment.spells",
    table="employment_spell",
    join=_OF_WORKER,
    village="w.village_code",
    first_day="r.known_from",
)
PAST_SPELLS: Final = Source(
    name="employment.past_spells",
    table="employment_pastspell",
    join=_OF_WORKER,
    village="w.village_code",
    first_day="r.known_from",
    last_day="r.known_to",
)
EMPLOYERS: Final = Source(
    name="employment.employers",
    table="employment_employer",
    columns=("name", "credit_code", "place_code"),
    events="U",
)
register_source(SPELLS, PAST_SPELLS, EMPLOYERS)

_COLUMNS: Final = ", ".join(SPELL_COLUMNS)
SPELLS_AS_OF: Final = f"""(
SELECT {_COLUMNS} FROM employment_spell WHERE known_from <= {{as_of}}
UNION ALL
SELECT {_COLUMNS} FROM employment_pastspell WHERE known_from <= {{as_of}} AND known_to > {{as_of}}
)"""
"""The spells as evidence dated ≤ as_of tells them (formats.md §1.4 rule 5), as a relation of a fact."""

READS: Final = (SPELLS.name, PAST_SPELLS.name, PERSONS.name)

CURRENT: Final = f"{SPELLS_AS_OF} s JOIN workers_worker w ON w.id = s.worker_id"
COVERS: Final = "s.start_on <= {as_of} AND (s.end_on IS NULL OR s.end_on > {as_of})"
OUTSIDE: Final = "s.place_code <> '' AND left(s.place_code, 2) <> {own}"

OUT_NOW: Final = Fact(
    sql=f"""
    SELECT {{person}}, {{as_of}} AS day, s.place_code AS place, s.employer_id, s.channel, s.organised
    FROM {CURRENT} WHERE {{people}} AND {COVERS} AND {OUTSIDE}
    """,
    reads=READS,
)
"""Persons outside the own province on as_of, with the spell that says so; spells do not overlap, so one row a person."""

PROVINCE, CITY = destinations("f.place")
DESTINATIONS: Final = (PROVINCE, CITY)
CHANNEL_DIMENSION: Final = Dimension(
    name="channel", label=gettext_noop("组织方式"), code="f.channel", labels=CHANNEL.labels, naming=Naming.LABELS
)
EMPLOYER: Final = Dimension(
    name="employer",
    label=gettext_noop("用人单位"),
    code="(SELECT coalesce(e.credit_code, e.name) FROM employment_employer e WHERE e.id = f.employer_id)",
    naming=Naming.QUERY,
    names="SELECT coalesce(credit_code, name), name FROM employment_employer WHERE coalesce(credit_code, name) = ANY(%s)",
    reads=(EMPLOYERS.name,),
)
"""An employer's code is its credit code, else its name (formats.md §3.1)."""

SCOPE: Final = Dimension(
    name="scope",
    label=gettext_noop("务工范围"),
    code=(
        f"CASE WHEN f.place = '' THEN NULL WHEN left(f.place, 2) <> {{own}} THEN '{Scope.ABROAD}'"
        f" WHEN starts_with(f.place, {{root}}) THEN '{Scope.COUNTY}' ELSE '{Scope.PROVINCE}' END"
    ),
    labels={scope: scope for scope in Scope},
    naming=Naming.LABELS,
)
"""As ``employment.queries.scope_of`` tells it (formats.md §1.4 rule 5)."""

_STOCK_DIMENSIONS: Final = (*OF_PERSONS, *DESTINATIONS, CHANNEL_DIMENSION, EMPLOYER, *TIME_DIMENSIONS)

_OUT_STOCK: Final = Indicator(
    code="OUT_STOCK",
    headline=20,
    name_zh="省外务工规模",
    name_en="Workers outside the province",
    unit=gettext_noop("人"),
    timing=Timing.STOCK,
    definition=gettext_noop("截至日期有一段省外就业记录的人数，就业记录按截至日期当天及以前的证据认定。"),
    dedup=gettext_noop("一人计一次"),
    fact=OUT_NOW,
    unit_key="f.person",
    numerator=Measure(gettext_noop("截至日期在省外务工的人数")),
    dimensions=_STOCK_DIMENSIONS,
)
_OUT_DEST: Final = Indicator(
    code="OUT_DEST",
    name_zh="省外务工地区分布",
    name_en="Destinations of workers outside the province",
    unit="%",
    timing=Timing.STOCK,
    definition=gettext_noop("各行省外务工人数占全部省外务工人数的比例。"),
    dedup=gettext_noop("一人计一次"),
    fact=OUT_NOW,
    unit_key="f.person",
    numerator=Measure(gettext_noop("该行在省外务工的人数")),
    share_of_all=frozenset({"destination", "destination_city"}),
    dimensions=(*OF_PERSONS, *DESTINATIONS, *TIME_DIMENSIONS),
)
_OUT_GROUP: Final = Indicator(
    code="OUT_GROUP",
    name_zh="重点群体外出率",
    name_en="Key groups outside the province",
    unit="%",
    timing=Timing.STOCK,
    definition=gettext_noop(
        "截至日期有人员类别标签的人中在省外务工者，比信息库中有标签的全部人数；合计为至少有一个标签的人。"
    ),
    dedup=gettext_noop("一人计一次；一人有几个标签的分别计入各行"),
    fact=Fact(
        sql=f"""
        SELECT {{person}}, {{as_of}} AS day, {REGISTERED_ON} AS registered, away.worker_id IS NOT NULL AS outside
        FROM (
          SELECT DISTINCT tag.worker_id FROM workers_groupmembership tag
          WHERE (tag.valid_from IS NULL OR tag.valid_from <= {{as_of}}) AND (tag.valid_to IS NULL OR tag.valid_to > {{as_of}})
        ) tagged
        JOIN workers_worker w ON w.id = tagged.worker_id
        LEFT JOIN (SELECT s.worker_id FROM {SPELLS_AS_OF} s WHERE {COVERS} AND {OUTSIDE}) away ON away.worker_id = w.id
        WHERE {{people}}
        """,
        reads=(*READS, REGISTERED.name, GROUPS.name),
    ),
    unit_key="f.person",
    numerator=Measure(gettext_noop("有标签且在省外务工的人数"), "f.outside"),
    denominator=Measure(gettext_noop("信息库中有标签的人数"), "f.registered"),
    dimensions=(*OF_PERSONS, *TIME_DIMENSIONS),
)
_ORG_SHARE: Final = Indicator(
    code="ORG_SHARE",
    headline=30,
    name_zh="组织化程度",
    name_en="Organised share",
    unit="%",
    timing=Timing.STOCK,
    definition=gettext_noop("截至日期省外务工的人中，当前就业记录为有组织输出（按组织方式或到岗证据）的比例。"),
    dedup=gettext_noop("一人计一次"),
    fact=OUT_NOW,
    unit_key="f.person",
    numerator=Measure(gettext_noop("当前就业记录为有组织输出的人数"), "f.organised"),
    denominator=Measure(gettext_noop("省外务工人数")),
    dimensions=_STOCK_DIMENSIONS,
)

HELPED: Final = Fact(
    sql=f"""
    SELECT DISTINCT ON (s.worker_id) {{person}}, s.start_on AS day, s.place_code AS place, s.employer_id, s.channel
    FROM {CURRENT}
    WHERE {{people}} AND s.organised AND s.start_on BETWEEN {{from}} AND least({{to}}, {{as_of}})
    ORDER BY s.worker_id, s.start_on DESC
    """,
    reads=READS,
)
"""The latest organised spell of each person that begins in the period."""


def _cooperation(code: str, name_zh: str, name_en: str, told: str, where: str) -> Indicator:
    return Indicator(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        unit=gettext_noop("人"),
        timing=Timing.FLOW,
        definition=gettext_noop(
            "期间内有一段有组织的就业记录开始的人，按其中最后一段的务工地归类：广东、广东以外的外省、本省（省内就近）。"
        ),
        dedup=gettext_noop("期间内一人计一次，以最后一段为准"),
        fact=HELPED,
        unit_key="f.person",
        numerator=Measure(told, where),
        dimensions=(*OF_PERSONS, *DESTINATIONS, SCOPE, CHANNEL_DIMENSION, EMPLOYER, *TIME_DIMENSIONS),
    )


register(
    _OUT_STOCK,
    _OUT_DEST,
    _OUT_GROUP,
    _ORG_SHARE,
    _cooperation(
        "COOP_GD",
        "转移到广东就业人数",
        "Helped to work in Guangdong",
        gettext_noop("最后一段务工地在广东的人数"),
        "left(f.place, 2) = '44'",
    ),
    _cooperation(
        "COOP_OTHER",
        "转移到其他地区就业人数",
        "Helped to work in other provinces",
        gettext_noop("最后一段务工地在广东以外的外省的人数"),
        "f.place <> '' AND left(f.place, 2) NOT IN ('44', {own})",
    ),
    _cooperation(
        "COOP_NEAR",
        "省内就近就业人数",
        "Helped to work near home",
        gettext_noop("最后一段务工地在本省的人数"),
        "left(f.place, 2) = {own}",
    ),
)
