"""Every declared kind, whatever stands in its cells: the check ends with a result and what is good can be written."""

import io
from datetime import date, datetime, time

import pytest
from django.db import connection
from openpyxl import load_workbook

from core.workbooks import services
from core.workbooks.lengths import longest_texts
from core.workbooks.marked import template
from core.workbooks.sheets import all_sheets
from employment.models import Brand, Fair, Organiser, Workplace
from stations.models import Station
from tests.journeys import place_divisions, trip
from tests.workbooks.conftest import faults, run
from tests.workbooks_files.makers import book, number
from workers.models import Worker
from workers.surveys.models import Campaign, VisitTask

pytestmark = pytest.mark.django_db
KINDS = [sheet.kind for sheet in all_sheets()]
ODD = {
    "the longest cell": "长" * 32_767,
    "two thousand characters": "字" * 2_000,
    "a huge number": 1e300,
    "a tiny number": -1e-300,
    "a truth": True,
    "a moment": datetime(2025, 2, 15, 8, 30),  # noqa: DTZ001 - workbooks know no zones
    "a time of day": time(8, 30),
    "letters beyond the first plane": "𠮷😀" * 40,
    "an error": "#REF!",
    "quotes and backslashes": "\\N\\\\t'\"{},%s %(x)s\n\r\t$$",
    "an old date": "1899-12-31",
    "a far date": "9999-12-31",
    "all digits": "9" * 400,
}


@pytest.fixture
def sheet(request):
    return next(sheet for sheet in all_sheets() if sheet.kind == request.param)


@pytest.mark.parametrize("sheet", KINDS, indirect=True)
def test_odd_cells_are_told_and_never_break_a_check_or_a_writing(sheet, hand_in, tmp_path):
    place_divisions()
    headings = [column.heading for column in sheet.columns]
    rows = [["x" if heading == headings[0] else cell for heading in headings] for cell in ODD.values()]
    rows += [known(sheet, n, cell) for n, cell in enumerate(ODD.values())]
    source = hand_in(book(tmp_path / "怪.xlsx", ("怪", [headings, *rows])), sheet.kind)
    assert (source.state, source.error) == ("ready", "")
    counts = source.full_counts
    assert counts["rows"] == len(rows)
    if counts["created"] + counts["updated"]:
        written = run(services.confirm_import(source=source, rows="good"))
        assert (written.state, written.error) == ("done", "")


def known(sheet, n, cell):
    """A row that says who it is about, with the odd cell in every place that asks for less."""
    told = {"姓名": "张国强", "身份证号码": number(n), "乡镇": "古达乡", "村": "大寨村"}
    told |= {column.heading: column.example for column in sheet.columns if column.required and column.example}
    return [told.get(column.heading, cell) for column in sheet.columns]


@pytest.fixture
def stored():
    """Whom and what a row may name."""
    place_divisions()
    person = Worker.objects.create(name="张国强", id_number=number(0), village_code="520527219200")
    Station.objects.create(
        code="GZ-01", name="驻广州站", kind="协作站", place_code="440113", opened_on=date(2020, 1, 1)
    )
    trip(batch="2025-CY-01", vehicle="贵F12345")
    Workplace.objects.create(
        code="CJ-2025-01",
        name="古达车间",
        kind="就业帮扶车间",
        township_code="520527219",
        recognised_on=date(2025, 1, 1),
    )
    Brand.objects.create(name="赫章模架工匠", grade="省级")
    Organiser.objects.create(name=person.name, kind="broker", place_code="520527219", worker=person)
    door = Campaign.objects.create(
        name="冬季走访",
        kind="全面走访",
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 3, 1),
        division_code="520527",
        seed=1,
    )
    VisitTask.objects.create(campaign=door, contact=person, village_code=person.village_code, place=1)
    Fair.objects.create(code="ZPH-1", name="招聘会", held_on=date(2025, 1, 1), form="线下", organiser="本县")
    return {
        "姓名": person.name,
        "身份证号码": person.id_number,
        "乡镇": "古达乡",
        "村": "大寨村",
        "批次编号": "2025-CY-01",
        "车次(车牌号)": "贵F12345",
        "协作站": "GZ-01",
        "站点编号": "GZ-01",
        "载体编号": "CJ-2025-01",
        "所在乡镇": "古达乡",
        "品牌名称": "赫章模架工匠",
        "活动名称": "冬季走访",
        "招聘会编号": "ZPH-1",
        "人员类别": "就业困难人员",
    }


NAMED = {"organisers": {"名称": "张国强"}, "taken_out": {"名称": "张国强", "带出人证件号码": number(0)}}
"""Where a heading that others fill freely names somebody."""


@pytest.mark.parametrize("sheet", KINDS, indirect=True)
def test_texts_as_long_as_they_may_be_are_written(sheet, hand_in, tmp_path, stored):
    with connection.cursor() as cursor:
        longest = longest_texts(cursor, sheet)
    row = {
        column.heading: {**stored, **NAMED.get(sheet.kind, {})}.get(column.heading)
        or ("字" * longest[column.field] if column.field in longest and not column.choices else column.example)
        for column in sheet.columns
        if column.required or column.sql != "date"
    }
    source = hand_in(book(tmp_path / "长.xlsx", ("长", [list(row), list(row.values())])), sheet.kind)
    assert [fault for fault in faults(source) if fault["level"] == "error"] == []
    written = run(services.confirm_import(source=source, rows="all"))
    assert (written.state, written.error) == ("done", "")
    assert written.counts["created"] + written.counts["updated"] == 1


@pytest.mark.parametrize("sheet", KINDS, indirect=True)
def test_the_template_holds_every_column_and_comes_back_understood(sheet, hand_in, tmp_path):
    made = load_workbook(io.BytesIO(template(sheet=sheet)))
    tab = made[sheet.title]
    wanted = [column.heading for column in sheet.columns if not column.extra]
    assert [str(cell.value).removesuffix("*") for cell in tab[1]] == wanted
    tab.append(["x"] * len(wanted))
    made.save(tmp_path / "模板.xlsx")
    source = hand_in(tmp_path / "模板.xlsx", sheet.kind)
    assert (source.state, source.unknown_columns, source.full_counts["rows"]) == ("ready", [], 1)
    assert set(source.layout["sheets"][0]["columns"]) == set(wanted)
