"""The columns of the lists of stations, visits and planned visits."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.web.lists import Column
from stations.filters import PLAN_STATES
from stations.queries import PlanState

STATUS_BADGES = {
    "原岗位在岗": (_("原岗位在岗"), "green"),
    "转岗在岗": (_("转岗在岗"), "teal"),
    "离岗求职": (_("离岗求职"), "orange"),
    "返乡": (_("返乡"), "yellow"),
    "失联": (_("失联"), "secondary"),
}
KIND_BADGES = {
    "协作站": (_("协作站"), "blue"),
    "山海心连之家": (_("山海心连之家"), "purple"),
    "分站": (_("分站"), "azure"),
}

STATION_COLUMNS = (
    Column("name", _("站点名称"), sort=("name",)),
    Column("code", _("站点编号"), sort=("code",)),
    Column("kind", _("类型"), "badge", badges=KIND_BADGES),
    Column("place", _("所在地"), value=lambda row: row["place"], fields=("place_code",), sort=("place_code",)),
    Column("partner", _("对口单位")),
    Column("founding", _("设立方式"), default=False),
    Column("opened_on", _("挂牌日期"), "date", sort=("opened_on",)),
    Column("area", _("服务范围"), value=lambda row: row["area"], fields=("service_area",)),
    Column("head", _("负责人")),
    Column("phone", _("联系电话"), default=False),
    Column("followed", _("跟踪人数"), "number", value=lambda row: row["followed"]),
    Column("due", _("该回访"), "number", value=lambda row: row["due"]),
)


def _person(row: dict[str, Any]) -> str:
    return reverse("workers:detail", args=[row["worker_id"]])


def _milestone(row: dict[str, Any]) -> str:
    return str(_("%(days)s日") % {"days": row["milestone"]}) if row["milestone"] else ""


VISIT_COLUMNS = (
    Column("name", _("姓名"), value="worker__name"),
    Column("id_number", _("身份证号码"), "masked", value="worker__id_number", mask="id"),
    Column("township", _("乡镇"), value=lambda row: row["township"], fields=("worker__village_code",), default=False),
    Column("station", _("协作站"), value="station__name"),
    Column("milestone", _("回访节点"), value=_milestone, fields=("milestone",)),
    Column("visited_on", _("回访日期"), "date", sort=("visited_on",)),
    Column("channel", _("回访方式")),
    Column("status", _("就业状态"), "badge", badges=STATUS_BADGES),
    Column("employer", _("当前单位"), value="employer__name"),
    Column("wage", _("月工资（元）"), "number", places=2, heading="月工资(元)"),
    Column("contract", _("是否签合同"), default=False),
    Column("insured", _("是否参保"), default=False),
    Column("problem", _("存在问题")),
    Column("action_taken", _("处理情况"), default=False),
    Column("satisfaction", _("满意度"), default=False),
    Column("visitor", _("回访人")),
    Column("next_on", _("下次回访日期"), "date", default=False),
)


def plan_state(row: dict[str, Any]) -> PlanState:
    """Where a planned visit stands today."""
    if row["visit_id"] is not None:
        return PlanState.ANSWERED
    if row["closed_reason"]:
        return PlanState.CLOSED
    days = (timezone.localdate() - row["due_on"]).days
    if days < -row["window"]:
        return PlanState.AHEAD
    return PlanState.OVERDUE if days > row["window"] else PlanState.DUE


PLAN_COLUMNS = (
    Column("name", _("姓名"), value="worker__name"),
    Column("id_number", _("身份证号码"), "masked", value="worker__id_number", mask="id"),
    Column("township", _("乡镇"), value=lambda row: row["township"], fields=("worker__village_code",)),
    Column("station", _("协作站"), value="station__name"),
    Column("arrived_on", _("到岗日期"), "date", sort=("arrived_on",)),
    Column("milestone", _("回访节点"), value=_milestone, fields=("milestone",)),
    Column("due_on", _("应回访日期"), "date", sort=("due_on",)),
    Column(
        "state", _("状态"), "badge", value=plan_state, fields=("visit_id", "closed_reason", "due_on", "window"),
        badges=PLAN_STATES,
    ),
    Column("closed_reason", _("关闭原因")),
    Column("visited_on", _("回访日期"), "date", value="visit__visited_on"),
    Column("status", _("就业状态"), "badge", value="visit__status", badges=STATUS_BADGES),
)  # fmt: skip
