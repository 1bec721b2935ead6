"""Columns of the lists of possible doubles and of the merges."""

from django.utils.translation import gettext_lazy as _

from core.pairs.tables import merge_columns, pair_columns
from core.web.lists import Column
from core.web.texts import Text
from employment.mergers.services import EMPLOYERS


def _place(side: str, label: Text) -> Column:
    path = f"{side}__place_code"
    return Column(f"{side}_place", label, value=lambda row: row["places"].get(row[path], ""), fields=(path,))


PAIR_COLUMNS = pair_columns(
    EMPLOYERS,
    Column("first", _("甲"), value="first__name"),
    Column("first_code", _("甲的信用代码"), value="first__credit_code", default=False),
    _place("first", _("甲的所在地")),
    Column("second", _("乙"), value="second__name"),
    Column("second_code", _("乙的信用代码"), value="second__credit_code", default=False),
    _place("second", _("乙的所在地")),
)
MERGE_COLUMNS = merge_columns(
    Column("kept", _("保留的单位"), value="kept__name"),
    Column("merged_name", _("并入的单位")),
    Column("merged_code", _("并入的信用代码")),
)
