"""Columns of the queue of possible doubles and of the merges."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.web.lists import Column
from employment.models import EmployerPair

REASONS = dict(EmployerPair.Reason.choices)
STATE_BADGES = {
    "open": (_("待判定"), "orange"),
    "later": (_("以后再定"), "azure"),
    "different": (_("不是同一家"), "secondary"),
    "merged": (_("已合并"), "green"),
}


def reasons_told(row: dict[str, Any]) -> str:
    """Why the two may be one."""
    return "；".join(str(REASONS.get(reason, reason)) for reason in row["reasons"])


def _place(side: str) -> Column:
    path = f"{side}__place_code"
    label = _("甲的所在地") if side == "first" else _("乙的所在地")
    return Column(f"{side}_place", label, value=lambda row: row["places"].get(row[path], ""), fields=(path,))


PAIR_COLUMNS = (
    Column("first", _("甲"), value="first__name"),
    Column("first_code", _("甲的信用代码"), value="first__credit_code", default=False),
    _place("first"),
    Column("second", _("乙"), value="second__name"),
    Column("second_code", _("乙的信用代码"), value="second__credit_code", default=False),
    _place("second"),
    Column("reasons", _("依据"), value=reasons_told, fields=("reasons",)),
    Column("state", _("状态"), "badge", badges=STATE_BADGES, default=False),
    Column("found_at", _("发现时间"), "date", sort=("pk",), default=False),
    Column("decided_by", _("判定人"), value="decided_by__full_name", default=False),
)
MERGE_COLUMNS = (
    Column("made_at", _("合并时间"), "date", sort=("pk",)),
    Column("kept", _("保留的单位"), value="kept__name"),
    Column("merged_name", _("并入的单位")),
    Column("merged_code", _("并入的信用代码")),
    Column("made_by", _("合并人"), value="made_by__full_name"),
    Column("undone_at", _("撤销时间"), "date"),
    Column("undone_by", _("撤销人"), value="undone_by__full_name", default=False),
)
