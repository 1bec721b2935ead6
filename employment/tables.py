"""The columns of the employment lists."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.web.lists import Column, Row
from core.web.texts import Text
from employment.endings import is_seasonal, reason_of
from employment.filters import END_WORDS, SOURCE_WORDS, TASK_WORDS
from employment.queries import Scope, place_names, scope_of
from employment.task_words import task_said
from workers.queries import place_names as village_names

SCOPE_BADGES: Final = {
    Scope.ABROAD: (_("省外"), "blue"),
    Scope.PROVINCE: (_("县外省内"), "azure"),
    Scope.COUNTY: (_("县内"), "green"),
}
ORGANISED_BADGES: Final = {True: (_("有组织"), "green"), False: (_("自发"), "secondary")}


SEASONAL_BADGES: Final[Mapping[bool, tuple[Text, str]]] = {True: (_("季节性"), "orange"), False: ("", "")}
SEASONAL: Final = Column(
    "seasonal",
    _("季节性务工"),
    "badge",
    value=lambda row: row["seasonal"],
    fields=("job_title", "origin_kind", "origin_id", "end_on"),
    badges=SEASONAL_BADGES,
    default=False,
)
SAID: Final = Column(
    "said", _("返回原因"), value=lambda row: row["said"], fields=("origin_kind", "origin_id", "end_on"), default=False
)


def _named(path: str) -> Callable[[Row], str]:
    return lambda row: str(row["places"].get(row[path], ""))


def _home(part: int) -> Callable[[Row], str]:
    return lambda row: str(row["homes"].get(row["worker__village_code"], ("", ""))[part])


def person_columns(*, sortable: bool = False) -> tuple[Column, ...]:
    """Who a row is about. Sorting by name is for short lists: on a long one no index helps across the join."""
    home = ("worker__village_code",)
    return (
        Column("name", _("姓名"), value="worker__name", sort=("worker__name_key",) if sortable else ()),
        Column("id_number", _("身份证号码"), "masked", value="worker__id_number", mask="id"),
        Column("township", _("乡镇"), value=_home(0), fields=home),
        Column("village", _("村"), value=_home(1), fields=home, default=False),
    )


PLACE: Final = Column("place", _("务工地"), value=_named("place_code"), fields=("place_code",))
SCOPE: Final = Column(
    "scope",
    _("范围"),
    "badge",
    value=lambda row: scope_of(row["place_code"]),
    fields=("place_code",),
    badges=SCOPE_BADGES,
)
WAGE: Final = Column("wage", _("月工资（元）"), "number", heading="月工资(元)")

SPELL_COLUMNS: Final = (
    *person_columns(),
    PLACE,
    SCOPE,
    Column("employer", _("务工单位"), value="employer__name"),
    Column("job_title", _("工种（岗位）"), default=False),
    Column("start_on", _("开始日期"), "date", sort=("start_on",)),
    Column("end_on", _("结束日期"), "date"),
    Column("end_reason", _("结束原因"), value=lambda row: END_WORDS.get(row["end_reason"], ""), fields=("end_reason",)),
    WAGE,
    Column("channel", _("组织方式")),
    Column("organised", _("是否有组织"), "badge", badges=ORGANISED_BADGES),
    Column("confirmed_to", _("最近确认日期"), "date"),
    SAID,
    SEASONAL,
    Column("contract", _("签订合同"), default=False),
    Column("insured", _("参保"), default=False),
)

JOB_COLUMNS: Final = (
    *person_columns(),
    PLACE,
    SCOPE,
    Column("employer", _("务工单位"), value="employer__name"),
    Column("job_title", _("工种（岗位）"), default=False, heading="工种(岗位)"),
    Column("start_on", _("外出时间"), "date", sort=("start_on",)),
    Column("end_on", _("返回时间"), "date"),
    Column("end_reason", _("返回原因"), default=False),
    Column(
        "reason_word",
        _("返回原因归类"),
        value=lambda row: reason_of(row["end_reason"]),
        fields=("end_reason",),
        default=False,
    ),
    Column(
        "seasonal",
        _("季节性务工"),
        "badge",
        value=lambda row: is_seasonal(row["job_title"], row["end_reason"]),
        fields=("job_title", "end_reason"),
        badges=SEASONAL_BADGES,
        default=False,
    ),
    WAGE,
    Column("channel", _("组织方式")),
    Column("taken_by", _("带出人"), value="organiser__name", default=False),
    Column("contract", _("签订合同"), default=False, heading="是否签订合同"),
    Column("insured", _("参保"), default=False, heading="是否参保"),
    Column("confirmed_on", _("最近确认日期"), "date"),
)

TASK_COLUMNS: Final = (
    Column("day", _("日期"), "date", sort=("day",)),
    *person_columns(),
    Column("kind", _("来源"), "badge", badges={kind: (word, "secondary") for kind, word in SOURCE_WORDS.items()}),
    Column("code", _("类型"), "badge", badges={code: (word, "orange") for code, word in TASK_WORDS.items()}),
    Column("reason", _("说明"), value=lambda row: task_said(row["reason"]), fields=("reason",)),
)

STAFF_COLUMNS: Final = (
    Column("name", _("姓名"), value="worker__name"),
    Column(
        "home",
        _("户籍"),
        value=lambda row: " ".join(row["homes"].get(row["worker__village_code"], ())),
        fields=("worker__village_code",),
    ),
    Column("job_title", _("工种（岗位）")),
    Column("start_on", _("开始日期"), "date"),
    WAGE,
    Column("channel", _("组织方式")),
    Column("confirmed_to", _("最近确认日期"), "date"),
)

CAREER_COLUMNS: Final = (
    Column(
        "days", _("起止"), value=lambda row: f"{row['start_on']} – {row['end_on'] or ''}", fields=("start_on", "end_on")
    ),
    Column(
        "now", _("目前"), "badge", value=lambda row: row["now"], badges={True: (_("在岗"), "green"), False: ("", "")}
    ),
    PLACE,
    SCOPE,
    Column(
        "employer",
        _("务工单位"),
        "link",
        value="employer__name",
        fields=("employer_id",),
        href=lambda row: reverse("employment:employer", args=[row["employer_id"]]),
    ),
    Column("job_title", _("工种（岗位）")),
    WAGE,
    Column("channel", _("组织方式")),
    Column(
        "taken_by",
        _("带出人"),
        "link",
        value=lambda row: row["taker"].name,
        href=lambda row: row["taker"].url,
    ),
    Column("organised", _("是否有组织"), "badge", badges={True: (_("有组织"), "green"), False: ("", "")}),
    Column("confirmed_to", _("最近确认日期"), "date"),
    Column("end_reason", _("结束原因"), value=lambda row: END_WORDS.get(row["end_reason"], ""), fields=("end_reason",)),
    SAID,
    SEASONAL,
)

EMPLOYER_COLUMNS: Final = (
    Column("name", _("企业名称"), sort=("name",)),
    Column("credit_code", _("统一社会信用代码")),
    Column("place", _("所在地"), value=_named("place_code"), fields=("place_code",)),
    Column("industry", _("行业")),
    Column("size", _("规模（人）"), "number", heading="规模(人)"),
    Column("here", _("本县在岗（人）"), "number", value=lambda row: row["here"]),
    Column("contact", _("联系人"), default=False),
    Column("phone", _("联系电话"), "masked", mask="phone", default=False),
    Column(
        "key_employer",
        _("重点企业"),
        "badge",
        badges={True: (_("重点"), "blue"), False: ("", "")},
        heading="是否重点企业",
    ),
    Column("stub", _("资料"), "badge", badges={True: (_("待完善"), "orange"), False: ("", "")}),
)


def fields_of(columns: Iterable[Column], *more: str) -> tuple[str, ...]:
    """Field paths the columns read, and more."""
    return tuple(dict.fromkeys(("pk", *(path for column in columns for path in column.paths), *more)))


def add_places(rows: list[Row], *paths: str) -> None:
    """Give rows the names of the places at those paths, as ``places``. One query."""
    names = place_names({row[path] for row in rows for path in paths if row[path]})
    for row in rows:
        row["places"] = names


def add_homes(rows: list[Row]) -> None:
    """Give rows the names of the persons' townships and villages, as ``homes``. One query."""
    names = village_names({row["worker__village_code"] for row in rows})
    for row in rows:
        row["homes"] = names
