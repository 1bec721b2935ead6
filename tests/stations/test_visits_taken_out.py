"""Follow-up visits as a workbook say of whom they are."""

import pytest
from python_calamine import CalamineWorkbook

from core.workbooks import exports, services
from tests import people
from tests.journeys import place_divisions, worker
from tests.stations.facts import ARRIVED, station, visit

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("full", [False, True])
def test_each_row_has_name_and_number_masked_unless_asked_for(full):
    place_divisions()
    who = worker("张国强")
    visit(who, ARRIVED, station=station())
    export = exports.create_export(
        user=people.county_clerk(), kind="visits", query={}, purpose="核对", full_identity=full
    )
    export = exports.write_export(export=export, progress=services.Silent())
    headings, row = CalamineWorkbook.from_path(str(export.path)).get_sheet_by_index(0).to_python()
    cells = dict(zip(headings, row, strict=True))
    number = who.id_number if full else f"{who.id_number[:6]}********{who.id_number[14:]}"
    assert (cells["姓名"], cells["身份证号码"]) == ("张国强", number)
