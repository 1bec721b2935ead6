"""The columns of the lists of brands and of their members."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.web.lists import Column
from employment.tables import person_columns

BRAND_COLUMNS: Final = (
    Column("name", _("品牌名称"), sort=("name",)),
    Column("grade", _("等级"), sort=("grade",)),
    Column("recognised_on", pgettext_lazy("recognition", "认定日期"), "date"),
    Column("members", _("目前在册（人）"), "number", value=lambda row: row["members"]),
)
_ROW: Final = (
    Column("joined_on", _("加入日期"), "date", sort=("joined_on",)),
    Column("left_on", _("退出日期"), "date"),
    Column("year", _("年度"), value=lambda row: str(row["year"] or ""), fields=("year",)),
    Column("income", _("年收入（元）"), "number", places=2, heading="年收入(元)"),
)
MEMBER_COLUMNS: Final = (
    *person_columns(),
    Column("brand", _("劳务品牌"), value="brand__name", heading="品牌名称"),
    *_ROW,
)
OWN_MEMBER_COLUMNS: Final = (*person_columns(), *_ROW)
INCOME_COLUMNS: Final = (
    Column("year", _("年度"), value=lambda row: str(row["year"] or ""), fields=("year",)),
    Column("persons", _("有收入登记（人）"), "number"),
    Column("total", _("年收入合计（元）"), "number", places=2),
    Column("mean", _("人均年收入（元）"), "number", places=2),
)


def member_url(member_id: int) -> str:
    """Where a row of a member list is corrected."""
    return reverse("employment:brand_member", args=[member_id])
