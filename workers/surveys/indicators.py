"""VISIT_RATE: how many of the households given out were visited (domain.md §5)."""

from typing import Final

from django.utils.translation import gettext_noop

from core.indicators.declarations import Dimension, Fact, Indicator, Measure, Naming, Source, Timing
from core.indicators.dimensions import GEOGRAPHY, TIME_DIMENSIONS
from core.indicators.registry import register, register_source
from workers.indicators import PERSONS

TASKS: Final = Source(
    name="surveys.tasks",
    table="surveys_visittask",
    join="LEFT JOIN workers_worker w ON w.id = r.contact_id",
    village="w.village_code",
    columns=("campaign_id", "contact_id", "assigned_on", "visited_on"),
)
CAMPAIGNS: Final = Source(name="surveys.campaigns", table="surveys_campaign", columns=("name", "starts_on"))
register_source(TASKS, CAMPAIGNS)

CAMPAIGN: Final = Dimension(
    name="campaign", label=gettext_noop("走访活动"), code="f.campaign", naming=Naming.SELF, reads=(CAMPAIGNS.name,)
)

register(
    Indicator(
        code="VISIT_RATE",
        name_zh="入户率",
        name_en="Households visited",
        unit=gettext_noop("户"),
        timing=Timing.FLOW,
        definition=gettext_noop(
            "期间内开始的走访活动中，截至日期已派发的户里有人接受走访（上门、电话、微信）的户所占比例；整户迁出、未遇的不算已入户。"
        ),
        dedup=gettext_noop("一次活动一户计一次"),
        fact=Fact(
            sql="""
            SELECT {person}, t.id, c.starts_on AS day, c.name AS campaign, t.visited_on <= {as_of} AS visited
            FROM surveys_visittask t JOIN surveys_campaign c ON c.id = t.campaign_id JOIN workers_worker w ON w.id = t.contact_id
            WHERE {people} AND t.assigned_on <= {as_of} AND c.starts_on BETWEEN {from} AND least({to}, {as_of})
            """,
            reads=(TASKS.name, CAMPAIGNS.name, PERSONS.name),
        ),
        unit_key="f.id",
        numerator=Measure(gettext_noop("已入户的户数"), where="f.visited"),
        denominator=Measure(gettext_noop("已派发的户数")),
        dimensions=(*GEOGRAPHY, CAMPAIGN, *TIME_DIMENSIONS),
    )
)
