"""What workplaces, brands, returns and dated tags come to, each figure worked out by hand from formats.md §3.1."""

import pytest

from tests.acceptance.desk import COUNTY, OTHER_TOWN, TOWN, id_number

pytestmark = pytest.mark.django_db


def send(office, kind, *rows):
    """Rows over the union of their headings; nothing is refused."""
    headings = dict.fromkeys(heading for row in rows for heading in row)
    told = office.send(kind, headings, *rows)
    assert told.refused == []
    return told


def value(office, code, *words, period="2025", **options):
    return office.statistics(code, *words, period=period, **options)["total"]["value"]


def figures(office, code, dim, *words, period="2025", **options):
    rows = office.statistics(code, *words, period=period, by=dim, **options)["rows"]
    return {row[dim]["code"]: (row["numerator"], row["denominator"]) for row in rows}


@pytest.fixture
def people(office):
    names = ("张一", "张二", "张三", "张四", "张五", "张六")
    found = [{"姓名": name, "身份证号码": id_number(10 + 2 * n + n % 2, "19800101")} for n, name in enumerate(names)]
    pairs = [(one["姓名"], one["身份证号码"]) for one in found]
    office.register(*pairs[:4])
    office.register(*pairs[4:], village="姚新村", town="濛江街道")
    return found


def place(code, kind, day, *, town="涟江街道", **more):
    return {"载体编号": code, "名称": code, "类型": kind, "所在乡镇": town, "认定日期": day, **more}


@pytest.fixture
def places(office, people):
    a, b, c, d, e, f = people
    send(
        office, "workplaces",
        place("C1", "就业帮扶车间", "2024-05-01", 运营单位="甲厂"), place("C2", "就业帮扶车间", "2025-03-01", town="濛江街道"),
        place("C3", "就业帮扶车间", "2024-05-01", 撤销日期="2025-06-30", 状态="撤销"),
        place("C4", "就业帮扶车间", "2024-05-01", 状态="撤销"), place("C5", "就业帮扶车间", "2024-05-01", 状态="停用"),
        place("J1", "一县一企基地", "2025-01-01"), place("L1", "零工市场", "2025-01-01"),
        place("L2", "零工驿站", "2025-02-01", town="濛江街道"), place("S1", "公共实训基地", "2024-01-01"),
        place("G1", "公益性岗位", "2025-01-01", 岗位数=3), place("G2", "公益性岗位", "2025-04-01", 岗位数="4个", town="濛江街道"),
        place("G3", "公益性岗位", "2025-01-01"),
    )  # fmt: skip

    def works(who, code, since, until=None):
        return {"载体编号": code, **who, "上岗时间": since, "离岗时间": until}

    send(
        office, "workplace_staff",
        works(a, "C1", "2024-06-01"), works(b, "C1", "2024-06-01", "2025-03-31"), works(a, "C2", "2025-03-01"),
        works(c, "C2", "2025-03-15"), works(d, "C3", "2024-06-01"), works(e, "C4", "2024-06-01"), works(f, "C5", "2024-06-01"),
        works(e, "J1", "2025-01-01", "2025-02-01"), works(e, "J1", "2025-05-01"),
        works(a, "G1", "2025-01-01"), works(b, "G1", "2025-01-01"), works(b, "G2", "2025-04-01"), works(f, "G2", "2025-04-02"),
    )  # fmt: skip
    return people


AS_OF = ("2025-02-28", "2025-03-30", "2025-03-31", "2025-06-29", "2025-06-30", "2025-12-31")
STOCKS = {
    "WS_N": ("3", "4", "4", "4", "3", "3"),  # C1 and C5 always, C2 from March, C3 until the day before its withdrawal
    "WS_JOBS": ("4", "5", "4", "4", "3", "3"),  # a b d f, then c; b leaves on 31 March, d's workplace goes on 30 June
    "BASE_N": ("1", "1", "1", "1", "1", "1"),
    "BASE_JOBS": ("0", "0", "0", "1", "1", "1"),
    "GIG_N": ("2", "2", "2", "2", "2", "2"),
    "POST_N": ("3", "3", "3", "7", "7", "7"),
    "POST_FILLED": ("66.67", "66.67", "66.67", "42.86", "42.86", "42.86"),
}


def test_workplaces_as_of_a_day(office, places):
    told = {code: tuple(value(office, code, as_of=day) for day in AS_OF) for code in STOCKS}
    assert told == STOCKS


def test_workplaces_by_township_and_kind(office, places):
    day = {"as_of": "2025-12-31"}
    assert figures(office, "WS_N", "township", **day) == {TOWN: (2, None), OTHER_TOWN: (1, None)}
    # a works in both townships and stands in both rows, once in the total.
    assert figures(office, "WS_JOBS", "township", **day) == {TOWN: (2, None), OTHER_TOWN: (2, None)}
    assert office.statistics("WS_JOBS", period="2025", by="township", **day)["additive"] is False
    assert figures(office, "GIG_N", "workplace_type", **day) == {"零工市场": (1, None), "零工驿站": (1, None)}
    assert value(office, "GIG_N", "workplace_type=零工驿站", **day) == "1"
    assert figures(office, "POST_FILLED", "township", **day) == {TOWN: (2, 3), OTHER_TOWN: (2, 4)}
    assert value(office, "WS_JOBS", division=OTHER_TOWN, **day) == "2"
    assert value(office, "POST_FILLED", division=OTHER_TOWN, as_of="2025-03-31") is None
    assert figures(office, "WS_JOBS", "sex", **day) == {"女": (2, None), "男": (1, None)}
    assert figures(office, "WS_N", "month", as_of="2025-03-31") == {
        "2025-01": (3, None), "2025-02": (3, None), "2025-03": (4, None),
    }  # fmt: skip
    assert figures(office, "WS_N", "employer", "workplace_type=就业帮扶车间", **day) == {
        "": (2, None),
        "甲厂": (1, None),
    }


def test_a_withdrawal_and_its_undo(office, api, places):
    told = send(office, "workplaces", place("C1", "就业帮扶车间", "2024-05-01", 撤销日期="2025-07-01"))
    assert told.counts == {"rows": 1, "updated": 1}
    assert [value(office, "WS_JOBS", as_of=day) for day in ("2025-06-30", "2025-07-01")] == ["3", "3"]
    assert [value(office, "WS_N", as_of=day) for day in ("2025-06-30", "2025-07-01")] == ["3", "2"]
    assert api.post(f"/api/v1/imports/{told.document['id']}/undo/").status_code == 200
    assert value(office, "WS_N", as_of="2025-07-01") == "3"


def test_work_at_home_makes_no_spell(office, places):
    assert (value(office, "OUT_STOCK", as_of="2025-12-31"), value(office, "COOP_NEAR")) == ("0", "0")


def test_brands(office, api, people):
    a, b, c, *_ = people
    send(
        office, "brands",
        {"品牌名称": "惠大嫂", "等级": "省级", "认定日期": "2024-05-01"},
        {"品牌名称": "惠水竹编", "等级": "县级", "认定日期": "2025-05-01"},
        {"品牌名称": "布依绣娘", "等级": "县级", "认定日期": None},
    )  # fmt: skip

    def member(who, brand, year, income, *, joined="2024-06-01", left=None):
        return {"品牌名称": brand, **who, "加入日期": joined, "退出日期": left, "年度": year, "年收入(元)": income}

    told = send(
        office, "brand_members",
        member(a, "惠大嫂", "2024年", "5万元"), member(a, "惠大嫂", 2025, 60000),
        member(a, "惠水竹编", 2025, "1,000.50", joined="2025-05-02"),
        member(b, "惠大嫂", 2025, 30000, left="2025-09-01"), member(c, "布依绣娘", None, None, joined="2025-01-01"),
    )  # fmt: skip
    assert [value(office, "BRAND_N", as_of=day) for day in ("2025-04-30", "2025-05-01")] == ["1", "2"]
    assert figures(office, "BRAND_N", "brand_grade") == {"县级": (1, None), "省级": (1, None)}
    days = ("2024-12-31", "2025-08-31", "2025-09-01")
    assert [value(office, "BRAND_JOBS", period=day[:4], as_of=day) for day in days] == [
        "2",
        "3",
        "2",
    ]
    income = office.statistics("BRAND_INC", period="2025")["total"]
    assert income == {"value": "45500.25", "numerator": "91000.50", "denominator": 2}
    assert value(office, "BRAND_INC", period="2024") == "50000.00"
    assert value(office, "BRAND_INC", period="2023") is None
    for period in ("2025Q1", "2025-03", "2024-07-01..2025-06-30"):
        assert office.statistics("BRAND_INC", period=period)["field"] == "period"
    assert figures(office, "BRAND_JOBS", "brand_grade", as_of="2025-12-31") == {"县级": (2, None), "省级": (1, None)}
    assert api.post(f"/api/v1/imports/{told.document['id']}/undo/").status_code == 200
    assert (value(office, "BRAND_JOBS", as_of="2025-12-31"), value(office, "BRAND_INC")) == ("0", None)


GUANGDONG = {"务工省": "广东", "务工市": "广州", "务工县(区)": "番禺"}
OTHER_COUNTY = {"务工省": "贵州", "务工市": "贵阳", "务工县(区)": "白云"}
HOME = {"务工省": "贵州", "务工市": "黔南", "务工县(区)": "惠水"}
RETURNS = [
    # (place, 外出时间, 返回时间, 最近确认日期) … after a return on 2025-01-10: back by 2025-03-31?
    ("a new job outside the province", [(GUANGDONG, "2025-02-15", None, None)], True),
    ("a new job in another county", [(OTHER_COUNTY, "2025-02-15", None, None)], True),
    ("a new job at home is none", [(HOME, "2025-02-15", None, None)], False),
    ("a new job that ended before the cut-off", [(GUANGDONG, "2025-02-15", "2025-03-31", None)], False),
    ("a new job that ends a day later", [(GUANGDONG, "2025-02-15", "2025-04-01", None)], True),
    ("a job begun on the day of the return", [(GUANGDONG, "2025-01-10", None, None)], False),
    ("a job begun the day after", [(GUANGDONG, "2025-01-11", None, None)], True),
    ("an older job nobody confirmed", [(GUANGDONG, "2024-02-15", None, None)], False),
    ("an older job confirmed on the day of the return", [(GUANGDONG, "2024-02-15", None, "2025-01-10")], False),
    ("an older job confirmed the day after", [(GUANGDONG, "2024-02-15", None, "2025-01-11")], True),
    ("an older job confirmed after the cut-off", [(GUANGDONG, "2024-02-15", None, "2025-04-01")], False),
    ("an older job that ended", [(GUANGDONG, "2024-02-15", "2025-01-09", None)], False),
    ("a job begun after the cut-off", [(GUANGDONG, "2025-04-01", None, None)], False),
    ("no job", [], False),
]  # fmt: skip


def job(who, where, since, until=None, confirmed=None, **more):
    return {**who, **where, "外出时间": since, "返回时间": until, "最近确认日期": confirmed, **more}


def home(who, day, plans):
    return {**who, "返乡日期": day, "是否计划外出": plans}


def test_who_is_back_at_work(office):
    people = [
        {"姓名": f"张{chr(0x4E00 + 11 * n)}", "身份证号码": id_number(born="19790101")} for n in range(len(RETURNS))
    ]
    office.register(*[(one["姓名"], one["身份证号码"]) for one in people])
    pairs = list(zip(people, RETURNS, strict=True))
    send(office, "returnees", *[home(who, "2025-01-10", "是") for who in people])
    send(office, "employments", *[job(who, *spell) for who, (_, spells, _) in pairs for spell in spells])
    answer = office.statistics("RETURN_RATE", period="2025", as_of="2025-03-31")
    expected = sum(back for _, _, back in RETURNS)
    assert (answer["total"]["numerator"], answer["total"]["denominator"]) == (expected, len(RETURNS))
    assert (answer["total"]["value"], answer["variant"]) == ("35.71", "planned")
    for who, (what, _, back) in pairs:  # each alone: the others plan nothing
        send(office, "returnees", *[home(one, "2025-01-10", "是" if one is who else "否") for one in people])
        assert value(office, "RETURN_RATE", as_of="2025-03-31") == ("100.00" if back else "0.00"), what


def test_the_festival_year_and_the_last_row_of_a_person(office, people):
    a, b, c, d, e, f = people
    send(
        office, "returnees",
        home(a, "2024-10-01", "是"), home(b, "2024-09-30", "是"), home(c, "2025-01-10", "是"), home(c, "2025-01-20", "否"),
        home(d, "2024-12-30", "否"), home(d, "2025-02-01", "是"), home(e, "2025-10-01", "是"),
    )  # fmt: skip
    send(office, "employments", job(a, GUANGDONG, "2025-02-10"), job(d, GUANGDONG, "2025-01-15"), job(f, GUANGDONG, "2024-03-01"),
         job(b, GUANGDONG, "2024-10-10"))  # fmt: skip
    # 2025: a and d; d's job began before the last return and nobody confirmed it since. c's last row plans nothing.
    rate = office.statistics("RETURN_RATE", period="2025", as_of="2025-03-31", by="township")
    assert rate["total"] == {"value": "50.00", "numerator": 1, "denominator": 2}
    assert [(row["township"]["code"], row["numerator"], row["denominator"]) for row in rate["rows"]] == [(TOWN, 1, 2)]
    assert office.statistics("RETURN_RATE", period="2024", as_of="2024-12-31")["total"] == {
        "value": "100.00", "numerator": 1, "denominator": 1,
    }  # fmt: skip
    # Outside the province on 1 December 2024 were b and f; a came back to work.
    stock = office.statistics("RETURN_RATE", "variant=stock", period="2025", as_of="2025-03-31")
    assert (stock["variant"], stock["total"]) == ("stock", {"value": "50.00", "numerator": 1, "denominator": 2})
    assert office.statistics("RETURN_RATE", "variant=other", period="2025")["field"] == "variant"


def tag(who, group, since, until=None):
    return {**who, "人员类别": group, "认定日期": since, "终止日期": until}


def test_groups_outside_by_dated_tags(office, people):
    a, b, c, d, e, f = people
    send(office, "workers", {**e, "乡镇": "濛江街道", "村": "姚新村", "人员类别": "脱贫人口"})  # undated: always
    send(
        office, "group_tags",
        tag(a, "脱贫人口", "2024-01-01"), tag(b, "脱贫人口", "2024-01-01", "2025-06-30"), tag(c, "监测对象", "2025-03-01"),
        tag(a, "监测对象", "2025-03-01", "2030-01-01"),
    )  # fmt: skip
    send(office, "employments", job(a, GUANGDONG, "2024-02-01"), job(b, GUANGDONG, "2024-02-01"), job(c, HOME, "2024-02-01"),
         job(d, GUANGDONG, "2024-02-01"), job(f, GUANGDONG, "2024-02-01"))  # fmt: skip
    days = {
        "2025-02-28": ((2, 3), {"lifted_poverty": (2, 3)}),
        "2025-06-29": ((2, 4), {"lifted_poverty": (2, 3), "monitored": (1, 2)}),
        "2025-06-30": ((1, 3), {"lifted_poverty": (1, 2), "monitored": (1, 2)}),
    }
    for day, (whole, rows) in days.items():
        total = office.statistics("OUT_GROUP", period="2025", as_of=day)["total"]
        assert ((total["numerator"], total["denominator"]), figures(office, "OUT_GROUP", "group", as_of=day)) == (
            whole,
            rows,
        )
    either = [value(office, "OUT_STOCK", "group=lifted_or_monitored", as_of=day) for day in days]
    assert either == ["2", "2", "1"]
    told = send(office, "group_tags", tag(e, "脱贫人口", "2025-05-01"))  # a dated row replaces the undated tag
    assert told.counts["rows"] == 1
    assert [figures(office, "OUT_GROUP", "group", as_of=day)["lifted_poverty"] for day in days] == [
        (2, 2),
        (2, 3),
        (1, 2),
    ]


def test_organised_share_by_what_is_written_and_by_journeys(office, people):
    _, _, _, d, e, _ = people
    ways = ("政府组织", "劳务公司(合作社)", "劳务公司（合作社）", "亲友介绍", "自主外出", None)
    send(
        office,
        "employments",
        *[job(who, GUANGDONG, "2025-02-10", 组织方式=way) for who, way in zip(people, ways, strict=True)],
    )
    assert office.statistics("ORG_SHARE", period="2025", as_of="2025-12-31")["total"] == {
        "value": "50.00", "numerator": 3, "denominator": 6,
    }  # fmt: skip
    trip = {
        "批次编号": "B1",
        "批次名称": "第一批",
        "出行方式": "包车",
        "出发时间": "2025-02-09",
        "出发地": "惠水县",
        "目的地": "广州番禺",
        "座位数": 9,
    }
    send(office, "trips", {**trip, "车次(车牌号)": "贵J1"}, {**trip, "车次(车牌号)": "贵J2"})
    seat = {"批次编号": "B1", "车次(车牌号)": "贵J1", "签到": "是", "到岗日期": "2025-02-10"}
    send(office, "passengers", {**d, **seat}, {**e, **seat, "签到": "否", "到岗日期": None, "车次(车牌号)": "贵J2"})
    assert value(office, "ORG_SHARE", as_of="2025-12-31") == "66.67"
    assert value(office, "ORG_VEHICLE") == "1"
    assert value(office, "COOP_GD") == "4"
    assert value(office, "COOP_GD", division=OTHER_TOWN) == "0"
    assert value(office, "COOP_GD", division=COUNTY) == "4"


def test_income_and_households_without_work(office, people):
    a, b, c, d, *_ = people
    homes = [{**who, "乡镇": "涟江街道", "村": "星光村", "户主姓名": head, "与户主关系": "户主" if who["姓名"] == head else "子女"}
             for who, head in ((a, "张一"), (b, "张一"), (c, "张三"), (d, "张四"))]  # fmt: skip
    send(office, "workers", *homes)
    send(office, "employments", job(a, GUANGDONG, "2024-06-01", **{"月工资(元)": "0.5万元"}),
         job(c, HOME, "2025-07-01", **{"月工资(元)": 3000}))  # fmt: skip
    assert [value(office, "ZERO_HH", division=TOWN, as_of=day) for day in ("2025-06-30", "2025-07-01")] == ["2", "1"]
    income = office.statistics("INCOME", period="2025", as_of="2025-12-31")["total"]
    # a worked all the year, c 184 of its 365 days.
    assert income == {"value": "39073.98", "numerator": "78147.95", "denominator": 2}
    assert value(office, "VISIT_RATE") is None
