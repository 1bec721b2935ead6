"""Households in which nobody works, and those that found work (domain.md §1.1, §5 ZERO_HH).

The rule is that of ``workers.households.queries``; a household counts where it is registered.
"""

from typing import Final

from django.utils.translation import gettext_noop

from core.indicators.declarations import Fact, Indicator, Measure, Source, Timing
from core.indicators.dimensions import GEOGRAPHY, TIME_DIMENSIONS
from core.indicators.registry import register, register_source
from employment.indicators.spells import SPELLS_AS_OF
from workers.households.queries import CANNOT_WORK, NOT_AVAILABLE, WORKING_AGE

_HOME: Final = "LEFT JOIN workers_household h ON h.id = {of}.household_id"
_HOME_OF_WORKER: Final = f"LEFT JOIN workers_worker w ON w.id = r.worker_id {_HOME.format(of='w')}"

HOUSEHOLDS: Final = Source(
    name="employment.households", table="workers_household", village="r.village_code", columns=("village_code",)
)
MEMBERS: Final = Source(
    name="employment.household_members",
    table="workers_worker",
    join=_HOME.format(of="r"),
    village="h.village_code",
    columns=("household_id", "id_number", "capacity", "labour_status", "visited_on", "first_visited_on"),
)
MEMBER_SPELLS: Final = Source(
    name="employment.household_spells",
    table="employment_spell",
    join=_HOME_OF_WORKER,
    village="h.village_code",
    first_day="r.known_from",
)
MEMBER_PAST_SPELLS: Final = Source(
    name="employment.household_past_spells",
    table="employment_pastspell",
    join=_HOME_OF_WORKER,
    village="h.village_code",
    first_day="r.known_from",
    last_day="r.known_to",
)
register_source(HOUSEHOLDS, MEMBERS, MEMBER_SPELLS, MEMBER_PAST_SPELLS)
READS: Final = (HOUSEHOLDS.name, MEMBERS.name, MEMBER_SPELLS.name, MEMBER_PAST_SPELLS.name)


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _able(alias: str, day: str) -> str:
    """Condition: registered, of working age, able and available on ``day``."""
    youngest, oldest = WORKING_AGE
    return f"""(
    ({alias}.first_visited_on IS NULL OR {alias}.first_visited_on <= {day})
    AND {alias}.birth_date <= ({day} - interval '{youngest} years')::date
    AND {alias}.birth_date > ({day} - interval '{oldest} years')::date
    AND ({alias}.capacity IS NULL OR {alias}.capacity NOT IN ({_words(CANNOT_WORK)}))
    AND ({alias}.labour_status IS NULL OR {alias}.labour_status NOT IN ({_words(NOT_AVAILABLE)}) OR {alias}.visited_on > {day})
    )"""


def _working(day: str, columns: str = "") -> str:
    """The able members ``o`` of households whom a job spell ``s`` known on ``day`` covers."""
    spells = SPELLS_AS_OF.replace("{as_of}", day)
    return f"""SELECT {columns} FROM workers_worker o JOIN {spells} s ON s.worker_id = o.id
    WHERE {_able("o", day)} AND s.start_on <= {day} AND (s.end_on IS NULL OR s.end_on > {day}) AND o.household_id"""


def _nobody_works(day: str) -> str:
    """Condition on a household ``h``."""
    return f"NOT EXISTS ({_working(day)} = h.id)"


def _people(condition: str, day: str, columns: str = "", joined: str = "") -> str:
    """The able members, as ``w``, of households for which the condition on ``h`` holds; they live where the household is."""
    return f"""(SELECT m.id, m.sex, m.birth_date, h.village_code, h.id AS household{columns}
    FROM workers_household h JOIN workers_worker m ON m.household_id = h.id {joined}
    WHERE {_able("m", day)} AND {condition}) w"""


_BEFORE: Final = "({from} - 1)"
_ZERO_BEFORE: Final = f"""{_nobody_works(_BEFORE)}
AND EXISTS (SELECT FROM workers_worker b WHERE b.household_id = h.id AND {_able("b", _BEFORE)})"""
_NOW: Final = f"""JOIN ({_working("{as_of}", "o.household_id, min(s.start_on) AS since")} IS NOT NULL GROUP BY 1) now
ON now.household_id = h.id"""

_WHOLE: Final = frozenset({"township", "village", "county"})

register(
    Indicator(
        code="ZERO_HH",
        name_zh="零就业家庭户数",
        name_en="Zero-employment households",
        unit=gettext_noop("户"),
        timing=Timing.STOCK,
        definition=gettext_noop(
            "截至日期有劳动年龄内（%(from)d至%(to)d岁）、有劳动能力的成员，而这些成员都没有就业记录在岗的家庭户；在校、丧失劳动能力、死亡、迁出的成员不计。按户所在的村归类。"
        ),
        dedup=gettext_noop("一户计一次"),
        fact=Fact(
            sql=f"""
            SELECT {{person}}, w.household, {{as_of}} AS day
            FROM {_people(_nobody_works("{as_of}"), "{as_of}")} WHERE {{people}}
            """,
            reads=READS,
        ),
        unit_key="f.household",
        once=False,
        steady=_WHOLE,
        numerator=Measure(gettext_noop("零就业家庭户数")),
        dimensions=(*GEOGRAPHY, *TIME_DIMENSIONS),
        words={"from": WORKING_AGE[0], "to": WORKING_AGE[1] - 1},
    ),
    Indicator(
        code="ZERO_HH_CLEARED",
        name_zh="零就业家庭清零户数",
        name_en="Zero-employment households that found work",
        unit=gettext_noop("户"),
        timing=Timing.FLOW,
        definition=gettext_noop(
            "期间开始前一天是零就业家庭（定义同零就业家庭户数），截至日期已有这样的成员就业的家庭户；时间以其中最早一段在岗记录的开始日期为准，早于期间的记在期间第一天。"
        ),
        dedup=gettext_noop("一户计一次"),
        fact=Fact(
            sql=f"""
            SELECT {{person}}, w.household, greatest(w.since, {{from}}) AS day
            FROM {_people(_ZERO_BEFORE, "{as_of}", ", now.since", _NOW)} WHERE {{people}}
            """,
            reads=READS,
        ),
        unit_key="f.household",
        once=False,
        steady=_WHOLE | {"month", "quarter"},
        numerator=Measure(gettext_noop("清零的零就业家庭户数")),
        dimensions=(*GEOGRAPHY, *TIME_DIMENSIONS),
    ),
)
