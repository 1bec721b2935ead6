"""Columns of the survey's lists."""

from django.utils.translation import gettext_lazy as _

from core.web.lists import Column
from workers.surveys.filters import STATES
from workers.surveys.forms import KINDS

CAMPAIGN_STATES = {"open": (_("进行中"), "blue"), "closed": (_("已结束"), "secondary")}

CAMPAIGN_COLUMNS = (
    Column("name", _("活动名称"), sort=("name",)),
    Column("kind", _("活动类型"), "badge", badges={code: (word, "secondary") for code, word in KINDS}, phone="bare"),
    Column("area", _("走访范围"), value=lambda row: row["area"], fields=("division_code",), phone="bare"),
    Column("starts_on", _("开始日期"), "date", sort=("starts_on",), phone="short"),
    Column("ends_on", _("结束日期"), "date", phone="short"),
    Column("households", _("户数"), "number", value=lambda row: row["households"], phone="short"),
    Column("visited", _("已入户"), "number", value=lambda row: row["visited"], phone="short"),
    Column("percent", _("入户率"), "number", value=lambda row: row["percent"], phone="short"),
    Column("state", _("状态"), "badge", badges=CAMPAIGN_STATES, phone="bare"),
)

TASK_COLUMNS = (
    Column("head", _("户主"), value=lambda row: row["household__head_name"] or row["contact__name"],
           fields=("household__head_name", "contact__name")),
    Column("campaign", _("走访活动"), value="campaign__name", phone="short"),
    Column("township", _("乡镇"), value=lambda row: row["township_name"], fields=("village_code",),
           phone="bare"),
    Column("village", _("村"), value=lambda row: row["village_name"], fields=("village_code",),
           sort=("village_code", "place"), phone="bare"),
    Column("group_name", _("组"), phone="bare"),
    Column("door", _("门牌号"), default=False, phone="short"),
    Column("surveyor", _("走访人"), value=lambda row: row["surveyor__full_name"] or row["surveyor__username"],
           fields=("surveyor__full_name", "surveyor__username"), phone="short"),
    Column("state", _("状态"), "badge", badges=STATES, phone="bare"),
    Column("visited_on", _("入户日期"), "date", phone="short"),
    Column("misses", _("未遇次数"), "number", default=False, phone="short"),
    Column("reason", _("退回原因"), default=False),
)  # fmt: skip
