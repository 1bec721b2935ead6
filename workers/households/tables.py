"""The columns of the list of households."""

from django.utils.translation import gettext_lazy as _

from core.web.lists import Column

ZERO_BADGE = {True: (_("无人就业"), "red")}

HOUSEHOLD_COLUMNS = (
    Column("head_name", _("户主姓名")),
    Column(
        "township",
        _("乡镇"),
        value=lambda row: row["township_name"],
        fields=("village_code",),
        sort=("village_code", "head_name"),
        phone="bare",
    ),
    Column("village", _("村"), value=lambda row: row["village_name"], fields=("village_code",), phone="bare"),
    Column("group_name", _("组"), phone="bare"),
    Column("members", _("在册人数"), "number", value=lambda row: row["tally"]["members"], phone="short"),
    Column("able", _("劳动年龄内有劳动能力"), "number", value=lambda row: row["tally"]["able"], phone="short"),
    Column("working", _("其中在岗"), "number", value=lambda row: row["tally"]["working"], phone="short"),
    Column("zero", _("就业情况"), "badge", value=lambda row: row["zero"], badges=ZERO_BADGE, phone="bare"),
    Column("tags", _("人员类别"), value=lambda row: row["tags"], phone="bare"),
    Column("created_at", _("登记时间"), "date", default=False),
)
