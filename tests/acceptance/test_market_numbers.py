"""What vacancies, fairs and referrals come to, each figure worked out by hand from formats.md §1.4 rule 2 and §3.1."""

import pytest

from tests.acceptance.desk import CREDIT_CODE, id_number

pytestmark = pytest.mark.django_db
VACANCY = {
    "企业名称": "甲厂", "统一社会信用代码": None, "所在地": "广东广州番禺", "岗位名称": "缝纫工", "招聘人数": 10, "采集来源": "协作站",
    "采集日期": "2025-03-01", "有效期": None,
}  # fmt: skip


def figures(answer, *dims):
    """{codes: numerator} of the rows."""
    return {tuple(row[dim]["code"] for dim in dims): row["numerator"] for row in answer["rows"]}


def value(office, code, *words, period="2025", **options):
    return office.statistics(code, *words, period=period, **options)["total"]["value"]


def send(office, kind, *rows):
    """Rows over the union of their headings; nothing is refused."""
    headings = dict.fromkeys(heading for row in rows for heading in row)
    told = office.send(kind, headings, *rows)
    assert told.refused == []
    return told


CHAINS = [
    # (采集日期, 有效期, 招聘人数)…, what they come to
    (
        [("2025-03-01", None, 10), ("2025-03-31", None, 7)],
        "10",
    ),  # thirty days after the first is 31 March: they share it
    ([("2025-03-01", None, 10), ("2025-04-01", None, 7)], "17"),
    ([("2025-03-01", "10", 10), ("2025-03-11", "2025-03-12", 7)], "10"),
    ([("2025-03-01", "10天", 10), ("2025-03-12", None, 7)], "17"),
    ([("2025-03-01", "2025-03-05", 10), ("2025-03-05", "5", 7), ("2025-03-10", "1天", 5), ("2025-03-12", 1, 3)], "13"),
    ([("2025-03-01", "2025-12-31", 10), ("2025-03-02", "1", 7), ("2025-11-01", "5天", 5)], "10"),
    ([("2025-03-20", None, 7), ("2025-03-01", "2025.3.20", 10)], "10"),
    ([("2025-03-01", "2025-03-01", 10), ("2025-03-02", "2025年3月2日", 7)], "17"),
    ([("2024-12-20", None, 10), ("2025-01-05", None, 7)], "0"),  # the earliest row is of the year before
    ([("2025-12-20", None, 10)], "10"),
]


@pytest.mark.parametrize(("rows", "total"), CHAINS)
def test_rows_that_touch_are_one_vacancy(office, rows, total):
    made = [{**VACANCY, "采集日期": day, "有效期": until, "招聘人数": count} for day, until, count in rows]
    send(office, "vacancies", *reversed(made))
    assert value(office, "VAC_N", as_of="2025-12-31") == total


def test_the_key_of_a_vacancy_and_its_dimensions(office):
    coded = {**VACANCY, "统一社会信用代码": CREDIT_CODE}
    send(
        office,
        "vacancies",
        {**coded, "采集日期": "2025-03-05", "采集来源": "企业申报", "招聘人数": 99},
        coded,
        {**coded, "企业名称": "甲厂有限公司", "采集日期": "2025-03-06", "招聘人数": 98},
        {**coded, "岗位名称": "裁剪工", "招聘人数": 4, "采集来源": "直播带岗"},
        {**coded, "所在地": "浙江宁波", "招聘人数": 3, "采集来源": "结对人社", "采集日期": "2025-05-01"},
        {**VACANCY, "企业名称": "乙厂", "招聘人数": 2, "所在地": "惠水县", "采集来源": "访企拓岗"},
    )
    whole = office.statistics("VAC_N", period="2025", by="channel")
    assert whole["total"] == {"value": "19", "numerator": 19, "denominator": None}
    assert figures(whole, "channel") == {("协作站",): 10, ("直播带岗",): 4, ("结对人社",): 3, ("访企拓岗",): 2}
    assert [row["channel"]["code"] for row in whole["rows"]] == sorted(("协作站", "直播带岗", "结对人社", "访企拓岗"))
    by = {
        "destination": {("44",): 14, ("33",): 3, ("52",): 2},
        "destination_city": {("4401",): 14, ("3302",): 3, ("5227",): 2},
        "employer": {(CREDIT_CODE,): 17, ("乙厂",): 2},
        "month": {("2025-03",): 16, ("2025-05",): 3},
        "quarter": {("2025Q1",): 16, ("2025Q2",): 3},
        "scope": {("省外",): 17, ("县内",): 2},
    }
    for dim, expected in by.items():
        assert figures(office.statistics("VAC_N", period="2025", by=dim), dim) == expected, dim
    assert value(office, "VAC_N", "channel=协作站") == "10"
    assert value(office, "VAC_N", "channel=企业申报") == "0"
    assert value(office, "VAC_N", "destination=33", period="2025Q2") == "3"
    assert value(office, "VAC_N", as_of="2025-04-30") == "16"
    refused = office.statistics("VAC_N", period="2025", division="522731001")
    assert refused["field"] == "division"


@pytest.fixture
def people(office):
    found = [{"姓名": name, "身份证号码": id_number()} for name in ("张一", "张二", "张三", "张四")]
    office.register(*[(one["姓名"], one["身份证号码"]) for one in found])
    return found


def fair(code, day, organiser, form="线下"):
    return {"招聘会编号": code, "招聘会名称": f"{code}场", "日期": day, "形式": form, "主办方": organiser}


def booth(code, employer, job, openings):
    return {"招聘会编号": code, "企业名称": employer, "岗位名称": job, "招聘人数": openings}


def step(who, employer, result, day, *, code=None, job=None):
    return {**who, "招聘会编号": code, "企业名称": employer, "岗位名称": job, "结果": result, "日期": day}


@pytest.fixture
def fairs(office, people):
    a, b, c, d = people
    send(
        office, "fairs",
        fair("Z1", "2025-02-10", "结对地区"), fair("Z2", "2025-02-28", "本县", "直播"), fair("Z3", "2025-04-01", "乡镇"),
        fair("Z4", "2024-12-31", "本县"),
    )  # fmt: skip
    send(
        office, "fair_booths",
        booth("Z1", "甲厂", "缝纫工", 30), booth("Z1", "甲厂", "裁剪工", 20), booth("Z1", "乙厂", "缝纫工", 5),
        booth("Z2", "甲厂", "缝纫工", 8), booth("Z3", "丙厂", "普工", 1), booth("Z4", "丁厂", "普工", 400),
    )  # fmt: skip
    send(
        office, "referrals",
        step(a, "甲厂", "意向", "2025-02-10", code="Z1", job="缝纫工"), step(a, "乙厂", "意向", "2025-02-10", code="Z1"),
        step(b, "甲厂", "意向", "2025-02-10", code="Z1"), step(a, "甲厂", "意向", "2025-02-28", code="Z2"),
        step(a, "甲厂", "签约", "2025-02-12", code="Z1"), step(a, "甲厂", "签约", "2025-02-28", code="Z2"),
        step(c, "甲厂", "签约", "2025-04-01", code="Z3"), step(d, "丁厂", "意向", "2024-12-31", code="Z4"),
        step(d, "甲厂", "意向", "2025-02-10"), step(d, "甲厂", "推荐", "2025-02-10", code="Z1"),
        step(d, "甲厂", "拒绝", "2025-02-10", code="Z1"),
    )  # fmt: skip
    return people


FAIRS = [
    ("FAIR_N", "2025", "3"), ("FAIR_N", "2025-02", "2"), ("FAIR_N", "2025-02-11..2025-03-31", "1"),
    ("FAIR_EMP", "2025", "3"), ("FAIR_EMP", "2025-02", "2"), ("FAIR_POST", "2025", "64"), ("FAIR_POST", "2025Q1", "63"),
    ("FAIR_POST_ROWS", "2025", "5"), ("FAIR_INTENT", "2025", "4"), ("FAIR_INTENT_P", "2025", "2"),
    ("FAIR_SIGN", "2025", "2"), ("FAIR_SIGN", "2025-02", "1"), ("FAIR_INTENT", "2024", "1"), ("FAIR_POST", "2024", "400"),
    ("FAIR_EMP", "2023", "0"),
]  # fmt: skip


def test_fairs_in_every_unit(office, fairs):
    assert [(code, period, value(office, code, period=period)) for code, period, _ in FAIRS] == FAIRS
    by = [
        ("FAIR_N", "organiser", {("乡镇",): 1, ("本县",): 1, ("结对地区",): 1}),
        ("FAIR_EMP", "month", {("2025-02",): 2, ("2025-04",): 1}),
        ("FAIR_EMP", "organiser", {("乡镇",): 1, ("本县",): 1, ("结对地区",): 2}),
        ("FAIR_POST", "employer", {("甲厂",): 58, ("乙厂",): 5, ("丙厂",): 1}),
        ("FAIR_INTENT", "organiser", {("本县",): 1, ("结对地区",): 3}),
        ("FAIR_INTENT_P", "organiser", {("本县",): 1, ("结对地区",): 2}),
        ("FAIR_SIGN", "quarter", {("2025Q1",): 1, ("2025Q2",): 1}),
        ("FAIR_INTENT_P", "employer", {("甲厂",): 2, ("乙厂",): 1}),
    ]
    for code, dim, expected in by:
        assert figures(office.statistics(code, period="2025", by=dim), dim) == expected, (code, dim)
    shared = office.statistics("FAIR_EMP", period="2025", by="organiser")
    assert shared["additive"] is False
    assert value(office, "FAIR_SIGN", as_of="2025-02-27") == "1"
    assert value(office, "FAIR_INTENT", "organiser=结对地区") == "3"
    for code in ("FAIR_N", "FAIR_EMP", "FAIR_POST", "FAIR_INTENT", "FAIR_SIGN"):
        assert office.statistics(code, period="2025", division="522731001")["field"] == "division"


def test_the_date_of_a_fair_moves_everything_that_hangs_on_it(office, fairs):
    told = send(office, "fairs", fair("Z4", "2025-01-10", "本县"))
    assert told.counts == {"rows": 1, "updated": 1}
    assert [value(office, code) for code in ("FAIR_N", "FAIR_EMP", "FAIR_POST", "FAIR_INTENT", "FAIR_INTENT_P")] == [
        "4", "4", "464", "5", "3",
    ]  # fmt: skip
    assert value(office, "FAIR_INTENT", period="2024") == "0"


FIRMS = [
    {"企业名称": "甲厂", "所在地": "广东广州番禺"},
    {"企业名称": "乙厂", "所在地": "浙江宁波北仑"},
    {"企业名称": "丙厂", "所在地": "惠水县"},
]


def job(who, start, **more):
    return {**who, "务工省": "广东", "务工市": "广州", "务工县(区)": "番禺", "务工单位": None, "外出时间": start, "返回时间": None,
            "组织方式": "自主外出", **more}  # fmt: skip


ELSEWHERE = {"务工省": "浙江", "务工市": "宁波", "务工县(区)": None}
ARRIVALS = [
    # (declared spells of the person, the referral 到岗) → COOP_GD, COOP_OTHER, COOP_NEAR, OUT_STOCK, ORG_SHARE at the year's end
    ("opens a spell at the employer's place", [], ("甲厂", "2025-03-01"), "1 0 0 1 100.00"),
    ("opens one in the province", [], ("丙厂", "2025-03-01"), "0 0 1 0 None"),
    ("opens one nobody knows the place of", [], ("无名厂", "2025-03-01"), "0 0 0 0 None"),
    ("is evidence for the spell that covers it", [("2024-06-01", {})], ("甲厂", "2025-03-01"), "0 0 0 1 100.00"),
    ("of another county of the prefecture too", [("2024-06-01", {"务工县(区)": "白云区"})], ("甲厂", "2025-03-01"), "0 0 0 1 100.00"),
    ("moves the start of one within 15 days", [("2025-03-16", {})], ("甲厂", "2025-03-01"), "1 0 0 1 100.00"),
    ("but not of one after 16 days", [("2025-03-17", {})], ("甲厂", "2025-03-01"), "1 0 0 1 0.00"),
    ("moves it into the year", [("2025-01-10", {})], ("甲厂", "2024-12-31"), "0 0 0 1 100.00"),
    ("ends an open spell elsewhere", [("2024-06-01", ELSEWHERE)], ("甲厂", "2025-03-01"), "1 0 0 1 100.00"),
    ("the same employer elsewhere is evidence",
     [("2024-06-01", {**ELSEWHERE, "务工单位": "甲厂"})], ("甲厂", "2025-03-01"), "0 0 0 1 100.00"),
    ("inside a written end elsewhere it is a task",
     [("2024-06-01", {**ELSEWHERE, "返回时间": "2025-06-01"})], ("甲厂", "2025-03-01"), "0 0 0 0 None"),
    ("an unknown place counts as the same", [("2024-06-01", ELSEWHERE)], ("无名厂", "2025-03-01"), "0 0 0 1 100.00"),
    ("not back over a written end before it",
     [("2024-06-01", {**ELSEWHERE, "返回时间": "2025-03-05"}), ("2025-03-10", {})], ("甲厂", "2025-03-01"), "1 0 0 1 100.00"),
]  # fmt: skip


@pytest.mark.parametrize("case", [one[1:] for one in ARRIVALS], ids=[one[0] for one in ARRIVALS])
@pytest.mark.parametrize("referral_first", [False, True])
def test_an_arrival_by_referral(office, people, case, referral_first):
    who, (spells, arrival, told) = people[0], case
    sheets = [
        ("employers", FIRMS),
        ("employments", [job(who, start, **more) for start, more in spells]),
        ("referrals", [step(who, arrival[0], "到岗", arrival[1])]),
    ]
    for kind, rows in reversed(sheets) if referral_first else sheets:
        if rows:
            send(office, kind, *rows)
    codes = ("COOP_GD", "COOP_OTHER", "COOP_NEAR", "OUT_STOCK", "ORG_SHARE")
    assert " ".join(str(value(office, code, as_of="2025-12-31")) for code in codes) == told


def test_retention_of_those_who_came_by_referral(office, people):
    """到岗 1 March; day 30 is 31 March, and confirmed from 26 March on counts."""
    a, b, c, d = people
    send(office, "employers", *FIRMS)
    send(office, "referrals", *[step(who, "甲厂", "到岗", "2025-03-01") for who in people],
         step(a, "乙厂", "到岗", "2025-03-20"), step(b, "甲厂", "意向", "2025-03-20"))  # fmt: skip
    visit = {"回访方式": "电话", "回访日期": "2025-03-26", "就业状态": "原岗位在岗"}
    send(office, "visits", {**b, **visit}, {**c, **visit, "回访日期": "2025-03-25"}, {**d, **visit, "就业状态": "返乡"})
    answer = office.statistics("RET_30", period="2025-03", as_of="2025-12-31", by="employer")
    # a changed to 乙厂 on the 20th and nobody confirmed since; b was seen in time, c a day too early, d went home.
    assert answer["total"] == {"value": "25.00", "numerator": 1, "denominator": 4, "left": 1, "unknown": 2}
    assert [(row["employer"]["code"], row["numerator"], row["denominator"]) for row in answer["rows"]] == [
        ("甲厂", 1, 4)
    ]
    early = office.statistics("RET_30", period="2025-03", as_of="2025-03-30")
    assert early["total"] == {"value": None, "numerator": 0, "denominator": 0, "left": 0, "unknown": 0}
    assert (
        office.statistics("RET_30", period="2025-03", as_of="2025-12-31", by="destination")["rows"][0]["destination"][
            "code"
        ]
        == "44"
    )
    week = office.statistics("RET_7", period="2025-03", as_of="2025-12-31")
    assert week["total"] == {"value": "50.00", "numerator": 2, "denominator": 4, "left": 0, "unknown": 2}  # b and c


def test_undo_and_redo_of_each_file_leave_the_same_numbers(office, api, fairs):
    codes = ("VAC_N", "FAIR_N", "FAIR_EMP", "FAIR_POST", "FAIR_INTENT", "FAIR_SIGN", "COOP_GD", "OUT_STOCK")

    def numbers():
        return [value(office, code, as_of="2025-12-31") for code in codes]

    before = numbers()
    rows = {
        "vacancies": [VACANCY, {**VACANCY, "采集日期": "2025-03-15", "招聘人数": 5}],
        "employers": FIRMS,
        "referrals": [step(fairs[3], "甲厂", "到岗", "2025-03-01", code="Z1")],
        "fair_booths": [booth("Z1", "甲厂", "缝纫工", 31), booth("Z3", "戊厂", "普工", 2)],
    }
    states, told = [before], []
    for kind, sent in rows.items():
        told.append(send(office, kind, *sent))
        states.append(numbers())
    assert states[-1] == ["10", "3", "4", "67", "4", "2", "1", "1"]
    for one, state in zip(reversed(told), reversed(states[:-1]), strict=True):
        assert api.post(f"/api/v1/imports/{one.document['id']}/undo/").status_code == 200
        assert numbers() == state
    for kind, sent in reversed(rows.items()):
        send(office, kind, *sent)
    assert numbers() == states[-1]
