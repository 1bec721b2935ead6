"""Tricks of real offices in the sheets of the market and of work at home (formats.md §1), and taking such files back."""

import pytest

from tests.acceptance.desk import OTHER_TOWN, TOWN, id_number, table, text, xlsx
from tests.acceptance.market import KINDS, PERSON

pytestmark = pytest.mark.django_db


def whole(kind, **change):
    return {**KINDS[kind].row, **change}


def by_township(office):
    rows = office.statistics("WS_N", period="2025", as_of="2025-05-31", by="township")["rows"]
    return {row["township"]["code"]: row["numerator"] for row in rows}


def test_the_township_of_a_workplace_in_the_tab_alone(ready):
    assert by_township(ready) == {TOWN: 1}
    bare = {heading: cell for heading, cell in whole("workplaces").items() if heading != "所在乡镇"}
    path = xlsx(
        ready.path(),
        ("濛江街道", table(bare, {**bare, "载体编号": "1"}, {**bare, "载体编号": "2"})),
        ("濛江街道2", table(whole("workplaces"), whole("workplaces", 载体编号="3"))),  # the column beats the tab
    )
    assert ready.send_file("workplaces", path).counts == {"rows": 3, "created": 3}
    stem = text(ready.folder / "濛江街道.csv", table(bare, {**bare, "载体编号": "4"}), "gb18030")
    assert ready.send_file("workplaces", stem).counts == {"rows": 1, "created": 1}
    assert by_township(ready) == {TOWN: 2, OTHER_TOWN: 3}
    nowhere = ready.send("workplaces", bare, {**bare, "载体编号": "5"})
    assert nowhere.refused == [(2, "所在乡镇", "required")]


MERGED = [
    ("workplaces", "所在乡镇", "载体编号"), ("employers", "所在地", "企业名称"), ("vacancies", "所在地", "岗位名称"),
    ("vacancies", "企业名称", "岗位名称"), ("fair_booths", "招聘会编号", "岗位名称"), ("fair_booths", "企业名称", "岗位名称"),
    ("workplace_staff", "载体编号", "上岗时间"), ("brand_members", "品牌名称", "年度"), ("referrals", "招聘会编号", "日期"),
]  # fmt: skip
OWN = {"年度": (2023, 2024, 2025), "上岗时间": ("2025-01-02", "2025-02-02", "2025-03-02"),
       "日期": ("2025-02-10", "2025-02-11", "2025-02-12")}  # fmt: skip


@pytest.mark.parametrize(("kind", "heading", "own"), MERGED)
def test_a_merged_cell_counts_for_all_its_rows(ready, kind, heading, own):
    row = {one: cell for one, cell in whole(kind).items() if one not in ("统一社会信用代码", "离岗时间", "退出日期")}
    said = OWN.get(own, ("甲一", "甲二", "甲三"))
    rows = table(row, *[{**row, own: one} for one in said])
    plain = ready.send_file(kind, xlsx(ready.path(), ("甲", [list(line) for line in rows])))
    place = list(row).index(heading)
    letter = chr(ord("A") + place)
    for line in rows[2:]:
        line[place] = None
    told = ready.send_file(
        kind, xlsx(ready.path(), ("甲", rows, lambda sheet: sheet.merge_cells(f"{letter}2:{letter}4")))
    )
    assert (plain.counts, told.counts) == ({"rows": 3, "created": 3}, {"rows": 3, "unchanged": 3})


def test_numbers_that_excel_made_of_codes(ready):
    fairs = [
        whole("fairs", 招聘会编号=202501),
        whole("fairs", 招聘会编号="202502"),
        whole("fairs", 招聘会编号=202501.0),
    ]
    assert ready.send("fairs", fairs[0], *fairs).counts == {"rows": 3, "created": 2, "repeated": 1}
    codes = ("202501", "'202501", 202501, "２０２５０１")
    told = ready.send("fair_booths", whole("fair_booths"), *[whole("fair_booths", 招聘会编号=code) for code in codes])
    assert (told.document["errors"], told.counts) == ([], {"rows": 4, "created": 1, "repeated": 3})
    told = ready.send("referrals", whole("referrals"), whole("referrals", 招聘会编号=202502))
    assert told.counts == {"rows": 1, "created": 1}
    ready.send("workplaces", whole("workplaces"), whole("workplaces", 载体编号=7))
    assert ready.send("workplace_staff", whole("workplace_staff"), whole("workplace_staff", 载体编号="7")).counts == {
        "rows": 1, "created": 1,
    }  # fmt: skip


def test_years_and_answers_in_every_spelling(ready):
    said = (2025, "2025年", "2025年度", "２０２５", 2025.0)
    told = ready.send("brand_members", whole("brand_members"), *[whole("brand_members", 年度=one) for one in said])
    assert told.counts == {"rows": 5, "created": 1, "repeated": 4}
    for day, said in (("2025-01-11", ("是", "√", "有", 1, "1")), ("2025-01-12", ("否", "×", "无", 0, "0"))):
        rows = [whole("returnees", 返乡日期=day, 是否计划外出=one) for one in said]
        assert ready.send("returnees", rows[0], *rows).counts == {"rows": 5, "created": 1, "repeated": 4}
    unsure = whole("returnees", 返乡日期="2025-01-13", 是否计划外出="待定")
    assert ready.send("returnees", unsure, unsure).refused == [(2, "是否计划外出", "choice")]


FREE = [
    ("vacancies", "食宿"), ("vacancies", "社保"), ("vacancies", "学历技能要求"), ("brands", "等级"), ("group_tags", "监测类别"),
    ("group_tags", "来源"), ("employers", "行业"), ("fairs", "地点"), ("returnees", "原务工地"), ("workplace_staff", "岗位"),
]  # fmt: skip


def test_columns_without_a_list_take_any_words(ready):
    for kind, heading in FREE:
        told = ready.send(kind, whole(kind), whole(kind, **{heading: "其他（见备注）！"}))
        assert (told.document["errors"], told.document["counts"]["refused"]) == ([], 0), heading


def test_places_of_vacancies(ready):
    said = {
        "上海": None, "惠水": None, "东莞大朗镇": None, "440113": None, "广州市": None, "贵州省黔南州惠水县": None,
        "白云区": "division_ambiguous", "全国": "division_unknown",
    }  # fmt: skip
    told = ready.send("vacancies", whole("vacancies"), *[whole("vacancies", 岗位名称=one, 所在地=one) for one in said])
    faults = [(row, "所在地", code) for row, code in enumerate(said.values(), 2) if code]
    assert (told.refused, told.counts["created"]) == (faults, 6)
    rows = ready.statistics("VAC_N", period="2025", by="destination_city")["rows"]
    assert [(row["destination_city"]["code"], row["numerator"]) for row in rows] == [
        ("3101", 30), ("4401", 60), ("4419", 30), ("5227", 60),
    ]  # fmt: skip


def test_one_credit_code_with_two_names_is_one_employer(ready):
    row = whole("fair_booths")
    told = ready.send("fair_booths", row, row, {**row, "企业名称": "甲厂（广州）", "岗位名称": "普工"})
    assert told.counts == {"rows": 2, "created": 2}
    assert ready.statistics("FAIR_EMP", period="2025")["total"]["value"] == "1"


def test_who_may_send_what(ready):
    """A township officer keeps no books of the county, and only the own township's workplaces."""
    for kind in ("vacancies", "fairs", "fair_booths", "brands"):
        told = ready.send(kind, whole(kind), whole(kind), user="xiang")
        assert (told.code, told.document["field"]) == (2, "kind")
    rows = [whole("workplaces", 载体编号="A"), whole("workplaces", 载体编号="B", 所在乡镇="濛江街道")]
    told = ready.send("workplaces", rows[0], *rows, user="xiang")
    assert (told.refused, told.counts) == ([(3, "所在乡镇", "out_of_scope")], {"rows": 2, "created": 1, "refused": 1})


def test_a_dry_run_stores_nothing_and_says_the_same(ready):
    for kind in KINDS:
        told = ready.send(kind, whole(kind), whole(kind), more=("--dry-run",))
        assert (told.document["state"], told.counts) == ("ready", {"rows": 1, "created": 1}), kind
    for kind in KINDS:
        assert ready.send(kind, whole(kind), whole(kind)).counts == {"rows": 1, "created": 1}, kind


CODES = ("WS_N", "WS_JOBS", "POST_N", "POST_FILLED", "BRAND_N", "BRAND_JOBS", "BRAND_INC", "RETURN_RATE", "OUT_GROUP")


def test_files_taken_back_and_sent_again_in_another_order(ready, api):
    """Every state comes back on the way down; sent again in another order the end is the same."""

    def numbers():
        return [ready.statistics(code, period="2025", as_of="2025-05-31")["total"]["value"] for code in CODES]

    second = {"姓名": "李四", "身份证号码": id_number()}
    ready.register((second["姓名"], second["身份证号码"]))
    job = {"务工省": "广东", "务工市": "广州", "务工县(区)": "番禺", "外出时间": "2025-02-20"}
    files = [
        (
            "workplaces",
            [
                whole("workplaces"),
                whole("workplaces", 载体编号="G", 类型="公益性岗位", 岗位数=4, 撤销日期=None, 状态=None),
            ],
        ),
        ("brands", [whole("brands"), {"品牌名称": "惠大嫂", "等级": "省级", "认定日期": "2025-06-01"}]),
        ("workplace_staff", [whole("workplace_staff"), whole("workplace_staff", **second)]),
        ("brand_members", [whole("brand_members"), whole("brand_members", **second, **{"年收入(元)": "5万元"})]),
        (
            "returnees",
            [
                whole("returnees"),
                whole("returnees", **second),
                whole("returnees", 返乡日期="2025-01-09", 是否计划外出="否"),
            ],
        ),
        ("group_tags", [whole("group_tags"), whole("group_tags", **second, 终止日期="2025-05-31")]),
        ("employments", [{**PERSON, **job}]),
    ]
    states, told = [numbers()], []
    for kind, rows in files:
        sent = ready.send(kind, rows[0], *rows)
        assert sent.refused == []
        told.append(sent)
        states.append(numbers())
    assert states[-1] == ["2", "2", "4", "0.00", "1", "2", "55000.00", "50.00", "100.00"]
    for one, state in zip(reversed(told), reversed(states[:-1]), strict=True):
        assert api.post(f"/api/v1/imports/{one.document['id']}/undo/").status_code == 200
        assert numbers() == state
    for kind, rows in reversed(files):
        backwards = rows[::-1]
        assert ready.send(kind, rows[0], *backwards).refused == []
    assert numbers() == states[-1]
