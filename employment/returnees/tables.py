"""The columns of the list of returns."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from core.web.lists import Column
from employment.tables import person_columns

PLAN_BADGES: Final = {True: (_("计划外出"), "blue"), False: (_("不外出"), "secondary")}
BACK_BADGES: Final = {True: (_("已返岗"), "green"), False: (_("未返岗"), "orange")}

RETURNEE_COLUMNS: Final = (
    *person_columns(),
    Column("returned_on", _("返乡日期"), "date", sort=("returned_on",)),
    Column("plans_out", _("计划外出"), "badge", badges=PLAN_BADGES, heading="是否计划外出"),
    Column("leaves_on", _("计划外出日期"), "date"),
    Column("from_place", _("原务工地")),
    Column("back", _("目前"), "badge", badges=BACK_BADGES),
)
