"""Columns of the lists of possible doubles and of merges."""

from django.utils.translation import gettext_lazy as _

from core.pairs.tables import merge_columns, pair_columns
from core.web.lists import Column
from workers.doubles.services import PERSONS

PAIR_COLUMNS = pair_columns(
    PERSONS,
    Column("first", _("甲"), value="first__name"),
    Column("first_number", _("甲的证件号码"), "masked", value="first__id_number", mask="id"),
    Column("first_place", _("甲的户籍"), value=lambda row: row["first_home"], fields=("first__village_code",)),
    Column("second", _("乙"), value="second__name"),
    Column("second_number", _("乙的证件号码"), "masked", value="second__id_number", mask="id"),
    Column("second_place", _("乙的户籍"), value=lambda row: row["second_home"], fields=("second__village_code",)),
)
MERGE_COLUMNS = merge_columns(
    Column("kept", _("保留的档案"), value="kept__name"),
    Column("kept_number", _("证件号码"), "masked", value="kept__id_number", mask="id"),
    Column("merged_name", _("并入的档案")),
    Column("merged_id_number", _("并入的证件号码"), "masked", mask="id"),
)
