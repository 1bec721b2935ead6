"""Columns of the comparison bench."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.formats.masking import mask_card, mask_phone
from core.web.lists import Column
from workers.comparisons.kinds import KINDS
from workers.comparisons.sheet import heading_word

MASKS = {"phone": mask_phone, "bank_card": mask_card}
RUN_BADGES = {
    "queued": (_("排队中"), "secondary"),
    "running": (_("比对中"), "blue"),
    "done": (_("已完成"), "green"),
    "failed": (_("失败"), "red"),
    "withdrawn": (_("已撤回"), "secondary"),
}
STATE_BADGES = {
    "open": (_("待办"), "orange"),
    "done": (_("已采纳"), "green"),
    "rejected": (_("不采纳"), "secondary"),
    "gone": (_("不再出现"), "teal"),
    "carried": (_("转入下一次"), "azure"),
}
KIND_BADGES = {
    "there": (_("只在名单"), "blue"),
    "unknown": (_("未登记"), "red"),
    "here": (_("只在登记库"), "purple"),
    "column": (_("内容不同"), "orange"),
}


def _value(name: str) -> Any:
    def shown(row: dict[str, Any]) -> str:
        text, field = row[name], row["field"]
        if field == "village_code":
            return str(row["places"].get(text, text))
        return MASKS[field](text) if field in MASKS and text else str(text)

    return shown


COMPARISON_COLUMNS = (
    Column("title", _("名单")),
    Column("kind", _("种类"), value=lambda row: KINDS[row["kind"]].label, fields=("kind",), phone="bare"),
    Column("as_of", _("截至日期"), "date", sort=("as_of",), phone="short"),
    Column("state", _("进展"), "badge", badges=RUN_BADGES, phone="bare"),
    Column("open", _("待办"), "number", value=lambda row: row["open"], phone="short"),
    Column("total", _("差异"), "number", value=lambda row: row["total"], phone="short"),
    Column("rate", _("办结率"), value=lambda row: row["rate"], phone="short"),
    Column("created_by", _("提交人"), value="created_by__full_name", phone="bare"),
    Column("created_at", _("提交时间"), "date", sort=("created_at",), phone="bare"),
)
DIFFERENCE_COLUMNS = (
    Column("name", _("姓名"), sort=("name",)),
    Column("id_number", _("身份证号码"), "masked", mask="id", phone="bare"),
    Column(
        "township",
        _("乡镇"),
        value=lambda row: row["township_name"],
        fields=("village_code",),
        sort=("village_code",),
        phone="bare",
    ),
    Column("village", _("村"), value=lambda row: row["village_name"], fields=("village_code",), phone="bare"),
    Column("kind", _("类型"), "badge", badges=KIND_BADGES, phone="bare"),
    Column("field", _("栏目"), value=lambda row: heading_word(row["field"]), fields=("field",), phone="short"),
    Column("list_value", _("名单写的"), value=_value("list_value"), fields=("list_value",), phone="short"),
    Column("registry_value", _("登记库"), value=_value("registry_value"), fields=("registry_value",), phone="short"),
    Column("dated", _("名单所载日期"), "date", phone="short"),
    Column(
        "fresh",
        _("新出现"),
        "badge",
        badges={True: (_("新"), "red"), False: (_("上次就有"), "secondary")},
        phone="bare",
    ),
    Column("since", _("何时起"), "date", default=False),
    Column("state", _("状态"), "badge", badges=STATE_BADGES, phone="bare"),
    Column("owner", _("承办人"), value="owner__full_name", phone="short"),
    Column("decided_by", _("办理人"), value="decided_by__full_name", default=False),
    Column("note", _("说明"), phone="short"),
)
