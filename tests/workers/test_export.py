"""The register as a workbook: what the list shows, masked unless allowed, and readable again as it stands."""

import re
from datetime import date

import pytest
from django.db import connection
from django.utils.timezone import localdate
from python_calamine import CalamineWorkbook

from core.divisions.services import CARRIED_LIST, load_divisions
from core.formats.identity import age_on, make_id_number
from core.workbooks import exports, services
from tests.people import county_clerk, township_clerk
from tests.workers.checks import counts, line
from tests.workers.rosters import Line, messy, people
from tests.workers.test_roster_rows import WHOLE
from workers.labour import statuses_of
from workers.models import GroupMembership, Worker
from workers.taken_out import export_rows

pytestmark = pytest.mark.django_db


def written(user, kind="workers", query=None, **more):
    """The rows of an export, headings first, and its path."""
    export = exports.create_export(user=user, kind=kind, query=query or {}, **{"purpose": "核对", **more})
    export = exports.write_export(export=export, progress=services.Silent())
    return CalamineWorkbook.from_path(str(export.path)).get_sheet_by_index(0).to_python(), export.path


def test_every_column_of_the_kind_comes_out(take, roster):
    take(roster(line(**WHOLE)))
    (headings, row), _path = written(county_clerk())
    cells = dict(zip(headings, row, strict=True))
    assert cells == {
        **WHOLE,
        "姓名": "张国强",
        "身份证号码": "529999********0019",
        "联系电话": "138****0001",
        "社保卡号": "****0004",
        "乡镇": "古达苗族彝族乡",
        "村": "大寨村村民委员会",
        "期望月薪": 6000.0,
        "走访日期": date(2025, 3, 1),
        "人员类别": "脱贫人口、易地搬迁",
    }


def test_full_export_read_again_changes_nothing(take, tmp_path):
    messy(tmp_path / "a.xlsx", people(120, seed=9), seed=9)
    stored = take(tmp_path / "a.xlsx").full_counts["created"]
    _rows, path = written(county_clerk(), full_identity=True, purpose="核对")
    assert counts(take(path)) == {"rows": stored, "unchanged": stored}


def test_export_holds_what_the_list_shows_and_no_more(take, tmp_path, roster):
    lines = [*(Line(one.cells, one.village) for one in people(30, seed=4))]
    take(roster(*lines))
    rows, _path = written(township_clerk(), query={"labour_status": "未就业", "q": ""}, columns=["姓名", "村"])
    wanted = Worker.objects.filter(village_code__startswith="520527219", labour_status="未就业")
    assert rows[0] == ["姓名", "村"]
    assert sorted(row[0] for row in rows[1:]) == sorted(wanted.values_list("name", flat=True))


def test_tags_come_out_with_their_days(take, roster):
    take(roster(line()))
    tag = Line(
        {
            "姓名": "张国强",
            "身份证号码": line().cells["身份证号码"],
            "人员类别": "监测对象",
            "认定日期": "2021-05-01",
            "终止日期": "2022-01-01",
        }
    )
    take(roster(tag), "group_tags")
    (headings, row), _path = written(county_clerk(), "group_tags")
    assert dict(zip(headings, row, strict=True)) == {
        "姓名": "张国强",
        "身份证号码": "529999********0019",
        "人员类别": "监测对象",
        "认定日期": date(2021, 5, 1),
        "终止日期": date(2022, 1, 1),
        "监测类别": "",
        "来源": "",
        "文号": "",
        "就业困难类别": "",
        "风险消除日期": "",
    }


def test_places_of_a_person_are_looked_up_by_index(db):
    load_divisions(path=CARRIED_LIST)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE divisions_division")
    plan = export_rows(county_clerk(), {}).values_list("township_name", "village_name").explain()
    assert re.findall(r"(\w+ Scan).* on divisions_division", plan) == ["Index Scan", "Index Scan"], plan


def test_what_the_list_works_out_comes_out_where_it_is_shown_and_is_not_read_back(take, roster):
    take(roster(line(**WHOLE)))
    shown = ["姓名", "年龄", "推算就业状态", "登记时间"]
    rows, _path = written(county_clerk(), columns=shown, query={"status_as_of": "2025-03-01"})
    who = Worker.objects.get()
    status = statuses_of([vars(who)], date(2025, 3, 1), key="id")[who.pk]
    assert rows == [shown, ["张国强", float(age_on(who.birth_date, localdate())), status, localdate(who.created_at)]]
    assert written(county_clerk())[0][0][-1] != "登记时间"


@pytest.mark.parametrize(
    ("born", "day"), [("20000229", "2025-02-28"), ("20000229", "2025-03-01"), ("19991231", "2025-12-30")]
)
def test_years_are_counted_as_everywhere(monkeypatch, born, day):
    number = make_id_number("529999", date.fromisoformat(born), 1)
    Worker.objects.create(name="甲", id_number=number, village_code="520527219200")
    monkeypatch.setattr("workers.taken_out.localdate", lambda: date.fromisoformat(day))
    assert export_rows(county_clerk(), {}).values_list("age", flat=True).get() == age_on(
        date.fromisoformat(born), date.fromisoformat(day)
    )


def test_every_status_of_the_rule_is_told_as_the_page_tells_it(take, roster):
    for place, word in enumerate(("死亡", "灵活就业", "省外务工", "在校", "")):
        number = make_id_number("529999", date(1990, 1, 1), place)
        Worker.objects.create(
            name=f"人{word}",
            id_number=number,
            village_code="520527219200",
            labour_status=word or None,
            visited_on=date(2025, 3, 1),
        )
    for day, gone in (("2025-03-01", "死亡"), ("2025-02-28", "未就业")):
        found = dict(export_rows(county_clerk(), {"status_as_of": day}).values_list("name", "status"))
        rows = Worker.objects.values("id", "name", "labour_status", "visited_on")
        said = statuses_of(rows, date.fromisoformat(day), key="id")
        assert found == {row["name"]: said[row["id"]] for row in rows}
        assert found["人死亡"] == gone


def test_tags_are_those_of_the_day_the_list_asked_for():
    who = Worker.objects.create(
        name="甲", id_number=make_id_number("529999", date(1990, 1, 1), 1), village_code="520527219200"
    )
    for group, start, end in (("low_income", date(2020, 1, 1), date(2024, 1, 1)), ("veteran", date(2024, 6, 1), None)):
        GroupMembership.objects.create(worker=who, group=group, valid_from=start, valid_to=end)
    for day, words in (("2023-06-01", "低保"), ("2025-01-01", "退役军人"), ("", "退役军人")):
        query = {"group_as_of": day} if day else {}
        assert export_rows(county_clerk(), query).values_list("tag_words", flat=True).get() == words
