"""The columns of vacancies, fairs and referrals."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django.utils.timezone import localdate
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.lists import Column, Row
from employment.market.filters import STATE_WORDS
from employment.market.matching import reasons_of
from employment.market.queries import VacancyState, came_to_stands, state_of
from employment.tables import PLACE, person_columns
from workers.words import sex_word

STATE_COLOURS: Final = {
    VacancyState.OPEN: "green",
    VacancyState.UNCHECKED: "orange",
    VacancyState.FILLED: "azure",
    VacancyState.OVER: "secondary",
    VacancyState.CLOSED: "secondary",
    VacancyState.UNTRUE: "red",
}
STATE_BADGES: Final = {state: (STATE_WORDS[state.value], colour) for state, colour in STATE_COLOURS.items()}
RESULT_BADGES: Final = {
    "推荐": (_("推荐"), "azure"),
    "意向": (_("意向"), "blue"),
    "签约": (_("签约"), "purple"),
    "到岗": (_("到岗"), "green"),
    "拒绝": (_("拒绝"), "secondary"),
}


def wage_words(row: Mapping[str, Any]) -> str:
    """What a post pays, in words."""
    low, high = row["wage_from"], row["wage_to"]
    if low is None and high is None:
        return ""
    if low is None or high is None or low == high:
        one = low if high is None else high
        said = __("%(wage)s 元起") if high is None else __("%(wage)s 元") if low is not None else __("最高 %(wage)s 元")
        return said % {"wage": f"{one:,.0f}"}
    return __("%(low)s–%(high)s 元") % {"low": f"{low:,.0f}", "high": f"{high:,.0f}"}


def offered_by(row: Mapping[str, Any]) -> Decimal | None:
    """The most a post pays, as far as it tells."""
    high: Decimal | None = row["wage_to"]
    return high if high is not None else row["wage_from"]


WAGES: Final = Column("wages", _("月薪"), value=wage_words, fields=("wage_from", "wage_to"), phone="bare")
WORK_PLACE: Final = Column("place", _("所在地"), value=PLACE.value, fields=("place_code",), phone="bare")
STATE: Final = Column(
    "state",
    _("状态"),
    "badge",
    value=lambda row: state_of(row, localdate()),
    fields=("checked", "closed_on", "valid_until", "openings", "taken"),
    badges=STATE_BADGES,
)
RESULT: Final = Column("result", _("结果"), "badge", badges=RESULT_BADGES)
EMPLOYER: Final = Column("employer", _("企业"), value="employer__name", heading="企业名称", phone="bare")

VACANCY_COLUMNS: Final = (
    Column("job_title", _("岗位"), sort=("job_title",), heading="岗位名称"),
    EMPLOYER,
    WORK_PLACE,
    Column("openings", _("招聘人数"), "number", sort=("openings",), phone="short"),
    Column("taken", _("已签约"), "number", phone="short"),
    WAGES,
    Column("wage_from", _("月薪下限"), "number", default=False),
    Column("wage_to", _("月薪上限"), "number", default=False),
    Column("requirement", _("要求"), heading="学历技能要求", phone="bare"),
    Column("board", _("食宿"), default=False),
    Column("insurance", _("社保"), default=False),
    Column("contact", _("联系人"), default=False),
    Column("phone", _("联系电话"), "masked", mask="phone", default=False),
    Column("source", _("采集来源"), phone="bare"),
    Column("collected_on", _("采集日期"), "date", sort=("collected_on",), phone="short"),
    Column("valid_until", _("有效期至"), "date", sort=("valid_until",), heading="有效期", phone="short"),
    STATE,
    Column(
        "repeated",
        _("重复"),
        "badge",
        value=lambda row: row["repeated"],
        badges={True: (_("重复采集"), "yellow"), False: ("", "")},
    ),
)

FAIR_COLUMNS: Final = (
    Column("name", _("招聘会"), heading="招聘会名称"),
    Column("code", _("编号"), sort=("code",), heading="招聘会编号", phone="bare"),
    Column("held_on", _("日期"), "date", sort=("held_on",), phone="short"),
    Column("form", _("形式"), phone="bare"),
    Column("organiser", _("主办方"), phone="bare"),
    Column("venue", _("地点"), default=False),
    Column("visitors", _("参会人次"), "number", phone="short"),
    Column("employers", _("企业（家）"), "number", value=lambda row: row["counts"][0], phone="short"),
    Column("posts", _("岗位（条）"), "number", value=lambda row: row["counts"][1], default=False),
    Column("openings", _("招聘人数"), "number", value=lambda row: row["counts"][2], phone="short"),
    Column("intents", _("意向（人次）"), "number", value=lambda row: row["steps"].get("意向", 0), phone="short"),
    Column("signed", _("签约（人次）"), "number", value=lambda row: row["steps"].get("签约", 0), phone="short"),
    Column(
        "cancelled",
        _("进度"),
        "badge",
        value=lambda row: "off" if row["cancelled"] else "ahead" if row["held_on"] > localdate() else "held",
        fields=("cancelled", "held_on"),
        badges={"off": (_("已取消"), "red"), "ahead": (_("待举办"), "blue"), "held": (_("已举办"), "green")},
    ),
)

STAND_COLUMNS: Final = (
    EMPLOYER,
    Column("job_title", _("岗位"), heading="岗位名称", phone="bare"),
    Column("openings", _("招聘人数"), "number", phone="short"),
    WAGES,
)


def _came(result: str) -> Callable[[Row], int]:
    return lambda row: row["came"].get(result, 0)


CAME_COLUMNS: Final = (
    Column("intents", _("意向（人）"), "number", value=_came("意向"), phone="short"),
    Column("signed", _("签约（人）"), "number", value=_came("签约"), phone="short"),
    Column("at_post", _("到岗（人）"), "number", value=_came("到岗"), phone="short"),
)
STAND_FIELDS: Final = ("fair_id", "employer_id", "job_title")
"""What tells how far people came at a stand."""


def add_came(user: User, rows: list[Row]) -> None:
    """Give stands how many of the user's people came how far there. One query."""
    found = came_to_stands(user, {row["fair_id"] for row in rows})
    for row in rows:
        row["came"] = found.get((row["fair_id"], row["employer_id"], row["job_title"]), {})


BOOTH_COLUMNS: Final = (
    *STAND_COLUMNS,
    *CAME_COLUMNS,
    Column("fair", _("招聘会"), value="fair__name"),
    Column("fair_code", _("招聘会编号"), value="fair__code", default=False),
    Column("held_on", _("日期"), "date", value="fair__held_on", sort=("fair__held_on",)),
)

REFERRAL_COLUMNS: Final = (
    *person_columns(),
    EMPLOYER,
    Column("job_title", _("岗位"), heading="岗位名称", phone="bare"),
    RESULT,
    Column("happened_on", _("日期"), "date", sort=("happened_on",)),
    Column("fair", _("招聘会"), value="fair__name"),
    Column("fair_code", _("招聘会编号"), value="fair__code", default=False),
)
DESK_COLUMNS: Final = (
    Column("name", _("姓名"), value="worker__name"),
    Column("id_number", _("身份证号码"), "masked", value="worker__id_number", mask="id"),
    EMPLOYER,
    Column("job_title", _("岗位")),
    RESULT,
    Column("happened_on", _("日期"), "date"),
)
FOUND_COLUMNS: Final = (*person_columns(), RESULT, Column("happened_on", _("日期"), "date"))


def _reasons(row: Row) -> str:
    return "；".join(reasons_of(row, wage=row["expected_wage"], offered=row["offered"]))


def _home(part: int) -> Callable[[Row], str]:
    return lambda row: str(row["homes"].get(row["village_code"], ("", ""))[part])


REASON_FIELDS: Final = ("fits_job", "fits_skill", "fits_place", "fits_wage", "wants_work")

FIT_COLUMNS: Final = (
    Column("name", _("姓名")),
    Column("score", _("匹配度"), "number", sort=("score",), phone="short"),
    Column("reasons", _("理由"), value=_reasons, fields=(*REASON_FIELDS, "expected_wage"), phone="bare"),
    Column("sex", _("性别"), value=lambda row: sex_word(row["sex"]), fields=("sex",), phone="bare"),
    Column("age", _("年龄"), "number", value=lambda row: row["age"], fields=("birth_date",), phone="bare"),
    Column("township", _("乡镇"), value=_home(0), fields=("village_code",), phone="bare"),
    Column("village", _("村"), value=_home(1), fields=("village_code",), default=False, phone="bare"),
    Column("wanted_job", _("意向工种"), phone="short"),
    Column("skill", _("技能特长"), phone="short"),
    Column("intended_place", _("意向地区"), phone="short"),
    Column("expected_wage", _("期望月薪（元）"), "number", default=False, phone="short"),
    Column("education", _("文化程度"), default=False, phone="short"),
    Column("phone", _("联系电话"), "masked", mask="phone", phone="bare"),
)  # fmt: skip
