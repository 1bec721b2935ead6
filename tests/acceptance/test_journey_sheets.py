"""出行计划, 乘车花名册, 协作站台账 and 回访台账 against formats.md."""

import pytest

from dispatch.models import Passenger, Trip
from employment.models import Employer, Spell
from stations.models import Station, Visit
from tests.acceptance.desk import OTHER_VILLAGE, PASSENGERS, STATIONS, TRIPS, VISITS, id_number

pytestmark = pytest.mark.django_db
TRIP = {
    "批次编号": "B1", "批次名称": "第一批", "车次(车牌号)": "贵J1", "出行方式": "包车", "出发时间": "2025-02-10", "出发地": "惠水县",
    "目的地": "广东广州番禺", "座位数": 3,
}  # fmt: skip
STATION = {
    "站点编号": "GZ-01",
    "站点名称": "驻广州站",
    "类型": "协作站",
    "所在地": "广东广州",
    "挂牌日期": "2024-01-01",
}
VISIT = {"协作站": "GZ-01", "回访日期": "2025-03-10", "回访方式": "电话", "就业状态": "原岗位在岗"}


@pytest.fixture
def people(office):
    found = [{"姓名": f"张{'一二三四五六七八'[n]}", "身份证号码": id_number()} for n in range(8)]
    office.register(*[(one["姓名"], one["身份证号码"]) for one in found])
    return found


@pytest.fixture
def coach(office, people):
    """A coach of three seats, and everybody's row of its roster."""
    assert office.send("trips", TRIPS, TRIP).code == 0
    return [{**one, "批次编号": "B1", "车次(车牌号)": "贵J1"} for one in people]


def test_plans_are_vehicles_and_each_column_is_judged(office):
    told = office.send(
        "trips",
        TRIPS,
        TRIP,
        {**TRIP, "车次(车牌号)": "G1", "出行方式": "返岗专列", "出发时间": "2099-02-10 08:30"},
        {**TRIP, "车次(车牌号)": "x2", "出行方式": "飞船"},
        {**TRIP, "车次(车牌号)": "x3", "座位数": "很多"},
        {**TRIP, "车次(车牌号)": "x4", "目的地": "白云区"},
        {**TRIP, "车次(车牌号)": None},
        {**TRIP, "车次(车牌号)": "x5", "出发时间": "春节后", "出发地": None, "批次名称": None},
        TRIP,
        {**TRIP, "车次(车牌号)": "x6", "出行方式": "自驾", "座位数": "5座"},
        {**TRIP, "车次(车牌号)": "x7", "出行方式": "飞机"},
        {**TRIP, "车次(车牌号)": "x8", "出行方式": "接驳", "出发时间": "2025年2月10日"},
    )
    assert sorted(told.refused) == sorted(
        [
            (4, "出行方式", "choice"),
            (5, "座位数", "number"),
            (6, "目的地", "division_ambiguous"),
            (7, "车次(车牌号)", "required"),
            (8, "出发时间", "date"),
            (8, "出发地", "required"),
            (8, "批次名称", "required"),
        ]
    )
    assert told.counts == {"rows": 11, "created": 5, "repeated": 1, "refused": 5}


def test_vehicles_are_updated_and_their_rows_may_conflict(office):
    office.send("trips", TRIPS, TRIP)
    assert office.send("trips", TRIPS, TRIP).counts == {"rows": 1, "unchanged": 1}
    assert office.send("trips", TRIPS, {**TRIP, "座位数": 50}).counts == {"rows": 1, "updated": 1}
    told = office.send("trips", TRIPS, {**TRIP, "座位数": 50}, {**TRIP, "座位数": 51})
    assert [code for _, _, code in told.refused] == ["conflict_in_file"] * 2


def test_rosters_name_batches_and_vehicles_that_exist(office, coach):
    told = office.send(
        "passengers",
        PASSENGERS,
        coach[0],
        {**coach[1], "批次编号": "B9"},
        {**coach[2], "车次(车牌号)": "贵J9"},
        {**coach[3], "身份证号码": id_number()},
        {**coach[4], "批次编号": None},
        {**coach[5], "批次编号": "B9", "到岗日期": "2025年", "签到": "也许"},
    )
    assert sorted(told.refused) == sorted(
        [
            (3, "批次编号", "unknown_reference"),
            (4, "车次(车牌号)", "unknown_reference"),
            (5, "身份证号码", "unknown_worker"),
            (6, "批次编号", "required"),
            (7, "批次编号", "unknown_reference"),
            (7, "到岗日期", "date"),
            (7, "签到", "choice"),
        ]
    )


def test_a_seat_is_given_once_and_rows_beyond_the_seats_stand_outside(office, coach):
    told = office.send(
        "passengers",
        PASSENGERS,
        {**coach[0], "车厢/座位号": "1"},
        {**coach[1], "车厢/座位号": "1"},
        {**coach[2], "身份证号码": "1", "车厢/座位号": "2"},
        {**coach[3], "车厢/座位号": "2"},
        coach[4],
        coach[5],
        {**coach[6], "车厢/座位号": "3"},
    )
    assert told.refused == [
        (3, "车厢/座位号", "duplicate"),
        (4, "身份证号码", "id_length"),
        (7, "车次(车牌号)", "over_capacity"),
        (8, "车次(车牌号)", "over_capacity"),
    ]
    assert told.counts == {"rows": 7, "created": 3, "refused": 4}
    later = office.send(
        "passengers", PASSENGERS, {**coach[6], "车厢/座位号": "2"}, {**coach[0], "车厢/座位号": "1"}, coach[7]
    )
    assert later.refused == [(2, "车厢/座位号", "duplicate"), (4, "车次(车牌号)", "over_capacity")]
    assert later.counts == {"rows": 3, "unchanged": 1, "refused": 2}


def test_a_repetition_of_a_row_without_a_seat_has_none_either(office, coach):
    told = office.send("passengers", PASSENGERS, *coach[:4], coach[0], coach[3])
    assert told.refused == [(5, "车次(车牌号)", "over_capacity"), (7, "车次(车牌号)", "over_capacity")]
    assert told.counts == {"rows": 6, "created": 3, "repeated": 1, "refused": 2}


def test_two_people_change_seats_in_one_file(office, coach):
    office.send("passengers", PASSENGERS, {**coach[0], "车厢/座位号": "1"}, {**coach[1], "车厢/座位号": "2"})
    told = office.send("passengers", PASSENGERS, {**coach[0], "车厢/座位号": "2"}, {**coach[1], "车厢/座位号": "1"})
    assert (told.document["errors"], told.counts) == ([], {"rows": 2, "updated": 2})


def test_arrival_at_the_post_needs_the_signature(office, coach):
    told = office.send(
        "passengers",
        PASSENGERS,
        {**coach[0], "到岗日期": "2025-02-11", "签到": "是"},
        {**coach[1], "到岗日期": "2025-02-11"},
        {**coach[2], "到岗日期": "2025-02-11", "签到": "否"},
        {**coach[3], "签到": "√"},
        {**coach[4], "到岗日期": "2099-02-11", "签到": "是", "状态": "睡着了"},
    )
    assert sorted(told.refused) == sorted(
        [(3, "签到", "required"), (4, "签到", "required"), (6, "到岗日期", "date"), (6, "状态", "choice")]
    )
    assert office.send("passengers", PASSENGERS, {**coach[3], "到岗日期": "2025-02-12"}).counts == {
        "rows": 1,
        "updated": 1,
    }


def test_arrival_opens_a_spell_at_the_vehicles_destination_with_a_stub(office, coach):
    office.send(
        "passengers",
        PASSENGERS,
        {**coach[0], "到岗日期": "2025-02-11", "签到": "是", "务工企业": "甲厂"},
        {**coach[1], "到岗日期": "2025-02-11", "签到": "是", "目的地": "东莞大朗镇"},
        {**coach[2], "到岗日期": "2025-02-11", "签到": "是", "状态": "未录用"},
    )
    found = Spell.objects.order_by("worker_id").values_list("place_code", "channel", "organised", "employer__name")
    assert list(found) == [("440113", "政府组织", True, "甲厂"), ("441900", "政府组织", True, None)]
    assert list(Employer.objects.values_list("name", "stub")) == [("甲厂", True)]


def test_the_same_traveller_twice(office, coach):
    row = {**coach[0], "签到": "是"}
    told = office.send("passengers", PASSENGERS, row, row, coach[1], {**coach[1], "签到": "否", "目的地": "浙江"})
    assert [(place, code) for place, _, code in told.refused] == [(4, "conflict_in_file"), (5, "conflict_in_file")]
    assert told.counts == {"rows": 4, "created": 1, "repeated": 1, "refused": 2}
    assert office.send("passengers", PASSENGERS, row).counts == {"rows": 1, "unchanged": 1}
    assert (Passenger.objects.count(), Trip.objects.count()) == (1, 1)


def test_stations_and_their_columns(office):
    told = office.send(
        "stations",
        (*STATIONS, "设立方式", "联系电话"),
        {**STATION, "服务范围": "广东广州、广东东莞", "设立方式": "共建", "联系电话": "020-81234567"},
        {**STATION, "站点编号": "NB-01", "类型": "山海心连之家", "所在地": "浙江宁波", "联系电话": "1"},
        {**STATION, "站点编号": "X1", "类型": "商店"},
        {**STATION, "站点编号": "X2", "挂牌日期": "2099-01-01", "设立方式": "租赁"},
        {**STATION, "站点编号": None},
        {**STATION, "站点编号": "X3", "服务范围": "没有地方"},
        {**STATION, "站点编号": "X4", "所在地": "白云区"},
    )
    assert sorted(told.refused) == sorted(
        [
            (4, "类型", "choice"),
            (5, "挂牌日期", "date"),
            (5, "设立方式", "choice"),
            (6, "站点编号", "required"),
            (7, "服务范围", "division_unknown"),
            (8, "所在地", "division_ambiguous"),
        ]
    )
    assert told.warned == [(3, "联系电话", "phone")]
    assert list(Station.objects.order_by("code").values_list("code", "place_code", "service_area")) == [
        ("GZ-01", "4401", ["4401", "4419"]),
        ("NB-01", "3302", []),
    ]


def test_visits_name_a_station_by_number_or_name(office, people):
    office.send("stations", STATIONS, STATION)
    office.send("passengers", PASSENGERS)
    told = office.send(
        "visits",
        (*VISITS, "回访节点", "下次回访日期", "是否签合同"),
        {**people[0], **VISIT},
        {
            **people[1],
            **VISIT,
            "协作站": "驻广州站",
            "下次回访日期": "2099-01-01",
            "回访节点": "30天",
            "是否签合同": "有",
        },
        {**people[2], **VISIT, "协作站": None},
        {**people[3], **VISIT, "协作站": "没有站"},
        {**people[4], **VISIT, "回访日期": "2099-01-01", "回访方式": "托梦", "就业状态": "不明"},
        {**people[5], **VISIT, "月工资(元)": "面议"},
        {**people[0], **VISIT, "协作站": "驻广州站"},
        {**people[0], **VISIT, "协作站": None, "就业状态": "失联"},
    )
    assert sorted(told.refused) == sorted(
        [
            (5, "协作站", "unknown_reference"),
            (6, "回访日期", "date"),
            (6, "回访方式", "choice"),
            (6, "就业状态", "choice"),
            (7, "月工资(元)", "number"),
        ]
    )
    assert told.counts == {"rows": 8, "created": 4, "repeated": 1, "refused": 3}
    assert Visit.objects.count() == 4


def test_two_visits_of_one_day_and_station_conflict(office, people):
    office.send("stations", STATIONS, STATION)
    row = {**people[0], **VISIT}
    told = office.send("visits", VISITS, row, {**row, "就业状态": "返乡"}, {**row, "回访日期": "2025-03-11"})
    assert [code for _, _, code in told.refused] == ["conflict_in_file"] * 2
    assert told.counts == {"rows": 3, "created": 1, "refused": 2}


def test_evidence_that_fits_no_spell_is_stored_and_never_refused(office, people):
    told = office.send(
        "visits", VISITS, {**people[0], **VISIT, "协作站": None, "就业状态": "转岗在岗", "当前单位": "乙厂"}
    )
    assert (told.code, Spell.objects.count(), Visit.objects.count()) == (0, 0, 1)


def test_a_township_officer_sends_evidence_of_their_own_people_only(office, people):
    far = id_number()
    office.register(("李四", far), village=OTHER_VILLAGE, town="濛江街道")
    rows = [{**people[0], **VISIT, "协作站": None}, {"姓名": "李四", "身份证号码": far, **VISIT, "协作站": None}]
    told = office.send("visits", VISITS, *rows, user="xiang")
    if told.code == 2:  # the role may not write visits at all
        assert told.document["field"] == "kind"
    else:
        assert told.refused == [(3, "身份证号码", "out_of_scope")]
