"""The roster, row by row: what is stored of a line, what is refused, what is only doubted."""

from datetime import date
from decimal import Decimal

import pytest

from core.workbooks import services
from tests.people import county_clerk
from tests.workers.checks import MAN, OLDER_MAN, WOMAN, counts, line, messages, told
from workers.households.services import change_household, found_household
from workers.models import Household, Worker
from workers.surveys.models import Campaign, VisitTask

pytestmark = pytest.mark.django_db

WHOLE = {
    "性别": "男",
    "民族": "苗族",
    "文化程度": "初中",
    "政治面貌": "群众",
    "健康状况": "健康",
    "劳动能力": "普通劳动力",
    "联系电话": "13800000001",
    "组": "3组",
    "户主姓名": "张老大",
    "与户主关系": "子",
    "人员类别": "脱贫人口、易地搬迁",
    "监测类别": "边缘易致贫户",
    "安置点": "金银山",
    "就业状态": "省外务工",
    "技能特长": "焊工",
    "技能等级": "中级（四级）",
    "就业意向": "省外务工",
    "意向地区": "广东",
    "期望月薪": "0.6万元",
    "培训意愿": "愿意",
    "意向工种": "电工",
    "创业意愿": "无",
    "社保卡号": "6217000000000000004",
    "开户银行": "农村信用社",
    "走访人": "李明",
    "走访日期": "2025.3.1",
    "备注": "电话白天打",
}


def test_stores_every_column_of_the_sheet(take, roster):
    source = take(roster(line(**WHOLE)))
    assert counts(source) == {"rows": 1, "created": 1}
    stored = Worker.objects.select_related("household").get()
    assert {name: getattr(stored, name) for name in FIELDS} == FIELDS
    household = (stored.household.village_code, stored.household.group_name, stored.household.head_name)
    assert household == ("520527219200", "3组", "张老大")
    assert list(stored.memberships.order_by("group").values_list("group", "valid_from", "valid_to")) == [
        ("lifted_poverty", None, None),
        ("relocated", None, None),
    ]


FIELDS = {
    "name": "张国强",
    "name_key": "zhang1张 guo2国 qiang2强",
    "name_initials": "zgq",
    "id_number": MAN,
    "id_last4": "0019",
    "sex": "男",
    "birth_date": date(1990, 1, 1),
    "ethnicity": "苗族",
    "education": "初中",
    "political": "群众",
    "health": "健康",
    "capacity": "普通劳动力",
    "phone": "13800000001",
    "village_code": "520527219200",
    "group_name": "3组",
    "relation": "子",
    "monitored_kind": "边缘易致贫户",
    "resettlement_site": "金银山",
    "labour_status": "省外务工",
    "skill": "焊工",
    "skill_level": "中级（四级）",
    "intention": "省外务工",
    "intended_place": "广东",
    "expected_wage": Decimal("6000.00"),
    "training_wish": "愿意",
    "wanted_job": "电工",
    "startup_wish": "无",
    "bank_card": "6217000000000000004",
    "bank_name": "农村信用社",
    "visited_by": "李明",
    "visited_on": date(2025, 3, 1),
    "first_visited_on": date(2025, 3, 1),
    "note": "电话白天打",
}


def test_same_file_again_changes_nothing(take, roster):
    path = roster(line(**WHOLE), line("王芳", WOMAN, 户主姓名="王芳"))
    take(path)
    assert counts(take(path)) == {"rows": 2, "unchanged": 2}


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("联系电话", "13900000000"),
        ("村", "和平村"),
        ("组", "4组"),
        ("户主姓名", "张老二"),
        ("人员类别", "脱贫人口、易地搬迁、低保"),
        ("就业状态", "县内就业"),
        ("期望月薪", "6,001"),
        ("走访日期", "2025-03-02"),
        ("备注", "改过"),
    ],
)
def test_one_changed_cell_is_an_update(take, roster, heading, cell):
    take(roster(line(**WHOLE)))
    changed = line(**WHOLE).with_cells(**{heading: cell})
    assert counts(take(roster(changed))) == {"rows": 1, "updated": 1}
    assert counts(take(roster(changed))) == {"rows": 1, "unchanged": 1}


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("性别", "女"), ("人员类别", "易地搬迁"), ("人员类别", "一般"), ("文化程度", "/"), ("联系电话", "1380000 0001")],
)
def test_what_says_nothing_new_is_no_change(take, roster, heading, cell):
    take(roster(line(**WHOLE)))
    assert counts(take(roster(line(**WHOLE).with_cells(**{heading: cell})))).get("unchanged") == 1


def test_blank_cells_erase_nothing(take, roster):
    take(roster(line(**WHOLE)))
    source = take(roster(line(**dict.fromkeys(WHOLE, ""))))
    assert counts(source) == {"rows": 1, "unchanged": 1}
    assert Worker.objects.get().phone == "13800000001"


def test_head_of_household_is_looked_for_in_the_known_group_when_the_row_has_none(take, roster):
    take(roster(line(组="3组", 户主姓名="张老大")))
    assert counts(take(roster(line(户主姓名="张老大")))) == {"rows": 1, "unchanged": 1}
    assert counts(take(roster(line(户主姓名="张老二")))) == {"rows": 1, "updated": 1}
    assert list(Household.objects.order_by("id").values_list("group_name", "head_name")) == [
        ("3组", "张老大"),
        ("3组", "张老二"),
    ]
    assert Worker.objects.get().household.head_name == "张老二"


def test_members_of_one_household_share_it(take, roster):
    take(roster(line(组="3组", 户主姓名="张老大"), line("李芳", WOMAN, 组="3组", 户主姓名="张老大")))
    assert Household.objects.get().members.count() == 2


def test_first_visit_goes_back_and_never_forward(take, roster):
    take(roster(line(走访日期="2025-03-01")))
    take(roster(line(走访日期="2025-05-01")))
    assert (Worker.objects.get().first_visited_on, Worker.objects.get().visited_on) == (
        date(2025, 3, 1),
        date(2025, 5, 1),
    )
    assert counts(take(roster(line(走访日期="2025-01-01")))) == {"rows": 1, "updated": 1}
    assert Worker.objects.get().first_visited_on == date(2025, 1, 1)


def test_yes_no_columns_add_tags_and_no_ends_none(take, roster):
    cells = {"是否脱贫人口": "是", "是否监测对象": "×", "是否易地搬迁": "√", "是否低保": "无", "是否残疾": "1"}
    take(roster(line(**cells)))
    tags = Worker.objects.get().memberships
    assert sorted(tags.values_list("group", flat=True)) == ["disabled", "lifted_poverty", "relocated"]
    assert counts(take(roster(line(**dict.fromkeys(cells, "否"))))) == {"rows": 1, "unchanged": 1}
    assert counts(take(roster(line(是否脱贫人口="一般户")))) == {"rows": 1, "unchanged": 1}
    assert tags.count() == 3


def test_yes_no_column_may_name_the_group(take, roster):
    take(roster(line(是否脱贫人口="脱贫户", 人员类别="残疾人")))
    assert sorted(Worker.objects.get().memberships.values_list("group", flat=True)) == ["disabled", "lifted_poverty"]


def test_tag_is_not_added_beside_a_dated_one(take, roster):
    take(roster(line()))
    worker = Worker.objects.get()
    worker.memberships.create(group="monitored", valid_from=date(2021, 1, 1), valid_to=date(2023, 1, 1))
    assert counts(take(roster(line(人员类别="监测对象")))) == {"rows": 1, "unchanged": 1}
    assert worker.memberships.count() == 1


def test_doubts_are_told_and_never_refuse(take, roster):
    doubtful = {"性别": "女", "联系电话": "12345", "社保卡号": "6217000000000000001"}
    source = take(roster(line(**doubtful), line("小明", "529999202001010013"), line("李刚", OLDER_MAN, 性别="未知")))
    assert counts(source) == {"rows": 3, "created": 3, "warnings": 3}
    assert told(source, "warning") == [
        (2, "联系电话", "phone"),
        (2, "社保卡号", "card"),
        (2, "性别", "sex_mismatch"),
        (3, "身份证号码", "under_age"),
        (4, "性别", "sex_mismatch"),
    ]
    assert set(Worker.objects.values_list("name", "sex")) == {("张国强", "男"), ("小明", "男"), ("李刚", "男")}


def test_all_faults_of_a_row_are_told_one_by_one(check, roster):
    source = check(roster(line("", "52999919900101001", 村="", 期望月薪="面议", 走访日期="2025年3月", 就业状态="很忙")))
    assert told(source) == [
        (2, "姓名", "name_missing"),
        (2, "身份证号码", "id_length"),
        (2, "就业状态", "choice"),
        (2, "期望月薪", "number"),
        (2, "走访日期", "date"),
        (2, "村", "required"),
    ]
    assert counts(source) == {"rows": 1, "refused": 1}


def test_free_text_is_never_a_choice(take, roster):
    source = take(roster(line(民族="穿青人", 文化程度="私塾", 技能等级="祖传", 创业意愿="看情况", 监测类别="三类户")))
    assert counts(source) == {"rows": 1, "created": 1}


def test_same_person_twice_with_equal_data_counts_once(take, roster):
    other_spelling = line(村="大寨村村民委员会", 联系电话="１３８００００００００", 人员类别="易地搬迁 脱贫人口")
    source = take(roster(line(联系电话="13800000000", 人员类别="脱贫户、易地搬迁"), other_spelling))
    assert counts(source) == {"rows": 2, "created": 1, "repeated": 1}


def test_same_person_twice_with_other_data_refuses_both_and_names_the_other(check, roster):
    source = check(
        roster(
            line(),
            line("王芳", WOMAN),
            line(联系电话="13800000000"),
        )
    )
    assert told(source) == [(2, "身份证号码", "conflict_in_file"), (4, "身份证号码", "conflict_in_file")]
    assert ["第4行" in messages(source)[0], "第2行" in messages(source)[1]] == [True, True]
    assert counts(source) == {"rows": 3, "created": 1, "refused": 2}


@pytest.mark.parametrize(
    ("written", "verdict"),
    [
        ("张国强", None),
        ("张 国 强", None),
        ("张国", "warning"),
        ("张国刚", "warning"),
        ("李国刚", "error"),
        ("王芳", "error"),
    ],
)
def test_registry_keeps_its_name(take, roster, written, verdict):
    take(roster(line()))
    source = take(roster(line(written, 联系电话="13800000000")))
    found = [(fault.level, fault.code) for fault in source.faults.all()]
    assert found == ([(verdict, "name_mismatch")] if verdict else [])
    stored = Worker.objects.get()
    assert (stored.name, stored.phone) == ("张国强", None if verdict == "error" else "13800000000")


def test_missing_dot_in_a_name_is_no_difference(take, roster):
    take(roster(line("买买提·艾力")))
    assert counts(take(roster(line("买买提艾力")))) == {"rows": 1, "unchanged": 1}


def heads():
    return list(Household.objects.order_by("head_name").values_list("head_name", flat=True))


def undo(source):
    services.undo_import(source=source, user=source.created_by)


def test_undo_takes_people_and_tags_back_and_the_households_they_lived_in(take, roster):
    take(roster(line(联系电话="13800000000", 走访日期="2025-03-01")))
    before = Worker.objects.values().get()
    source = take(roster(line(**WHOLE), line("王芳", WOMAN, 户主姓名="王芳", 人员类别="低保")))
    assert heads() == ["张老大", "王芳"]
    undo(source)
    assert Worker.objects.values().get() == before
    assert (Worker.objects.get().memberships.count(), heads()) == (0, [])


def test_undo_leaves_households_that_others_moved_into(take, roster):
    first = take(roster(line(户主姓名="张老大"), line("王芳", WOMAN, 户主姓名="王芳")))
    second = take(roster(line("李小山", OLDER_MAN, 户主姓名="王芳")))
    undo(first)
    assert heads() == ["王芳"]
    undo(second)
    assert heads() == []


def test_undo_leaves_households_that_stood_before_or_somebody_wrote_in(take, roster):
    clerk = county_clerk()
    found_household(user=clerk, village_code="520527219200", group_name="3组", head_name="张老大")
    source = take(roster(line(户主姓名="张老大", 组="3组"), line("王芳", WOMAN, 户主姓名="王芳", 组="3组")))
    kept = Household.objects.get(head_name="王芳")
    change_household(user=clerk, household=kept, group_name="3组", head_name="王芳芳")
    undo(source)
    assert heads() == ["张老大", "王芳芳"]


def test_undo_leaves_a_household_that_is_to_be_visited(take, roster):
    source = take(roster(line(户主姓名="张老大"), line("王芳", WOMAN, 户主姓名="王芳")))
    somebody = Worker.objects.create(name="李四", id_number=OLDER_MAN, village_code="520527219200")
    campaign = Campaign.objects.create(
        name="冬季", kind="全面走访", starts_on="2025-01-01", ends_on="2025-02-01", division_code="520527", seed=1
    )
    VisitTask.objects.create(
        campaign=campaign, household=Household.objects.get(head_name="王芳"), contact=somebody,
        village_code="520527219200", place=1,
    )  # fmt: skip
    undo(source)
    assert heads() == ["王芳"]
