"""回访台账 and 协作站台账 through the import services: what is stored, exact counts, exact faults."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.db import transaction
from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from core.formats.faults import CellFault
from employment.models import Employer, Spell, SpellTask
from stations.models import Station, Visit
from stations.workbooks.visits import milestone
from tests import people
from tests.journeys import (
    OTHER_VILLAGE,
    checked,
    counts,
    employer,
    faults,
    id_number,
    imported,
    person,
    place_divisions,
    trip,
    undone,
    worker,
)
from tests.stations.facts import GUANGZHOU, NINGBO, staff, standing, station, visit

pytestmark = pytest.mark.django_db

FULL = {
    "协作站": GUANGZHOU, "回访节点": "第30天", "当前单位": "广州甲服饰有限公司", "月工资(元)": "0.55万元", "是否签合同": "√",
    "是否参保": "无", "存在问题": "宿舍漏雨", "处理情况": "已转企业", "满意度": "满意", "回访人": "李四", "下次回访日期": "2099.1.2",
}  # fmt: skip
SITE = {
    "站点编号": "GZ-09", "站点名称": "驻番禺协作站", "类型": "劳务协作站", "所在地": "广东广州番禺", "对口单位": "番禺区人社局",
    "设立方式": "共建", "挂牌日期": "2023年3月1日", "服务范围": "广东广州、东莞", "负责人": "王五", "联系电话": "020-12345678",
}  # fmt: skip
SEAT = {"批次编号": "2025-CY-01", "车次(车牌号)": "贵F12345", "签到": "是", "到岗日期": "2025-02-12"}


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def call(who, on="2025-02-19", status="原岗位在岗", **cells):
    return {**person(who), "回访日期": on, "回访方式": "电话", "就业状态": status, **cells}


def spells(who):
    rows = Spell.objects.filter(worker=who).order_by("start_on")
    return list(rows.values_list("start_on", "end_on", "employer__name", "confirmed_to"))


class TestVisits:
    def test_every_column_is_stored(self):
        who, site, firm = worker(), station(), employer()
        source = imported("visits", [call(who, "2025.2.19", **FULL)])
        assert counts(source) == {"rows": 1, "created": 1}
        stored = Visit.objects.values().get()
        assert {name: stored[name] for name in stored if name not in {"id", "created_at", "updated_at"}} == {
            "worker_id": who.pk, "station_id": site.pk, "milestone": 30, "visited_on": date(2025, 2, 19), "channel": "电话",
            "status": "原岗位在岗", "employer_id": firm.pk, "wage": Decimal("5500.00"), "contract": True, "insured": False,
            "problem": "宿舍漏雨", "action_taken": "已转企业", "satisfaction": "满意", "visitor": "李四", "next_on": date(2099, 1, 2),
            "client_ref": None,
        }  # fmt: skip

    def test_the_least_a_row_must_say(self):
        source = imported("visits", [call(worker())])
        stored = Visit.objects.get()
        assert (counts(source), stored.station, stored.wage, stored.problem) == (
            {"rows": 1, "created": 1},
            None,
            None,
            "",
        )

    @pytest.mark.parametrize("named", [GUANGZHOU, "驻GZ-01协作站"])
    def test_a_station_is_named_by_number_or_name(self, named):
        site = station()
        assert counts(imported("visits", [call(worker(), 协作站=named)])) == {"rows": 1, "created": 1}
        assert Visit.objects.get().station == site

    def test_a_number_goes_before_another_stations_name(self):
        station("甲", name="乙"), station("乙", name="甲")
        imported("visits", [call(worker(), 协作站="甲")])
        assert Visit.objects.get().station.code == "甲"

    def test_faults_name_row_column_and_code(self):
        known, tomorrow = worker(), localdate() + timedelta(days=1)
        rows = [
            call(known, 协作站="没有的站"),
            call(known, on=""),
            call(known, on=tomorrow.isoformat()),
            call(known, status="在家"),
            call(known, 回访方式="传真"),
            call(known, 回访节点="一个月"),
            call(known, **{"月工资(元)": "面议"}),
            {**call(known), "姓名": "李四"},
            {**call(known), "身份证号码": "529999199001010", "姓名": "张国强"},
            {**call(known), "身份证号码": id_number(1, "19500101")},
        ]
        source = checked("visits", rows)
        assert (counts(source), faults(source)) == (
            {"rows": 10, "refused": 10},
            [
                (2, "协作站", "unknown_reference"),
                (3, "回访日期", "required"),
                (4, "回访日期", "date"),
                (5, "就业状态", "choice"),
                (6, "回访方式", "choice"),
                (7, "回访节点", "number"),
                (8, "月工资(元)", "number"),
                (9, "姓名", "name_mismatch"),
                (10, "身份证号码", "id_length"),
                (11, "身份证号码", "unknown_worker"),
            ],
        )

    def test_the_key_is_person_day_and_station(self):
        who = worker()
        station(), station(NINGBO, area=["3302"])
        rows = [call(who), call(who, 协作站=GUANGZHOU), call(who, 协作站=NINGBO), call(who, on="2025-02-20")]
        assert counts(imported("visits", rows)) == {"rows": 4, "created": 4}
        again = imported("visits", [*rows[:3], call(who, on="2025-02-20", status="返乡")])
        assert (counts(again), Visit.objects.count()) == ({"rows": 4, "unchanged": 3, "updated": 1}, 4)

    def test_twice_in_a_file_counts_once_differing_refuses_both(self):
        one, other = worker(), worker()
        source = checked("visits", [call(one), call(one), call(other), call(other, status="返乡")])
        assert counts(source) == {"rows": 4, "created": 1, "repeated": 1, "refused": 2}
        assert faults(source) == [(4, "回访日期", "conflict_in_file"), (5, "回访日期", "conflict_in_file")]

    def test_blanks_erase_nothing(self):
        who = worker()
        station()
        imported("visits", [call(who, **FULL)])
        before = Visit.objects.values().get()
        source = imported("visits", [call(who, 协作站=GUANGZHOU)])
        assert (counts(source), Visit.objects.values().get()) == ({"rows": 1, "unchanged": 1}, before)

    def test_an_unknown_employer_becomes_a_stub_that_goes_with_the_undo(self):
        source = imported("visits", [call(worker(), status="转岗在岗", 当前单位="新来的厂")])
        assert Employer.objects.values_list("name", "stub").get() == ("新来的厂", True)
        undone(source)
        assert (Visit.objects.count(), Employer.objects.count()) == (0, 0)

    def test_persons_outside_the_scope_are_refused(self):
        inside, outside = worker(), worker(village=OTHER_VILLAGE)
        source = checked("visits", [call(inside), call(outside)], user=people.township_clerk())
        assert counts(source) == {"rows": 2, "created": 1, "refused": 1}
        assert faults(source) == [(3, "身份证号码", "out_of_scope")]

    def test_a_station_imports_visits_of_those_it_follows(self):
        station()
        mine, strange = worker(), worker()
        visit(mine, date(2025, 1, 5), station=Station.objects.get())
        source = checked("visits", [call(mine, 协作站=GUANGZHOU), call(strange, 协作站=GUANGZHOU)], user=staff())
        assert (counts(source), faults(source)) == (
            {"rows": 2, "created": 1, "refused": 1},
            [(3, "身份证号码", "out_of_scope")],
        )


class TestMilestone:
    @pytest.mark.parametrize("raw", ["30", 30, 30.0, "30天", "第30天", "到岗30日回访", "３０"])
    def test_is_read_however_it_is_written(self, raw):
        assert milestone(raw, localdate()) == 30

    @pytest.mark.parametrize("raw", ["一个月", "30-90", "0", -7, "99999", "7、30"])
    def test_is_refused_when_it_is_no_number_of_days(self, raw):
        with pytest.raises(CellFault) as refused:
            milestone(raw, localdate())
        assert refused.value.code == "number"

    @pytest.mark.parametrize("raw", [None, "", "  "])
    def test_may_be_blank(self, raw):
        assert milestone(raw, localdate()) is None

    @given(st.one_of(st.text(max_size=12), st.integers(), st.floats(allow_nan=False)))
    def test_answers_or_refuses_whatever_it_gets(self, raw):
        try:
            days = milestone(raw, localdate())
        except CellFault as fault:
            days, code = 1, fault.code
        else:
            code = "number"
        assert (days is None or 0 < days <= 3650, code) == (True, "number")


class TestSpells:
    """What a visit of the sheet does to the job of somebody who arrived on 2025-02-12 (formats.md §1.4 rule 3)."""

    @pytest.fixture
    def arrived(self):
        who = worker()
        trip()
        station()
        cells = {
            "批次编号": "2025-CY-01",
            "车次(车牌号)": "贵F12345",
            "签到": "是",
            "到岗日期": "2025-02-12",
            "务工企业": "甲厂",
        }
        imported("passengers", [{**person(who), **cells}])
        return who

    FIRST, SEEN = date(2025, 2, 12), date(2025, 2, 19)

    @pytest.mark.parametrize(
        ("status", "expected", "tasks"),
        [
            ("原岗位在岗", [(FIRST, None, "甲厂", date(2025, 2, 19))], 0),
            ("转岗在岗", [(FIRST, SEEN, "甲厂", date(2025, 2, 18)), (SEEN, None, "乙厂", SEEN)], 0),
            ("离岗求职", [(FIRST, date(2025, 2, 19), "甲厂", FIRST)], 0),
            ("返乡", [(FIRST, date(2025, 2, 19), "甲厂", FIRST)], 0),
            ("失联", [(FIRST, None, "甲厂", FIRST)], 0),
        ],
    )  # fmt: skip
    def test_a_visit_confirms_moves_ends_or_leaves_alone(self, arrived, status, expected, tasks):
        before = spells(arrived)
        source = imported("visits", [call(arrived, status=status, 当前单位="乙厂", 协作站=GUANGZHOU)])
        assert (spells(arrived), SpellTask.objects.count()) == (expected, tasks)
        undone(source)
        assert (spells(arrived), standing(arrived)[7]) == (before, "")

    def test_unreachable_changes_no_spell_but_is_asked(self, arrived):
        before = spells(arrived)
        imported("visits", [call(arrived, status="失联", 协作站=GUANGZHOU, 回访节点="7")])
        assert (spells(arrived), standing(arrived)[7]) == (before, date(2025, 2, 19))

    def test_a_visit_that_fits_no_job_is_stored_and_becomes_a_task(self):
        who = worker()
        assert counts(imported("visits", [call(who)])) == {"rows": 1, "created": 1}
        assert (spells(who), SpellTask.objects.values_list("kind", "day").get()) == ([], ("visit", date(2025, 2, 19)))


class TestStations:
    def test_every_column_is_stored(self):
        assert counts(imported("stations", [SITE])) == {"rows": 1, "created": 1}
        stored = Station.objects.values().get()
        assert {name: stored[name] for name in stored if name not in {"id", "created_at", "updated_at"}} == {
            "code": "GZ-09", "name": "驻番禺协作站", "kind": "协作站", "place_code": "440113", "partner": "番禺区人社局",
            "founding": "共建", "opened_on": date(2023, 3, 1), "service_area": ["4401", "4419"], "head": "王五", "phone": "020-12345678",
        }  # fmt: skip

    def test_the_number_is_the_key_and_blanks_erase_nothing(self):
        imported("stations", [SITE])
        less = {**SITE, "服务范围": "", "负责人": "", "联系电话": ""}
        assert counts(imported("stations", [less])) == {"rows": 1, "unchanged": 1}
        assert counts(imported("stations", [{**less, "站点名称": "新名称"}])) == {"rows": 1, "updated": 1}
        assert Station.objects.values_list("name", "head", "service_area").get() == ("新名称", "王五", ["4401", "4419"])

    def test_faults_name_row_column_and_code(self):
        rows = [
            {**SITE, "站点编号": ""},
            {**SITE, "类型": "办事处"},
            {**SITE, "所在地": "没有的地方"},
            {**SITE, "挂牌日期": "2023"},
            {**SITE, "服务范围": "广东广州、没有的地方"},
            {**SITE, "设立方式": "租"},
        ]
        source = checked("stations", rows)
        assert (counts(source), faults(source)) == (
            {"rows": 6, "refused": 6},
            [
                (2, "站点编号", "required"),
                (3, "类型", "choice"),
                (4, "所在地", "division_unknown"),
                (5, "挂牌日期", "date"),
                (6, "服务范围", "division_unknown"),
                (7, "设立方式", "choice"),
            ],
        )

    def test_staff_of_a_station_may_not_import_stations(self):
        with pytest.raises(Exception) as refused:  # noqa: PT011 - its code is looked at
            checked("stations", [SITE], user=staff())
        assert refused.value.code == "forbidden"


def test_files_in_any_order_give_the_same_visits_plan_and_spells():
    """Stations must come before visits that name them; seats and visits may come in any order."""
    seen = set()
    for order in permutations(range(3)):
        with transaction.atomic():
            who = worker()
            trip()
            imported("stations", [SITE])
            files = [
                ("passengers", [{**person(who), **SEAT}]),
                ("visits", [call(who, 协作站="GZ-09", 回访节点="7")]),
                ("visits", [call(who, "2025-03-14", "返乡", 协作站="驻番禺协作站")]),
            ]  # fmt: skip
            for place in order:
                assert counts(imported(*files[place])) == {"rows": 1, "created": 1}
            seen.add((*spells(who), *standing(who).items()))
            transaction.set_rollback(True)
    assert len(seen) == 1
