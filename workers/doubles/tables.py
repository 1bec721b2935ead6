"""Columns of the lists of possible doubles and of merges."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.web.lists import Column
from workers.doubles.models import PossibleDouble

REASONS = dict(PossibleDouble.Reason.choices)
STATE_BADGES = {
    "open": (_("待判定"), "orange"),
    "later": (_("以后再定"), "azure"),
    "different": (_("不是同一人"), "secondary"),
    "merged": (_("已合并"), "green"),
}


def _reasons(row: dict[str, Any]) -> str:
    return "；".join(str(REASONS.get(reason, reason)) for reason in row["reasons"])


PAIR_COLUMNS = (
    Column("first", _("甲"), value="first__name"),
    Column("first_number", _("甲的证件号码"), "masked", value="first__id_number", mask="id"),
    Column("first_place", _("甲的户籍"), value=lambda row: row["first_home"], fields=("first__village_code",)),
    Column("second", _("乙"), value="second__name"),
    Column("second_number", _("乙的证件号码"), "masked", value="second__id_number", mask="id"),
    Column("second_place", _("乙的户籍"), value=lambda row: row["second_home"], fields=("second__village_code",)),
    Column("score", _("相似度"), "number", sort=("score",)),
    Column("reasons", _("依据"), value=_reasons, fields=("reasons",)),
    Column("state", _("状态"), "badge", badges=STATE_BADGES, default=False),
    Column("found_at", _("发现时间"), "date", sort=("pk",), default=False),
    Column("decided_by", _("判定人"), value="decided_by__full_name", default=False),
    Column("note", _("说明"), default=False),
)
MERGE_COLUMNS = (
    Column("made_at", _("合并时间"), "date", sort=("pk",)),
    Column("kept", _("保留的档案"), value="kept__name"),
    Column("kept_number", _("证件号码"), "masked", value="kept__id_number", mask="id"),
    Column("merged_name", _("并入的档案")),
    Column("merged_id_number", _("并入的证件号码"), "masked", mask="id"),
    Column("made_by", _("合并人"), value="made_by__full_name"),
    Column("undone_at", _("撤销时间"), "date"),
    Column("undone_by", _("撤销人"), value="undone_by__full_name", default=False),
)
