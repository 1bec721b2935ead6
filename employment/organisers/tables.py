"""The columns of the list of organisers, of whom one took out, and of where to."""

from typing import Final

from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.web.lists import Column, Row
from employment.organisers.filters import KIND_BADGES, LEVEL_WORDS
from employment.tables import PLACE, person_columns

STATE_BADGES: Final = {
    "used": (_("在用"), "green"),
    "expired": (_("许可证过期"), "orange"),
    "ended": (_("已终止"), "secondary"),
}
ORGANISER_COLUMNS: Final = (
    Column("name", _("名称"), sort=("name",)),
    Column("kind", _("类型"), "badge", badges=KIND_BADGES),
    Column("level", _("级别"), value=lambda row: LEVEL_WORDS.get(row["level"], ""), fields=("level",)),
    Column("place", _("所在地"), value=lambda row: row["places"].get(row["place_code"], ""), fields=("place_code",)),
    Column("year", _("本年带出（人）"), "number", value=lambda row: row["counts"].year),
    Column("ever", _("累计带出（人）"), "number", value=lambda row: row["counts"].ever),
    Column("there", _("目前在岗（人）"), "number", value=lambda row: row["counts"].there),
    Column("phone", _("联系电话"), "masked", mask="phone", default=False),
    Column("credit_code", _("统一社会信用代码"), default=False),
    Column("licence_no", _("许可证号"), default=False),
    Column("licence_until", _("许可证有效期至"), "date", default=False),
    Column("recognised_on", pgettext_lazy("recognition", "认定日期"), "date", sort=("recognised_on",)),
    Column("ended_on", _("终止日期"), "date", default=False),
    Column(
        "state",
        _("状态"),
        "badge",
        value=lambda row: row["state"],
        fields=("ended_on", "licence_until"),
        badges=STATE_BADGES,
    ),
)

PEOPLE_COLUMNS: Final = (
    *person_columns(),
    Column("day", _("外出日期"), "date"),
    PLACE,
    Column("employer", _("务工单位")),
    Column(
        "there",
        _("目前"),
        "badge",
        badges={True: (_("在岗"), "green"), False: ("", "")},
    ),
    Column("first", _("首个带出人"), value=lambda row: row["first"]),
)


def _destination(row: Row) -> str:
    return str(row["places"].get(row["place_code"], "") or __("未登记"))


DESTINATION_COLUMNS: Final = (
    Column("year", _("年份"), value=lambda row: str(row["year"])),
    Column("place", _("目的地"), value=_destination),
    Column("people", _("带出（人）"), "number"),
    Column("there", _("目前在岗（人）"), "number"),
)
