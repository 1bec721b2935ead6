"""Columns of the survey's lists."""

from django.utils.translation import gettext_lazy as _

from core.web.lists import Column
from workers.surveys.filters import STATES
from workers.surveys.forms import KINDS

CAMPAIGN_STATES = {"open": (_("进行中"), "blue"), "closed": (_("已结束"), "secondary")}

CAMPAIGN_COLUMNS = (
    Column("name", _("活动名称"), sort=("name",)),
    Column("kind", _("活动类型"), "badge", badges={code: (word, "secondary") for code, word in KINDS}),
    Column("area", _("走访范围"), value=lambda row: row["area"], fields=("division_code",)),
    Column("starts_on", _("开始日期"), "date", sort=("starts_on",)),
    Column("ends_on", _("结束日期"), "date"),
    Column("households", _("户数"), "number", value=lambda row: row["households"]),
    Column("visited", _("已入户"), "number", value=lambda row: row["visited"]),
    Column("percent", _("入户率"), "number", value=lambda row: row["percent"]),
    Column("state", _("状态"), "badge", badges=CAMPAIGN_STATES),
)

TASK_COLUMNS = (
    Column("head", _("户主"), value=lambda row: row["household__head_name"] or row["contact__name"],
           fields=("household__head_name", "contact__name")),
    Column("campaign", _("走访活动"), value="campaign__name"),
    Column("township", _("乡镇"), value=lambda row: row["township_name"], fields=("village_code",)),
    Column("village", _("村"), value=lambda row: row["village_name"], fields=("village_code",),
           sort=("village_code", "place")),
    Column("group_name", _("组")),
    Column("door", _("门牌号"), default=False),
    Column("surveyor", _("走访人"), value=lambda row: row["surveyor__full_name"] or row["surveyor__username"],
           fields=("surveyor__full_name", "surveyor__username")),
    Column("state", _("状态"), "badge", badges=STATES),
    Column("visited_on", _("入户日期"), "date"),
    Column("misses", _("未遇次数"), "number", default=False),
    Column("reason", _("退回原因"), default=False),
)  # fmt: skip
