"""就业记录 taken out as a workbook: what the list shows, of one's own people."""

from datetime import date

import pytest
from openpyxl import load_workbook

from core.jobs import services as jobs
from core.workbooks.exports import create_export
from employment.models import DeclaredJob
from employment.rebuilding import rebuild_spells
from tests import people
from tests.journeys import OTHER_VILLAGE, employer, place_divisions, worker

pytestmark = pytest.mark.django_db
SHOWN = (
    "姓名",
    "乡镇",
    "村",
    "务工地",
    "范围",
    "务工单位",
    "开始日期",
    "结束日期",
    "结束原因",
    "月工资(元)",
    "是否有组织",
)


@pytest.fixture(autouse=True)
def places():
    place_divisions()


def works(name, start, place, village=None, **fields):
    who = worker(name, **({"village": village} if village else {}))
    DeclaredJob.objects.create(worker=who, start_on=start, place_code=place, **fields)
    rebuild_spells(worker_ids=[who.pk])
    return who


def taken_out(user, **query):
    made = create_export(user=user, kind="spells", query=query, columns=SHOWN, purpose="月报")
    jobs.run(job_id=made.job_id)
    made.refresh_from_db()
    [sheet] = load_workbook(made.path).worksheets
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_rows_say_home_place_scope_and_why_it_ended():
    firm = employer("甲厂", place_code="440113")
    works("甲一", date(2025, 2, 1), "440113", employer=firm, wage=5000, channel="政府组织")
    works("乙二", date(2025, 1, 1), "520527", end_on=date(2025, 3, 1))
    head, *rows = taken_out(people.county_clerk())
    assert head == list(SHOWN)
    assert [[str(cell) if cell is not None else "" for cell in row] for row in rows] == [
        [
            "甲一", "古达苗族彝族乡", "大寨村村民委员会", "广东省广州市番禺区", "省外", "甲厂", "2025-02-01 00:00:00",
            "", "", "5000.0", "是",
        ],
        [
            "乙二", "古达苗族彝族乡", "大寨村村民委员会", "贵州省毕节市赫章县", "县内", "", "2025-01-01 00:00:00", "2025-03-01 00:00:00",
            "台账返回时间", "", "否",
        ],
    ]  # fmt: skip


def test_filters_of_the_list_and_the_scope_of_the_reader():
    works("甲一", date(2025, 2, 1), "440113")
    works("乙二", date(2025, 1, 1), "520527", village=OTHER_VILLAGE)
    assert [row[0] for row in taken_out(people.county_clerk(), scope="省外")[1:]] == ["甲一"]
    assert [row[0] for row in taken_out(people.township_clerk())[1:]] == ["甲一"]
    assert "开始导出" in people.client_for(people.county_clerk()).get("/employment/").content.decode()
