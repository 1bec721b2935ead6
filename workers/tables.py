"""The columns of the registry's list."""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.formats.identity import age_on
from core.web.lists import Column

STATUS_BADGES = {
    "省外务工": (_("省外务工"), "blue"),
    "省内务工": (_("省内务工"), "azure"),
    "县内就业": (_("县内就业"), "green"),
    "就业地点未登记": (_("就业地点未登记"), "cyan"),
    "灵活就业": (_("灵活就业"), "teal"),
    "未就业": (_("未就业"), "orange"),
    "在校": (_("在校"), "purple"),
    "丧失劳动能力": (_("丧失劳动能力"), "secondary"),
    "死亡": (_("死亡"), "secondary"),
    "迁出": (_("迁出"), "secondary"),
}


def _age(row: dict[str, Any]) -> int | None:
    born = row["birth_date"]
    return age_on(born, localdate()) if born else None


WORKER_COLUMNS = (
    Column("name", _("姓名"), sort=("name_key",)),
    Column("sex", _("性别")),
    Column("age", _("年龄"), "number", value=_age, fields=("birth_date",)),
    Column("id_number", _("身份证号码"), "masked", mask="id"),
    Column("phone", _("联系电话"), "masked", mask="phone"),
    Column(
        "township",
        _("乡镇"),
        value=lambda row: row["township_name"],
        fields=("village_code",),
        sort=("village_code", "name_key"),
    ),
    Column("village", _("村"), value=lambda row: row["village_name"], fields=("village_code",)),
    Column("group_name", _("组"), default=False),
    Column("head_name", _("户主姓名"), value="household__head_name", default=False),
    Column("relation", _("与户主关系"), default=False),
    Column("tags", _("人员类别"), value=lambda row: row["tags"]),
    Column(
        "status",
        _("推算就业状态"),
        "badge",
        value=lambda row: row["status"],
        fields=("labour_status", "visited_on"),
        badges=STATUS_BADGES,
    ),
    Column("labour_status", _("就业状态"), "badge", badges=STATUS_BADGES, default=False),
    Column("skill", _("技能特长")),
    Column("skill_level", _("技能等级"), default=False),
    Column("intention", _("就业意向")),
    Column("intended_place", _("意向地区"), default=False),
    Column("wanted_job", _("意向工种"), default=False),
    Column("expected_wage", _("期望月薪"), "number", default=False),
    Column("training_wish", _("培训意愿"), default=False),
    Column("startup_wish", _("创业意愿"), default=False),
    Column("ethnicity", _("民族"), default=False),
    Column("education", _("文化程度"), default=False),
    Column("visited_by", _("走访人"), default=False),
    Column("visited_on", _("走访日期"), "date"),
    Column("created_at", _("登记时间"), "date", sort=("pk",), default=False),
)
