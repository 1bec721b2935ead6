"""家庭户 taken out as a workbook: what the list shows, of one's own villages, for a purpose."""

import pytest
from openpyxl import load_workbook

from core.errors import DomainError, NotAllowed
from core.jobs import services as jobs
from core.workbooks.exports import create_export
from employment.models import DeclaredJob
from employment.rebuilding import rebuild_spells
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, id_number, place_divisions
from workers.models import GroupMembership, Household, Worker

pytestmark = pytest.mark.django_db

SHOWN = ("户主姓名", "乡镇", "村", "组", "在册人数", "劳动年龄内有劳动能力", "其中在岗", "就业情况", "人员类别")


@pytest.fixture(autouse=True)
def homes():
    """Three: one where somebody works, one where nobody does, one elsewhere."""
    place_divisions()
    made = []
    for place, (head, village) in enumerate((("甲一", VILLAGE), ("乙二", VILLAGE), ("丙三", OTHER_VILLAGE))):
        home = Household.objects.create(village_code=village, group_name="1组", head_name=head)
        made.append([
            Worker.objects.create(
                name=f"{head}{n}", id_number=id_number(place * 2 + n + 1), village_code=village, household=home
            )
            for n in range(2)
        ])  # fmt: skip
    DeclaredJob.objects.create(worker=made[0][0], start_on="2025-01-01", place_code="440113")
    rebuild_spells(worker_ids=[made[0][0].pk])
    for who in made[1]:
        GroupMembership.objects.create(worker=who, group="lifted_poverty", valid_from="2020-01-01")
    return made


def taken_out(user, **query):
    made = create_export(user=user, kind="households", query=query, columns=SHOWN, purpose="动态清零")
    jobs.run(job_id=made.job_id)
    made.refresh_from_db()
    [sheet] = load_workbook(made.path).worksheets
    head, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert head == list(SHOWN)
    return rows


def test_rows_say_what_the_list_says():
    township, village = "古达苗族彝族乡", "大寨村村民委员会"
    rows = [[cell or "" for cell in row] for row in taken_out(people.township_clerk())]
    assert rows == [
        ["乙二", township, village, "1组", 2, 2, "", "无人就业", "脱贫人口"],
        ["甲一", township, village, "1组", 2, 2, 1, "", ""],
    ]


def test_filters_day_search_and_scope():
    county = people.county_clerk()
    assert [row[0] for row in taken_out(county, zero="true")] == ["丙三", "乙二"]
    assert [row[0] for row in taken_out(county, zero="true", as_of="2024-06-01")] == ["丙三", "乙二", "甲一"]
    assert [row[0] for row in taken_out(county, q="甲一1")] == ["甲一"]
    assert [row[0] for row in taken_out(people.township_clerk(), zero="true")] == ["乙二"]
    assert taken_out(people.stranger()) == []


def test_for_a_purpose_by_who_may():
    with pytest.raises(DomainError) as refusal:
        create_export(user=people.county_clerk(), kind="households", query={}, columns=SHOWN)
    assert refusal.value.field == "purpose"
    with pytest.raises(NotAllowed):
        create_export(user=people.with_role("partner_bureau"), kind="households", query={}, columns=SHOWN, purpose="看")
    assert "开始导出" in people.client_for(people.county_clerk()).get("/workers/households/").content.decode()
