"""The village's pack as a workbook: out with last answers, back with differences, whatever changed meanwhile; undone."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

from core.workbooks import exports, services
from core.workbooks.models import Export, Import
from core.workbooks.sheets import sheet_of
from tests import people
from tests.journeys import came_back, counts, exported, faults, place_divisions
from tests.surveys.facts import (
    TODAY,
    ago,
    assistant,
    campaign,
    changed_meanwhile,
    checked,
    household,
    met,
    said,
    states,
    submitted,
    survey_of,
    task_of,
)
from workers.models import Worker
from workers.surveys.models import DoorVisit, Survey, SurveyClash, VisitTask
from workers.surveys.workbooks import pack_rows

pytestmark = pytest.mark.django_db
DAY = TODAY.isoformat()


@pytest.fixture
def home():
    place_divisions()
    assistant()
    couple = household("张国强", "李秀英", phone="13800000001", intention="省外务工", expected_wage="5000")
    campaign()
    return couple


def rows_out(query=None, user=None):
    """The pack as dicts by heading, in its order."""
    user = user or people.county_clerk()
    sheet = sheet_of("surveys")
    chosen = [column for column in sheet.columns if column.export]
    found = sheet.export_rows(user, query or {}).values_list(*(column.export for column in chosen))
    return [dict(zip([column.heading for column in chosen], row, strict=True)) for row in found]


def handed_in(rows, user=None):
    headings = [column.heading for column in sheet_of("surveys").columns]
    told = io.StringIO()
    writer = csv.DictWriter(told, headings, restval="", extrasaction="raise")
    writer.writeheader()
    writer.writerows({name: "" if cell is None else cell for name, cell in row.items()} for row in rows)
    made = services.create_import(
        user=user or people.county_clerk(),
        kind="surveys",
        file=io.BytesIO(told.getvalue().encode()),
        name="走访.csv",
        start=False,
    )
    return services.check_import(source=made, progress=services.Silent())


def written(rows, user=None):
    source = services.confirm_import(source=handed_in(rows, user), rows="good", start=False)
    return services.write_import(source=source, progress=services.Silent())


def test_the_pack_tells_everybodys_last_answers_in_the_order_of_the_walk(home):
    first = task_of(home[0]).campaign
    household("王家", group="2组")
    campaign(name="另一次", starts_on=ago(60))
    rows = rows_out({"campaign": str(first.pk)})
    assert [(row["活动名称"], row["姓名"], row["户主姓名"], row["组"], row["走访日期"]) for row in rows] == [
        ("冬季全面走访", "张国强", "张国强", "1组", None), ("冬季全面走访", "李秀英", "张国强", "1组", None),
    ]  # fmt: skip
    assert rows[0] == {
        "活动名称": "冬季全面走访", "姓名": "张国强", "身份证号码": home[0].id_number, "乡镇": "古达苗族彝族乡",
        "村": "大寨村村民委员会", "组": "1组", "户主姓名": "张国强", "走访日期": None, "走访方式": None, "就业状态": None,
        "务工地点": None, "联系电话": "13800000001", "就业意向": "省外务工", "意向地区": None, "期望月薪": "5000.00", "意向工种": None,
        "培训意愿": None, "创业意愿": None, "技能特长": None, "技能等级": None, "档案版本": 0,
    }  # fmt: skip


def test_what_a_visit_found_stands_in_the_pack_before_it_is_in_the_file(home):
    met(home[0], said(home[0], skill="焊工", work_place="广东东莞"), on=ago(1))
    row = rows_out()[0]
    assert (row["走访日期"], row["走访方式"], row["技能特长"], row["务工地点"]) == (ago(1), "上门", "焊工", "广东东莞")


def test_filled_in_and_handed_back_only_differences_are_changes(home):
    rows = rows_out()
    for row in rows:
        row |= {"走访日期": DAY, "走访方式": "上门"}
    rows[0] |= {"期望月薪": "6500", "务工地点": "广东东莞"}
    source = written(rows)
    assert (counts(source), faults(source)) == ({"rows": 2, "created": 2}, [])
    assert survey_of(home[0]).changes == {"expected_wage": "6500.00", "work_place": "广东东莞"}
    assert survey_of(home[1]).changes == {}
    assert survey_of(home[0]).answers["intention"] == "省外务工"
    assert (survey_of(home[0]).surveyor, states()) == (assistant(), ["visited"])
    assert DoorVisit.objects.values_list("task", "visited_on", "channel", "outcome").get() == (
        task_of(home[0]).pk, TODAY, "上门", "met",
    )  # fmt: skip
    again = handed_in(rows)
    assert counts(again) == {"rows": 2, "unchanged": 2}
    checked(home[0])
    home[0].refresh_from_db()
    assert (str(home[0].expected_wage), home[0].visited_on) == ("6500.00", TODAY)


def test_a_row_older_than_the_last_visit_is_told_and_left(home):
    rows = [row | {"走访日期": ago(3).isoformat(), "走访方式": "上门"} for row in rows_out()]
    met(home[0], said(home[0], skill="焊工"), on=ago(1))
    rows[0] |= {"技能特长": "电工"}
    source = written(rows)
    assert faults(source) == [(2, "走访日期", "older"), (3, "走访日期", "older")]
    assert source.faults.first().message == f"此人在{ago(1)}又走访过，较早的这一行不再导入。"
    assert (survey_of(home[0]).changes, survey_of(home[0]).visited_on) == ({"skill": "焊工"}, ago(1))


def test_a_row_nobody_visited_is_told_and_left(home):
    rows = rows_out()
    rows[0]["走访日期"] = DAY
    source = written(rows)
    assert (counts(source), faults(source)) == ({"rows": 2, "created": 1, "refused": 1}, [(3, "走访日期", "required")])


def test_what_changed_after_the_export_is_kept_or_listed_never_undone(home):
    rows = rows_out()
    changed_meanwhile(home[0], phone="13900000009")
    changed_meanwhile(home[0], intention="自主创业")
    rows[0] |= {"走访日期": DAY, "就业意向": "就近就业", "技能特长": "焊工"}
    written(rows[:1])
    survey = survey_of(home[0])
    assert survey.changes == {"intention": "就近就业", "skill": "焊工"}
    clash = SurveyClash.objects.get()
    assert (clash.field, clash.base, clash.theirs, clash.mine) == ("intention", "省外务工", "自主创业", "就近就业")


def test_an_import_is_taken_back_whole(home):
    rows = [row | {"走访日期": DAY, "技能特长": "焊工"} for row in rows_out()]
    VisitTask.objects.update(surveyor=None, assigned_on=None)
    source = written(rows, user=people.county_clerk())
    assert (task_of(home[0]).surveyor, states()) == (people.county_clerk(), ["visited"])
    services.undo_import(source=Import.objects.get(pk=source.pk), user=people.county_clerk())
    assert (Survey.objects.count(), DoorVisit.objects.count(), states()) == (0, 0, ["assigned"])
    assert (task_of(home[0]).surveyor, task_of(home[0]).visited_on) == (None, None)


def test_rows_that_cannot_be_are_refused_with_the_reason(home):
    stranger = household("外人")
    rows = [row | {"走访日期": DAY} for row in rows_out()]
    source = handed_in([
        rows[0] | {"活动名称": "没有的活动"},
        rows[0] | {"姓名": "外人", "身份证号码": stranger[0].id_number},
        rows[0] | {"走访日期": ago(31).isoformat()},
        rows[1] | {"就业状态": "打工"},
    ])  # fmt: skip
    assert faults(source) == [
        (2, "活动名称", "unknown_reference"),
        (3, "活动名称", "unknown_reference"),
        (4, "走访日期", "date"),
        (5, "就业状态", "choice"),
    ]
    met(home[0])
    submitted(home[0])
    assert faults(handed_in(rows[:1])) == [(2, "活动名称", "locked")]


def test_a_township_sees_and_sends_its_own(home):
    assert len(rows_out(user=people.township_clerk())) == 2
    assert rows_out(user=people.stranger()) == []
    rows = [row | {"走访日期": DAY} for row in rows_out()]
    assert [code for _row, _column, code in faults(handed_in(rows, user=people.stranger()))][:1] == ["out_of_scope"]


def test_the_workbook_itself_comes_back_unchanged(home):
    met(home[0], said(home[0], skill="焊工"))
    made = exported("surveys")
    assert made.rows == 2
    assert came_back(made) == ({"rows": 2, "unchanged": 2}, [], [])


def test_without_the_numbers_identity_is_masked(home):
    export = Export.objects.create(kind="surveys", title="走访包", query={}, created_by=people.county_clerk())
    exports.write_export(export=export, progress=services.Silent())
    rows = CalamineWorkbook.from_path(str(export.path)).get_sheet_by_index(0).to_python()
    told = dict(zip(rows[0], rows[1], strict=True))
    assert (told["联系电话"], home[0].id_number in str(rows)) == ("138****0001", False)


def test_a_village_of_many_is_asked_by_few_questions(home, django_assert_max_num_queries):
    for n in range(5):
        household(f"户{n}", "家人")
    clerk = people.county_clerk()
    with django_assert_max_num_queries(1):
        list(pack_rows(clerk, VisitTask.objects.all()).values_list("name", "said_skill", "version"))
    assert Worker.objects.count() == 12
