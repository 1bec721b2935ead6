"""务工台账 and 企业台账 against formats.md: places, dates, overlap, employers that are named but unknown."""

import pytest

from employment.models import DeclaredJob, Employer, Spell
from tests.acceptance.desk import CREDIT_CODE, EMPLOYMENTS, OTHER_VILLAGE, id_number

pytestmark = pytest.mark.django_db
EMPLOYERS = ("企业名称", "统一社会信用代码", "所在地", "规模(人)", "联系电话", "是否重点企业")


@pytest.fixture
def zhang(office):
    number = id_number()
    office.register(("张三", number))
    return {"姓名": "张三", "身份证号码": number}


@pytest.fixture
def many(office):
    """As many registered people as asked for."""

    def register(count):
        found = [
            {
                "姓名": f"张{'一二三四五六七八九十甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉'[n]}",
                "身份证号码": id_number(),
            }
            for n in range(count)
        ]
        office.register(*[(one["姓名"], one["身份证号码"]) for one in found])
        return found

    return register


PLACES = [
    (("广东省", "广州市", "番禺区"), "440113"),
    (("广东", "广州", "番禺"), "440113"),
    (("广东", None, None), "44"),
    (("广东省", "广州市", None), "4401"),
    (("广东", None, "番禺区"), "440113"),
    (("广东", "东莞", "大朗镇"), "441900"),
    (("广东", "东莞市", None), "4419"),
    (("上海", "上海市", "浦东新区"), "310115"),
    (("上海市", None, "浦东"), "310115"),
    (("上海", "市辖区", None), "3101"),
    (("上海市", None, None), "3101"),
    (("上海市", "上海市", None), "3101"),
    (("重庆", "重庆市", None), "5001"),
    (("440000", "440100", "440113"), "440113"),
    (("贵州省", "黔南州", "惠水县"), "522731"),
    (("贵州", "贵阳", "白云区"), "520113"),
    (("贵州", None, "贵定县"), "522723"),
    (("广东", "广州", "白云区"), "440111"),
    (("新疆", "喀什", "疏勒县"), "653122"),
    (("内蒙古", "呼和浩特", "新城区"), "150102"),
    (("湖北", "省直辖县级行政区划", "仙桃市"), "429004"),
    (("海南", "省直辖县级行政区划", None), "4690"),
    (("重庆市", "县", "城口县"), "500229"),
]


def test_places_in_three_columns(office, many):
    people = many(len(PLACES))
    rows = [
        {**who, "务工省": a, "务工市": b, "务工县(区)": c, "外出时间": "2025-02-10"}
        for who, ((a, b, c), _) in zip(people, PLACES, strict=True)
    ]
    told = office.send("employments", EMPLOYMENTS, *rows)
    assert told.document["errors"] == []
    assert list(DeclaredJob.objects.order_by("id").values_list("place_code", flat=True)) == [code for _, code in PLACES]


def test_places_that_cannot_be_understood(office, many):
    cases = [
        (("贵州省", None, None), (2, "务工县(区)", "required")),
        (("贵州省", "贵阳市", None), (3, "务工县(区)", "required")),
        (("没有省", None, None), (4, "务工省", "division_unknown")),
        (("广东", "没有市", None), (5, "务工市", "division_unknown")),
        (("广东", "广州", "没有区"), (6, "务工县(区)", "division_unknown")),
        ((None, "广州", "番禺"), (7, "务工省", "required")),
        (("广东", "贵阳市", None), (8, "务工市", "division_unknown")),
    ]
    rows = [
        {**who, "务工省": a, "务工市": b, "务工县(区)": c, "外出时间": "2025-02-10"}
        for who, ((a, b, c), _) in zip(many(len(cases)), cases, strict=True)
    ]
    assert office.send("employments", EMPLOYMENTS, *rows).refused == [fault for _, fault in cases]


def test_paths_in_one_cell(office):
    cases = [
        ("广东广州番禺", "440113"),
        ("广东省广州市番禺区", "440113"),
        ("广东省/广州市/番禺区", "440113"),
        ("广州番禺", "440113"),
        ("东莞大朗镇", "441900"),
        ("东莞市大朗镇", "441900"),
        ("广东东莞", "4419"),
        ("440113", "440113"),
        ("浙江宁波", "3302"),
        ("上海", "3101"),
        ("上海市浦东新区", "310115"),
        ("上海浦东", "310115"),
        ("番禺区", "440113"),
        ("广州市白云区", "440111"),
        ("贵阳白云区", "520113"),
        ("北京朝阳", "110105"),
        ("广东", "44"),
        ("惠水县", "522731"),
    ]
    rows = [{"企业名称": f"企业{n}", "所在地": cell} for n, (cell, _) in enumerate(cases)]
    rows += [
        {"企业名称": "两可", "所在地": "白云区"},
        {"企业名称": "无处", "所在地": "月亮湾"},
        {"企业名称": "空", "所在地": None},
    ]
    told = office.send("employers", EMPLOYERS, *rows)
    first = 2 + len(cases)
    assert told.refused == [
        (first, "所在地", "division_ambiguous"),
        (first + 1, "所在地", "division_unknown"),
        (first + 2, "所在地", "required"),
    ]
    ambiguous = told.document["errors"][0]["message"]
    assert ("广州" in ambiguous, "贵阳" in ambiguous) == (True, True)
    assert list(Employer.objects.order_by("id").values_list("place_code", flat=True)) == [code for _, code in cases]


def test_an_end_must_lie_after_the_start_and_none_in_the_future(office, many):
    a, b, c, d = many(4)
    out = {"务工省": "广东", "外出时间": "2025-02-10"}
    told = office.send(
        "employments",
        (*EMPLOYMENTS, "最近确认日期"),
        {**a, **out, "返回时间": "2025-02-10"},
        {**b, **out, "返回时间": "2025-02-11"},
        {**c, **out, "返回时间": "2099-02-11"},
        {**d, **out, "外出时间": "2099-02-11", "最近确认日期": "2099-12-01"},
    )
    assert told.refused == [
        (2, "返回时间", "date"),
        (4, "返回时间", "date"),
        (5, "外出时间", "date"),
        (5, "最近确认日期", "date"),
    ]


def test_overlap_inside_a_file_and_across_imports(office, zhang, many):
    def row(start, end=None, **more):
        return {**zhang, "务工省": "广东", "外出时间": start, "返回时间": end, **more}

    told = office.send(
        "employments",
        EMPLOYMENTS,
        row("2024-06-01", "2024-09-01"),
        row("2024-01-01", "2024-05-01"),
        row("2024-04-30", "2024-05-20"),
        row("2024-05-01", "2024-06-01"),
    )
    assert told.refused == [(4, "外出时间", "overlap")]
    assert told.counts == {"rows": 4, "created": 3, "refused": 1}
    again = office.send(
        "employments", EMPLOYMENTS, row("2024-08-31"), row("2024-09-01", "2024-10-01"), row("2023-12-01", "2024-01-02")
    )
    assert again.refused == [(2, "外出时间", "overlap"), (4, "外出时间", "overlap")]
    assert office.send("employments", EMPLOYMENTS, row("2023-12-01", "2024-01-01")).code == 0


def test_a_spell_without_a_written_end_ends_where_the_next_begins(office, zhang):
    office.send(
        "employments",
        EMPLOYMENTS,
        {**zhang, "务工省": "广东", "外出时间": "2024-01-01"},
        {**zhang, "务工省": "浙江", "外出时间": "2024-06-01"},
    )
    assert [(str(one.start_on), one.end_on and str(one.end_on)) for one in Spell.objects.order_by("start_on")] == [
        ("2024-01-01", "2024-06-01"),
        ("2024-06-01", None),
    ]


def test_a_refused_row_meets_nobody_in_an_overlap(office, zhang):
    told = office.send(
        "employments",
        EMPLOYMENTS,
        {**zhang, "务工省": "没有省", "外出时间": "2024-01-01", "返回时间": "2024-12-31"},
        {**zhang, "务工省": "广东", "外出时间": "2024-06-01"},
    )
    assert told.refused == [(2, "务工省", "division_unknown")]
    assert told.counts == {"rows": 2, "created": 1, "refused": 1}


def test_a_row_refused_for_its_dates_has_no_key(office, zhang):
    told = office.send(
        "employments",
        EMPLOYMENTS,
        {**zhang, "务工省": "广东", "外出时间": "2024-06-01", "返回时间": "2024-05-01"},
        {**zhang, "务工省": "广东", "外出时间": "2024-06-01"},
    )
    assert told.refused == [(2, "返回时间", "date")]
    assert told.counts == {"rows": 2, "created": 1, "refused": 1}


def test_the_key_is_person_and_start(office, zhang):
    row = {**zhang, "务工省": "广东", "外出时间": "2024-06-01", "务工单位": "甲厂"}
    told = office.send(
        "employments", EMPLOYMENTS, row, {**row, "外出时间": "2024.6.1"}, {**row, "外出时间": "2024-07-01"}
    )
    assert told.counts == {"rows": 3, "created": 2, "repeated": 1}
    assert office.send("employments", EMPLOYMENTS, row).counts == {"rows": 1, "unchanged": 1}
    assert office.send("employments", EMPLOYMENTS, {**row, "务工单位": None}).counts == {"rows": 1, "unchanged": 1}
    assert office.send("employments", EMPLOYMENTS, {**row, "务工省": "浙江"}).counts == {"rows": 1, "updated": 1}
    other = {**row, "务工省": "福建"}
    assert office.send("employments", EMPLOYMENTS, row, other).refused == [
        (2, "外出时间", "conflict_in_file"),
        (3, "外出时间", "conflict_in_file"),
    ]


def test_unknown_people_wrong_names_and_people_of_other_townships(office, zhang):
    far = id_number()
    office.register(("李四", far), village=OTHER_VILLAGE, town="濛江街道")
    out = {"务工省": "广东", "外出时间": "2024-06-01"}
    rows = [
        {**out, "姓名": "王五", "身份证号码": id_number()},
        {**out, **zhang, "姓名": "赵六六"},
        {**out, "姓名": "李四", "身份证号码": far},
    ]
    assert office.send("employments", EMPLOYMENTS, *rows).refused == [
        (2, "身份证号码", "unknown_worker"),
        (3, "姓名", "name_mismatch"),
    ]
    assert office.send("employments", EMPLOYMENTS, rows[2], user="xiang").refused == [(2, "身份证号码", "out_of_scope")]


def test_a_ledger_with_village_columns_registers_nobody(office):
    rows = [
        {
            "姓名": "张三",
            "身份证号码": id_number(),
            "乡镇": "涟江街道",
            "村": "星光村",
            "务工省": "广东",
            "外出时间": "2024-06-01",
        }
    ]
    told = office.send("employments", (*EMPLOYMENTS, "乡镇", "村"), *rows)
    assert (told.refused, told.document["unknown_columns"]) == ([(2, "身份证号码", "unknown_worker")], ["乡镇", "村"])


def test_aliases_of_the_ledger(office, zhang):
    headings = (
        "姓名",
        "身份证",
        "务工省",
        "务工单位",
        "工种",
        "外出务工时间",
        "月收入",
        "组织方式",
        "是否签订合同",
        "是否参保",
    )
    row = {**zhang, "身份证": zhang["身份证号码"], "务工省": "广东", "务工单位": "甲厂", "工种": "焊工", "外出务工时间": "2024-06-01",
           "月收入": "0.6万元", "组织方式": "劳务公司（合作社）", "是否签订合同": "√", "是否参保": 0}  # fmt: skip
    told = office.send("employments", headings, row)
    assert (told.document["errors"], told.document["unknown_columns"]) == ([], [])
    job = DeclaredJob.objects.get()
    assert (job.job_title, str(job.wage), job.channel, job.contract, job.insured, job.employer.name) == (
        "焊工", "6000.00", "劳务公司(合作社)", True, False, "甲厂",
    )  # fmt: skip


def test_employers_that_are_named_and_unknown_become_stubs_to_complete(office, many):
    a, b, c = many(3)
    out = {"务工省": "广东", "外出时间": "2024-06-01"}
    told = office.send(
        "employments",
        (*EMPLOYMENTS, "统一社会信用代码"),
        {**a, **out, "务工单位": "甲厂", "统一社会信用代码": CREDIT_CODE},
        {**b, **out, "务工单位": "甲厂"},
        {**c, **out, "务工单位": "乙厂"},
    )
    assert told.refused == []
    assert sorted(Employer.objects.values_list("name", "stub")) == [("乙厂", True), ("甲厂", True)]
    told = office.send("employers", EMPLOYERS, {"企业名称": "乙厂", "所在地": "广东广州番禺", "是否重点企业": "是"})
    assert told.counts == {"rows": 1, "updated": 1}
    assert list(Employer.objects.filter(name="乙厂").values_list("stub", "place_code", "key_employer")) == [
        (False, "440113", True)
    ]


def test_a_wrong_credit_code_is_a_warning(office):
    told = office.send(
        "employers",
        EMPLOYERS,
        {
            "企业名称": "甲厂",
            "统一社会信用代码": "91440101MA59ABCD7X",
            "所在地": "广东",
            "联系电话": "1",
            "规模(人)": "约50",
        },
        {"企业名称": "乙厂", "统一社会信用代码": "123", "所在地": "广东"},
    )
    assert told.refused == [(2, "规模(人)", "number")]
    assert [(row, code) for row, _, code in told.warned] == [(2, "credit_code"), (2, "phone"), (3, "credit_code")]
    assert told.counts["warnings"] == 1


def test_employers_are_the_same_by_credit_code_else_by_name(office):
    row = {"企业名称": "甲厂", "统一社会信用代码": CREDIT_CODE, "所在地": "广东广州"}
    told = office.send("employers", EMPLOYERS, row, {**row}, {"企业名称": "乙厂", "所在地": "浙江宁波"})
    assert told.counts == {"rows": 3, "created": 2, "repeated": 1}
    assert office.send("employers", EMPLOYERS, row).counts == {"rows": 1, "unchanged": 1}
    assert office.send("employers", EMPLOYERS, {**row, "企业名称": "甲厂有限公司"}).counts == {"rows": 1, "updated": 1}
    assert Employer.objects.count() == 2
    conflict = office.send("employers", EMPLOYERS, row, {**row, "所在地": "浙江"})
    assert [code for _, _, code in conflict.refused] == ["conflict_in_file"] * 2


def test_undo_takes_the_spells_along(office, api, zhang):
    told = office.send("employments", EMPLOYMENTS, {**zhang, "务工省": "广东", "外出时间": "2024-06-01"})
    assert office.statistics("OUT_STOCK", period="2024")["total"]["value"] == "1"
    answer = api.post(f"/api/v1/imports/{told.document['id']}/undo/")
    assert (answer.status_code, answer.json()["state"]) == (200, "undone")
    assert (Spell.objects.count(), office.statistics("OUT_STOCK", period="2024")["total"]["value"]) == (0, "0")
