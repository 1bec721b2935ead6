"""就业载体台账, 载体用工花名册, 劳务品牌 and their members, 节前返乡监测表: through the import services and back."""

from datetime import date, timedelta
from itertools import permutations

import pytest
from django.utils.timezone import localdate

from employment.models import Brand, BrandMember, Employer, Placement, Returnee, Workplace
from tests import people
from tests.journeys import (
    OTHER_VILLAGE,
    came_back,
    counts,
    exported,
    faults,
    imported,
    person,
    place_divisions,
    undone,
    worker,
)

pytestmark = pytest.mark.django_db

CODE = "91440113MA59EKWX1A"
TOMORROW = (localdate() + timedelta(days=1)).isoformat()
OWN = {"id", "created_at", "updated_at"}


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def place(code="CJ-01", **cells):
    return {
        "载体编号": code, "名称": "古达车间", "类型": "就业帮扶车间", "所在乡镇": "古达乡", "认定日期": "2024-05-01", **cells,
    }  # fmt: skip


def stored(model):
    return [
        {name: value for name, value in row.items() if name not in OWN} for row in model.objects.order_by("pk").values()
    ]


class TestWorkplaces:
    def test_every_column_is_stored(self):
        row = place(运营单位="赫章某服饰公司", 统一社会信用代码=CODE, 岗位数="30", 撤销日期="2025-06-01", 状态="已撤销")
        imported("workplaces", [row])
        operator = Employer.objects.get()
        assert (operator.name, operator.credit_code, operator.stub) == ("赫章某服饰公司", CODE, True)
        assert stored(Workplace) == [
            {
                "code": "CJ-01",
                "name": "古达车间",
                "kind": "就业帮扶车间",
                "township_code": "520527219",
                "recognised_on": date(2024, 5, 1),
                "applied_on": None,
                "inspected_on": None,
                "noticed_on": None,
                "noticed_until": None,
                "document": "",
                "operator_id": operator.pk,
                "posts": 30,
                "withdrawn_on": date(2025, 6, 1),
                "state": "撤销",
            }
        ]

    @pytest.mark.parametrize(
        ("cells", "state"),
        [({}, "正常"), ({"状态": "停用"}, "停用"), ({"撤销日期": "2025-06-01"}, "撤销"), ({"状态": "撤销"}, "撤销")],
    )
    def test_state_without_a_word_follows_from_the_withdrawal(self, cells, state):
        imported("workplaces", [place(**cells)])
        assert Workplace.objects.get().state == state

    def test_number_decides_and_blank_cells_erase_nothing(self):
        imported("workplaces", [place(岗位数="30", 状态="停用")])
        assert counts(imported("workplaces", [place()])) == {"rows": 1, "unchanged": 1}
        assert counts(imported("workplaces", [place(名称="古达新车间")])) == {"rows": 1, "updated": 1}
        found = Workplace.objects.get()
        assert (found.name, found.posts, found.state) == ("古达新车间", 30, "停用")

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"载体编号": ""}, "载体编号", "required"),
            ({"名称": ""}, "名称", "required"),
            ({"类型": "工厂"}, "类型", "choice"),
            ({"类型": ""}, "类型", "required"),
            ({"所在乡镇": ""}, "所在乡镇", "required"),
            ({"所在乡镇": "天上"}, "所在乡镇", "division_unknown"),
            ({"认定日期": ""}, "认定日期", "required"),
            ({"认定日期": TOMORROW}, "认定日期", "date"),
            ({"撤销日期": TOMORROW}, "撤销日期", "date"),
            ({"撤销日期": "2024-04-30"}, "撤销日期", "date"),
            ({"岗位数": "几十"}, "岗位数", "number"),
            ({"状态": "倒闭"}, "状态", "choice"),
        ],
    )
    def test_bad_cells_are_refused(self, cells, column, code):
        assert faults(imported("workplaces", [place(**cells)])) == [(2, column, code)]

    def test_recognition_moved_behind_the_stored_withdrawal_is_refused(self):
        imported("workplaces", [place(撤销日期="2024-06-01")])
        assert faults(imported("workplaces", [place(认定日期="2024-07-01")])) == [(2, "撤销日期", "date")]

    def test_clerk_of_a_township_keeps_to_it(self):
        clerk = people.township_clerk()
        imported("workplaces", [place("CJ-02", 所在乡镇="野马川镇")])
        rows = [place("CJ-01"), place("CJ-02"), place("CJ-03", 所在乡镇="野马川镇")]
        source = imported("workplaces", rows, user=clerk)
        assert faults(source) == [(3, "载体编号", "out_of_scope"), (4, "所在乡镇", "out_of_scope")]
        assert counts(source)["created"] == 1

    def test_one_number_twice_with_other_data_is_a_conflict_and_the_same_data_counts_once(self):
        source = imported("workplaces", [place(), place(岗位数="3"), place("CJ-02"), place("CJ-02")])
        assert counts(source) == {"rows": 4, "created": 1, "repeated": 1, "refused": 2}
        assert faults(source) == [(2, "载体编号", "conflict_in_file"), (3, "载体编号", "conflict_in_file")]

    def test_import_is_taken_back_as_a_unit(self):
        imported("workplaces", [place(状态="停用")])
        undone(imported("workplaces", [place(状态="正常"), place("CJ-02")]))
        assert [(row["code"], row["state"]) for row in stored(Workplace)] == [("CJ-01", "停用")]

    def test_export_is_unchanged_when_it_comes_back(self):
        imported("workplaces", [
            place(运营单位="甲公司", 岗位数="30"),
            place("CJ-02", 类型="零工驿站", 所在乡镇="野马川镇", 撤销日期="2025-06-01"),
            place("CJ-03", 状态="停用"),
        ])  # fmt: skip
        export = exported("workplaces")
        assert (export.rows, came_back(export)) == (3, ({"rows": 3, "unchanged": 3}, [], []))


class TestStaff:
    @pytest.fixture(autouse=True)
    def workshop(self):
        imported("workplaces", [place(), place("CJ-02")])

    def row(self, who, start="2025-03-01", end="", *, code="CJ-01", **cells):
        return {"载体编号": code, **person(who), "上岗时间": start, "离岗时间": end, **cells}

    def posts(self):
        return list(
            Placement.objects.order_by("workplace__code", "start_on").values_list(
                "workplace__code", "start_on", "end_on"
            )
        )

    def test_every_column_is_stored(self):
        who = worker()
        row = {**self.row(who, end="2025-06-01"), "岗位": "缝纫工", "月工资(元)": "3,500"}
        assert counts(imported("workplace_staff", [row])) == {"rows": 1, "created": 1}
        assert stored(Placement) == [
            {
                "workplace_id": Workplace.objects.get(code="CJ-01").pk,
                "worker_id": who.pk,
                "post": "缝纫工",
                "start_on": date(2025, 3, 1),
                "end_on": date(2025, 6, 1),
                "succeeded": False,
                "wage": 3500,
            }
        ]

    def test_number_nobody_registered_is_an_unknown_reference(self):
        source = imported("workplace_staff", [self.row(worker(), code="CJ-99")])
        assert faults(source) == [(2, "载体编号", "unknown_reference")]

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"上岗时间": ""}, "上岗时间", "required"),
            ({"上岗时间": TOMORROW}, "上岗时间", "date"),
            ({"离岗时间": TOMORROW}, "离岗时间", "date"),
            ({"离岗时间": "2025-03-01"}, "离岗时间", "date"),
            ({"离岗时间": "2025-02-01"}, "离岗时间", "date"),
            ({"月工资(元)": "面议"}, "月工资(元)", "number"),
            ({"身份证号码": "529999199001010018"}, "身份证号码", "id_checksum"),
        ],
    )
    def test_bad_cells_are_refused(self, cells, column, code):
        assert faults(imported("workplace_staff", [{**self.row(worker()), **cells}])) == [(2, column, code)]

    def test_people_nobody_registered_and_of_other_townships_are_refused(self):
        stranger, far = {"姓名": "某某", "身份证号码": "529999199001010019"}, worker(village=OTHER_VILLAGE)
        rows = [{**self.row(worker()), **stranger}, self.row(far)]
        source = imported("workplace_staff", rows, user=people.township_clerk())
        assert [code for _row, _column, code in faults(source)] == ["unknown_worker", "out_of_scope"]

    def test_same_start_is_the_same_post(self):
        who = worker()
        imported("workplace_staff", [self.row(who)])
        assert counts(imported("workplace_staff", [self.row(who)])) == {"rows": 1, "unchanged": 1}
        assert counts(imported("workplace_staff", [self.row(who, end="2025-06-01")])) == {"rows": 1, "updated": 1}
        assert self.posts() == [("CJ-01", date(2025, 3, 1), date(2025, 6, 1))]

    def test_post_that_meets_a_written_end_overlaps_and_touching_is_allowed(self):
        who = worker()
        rows = [self.row(who, "2025-03-01", "2025-06-01"), self.row(who, "2025-05-31"), self.row(who, "2025-06-01")]
        source = imported("workplace_staff", rows)
        assert faults(source) == [(3, "上岗时间", "overlap")]
        assert len(self.posts()) == 2

    def test_same_days_at_another_workplace_are_allowed(self):
        who = worker()
        imported("workplace_staff", [self.row(who), self.row(who, code="CJ-02")])
        assert len(self.posts()) == 2

    @pytest.mark.parametrize("order", list(permutations(range(3))))
    @pytest.mark.parametrize("apart", [True, False])
    def test_posts_without_an_end_end_where_the_next_begins_in_any_order(self, order, apart):
        who = worker()
        rows = [self.row(who, start) for start in ("2025-01-01", "2025-03-01", "2025-05-01")]
        chosen = [rows[place] for place in order]
        for part in [[row] for row in chosen] if apart else [chosen]:
            imported("workplace_staff", part)
        assert self.posts() == [
            ("CJ-01", date(2025, 1, 1), date(2025, 3, 1)),
            ("CJ-01", date(2025, 3, 1), date(2025, 5, 1)),
            ("CJ-01", date(2025, 5, 1), None),
        ]
        again = imported("workplace_staff", rows)
        assert counts(again) == {"rows": 3, "unchanged": 3}
        assert came_back(exported("workplace_staff")) == ({"rows": 3, "unchanged": 3}, [], [])

    def test_end_that_follows_from_the_next_post_can_be_written_earlier(self):
        who = worker()
        imported("workplace_staff", [self.row(who, "2025-01-01"), self.row(who, "2025-05-01")])
        late = imported("workplace_staff", [self.row(who, "2025-01-01", "2025-05-02")])
        assert faults(late) == [(2, "上岗时间", "overlap")]
        imported("workplace_staff", [self.row(who, "2025-01-01", "2025-03-01")])
        assert self.posts()[0] == ("CJ-01", date(2025, 1, 1), date(2025, 3, 1))

    def test_undo_opens_the_older_post_again(self):
        who = worker()
        imported("workplace_staff", [self.row(who, "2025-01-01")])
        undone(imported("workplace_staff", [self.row(who, "2025-03-01")]))
        assert self.posts() == [("CJ-01", date(2025, 1, 1), None)]

    def test_export_is_unchanged_when_it_comes_back(self):
        rows = [
            self.row(worker(), end="2025-06-01"),
            {**self.row(worker(), code="CJ-02"), "岗位": "保洁", "月工资(元)": "400"},
        ]
        imported("workplace_staff", rows)
        export = exported("workplace_staff")
        assert (export.rows, came_back(export)) == (2, ({"rows": 2, "unchanged": 2}, [], []))
        assert exported("workplace_staff", {"current": "true"}).rows == 1


class TestBrands:
    def test_name_decides(self):
        imported("brands", [{"品牌名称": "赫章模架工匠", "等级": "县级"}])
        source = imported("brands", [{"品牌名称": "赫章模架工匠", "等级": "省级", "认定日期": "2024年5月1日"}])
        assert counts(source) == {"rows": 1, "updated": 1}
        assert stored(Brand) == [{"name": "赫章模架工匠", "grade": "省级", "recognised_on": date(2024, 5, 1)}]

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"等级": ""}, "等级", "required"),
            ({"认定日期": TOMORROW}, "认定日期", "date"),
            ({"品牌名称": ""}, "品牌名称", "required"),
        ],
    )
    def test_bad_cells_are_refused(self, cells, column, code):
        row = {"品牌名称": "甲", "等级": "县级", **cells}
        assert faults(imported("brands", [row])) == [(2, column, code)]

    def test_township_keeps_no_brands(self):
        assert [people.with_role(role).can("brands.edit") for role in ("registry_officer", "township_officer")] == [
            True,
            False,
        ]


class TestMembers:
    @pytest.fixture(autouse=True)
    def brand(self):
        return Brand.objects.create(name="甲", grade="县级")

    def row(self, who, **cells):
        return {"品牌名称": "甲", **person(who), "加入日期": "2024-01-01", **cells}

    def test_every_column_is_stored_and_year_is_read_as_offices_write_it(self, brand):
        who = worker()
        source = imported(
            "brand_members", [{**self.row(who, 退出日期="2025-06-01", 年度="2024年度"), "年收入(元)": "6万元"}]
        )
        assert counts(source) == {"rows": 1, "created": 1}
        assert stored(BrandMember) == [
            {
                "brand_id": brand.pk,
                "worker_id": who.pk,
                "joined_on": date(2024, 1, 1),
                "left_on": date(2025, 6, 1),
                "year": 2024,
                "income": 60000,
            }
        ]

    def test_person_and_year_decide_and_a_row_without_a_year_is_one_of_its_own(self):
        who = worker()
        rows = [self.row(who, 年度="2024"), self.row(who, 年度="2025"), self.row(who)]
        assert counts(imported("brand_members", rows)) == {"rows": 3, "created": 3}
        rows[2] = {**rows[2], "年收入(元)": "5000"}
        assert counts(imported("brand_members", rows)) == {"rows": 3, "updated": 1, "unchanged": 2}

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"品牌名称": "乙"}, "品牌名称", "unknown_reference"),
            ({"加入日期": ""}, "加入日期", "required"),
            ({"加入日期": TOMORROW}, "加入日期", "date"),
            ({"退出日期": "2024-01-01"}, "退出日期", "date"),
            ({"退出日期": TOMORROW}, "退出日期", "date"),
            ({"年度": "去年"}, "年度", "date"),
            ({"年收入(元)": "-1"}, "年收入(元)", "number"),
        ],
    )
    def test_bad_cells_are_refused(self, cells, column, code):
        assert faults(imported("brand_members", [self.row(worker(), **cells)])) == [(2, column, code)]

    def test_joining_moved_behind_the_stored_leaving_is_refused(self):
        who = worker()
        imported("brand_members", [self.row(who, 年度="2024", 退出日期="2024-06-01")])
        again = imported("brand_members", [self.row(who, 年度="2024", 加入日期="2024-07-01")])
        assert faults(again) == [(2, "退出日期", "date")]

    def test_export_is_unchanged_when_it_comes_back(self):
        who = worker()
        imported(
            "brand_members", [{**self.row(who, 年度="2024"), "年收入(元)": "60000"}, self.row(who), self.row(worker())]
        )
        export = exported("brand_members")
        assert (export.rows, came_back(export)) == (3, ({"rows": 3, "unchanged": 3}, [], []))
        brands = exported("brands")
        assert came_back(brands) == ({"rows": 1, "unchanged": 1}, [], [])


class TestReturnees:
    def row(self, who, returned="2025-01-20", plans="是", **cells):
        return {**person(who), "返乡日期": returned, "是否计划外出": plans, **cells}

    def test_every_column_is_stored_and_the_plan_may_lie_ahead(self):
        who = worker()
        imported("returnees", [self.row(who, 计划外出日期=TOMORROW, 原务工地="广东省广州市")])
        assert stored(Returnee) == [
            {
                "worker_id": who.pk,
                "returned_on": date(2025, 1, 20),
                "plans_out": True,
                "leaves_on": localdate() + timedelta(days=1),
                "from_place": "广东省广州市",
            }
        ]

    def test_person_and_day_decide(self):
        who = worker()
        imported("returnees", [self.row(who)])
        rows = [self.row(who, plans="不外出"), self.row(who, "2025-02-01")]
        assert counts(imported("returnees", rows)) == {"rows": 2, "created": 1, "updated": 1}
        assert [row["plans_out"] for row in stored(Returnee)] == [False, True]

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"返乡日期": ""}, "返乡日期", "required"),
            ({"返乡日期": TOMORROW}, "返乡日期", "date"),
            ({"是否计划外出": ""}, "是否计划外出", "required"),
            ({"是否计划外出": "看情况"}, "是否计划外出", "choice"),
            ({"计划外出日期": "节后"}, "计划外出日期", "date"),
        ],
    )
    def test_bad_cells_are_refused(self, cells, column, code):
        assert faults(imported("returnees", [{**self.row(worker()), **cells}])) == [(2, column, code)]

    def test_import_is_taken_back_as_a_unit(self):
        undone(imported("returnees", [self.row(worker()), self.row(worker())]))
        assert stored(Returnee) == []

    def test_export_is_unchanged_when_it_comes_back(self):
        imported(
            "returnees",
            [self.row(worker(), 计划外出日期="2025-02-10", 原务工地="广州"), self.row(worker(), plans="否")],
        )
        export = exported("returnees")
        assert (export.rows, came_back(export)) == (2, ({"rows": 2, "unchanged": 2}, [], []))
        found = {query: exported("returnees", {query: "true"}).rows for query in ("plans_out", "back", "overdue")}
        assert found == {"plans_out": 1, "back": 0, "overdue": 1}
