"""劳动力花名册 and 人员类别台账 against formats.md §1: what is taken, what is refused and by which code."""

import pytest

from tests.acceptance.desk import (
    LUHN_CARD,
    OTHER_VILLAGE,
    SECOND_VILLAGE,
    VILLAGE,
    WORKERS,
    check_character,
    id_number,
    table,
    wrong_check,
    xlsx,
)
from workers.models import GroupMembership, Worker

pytestmark = pytest.mark.django_db
PLACE = {"乡镇": "涟江街道", "村": VILLAGE}
GROUPS = ("姓名", "身份证号码", "人员类别", "认定日期", "终止日期", "监测类别", "来源")


def person(name="张国强", number=None, **cells):
    return {"姓名": name, "身份证号码": number or id_number(), **PLACE, **cells}


def stored(*fields):
    return list(Worker.objects.order_by("id").values_list(*fields))


def test_every_fault_of_an_id_number_has_its_code_and_order(office):
    good = id_number(1, "19900615")
    cells = [
        (good[:17], "id_length"),
        (good[:6] + good[8:17], "id_length"),  # 15 digits, the old form
        (good + "1", "id_length"),
        (int(good[:15]) * 1000, "id_rounded"),
        (5.29999199e17, "id_rounded"),
        ("5.23E+17", "id_rounded"),
        (good[:14] + "1000", "id_rounded" if id_number(100, "19900615")[17] != "0" else None),
        ("529999199002300019", "id_birth_date"),
        ("529999203001010012", "id_birth_date"),
        ("529999189001010019", "id_birth_date"),
        (wrong_check(good), "id_checksum"),
        (None, "required"),
        ("'" + id_number(3), None),
        ("’" + id_number(9), None),
        ("５２９９９９" + id_number(5)[6:], None),
        (" " + id_number(7)[:6] + " " + id_number(7)[6:] + " ", None),
    ]
    told = office.send("workers", WORKERS, *[{**person(), "身份证号码": cell} for cell, _ in cells])
    assert told.refused == [(row, "身份证号码", code) for row, (_, code) in enumerate(cells, 2) if code is not None]
    assert told.code == 1
    assert told.counts == {"rows": 16, "created": 4, "refused": 12}


def test_an_address_code_is_never_a_reason_to_refuse(office):
    numbers = [body + check_character(body) for body in ("00000019900101001", "99999919900101001", "52999919900101002")]
    told = office.send("workers", WORKERS, *[person(number=number) for number in numbers])
    assert told.counts == {"rows": 3, "created": 3}


def test_names_without_letters_are_missing_and_blanks_inside_go(office):
    names = [("", 1), ("***", 1), ("123", 1), ("·", 1), ("  ", 1), ("张　三", 0), ("阿木·尔布", 0), ("王 小 明", 0)]
    told = office.send("workers", WORKERS, *[person(name) for name, _ in names])
    assert told.refused == [(row, "姓名", "name_missing") for row, (_, bad) in enumerate(names, 2) if bad]
    assert stored("name") == [("张三",), ("阿木·尔布",), ("王小明",)]


def test_all_faults_of_a_row_are_told_each_once(office):
    headings = (*WORKERS, "就业状态", "走访日期", "期望月薪")
    told = office.send(
        "workers",
        headings,
        {
            "姓名": "",
            "身份证号码": "123",
            "乡镇": "没有镇",
            "村": "",
            "就业状态": "飞行",
            "走访日期": "2099-01-01",
            "期望月薪": "面议",
        },
        {"姓名": "张三", "身份证号码": None, "乡镇": None, "村": None},
    )
    assert sorted(told.refused) == sorted(
        [
            (2, "姓名", "name_missing"),
            (2, "身份证号码", "id_length"),
            (2, "乡镇", "division_unknown"),
            (2, "村", "required"),
            (2, "就业状态", "choice"),
            (2, "走访日期", "date"),
            (2, "期望月薪", "number"),
            (3, "身份证号码", "required"),
            (3, "乡镇", "required"),
            (3, "村", "required"),
        ]
    )
    assert told.counts == {"rows": 2, "refused": 2}


def test_what_a_refusal_says(office):
    told = office.send("workers", WORKERS, person(number=wrong_check(id_number())))
    (said,) = told.document["errors"]
    assert {key: said[key] for key in ("sheet", "row", "column", "code")} == {
        "sheet": "Sheet1", "row": 2, "column": "身份证号码", "code": "id_checksum",
    }  # fmt: skip
    assert "校验" in said["message"]


def test_division_names_match_in_tiers(office):
    spellings = [
        ("涟江街道", "星光村村民委员会", "522731001200"),
        ("涟江街道", "星光村", "522731001200"),
        ("涟江", "星光", "522731001200"),
        ("涟江街道办事处", "星光村委会", "522731001200"),
        ("惠水县涟江街道", "星光村村委会", "522731001200"),
        ("涟江街道", "星光村委", "522731001200"),
        ("涟江街道", "凤山社区", "522731001001"),
        ("涟江街道", "凤山居委会", "522731001001"),
        ("涟江街道", "凤山社区居委会", "522731001001"),
        ("涟江街道", "幸福社区", "522731001005"),
        ("涟江街道", "幸福移民社区", "522731001006"),
        ("522731001", "522731001200", "522731001200"),
    ]
    told = office.send("workers", WORKERS, *[person(乡镇=town, 村=village) for town, village, _ in spellings])
    assert told.document["errors"] == []
    assert stored("village_code") == [(code,) for _, _, code in spellings]


def test_a_village_of_another_township_is_unknown(office):
    told = office.send("workers", WORKERS, person(村=OTHER_VILLAGE), person(乡镇="濛江街道", 村=OTHER_VILLAGE))
    assert told.refused == [(2, "村", "division_unknown")]


def test_who_is_registered_and_where_a_township_officer_may_register(office):
    outside = {"乡镇": "濛江街道", "村": OTHER_VILLAGE}
    told = office.send("workers", WORKERS, person(), person(**outside), user="xiang")
    assert told.refused == [(3, "村", "out_of_scope")]
    assert told.counts == {"rows": 2, "created": 1, "refused": 1}


def test_a_person_of_another_township_is_out_of_an_officers_scope(office):
    number = id_number()
    office.register(("张三", number), village=OTHER_VILLAGE, town="濛江街道")
    told = office.send("workers", WORKERS, person("张三", number), user="xiang")
    assert [(column, code) for _, column, code in told.refused] == [("身份证号码", "out_of_scope")]


def test_warnings_never_refuse_and_carry_their_codes(office):
    headings = (*WORKERS, "性别", "社保卡号")
    told = office.send(
        "workers",
        headings,
        person(number=id_number(1), 性别="女"),
        person(number=id_number(3), 联系电话="12345"),
        person(number=id_number(5), 社保卡号="6217000000000000005"),
        person(number=id_number(1, "20200101")),
        person(number=id_number(7), 性别="男", 联系电话="13800000000", 社保卡号=LUHN_CARD),
    )
    assert told.warned == [
        (2, "性别", "sex_mismatch"),
        (3, "联系电话", "phone"),
        (4, "社保卡号", "card"),
        (5, "身份证号码", "under_age"),
    ]
    assert (told.code, told.counts) == (0, {"rows": 5, "created": 5, "warnings": 4})


def test_the_same_person_twice_repeats_or_conflicts(office):
    twice, apart = id_number(), id_number()
    told = office.send(
        "workers",
        WORKERS,
        person("张三", twice),
        person("张三", twice),
        person("李四", apart, 联系电话="13800000001"),
        person("李四", apart, 联系电话="13800000002"),
        person("张三", twice),
    )
    assert told.refused == [(4, "身份证号码", "conflict_in_file"), (5, "身份证号码", "conflict_in_file")]
    assert ["第5行" in one["message"] or "第4行" in one["message"] for one in told.document["errors"]] == [True, True]
    assert told.counts == {"rows": 5, "created": 1, "repeated": 2, "refused": 2}


def test_a_refused_row_has_no_key_and_meets_nobody(office):
    number = id_number()
    told = office.send(
        "workers", (*WORKERS, "走访日期"), person("张三", number), person("张三", number, 走访日期="2099-01-01")
    )
    assert told.refused == [(3, "走访日期", "date")]
    assert told.counts == {"rows": 2, "created": 1, "refused": 1}


def test_a_missing_dot_is_no_other_name_within_a_file_either(office):
    number = id_number()
    told = office.send("workers", WORKERS, person("阿木·尔布", number), person("阿木尔布", number))
    assert (told.document["errors"], told.counts) == ([], {"rows": 2, "created": 1, "repeated": 1})


def test_repetition_in_another_spelling_is_repetition(office):
    number = id_number(born="19900101", number=25)
    told = office.send(
        "workers",
        (*WORKERS, "走访日期", "人员类别", "期望月薪"),
        person("张三", number, 走访日期="2025-02-15", 人员类别="脱贫人口、残疾人", 期望月薪="5000元"),
        person(
            "张 三",
            " " + number,
            乡镇="涟江",
            村="星光",
            走访日期="2025年2月15日",
            人员类别="残疾人,脱贫人口",
            期望月薪=5000,
        ),
    )
    assert told.counts == {"rows": 2, "created": 1, "repeated": 1}


def test_a_second_sending_is_unchanged_a_blank_erases_nothing_a_value_updates(office):
    number = id_number()
    full = person("张三", number, 联系电话="13800000001")
    office.send("workers", WORKERS, full)
    assert office.send("workers", WORKERS, full).counts == {"rows": 1, "unchanged": 1}
    assert office.send("workers", WORKERS, {**full, "联系电话": None}).counts == {"rows": 1, "unchanged": 1}
    assert stored("phone") == [("13800000001",)]
    assert office.send("workers", WORKERS, {**full, "村": SECOND_VILLAGE}).counts == {"rows": 1, "updated": 1}
    assert stored("phone", "village_code") == [("13800000001", "522731001201")]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("张国强", None),
        ("张 国强", None),
        ("张国", "warning"),
        ("张国刚", "warning"),
        ("张国强强", "warning"),
        ("张建军", "error"),
        ("李四", "error"),
    ],
)
def test_names_one_edit_apart_warn_and_keep_the_registrys(office, written, fault):
    number = id_number()
    office.register(("张国强", number))
    told = office.send("workers", WORKERS, person(written, number, 联系电话="13800000009"))
    expected = [(2, "姓名", "name_mismatch")]
    assert (told.refused, told.warned) == (
        expected if fault == "error" else [],
        expected if fault == "warning" else [],
    )
    assert stored("name") == [("张国强",)]


def test_dots_in_names_are_one_dot(office):
    number = id_number()
    office.register(("阿木·尔布", number))
    for written in ("阿木•尔布", "阿木．尔布", "阿木・尔布", "阿木‧尔布", "阿木尔布", "阿木 · 尔布"):
        assert office.send("workers", WORKERS, person(written, number)).document["errors"] == []


def test_yes_no_columns_make_tags_and_no_never_ends_one(office):
    number = id_number()
    headings = (*WORKERS, "是否脱贫人口", "是否监测对象", "是否易地搬迁", "是否低保", "是否残疾")
    answers = {"是否脱贫人口": "是", "是否监测对象": "√", "是否易地搬迁": "1", "是否低保": "×", "是否残疾": "无"}
    told = office.send("workers", headings, person("张三", number, **answers))
    assert told.document["errors"] == []
    tags = GroupMembership.objects.order_by("group").values_list("group", flat=True)
    assert list(tags) == ["lifted_poverty", "monitored", "relocated"]
    again = person("张三", number, **dict.fromkeys(answers, "否"))
    assert office.send("workers", headings, again).counts == {"rows": 1, "unchanged": 1}
    assert len(tags.all()) == 3


def test_tags_in_one_cell_in_every_separator(office):
    cells = [
        "脱贫人口、易地搬迁",
        "脱贫人口，易地搬迁",
        "脱贫人口,易地搬迁",
        "脱贫人口;易地搬迁",
        "脱贫人口/易地搬迁",
        "脱贫人口 易地搬迁",
    ]
    told = office.send(
        "workers", (*WORKERS, "人员类型"), *[person(人员类型=cell) for cell in cells], person(人员类型="一般")
    )
    assert told.counts == {"rows": 7, "created": 7}
    assert GroupMembership.objects.count() == 12


def test_amounts_and_dates_in_every_spelling(office):
    amounts = [
        ("1,234.50", "1234.50"),
        ("5000元", "5000.00"),
        ("0.6万元", "6000.00"),
        ("￥5,000", "5000.00"),
        (4500, "4500.00"),
        ("５０００", "5000.00"),
    ]
    dates = [
        "2025-02-15",
        "2025.2.15",
        "2025/2/15",
        "2025年2月15日",
        "20250215",
        45703,
        20250215,
        "2025-02-15 08:30",
        "２０２５-０２-１５",
    ]
    bad_amounts, bad_dates = ["面议", "4000-5000", "-5"], ["2025年2月", "25.2.15", "2099-02-15", "2025-02-30", "春节"]
    headings = (*WORKERS, "期望月工资", "登记日期")
    rows = [person(期望月工资=cell) for cell, _ in amounts] + [person(登记日期=cell) for cell in dates]
    bad = [person(期望月工资=cell) for cell in bad_amounts] + [person(登记日期=cell) for cell in bad_dates]
    told = office.send("workers", headings, *rows, *bad)
    first = 2 + len(rows)
    assert told.refused == [
        *[(first + place, "期望月薪", "number") for place in range(3)],
        *[(first + 3 + place, "走访日期", "date") for place in range(5)],
    ]
    found = stored("expected_wage", "visited_on")
    assert [str(wage) for wage, _ in found[: len(amounts)]] == [wanted for _, wanted in amounts]
    assert {str(day) for _, day in found[len(amounts) :]} == {"2025-02-15"}


def test_free_text_columns_are_never_a_choice(office):
    columns = [
        "民族",
        "文化程度",
        "政治面貌",
        "健康状况",
        "劳动能力",
        "与户主关系",
        "监测类别",
        "安置点",
        "技能等级",
        "就业意向",
        "培训意愿",
        "创业意愿",
        "性别",
    ]
    free = dict.fromkeys(columns, "随便写的")
    told = office.send("workers", (*WORKERS, *free), person(**free))
    assert (told.refused, told.counts["created"]) == ([], 1)


def test_tags_need_a_registered_person_and_dates_in_order(office):
    number = id_number()
    office.register(("张三", number))
    tag = {"姓名": "张三", "身份证号码": number, "人员类别": "脱贫人口", "认定日期": "2021-01-01"}
    told = office.send(
        "group_tags",
        GROUPS,
        tag,
        {**tag, "身份证号码": id_number()},
        {**tag, "人员类别": "监测对象", "终止日期": "2020-12-31"},
        {**tag, "人员类别": "什么人"},
        {**tag, "人员类别": "低保", "认定日期": None},
        {**tag, "人员类别": "残疾人", "认定日期": "2099-01-01"},
        {**tag, "姓名": "李四四", "人员类别": "退役军人"},
        {**tag, "人员类别": "两后生", "终止日期": "2099-12-31"},
    )
    assert told.refused == [
        (3, "身份证号码", "unknown_worker"),
        (4, "终止日期", "date"),
        (5, "人员类别", "choice"),
        (6, "认定日期", "required"),
        (7, "认定日期", "date"),
        (8, "姓名", "name_mismatch"),
    ]
    assert told.counts == {"rows": 8, "created": 2, "refused": 6}


def test_faults_of_cells_and_of_the_registry_stand_together(office):
    told = office.send(
        "group_tags",
        GROUPS,
        {
            "姓名": "张三",
            "身份证号码": id_number(),
            "人员类别": "什么人",
            "认定日期": "2021-01-01",
            "终止日期": "2020-01-01",
        },
    )
    assert sorted(told.refused) == [
        (2, "人员类别", "choice"),
        (2, "终止日期", "date"),
        (2, "身份证号码", "unknown_worker"),
    ]


def test_a_dated_tag_replaces_the_undated_one(office):
    number = id_number()
    office.send("workers", (*WORKERS, "人员类别"), person("张三", number, 人员类别="脱贫人口"))
    tag = {"姓名": "张三", "身份证号码": number, "人员类别": "脱贫人口", "认定日期": "2021-01-01"}
    assert office.send("group_tags", GROUPS, tag).counts == {"rows": 1, "created": 1}
    assert [str(one.valid_from) for one in GroupMembership.objects.all()] == ["2021-01-01"]
    assert office.send("group_tags", GROUPS, tag).counts == {"rows": 1, "unchanged": 1}
    assert office.send("group_tags", GROUPS, {**tag, "终止日期": "2024-01-01"}).counts == {"rows": 1, "updated": 1}


def test_a_person_is_recognised_anew_under_another_date(office):
    number = id_number()
    office.register(("张三", number))
    tag = {"姓名": "张三", "身份证号码": number, "人员类别": "脱贫人口"}
    told = office.send("group_tags", GROUPS, {**tag, "认定日期": "2023-05-01"}, {**tag, "认定日期": "2021-01-01"})
    assert (told.document["errors"], told.counts) == ([], {"rows": 2, "created": 2})
    assert office.send("group_tags", GROUPS, {**tag, "认定日期": "2021-01-01"}).counts == {"rows": 1, "unchanged": 1}
    found = office.statistics("LDB_TOTAL", period="2025", by="group")["rows"]
    assert [(row["group"]["code"], row["value"]) for row in found] == [("lifted_poverty", "1")]


def test_the_sheets_title_gives_the_township_and_a_column_beats_it(office):
    headings = ("姓名", "身份证号码", "村")
    path = xlsx(
        office.path(),
        ("填表说明", [["1. 每个乡镇一张表"]]),
        ("濛江街道", table(headings, {"姓名": "张三", "身份证号码": id_number(), "村": OTHER_VILLAGE})),
        ("涟江街道办", table(headings, {"姓名": "李四", "身份证号码": id_number(), "村": VILLAGE})),
        ("濛江街道2", table((*headings, "乡镇"), person("王五"))),
        ("没有镇", table(headings, {"姓名": "赵六", "身份证号码": id_number(), "村": VILLAGE})),
    )
    told = office.send_file("workers", path)
    assert told.document["skipped_sheets"] == ["填表说明"]
    assert [(one["sheet"], one["row"], one["column"], one["code"]) for one in told.document["errors"]] == [
        ("没有镇", 2, "乡镇", "required")
    ]
    assert stored("name", "village_code") == [
        ("张三", "522731002200"),
        ("李四", "522731001200"),
        ("王五", "522731001200"),
    ]
