"""The columns of the registry's list."""

from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.formats.identity import age_on
from core.web.lists import Column
from workers.words import STATUS_WORDS, sex_word

STATUS_COLOURS = {
    "省外务工": "blue",
    "省内务工": "azure",
    "县内就业": "green",
    "就业地点未登记": "cyan",
    "灵活就业": "teal",
    "未就业": "orange",
    "在校": "purple",
}
STATUS_BADGES = {word: (said, STATUS_COLOURS.get(word, "secondary")) for word, said in STATUS_WORDS.items()}


def _age(row: dict[str, Any]) -> int | None:
    born = row["birth_date"]
    return age_on(born, localdate()) if born else None


WORKER_COLUMNS = (
    Column("name", _("姓名"), sort=("name_key",)),
    Column("sex", _("性别"), value=lambda row: sex_word(row["sex"]), fields=("sex",), phone="bare"),
    Column("age", _("年龄"), "number", value=_age, fields=("birth_date",), phone="bare"),
    Column("id_number", _("身份证号码"), "masked", mask="id", phone="bare"),
    Column("phone", _("联系电话"), "masked", mask="phone", phone="bare"),
    Column(
        "township",
        _("乡镇"),
        value=lambda row: row["township_name"],
        fields=("village_code",),
        sort=("village_code", "name_key"),
        phone="bare",
    ),
    Column("village", _("村"), value=lambda row: row["village_name"], fields=("village_code",), phone="bare"),
    Column("group_name", _("组"), default=False, phone="bare"),
    Column("head_name", _("户主姓名"), value="household__head_name", default=False, phone="short"),
    Column("relation", _("与户主关系"), default=False, phone="short"),
    Column("tags", _("人员类别"), value=lambda row: row["tags"], phone="bare"),
    Column(
        "status",
        _("推算就业状态"),
        "badge",
        value=lambda row: row["status"],
        fields=("labour_status", "visited_on"),
        badges=STATUS_BADGES,
        phone="bare",
    ),
    Column("labour_status", _("就业状态"), "badge", badges=STATUS_BADGES, default=False),
    Column("skill", _("技能特长"), phone="short"),
    Column("skill_level", _("技能等级"), default=False, phone="short"),
    Column("intention", _("就业意向"), phone="short"),
    Column("intended_place", _("意向地区"), default=False, phone="short"),
    Column("wanted_job", _("意向工种"), default=False, phone="short"),
    Column("expected_wage", _("期望月薪"), "number", default=False, phone="short"),
    Column("training_wish", _("培训意愿"), default=False, phone="short"),
    Column("startup_wish", _("创业意愿"), default=False, phone="short"),
    Column("ethnicity", _("民族"), default=False, phone="short"),
    Column("education", _("文化程度"), default=False, phone="short"),
    Column("visited_by", _("走访人"), default=False, phone="short"),
    Column("visited_on", _("走访日期"), "date", phone="short"),
    Column("created_at", _("登记时间"), "date", sort=("pk",), default=False),
)
