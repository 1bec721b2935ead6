"""Every column, mark, value list and key of the sheets of the market and of work at home (formats.md §1.1 to §1.3)."""

import string

import pytest

from tests.acceptance.desk import id_number, table, text, wrong_check, xlsx
from tests.acceptance.market import KINDS, NUMBER

pytestmark = pytest.mark.django_db


def lines(told):
    """(row, column, code) of everything refused, in the order of rows."""
    return sorted(told.refused)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_row_and_what_makes_it_the_same(ready, kind):
    """Created, unchanged, repeated, updated, in conflict; blank cells erase nothing."""
    row, required, other = KINDS[kind].row, KINDS[kind].plain, KINDS[kind].other
    first = ready.send(kind, row, row, {**row})
    assert (first.document["errors"], first.document["unknown_columns"]) == ([], [])
    assert first.counts == {"rows": 2, "created": 1, "repeated": 1}
    keys = required if kind != "referrals" else row
    keys |= {heading: row[heading] for heading in ("统一社会信用代码", "年度") if heading in row}
    bare = ready.send(kind, row, keys)
    assert bare.counts == {"rows": 1, "unchanged": 1}
    assert ready.send(kind, row, row).counts == {"rows": 1, "unchanged": 1}
    for heading, cell in other.items():
        changed = {**row, heading: cell}
        conflict = ready.send(kind, row, row, changed)
        assert [(line, code) for line, _, code in conflict.refused] == [
            (2, "conflict_in_file"),
            (3, "conflict_in_file"),
        ]
        assert ready.send(kind, row, changed).counts == {"rows": 1, "updated": 1}, heading
        assert ready.send(kind, row, changed).counts == {"rows": 1, "unchanged": 1}, heading
        assert ready.send(kind, row, row).counts == {"rows": 1, "updated": 1}, heading


@pytest.mark.parametrize("kind", KINDS)
def test_the_starred_columns_and_no_others_are_required(ready, kind):
    row, required = KINDS[kind].row, KINDS[kind].required
    told = ready.send(kind, row, *[{**row, heading: None} for heading in required])
    codes = {"姓名": "name_missing"}
    assert lines(told) == [(n, heading, codes.get(heading, "required")) for n, heading in enumerate(required, 2)]
    assert ready.send(kind, required, KINDS[kind].plain).counts == {"rows": 1, "created": 1}
    for heading in required:
        fewer = [one for one in required if one != heading]
        told = ready.send(kind, fewer, KINDS[kind].plain)
        assert told.code != 0, heading


KEYS = {
    "employers": {"统一社会信用代码": "91440101MA59ABCE85"},
    "vacancies": {
        "企业名称": "乙厂", "岗位名称": "裁剪工", "所在地": "广东广州白云区", "采集日期": "2025-02-11", "采集来源": "直播带岗",
    },
    "fairs": {"招聘会编号": "Z-10"},
    "fair_booths": {"企业名称": "乙厂", "岗位名称": "裁剪工", "招聘会编号": "Z-2"},
    "referrals": {
        "招聘会编号": None, "企业名称": "乙厂", "岗位名称": None, "结果": "签约", "日期": "2025-02-11", "身份证号码": "李四",
    },
    "workplaces": {"载体编号": "W-10"},
    "workplace_staff": {"载体编号": "W-2", "上岗时间": "2025-07-01", "身份证号码": "李四"},
    "brands": {"品牌名称": "惠水米酒"},
    "brand_members": {"品牌名称": "布依绣娘", "年度": 2024, "身份证号码": "李四"},
    "returnees": {"返乡日期": "2025-01-11", "身份证号码": "李四"},
    "group_tags": {"人员类别": "残疾人", "认定日期": "2024-01-02", "身份证号码": "李四"},
}  # fmt: skip


@pytest.mark.parametrize("kind", KEYS)
def test_each_part_of_the_key_makes_another_row(ready, kind):
    number = id_number()
    ready.register(("李四", number))
    for more, name in (("fairs", "招聘会编号"), ("workplaces", "载体编号"), ("brands", "品牌名称")):
        row = {**KINDS[more].plain, name: {"fairs": "Z-2", "workplaces": "W-2", "brands": "布依绣娘"}[more]}
        ready.send(more, row, row)
    row = dict(KINDS[kind].row)
    if kind in ("vacancies", "fair_booths"):
        row["统一社会信用代码"] = None
    if kind == "workplace_staff":
        row |= {"离岗时间": None}
    if kind == "group_tags":
        row |= {"终止日期": None}
    others = []
    for heading, cell in KEYS[kind].items():
        change = {"姓名": "李四", "身份证号码": number} if heading == "身份证号码" else {heading: cell}
        others.append({**row, **change})
    told = ready.send(kind, row, row, *others)
    assert (told.refused, told.counts["created"]) == ([], 1 + len(others))


CHOICES = {
    ("vacancies", "采集来源"): ("协作站", "结对人社", "企业申报", "访企拓岗", "直播带岗"),
    ("fairs", "形式"): ("线下", "线上", "直播"),
    ("fairs", "主办方"): ("本县", "结对地区", "乡镇", "协作站"),
    ("referrals", "结果"): ("推荐", "意向", "签约", "到岗", "拒绝"),
    ("workplaces", "类型"): ("就业帮扶车间", "一县一企基地", "公益性岗位", "零工市场", "零工驿站", "公共实训基地"),
    ("workplaces", "状态"): ("正常", "停用", "撤销"),
    ("group_tags", "人员类别"): (
        "脱贫人口", "监测对象", "易地搬迁", "低保", "特困人员", "残疾人", "就业困难人员", "零就业家庭", "两后生", "退役军人", "高校毕业生",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "heading"), CHOICES)
def test_value_lists(ready, kind, heading):
    row = {**KINDS[kind].row, "撤销日期": None} if kind == "workplaces" else KINDS[kind].row
    number = {"fairs": "招聘会编号", "workplaces": "载体编号"}.get(kind, "企业名称")
    said = [
        {**row, heading: f" {value[0]} {value[1:]}", number: f"新{n}"} for n, value in enumerate(CHOICES[kind, heading])
    ]
    told = ready.send(kind, [*row], *said, {**row, heading: "别的"})
    assert told.refused == [(2 + len(said), heading, "choice")]
    assert told.counts == {"rows": len(said) + 1, "created": len(said), "refused": 1}


PAST = {
    "vacancies": ("采集日期",), "fairs": ("日期",), "referrals": ("日期",), "workplaces": ("认定日期",),
    "workplace_staff": ("上岗时间",), "brands": ("认定日期",), "brand_members": ("加入日期",), "returnees": ("返乡日期",),
    "group_tags": ("认定日期",),
}  # fmt: skip
NO_DATES = ("2025年2月", "25.2.10", "2025-02-30", "2099-01-01", "二月十日", "2025")


@pytest.mark.parametrize("kind", PAST)
def test_dates_in_every_spelling(ready, kind):
    """All of one day, so the rows are one; a bad one is told at its cell."""
    (heading,) = PAST[kind]
    row = {
        one: cell
        for one, cell in KINDS[kind].row.items()
        if one not in ("离岗时间", "退出日期", "撤销日期", "状态", "有效期")
    }
    good = (
        "2024-02-10",
        "2024.2.10",
        "2024/2/10",
        "2024年2月10日",
        "20240210",
        20240210,
        45332,
        "２０２４－０２－１０",
        "2024-02-10 08:30:00",
    )
    told = ready.send(kind, row, *[{**row, heading: cell} for cell in good])
    assert (told.document["errors"], told.counts) == ([], {"rows": 9, "created": 1, "repeated": 8})
    told = ready.send(kind, row, *[{**row, heading: cell} for cell in NO_DATES])
    assert lines(told) == [(n, heading, "date") for n in range(2, 2 + len(NO_DATES))]


LATER = {
    "workplaces": ("撤销日期", False), "workplace_staff": ("离岗时间", False), "brand_members": ("退出日期", False),
    "vacancies": ("有效期", True), "returnees": ("计划外出日期", True), "group_tags": ("终止日期", True),
}  # fmt: skip


@pytest.mark.parametrize("kind", LATER)
def test_dates_that_may_lie_ahead_and_those_that_may_not(ready, kind):
    heading, ahead = LATER[kind]
    row = {**KINDS[kind].row, heading: "2099-01-01"}
    told = ready.send(kind, row, row)
    assert told.refused == ([] if ahead else [(2, heading, "date")])
    wrong = ready.send(kind, row, {**row, heading: "2025年13月1日"}, {**row, heading: "25.3.1"})
    assert lines(wrong) == [(2, heading, "date"), (3, heading, "date")]


AMOUNTS = [
    ("vacancies", "月薪下限"), ("vacancies", "月薪上限"), ("fair_booths", "月薪下限"), ("fair_booths", "月薪上限"),
    ("workplace_staff", "月工资(元)"), ("brand_members", "年收入(元)"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "heading"), AMOUNTS)
def test_amounts_in_every_spelling(ready, kind, heading):
    row = {one: cell for one, cell in KINDS[kind].row.items() if one == heading or not one.startswith("月薪")}
    same = ("5,000.00", "5000元", "0.5万元", "￥5,000", "¥5000", 5000, 5000.0, "５０００", "5000元/月")
    told = ready.send(kind, row, *[{**row, heading: cell} for cell in same[:8]])
    assert (told.document["errors"], told.counts) == ([], {"rows": 8, "created": 1, "repeated": 7})
    bad = ("面议", "4000-5000", -1, "-5000", "五千")
    told = ready.send(kind, row, *[{**row, heading: cell} for cell in bad])
    assert lines(told) == [(n, heading, "number") for n in range(2, 7)]


@pytest.mark.parametrize(
    ("kind", "heading"),
    [("vacancies", "招聘人数"), ("fair_booths", "招聘人数"), ("fairs", "参会人次"), ("workplaces", "岗位数"), ("employers", "规模(人)")],
)  # fmt: skip
def test_counts_of_people(ready, kind, heading):
    row = KINDS[kind].row
    told = ready.send(kind, row, *[{**row, heading: cell} for cell in (1200, "1,200", "１２００", "1200人", 1200.0)])
    assert (told.document["errors"], told.counts) == ([], {"rows": 5, "created": 1, "repeated": 4})
    told = ready.send(kind, row, *[{**row, heading: cell} for cell in ("若干", "20-30", -3, 1.5)])
    assert lines(told) == [(n, heading, "number") for n in range(2, 6)]


@pytest.mark.parametrize(
    ("kind", "heading", "message"),
    [("fair_booths", "招聘会编号", "Z-77"), ("referrals", "招聘会编号", "Z-77"), ("workplace_staff", "载体编号", "Z-77"),
     ("brand_members", "品牌名称", "Z-77")],
)  # fmt: skip
def test_unknown_references(ready, kind, heading, message):
    row = KINDS[kind].row
    told = ready.send(kind, row, {**row, heading: message}, row)
    assert (told.refused, told.counts) == ([(2, heading, "unknown_reference")], {"rows": 2, "created": 1, "refused": 1})
    assert ready.send(kind, row, {**row, heading: f" {row[heading]}　"}).counts == {"rows": 1, "unchanged": 1}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if "身份证号码" in KINDS[kind].row])
def test_people_of_the_registry_alone(ready, kind, county):
    """Unknown people, numbers with faults, other names; a township officer writes of the own people only."""
    row, stranger = KINDS[kind].row, id_number(7, "19850505")
    away = id_number(9, "19850505")
    ready.register(("周八", away), village="姚新村", town="濛江街道")
    cases = [
        ({"身份证号码": stranger}, ("身份证号码", "unknown_worker")),
        ({"身份证号码": NUMBER[:17]}, ("身份证号码", "id_length")),
        ({"身份证号码": "5.29999E+17"}, ("身份证号码", "id_rounded")),
        ({"身份证号码": NUMBER[:10] + "1315" + NUMBER[14:]}, ("身份证号码", "id_birth_date")),
        ({"身份证号码": wrong_check(NUMBER)}, ("身份证号码", "id_checksum")),
        ({"姓名": "欧阳震华"}, ("姓名", "name_mismatch")),
        ({"姓名": "1"}, ("姓名", "name_missing")),
    ]
    told = ready.send(kind, row, *[{**row, **change} for change, _ in cases])
    assert lines(told) == [(n, *fault) for n, (_, fault) in enumerate(cases, 2)]
    near = ready.send(kind, row, {**row, "姓名": "张三丰"})
    assert (near.refused, near.warned) == ([], [(2, "姓名", "name_mismatch")])
    if kind != "referrals":
        foreign = ready.send(
            kind, row, {**row, "姓名": "周八", "身份证号码": away}, {**row, "姓名": "张三"}, user="xiang"
        )
        assert foreign.refused == [(2, "身份证号码", "out_of_scope")]


def test_a_workplace_stands_in_a_township(ready):
    row = KINDS["workplaces"].plain
    spellings = ("涟江街道", "涟江", "惠水县涟江街道", "522731001")
    told = ready.send("workplaces", row, *[{**row, "所在乡镇": one} for one in spellings[:2]])
    assert (told.document["errors"], told.counts) == ([], {"rows": 2, "created": 1, "repeated": 1})
    bad = ready.send("workplaces", row, {**row, "所在乡镇": "没有镇"})
    assert bad.refused == [(2, "所在乡镇", "division_unknown")]
    foreign = ready.send("workplaces", row, {**row, "载体编号": "W-11", "所在乡镇": "濛江街道"}, user="xiang")
    assert foreign.refused == [(2, "所在乡镇", "out_of_scope")]


FULL_WIDTH = {ord(sign): ord(sign) + 0xFEE0 for sign in string.ascii_letters + string.digits}


@pytest.mark.parametrize("kind", KINDS)
def test_as_offices_send_them(ready, kind):
    """A title, the unit, headings under a group, a number first, totals, signatures, another tab, full width, blanks."""
    row = {"序号": "1", **KINDS[kind].row, "审批意见": "同意"}
    wide = {key: cell.translate(FULL_WIDTH) if isinstance(cell, str) else cell for key, cell in row.items()}
    headings = [f"{heading[0]} {heading[1:]}*\n".replace("(", "（").replace(")", "）") for heading in row]
    headings[-1] = "审批意见"
    rows = [["2025年台账"], ["填报单位：惠水县就业局"], [None, "基本情况"], headings, [*row.values()], ["小计", 1], [],
            [*wide.values()], [3], ["合 计", None, 2], ["制表人：王"], ["备注：以上属实"]]  # fmt: skip
    merge = lambda sheet: [sheet.merge_cells(area) for area in ("A1:E1", "B3:C3")]  # noqa: E731
    told = ready.send_file(kind, xlsx(ready.path(), ("填表说明", [["请按要求填写"]]), ("台账", rows, merge)))
    assert (told.document["errors"], told.document["skipped_sheets"]) == ([], ["填表说明"])
    assert (told.document["unknown_columns"], told.counts) == (["审批意见"], {"rows": 2, "created": 1, "repeated": 1})


@pytest.mark.parametrize("kind", KINDS)
def test_text_tables(ready, kind):
    row = KINDS[kind].row
    quoted = {
        key: f'="{cell}"' if key in ("身份证号码", "联系电话", "统一社会信用代码") else cell
        for key, cell in row.items()
    }
    rows = [*table(row, row), ["合计", "1"], *table(row, quoted)[1:], ["注：完"]]
    for time, (encoding, separator) in enumerate((("gb18030", ","), ("utf-8-sig", ";"), ("utf-8", "\t"))):
        told = ready.send_file(kind, text(ready.path("csv"), rows, encoding, separator))
        done = "unchanged" if time else "created"
        assert (told.document["errors"], told.counts) == ([], {"rows": 2, done: 1, "repeated": 1})


ALIASES = {
    "身份证号码": ("身份证号", "公民身份号码", "身份证"),
    "联系电话": ("电话", "手机号码", "联系方式"),
    "月工资(元)": ("月工资", "月收入", "月工资（元）"),
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if ALIASES.keys() & KINDS[kind].row.keys()])
def test_headings_that_mean_the_same(ready, kind):
    row = KINDS[kind].row
    ready.send(kind, row, row)
    for heading in ALIASES.keys() & row.keys():
        for spelling in ALIASES[heading]:
            told = ready.send(kind, *[{spelling if key == heading else key: cell for key, cell in row.items()}] * 2)
            assert (told.document["unknown_columns"], told.counts) == ([], {"rows": 1, "unchanged": 1}), spelling


def test_all_faults_of_a_row_are_told(ready):
    row = {**KINDS["vacancies"].row, "企业名称": None, "所在地": "白云区", "招聘人数": "若干", "月薪下限": "面议", "采集来源": "网上",
           "采集日期": "2099-01-01", "有效期": "长期"}  # fmt: skip
    told = ready.send("vacancies", row, row)
    assert sorted((column, code) for _, column, code in told.refused) == sorted([
        ("企业名称", "required"), ("所在地", "division_ambiguous"), ("招聘人数", "number"), ("月薪下限", "number"),
        ("采集来源", "choice"), ("采集日期", "date"), ("有效期", "date"),
    ])  # fmt: skip
