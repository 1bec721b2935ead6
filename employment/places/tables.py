"""The columns of the lists of workplaces, of reviews due and of posts."""

from typing import Final

from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.divisions.queries import names_of
from core.formats.values import GROUP_TAGS
from core.web.lists import Column, Row
from employment.places.filters import REVIEW_WORDS
from employment.tables import WAGE, person_columns
from workers.models import GroupMembership

KIND_BADGES: Final = {
    "就业帮扶车间": (_("就业帮扶车间"), "blue"),
    "一县一企基地": (_("一县一企基地"), "purple"),
    "公益性岗位": (_("公益性岗位"), "green"),
    "零工市场": (_("零工市场"), "orange"),
    "零工驿站": (_("零工驿站"), "yellow"),
    "公共实训基地": (_("公共实训基地"), "cyan"),
}
STATE_BADGES: Final = {
    "申报中": (_("申报中"), "blue"),
    "已核查": (_("已核查"), "blue"),
    "公示中": (_("公示中"), "blue"),
    "不予认定": (_("不予认定"), "secondary"),
    "正常": (pgettext_lazy("value", "正常"), "green"),
    "停用": (pgettext_lazy("value", "停用"), "yellow"),
    "撤销": (pgettext_lazy("value", "撤销"), "secondary"),
}


def _township(row: Row) -> str:
    return str(row["townships"].get(row["township_code"], ""))


def add_townships(rows: list[Row]) -> None:
    """Give rows the names of their townships. One query."""
    names = names_of({row["township_code"] for row in rows})
    for row in rows:
        row["townships"] = names


_NAME: Final = Column("name", _("名称"), sort=("name",))
_CODE: Final = Column("code", _("载体编号"), sort=("code",), phone="bare")
_KIND: Final = Column("kind", _("类型"), "badge", badges=KIND_BADGES, phone="bare")
_TOWNSHIP: Final = Column(
    "township", _("所在乡镇"), value=_township, fields=("township_code",), sort=("township_code",), phone="bare"
)
_STATE: Final = Column("standing", _("状态"), "badge", badges=STATE_BADGES, heading="状态")
_RECOGNISED: Final = Column(
    "recognised_on", pgettext_lazy("recognition", "认定日期"), "date", sort=("recognised_on",), phone="short"
)

WORKPLACE_COLUMNS: Final = (
    _NAME,
    _CODE,
    _KIND,
    _TOWNSHIP,
    Column("operator", _("运营单位"), value="operator__name", phone="bare"),
    Column("credit_code", _("统一社会信用代码"), value="operator__credit_code", default=False),
    Column("posts", _("岗位数"), "number", phone="short"),
    Column("here", _("在岗（人）"), "number", value=lambda row: row["here"], phone="short"),
    _RECOGNISED,
    Column("withdrawn_on", _("撤销日期"), "date", default=False),
    _STATE,
)

REVIEW_COLUMNS: Final = (
    _NAME,
    _CODE,
    _KIND,
    _TOWNSHIP,
    _RECOGNISED,
    Column("review", _("年检"), "badge", badges={code.value: words for code, words in REVIEW_WORDS.items()}),
    Column("review_on", _("应年检日期"), "date", sort=("review_on",)),
    Column("mend_by", _("整改期限"), "date"),
    _STATE,
)


def _in_post(row: Row) -> bool:
    today = localdate()
    return bool(row["start_on"] <= today and (row["end_on"] is None or row["end_on"] > today))


_POST_COLUMNS: Final = (
    Column("post", _("岗位")),
    Column("start_on", _("上岗时间"), "date", sort=("start_on",)),
    Column("end_on", _("离岗时间"), "date"),
    Column(
        "current",
        _("目前"),
        "badge",
        value=_in_post,
        fields=("start_on", "end_on"),
        badges={True: (_("在岗"), "green"), False: ("", "")},
    ),
    WAGE,
)

_GROUPS: Final = Column("groups", _("人员类别"), value=lambda row: row["groups"], fields=("worker_id",))

PLACEMENT_COLUMNS: Final = (
    *person_columns(),
    _GROUPS,
    Column("workplace", _("就业载体"), value="workplace__name"),
    Column("code", _("载体编号"), value="workplace__code", default=False),
    Column("kind", _("载体类型"), "badge", value="workplace__kind", badges=KIND_BADGES),
    *_POST_COLUMNS,
)

STAFF_COLUMNS: Final = (*person_columns(), _GROUPS, *_POST_COLUMNS)


def add_groups(rows: list[Row]) -> None:
    """Give rows the key groups their persons belong to today, as words. One query."""
    found: dict[int, list[str]] = {row["worker_id"]: [] for row in rows}
    tags = GroupMembership.objects.on(localdate()).filter(worker__in=list(found)).order_by("group")
    for worker, group in tags.values_list("worker_id", "group"):
        found[worker].append(GROUP_TAGS.label(group))
    for row in rows:
        row["groups"] = found[row["worker_id"]]


def placement_url(placement_id: int) -> str:
    """Where a post is corrected."""
    return reverse("employment:placement", args=[placement_id])
