"""劳务带头人和机构台账 and 带出人员花名册: what is stored, refused, taken back, and what comes out again."""

import re
from datetime import date

import pytest

from core.errors import Conflict
from employment.models import DeclaredJob, Employer, Organiser, Spell
from tests import people
from tests.journeys import (
    OTHER_VILLAGE,
    VILLAGE,
    came_back,
    checked,
    counts,
    employer,
    exported,
    faults,
    imported,
    organiser,
    passenger,
    person,
    place_divisions,
    trip,
    undone,
    worker,
)
from workers.doubles.models import WorkerAlias

pytestmark = pytest.mark.django_db

CODE, OTHER_CODE = "91440101MA5ABCDEXC", "91440101MA5ABCDF1N"
OUT = date(2025, 2, 10)
VEHICLE = {
    "批次编号": "B1", "批次名称": "第一批", "车次(车牌号)": "贵F1", "出行方式": "包车", "出发时间": "2025-02-10", "出发地": "赫章",
    "目的地": "广东广州番禺", "座位数": "45", "组织单位": "黔进人力",
}  # fmt: skip


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def broker_row(**cells):
    """A row of a broker that is right as it stands."""
    return {"名称": "李带头", "类型": "劳务经纪人", "所在地": "古达苗族彝族乡大寨村", **cells}


def agency_row(**cells):
    """A row of an agency that is right as it stands."""
    return {"名称": "黔进人力", "类型": "人力资源服务机构", "所在地": "赫章县", "统一社会信用代码": CODE, **cells}


def taken_row(who, **cells):
    """A row of a roster of people taken out that is right as it stands."""
    return {
        "名称": "李带头",
        "类型": "劳务经纪人",
        **person(who),
        "外出日期": OUT.isoformat(),
        "目的地": "广东省广州市番禺区",
        **cells,
    }


def jobs():
    return list(
        DeclaredJob.objects.order_by("worker__id_number", "start_on").values_list(
            "start_on", "place_code", "channel", "organiser__name", "employer__name"
        )
    )


class TestRegister:
    def test_brokers_and_firms_are_stored_as_they_are_written(self):
        who = worker("李带头")
        source = imported(
            "organisers",
            [
                broker_row(
                    级别="省级", 身份证号码=who.id_number, 联系电话="13800000001", 认定日期="2024-01-01", 备注="模架工"
                ),
                agency_row(许可证号="黔人社001", 许可证有效期至="2027-01-01"),
                {"名称": "古达劳务", "类型": "合作社", "所在地": "古达乡"},
                {"名称": "番禺劳务", "类型": "劳务公司", "所在地": "广东省广州市番禺区", "终止日期": "2025-06-01"},
            ],
        )
        fields = (
            "name", "kind", "level", "worker_id", "credit_code", "licence_no", "licence_until", "place_code", "phone",
            "recognised_on", "ended_on", "note",
        )  # fmt: skip
        assert counts(source) == {"rows": 4, "created": 4}
        assert list(Organiser.objects.order_by("pk").values_list(*fields)) == [
            ("李带头", "broker", "省级", who.pk, None, "", None, VILLAGE, "13800000001", date(2024, 1, 1), None, "模架工"),
            ("黔进人力", "agency", "", None, CODE, "黔人社001", date(2027, 1, 1), "520527", "", None, None, ""),
            ("古达劳务", "coop", "", None, None, "", None, "520527219", "", None, None, ""),
            ("番禺劳务", "company", "", None, None, "", None, "440113", "", None, date(2025, 6, 1), ""),
        ]  # fmt: skip

    def test_same_organiser_is_known_by_code_by_person_or_by_bare_name(self):
        who = worker("李带头")
        rows = [broker_row(), agency_row(统一社会信用代码="")]
        assert counts(imported("organisers", rows)) == {"rows": 2, "created": 2}
        assert counts(imported("organisers", rows)) == {"rows": 2, "unchanged": 2}
        told = [broker_row(身份证号码=who.id_number), agency_row()]
        assert counts(imported("organisers", told)) == {"rows": 2, "updated": 2}
        assert counts(imported("organisers", rows)) == {"rows": 2, "unchanged": 2}
        assert counts(imported("organisers", [agency_row(名称="黔进人力集团")])) == {"rows": 1, "updated": 1}
        assert list(Organiser.objects.order_by("pk").values_list("name", "worker_id", "credit_code")) == [
            ("李带头", who.pk, None),
            ("黔进人力集团", None, CODE),
        ]

    def test_namesakes_are_told_apart_by_their_numbers(self):
        first, second = worker("李带头"), worker("李带头")
        rows = [broker_row(身份证号码=who.id_number) for who in (first, second)]
        assert counts(imported("organisers", rows)) == {"rows": 2, "created": 2}
        bare = checked("organisers", [broker_row()])
        assert faults(bare) == [(2, "名称", "duplicate")]
        same = checked("organisers", [agency_row(), agency_row(统一社会信用代码=OTHER_CODE), agency_row(备注="另一行")])
        assert faults(same) == [(2, "名称", "conflict_in_file"), (4, "名称", "conflict_in_file")]

    def test_number_from_before_a_merge_leads_to_the_person_kept(self):
        who, gone = worker("李带头"), worker("李带头")
        WorkerAlias.objects.create(worker=who, id_number=gone.id_number, name="李带头", former_id=gone.pk)
        number = gone.id_number
        gone.delete()
        imported("organisers", [broker_row(身份证号码=number)])
        assert Organiser.objects.get().worker == who

    def test_what_a_kind_does_not_have_is_told_and_left_out(self):
        who = worker("张三")
        source = imported(
            "organisers",
            [
                broker_row(统一社会信用代码=CODE, 许可证号="黔001", 许可证有效期至="2027-01-01"),
                agency_row(级别="县级", 身份证号码=who.id_number),
            ],
        )
        assert counts(source) == {"rows": 2, "created": 2, "warnings": 2}
        assert sorted(faults(source, "warning")) == [
            (2, "统一社会信用代码", "choice"),
            (2, "许可证号", "choice"),
            (2, "许可证有效期至", "choice"),
            (3, "级别", "choice"),
            (3, "身份证号码", "choice"),
        ]
        told = Organiser.objects.order_by("pk").values_list("credit_code", "licence_no", "level", "worker_id")
        assert list(told) == [(None, "", "", None), (CODE, "", "", None)]

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"名称": ""}, "名称", "required"),
            ({"类型": "亲友"}, "类型", "choice"),
            ({"级别": "国家级"}, "级别", "choice"),
            ({"所在地": ""}, "所在地", "required"),
            ({"所在地": "没有乡"}, "所在地", "division_unknown"),
            ({"身份证号码": "529999199001010019"}, "身份证号码", "unknown_worker"),
            ({"认定日期": "2025-01-01", "终止日期": "2025-01-01"}, "终止日期", "date"),
        ],
    )
    def test_row_that_cannot_be_is_refused(self, cells, column, code):
        found = faults(checked("organisers", [broker_row(**cells)]))
        assert found == [(2, column, "unknown_reference" if code == "unknown_worker" else code)]

    def test_person_has_the_name_of_the_broker_and_a_licence_its_number(self):
        source = checked(
            "organisers", [broker_row(身份证号码=worker("张三").id_number), agency_row(许可证有效期至="2027-01-01")]
        )
        assert faults(source) == [(2, "名称", "name_mismatch"), (3, "许可证号", "required")]

    def test_kind_of_one_that_is_stored_is_not_changed(self):
        imported("organisers", [agency_row()])
        assert faults(checked("organisers", [agency_row(类型="劳务公司")])) == [(2, "类型", "duplicate")]

    def test_township_keeps_its_own_alone(self):
        organiser("野马川带头", place=OTHER_VILLAGE)
        organiser("县劳务", kind="company", place="520527")
        rows = [
            broker_row(),
            broker_row(名称="新来的", 所在地="野马川镇"),
            broker_row(名称="野马川带头"),
            {"名称": "县劳务", "类型": "劳务公司", "所在地": "古达乡"},
            broker_row(名称="外乡人", 身份证号码=worker("外乡人", village=OTHER_VILLAGE).id_number),
        ]
        source = checked("organisers", rows, user=people.township_clerk())
        assert faults(source) == [
            (3, "所在地", "out_of_scope"),
            (4, "名称", "out_of_scope"),
            (5, "名称", "out_of_scope"),
            (6, "身份证号码", "out_of_scope"),
        ]

    def test_undo_takes_them_away_and_gives_vehicles_back(self):
        on = trip(organiser="黔进人力")
        source = imported("organisers", [agency_row()])
        on.refresh_from_db()
        assert on.organised_by.name == "黔进人力"
        undone(source)
        on.refresh_from_db()
        assert (Organiser.objects.count(), on.organised_by) == (0, None)

    def test_undo_is_refused_once_somebody_was_taken_out(self):
        source = imported("organisers", [broker_row()])
        imported("taken_out", [taken_row(worker())])
        with pytest.raises(Conflict):
            undone(source)
        assert (Organiser.objects.count(), DeclaredJob.objects.filter(organiser__isnull=False).count()) == (1, 1)

    def test_export_comes_back_unchanged(self):
        who = worker("李带头")
        imported("organisers", [broker_row(级别="市级", 身份证号码=who.id_number), agency_row(许可证号="黔001")])
        assert came_back(exported("organisers")) == ({"rows": 2, "unchanged": 2}, [], [])


class TestTakenOut:
    def test_is_written_on_the_job_that_begins_that_day_or_on_a_new_one(self):
        leader, (here, new) = organiser(), (worker(), worker())
        firm = employer("广州甲厂")
        DeclaredJob.objects.create(
            worker=here, start_on=OUT, place_code="440111", employer=firm, channel="亲友介绍", job_title="普工"
        )
        rows = [taken_row(here, 务工企业="别的厂"), taken_row(new, 务工企业="番禺乙厂")]
        source = imported("taken_out", rows)
        assert counts(source) == {"rows": 2, "created": 1, "updated": 1, "warnings": 1}
        assert jobs() == [
            (OUT, "440111", "劳务经纪人", "李带头", "广州甲厂"),
            (OUT, "440113", "劳务经纪人", "李带头", "番禺乙厂"),
        ]
        assert {spell.worker_id: spell.organised for spell in Spell.objects.all()} == {here.pk: True, new.pk: True}
        assert sorted(Employer.objects.values_list("name", "stub")) == [("广州甲厂", False), ("番禺乙厂", True)]
        assert counts(imported("taken_out", rows)) == {"rows": 2, "unchanged": 2}
        assert leader.jobs.count() == 2

    def test_undo_gives_jobs_and_spells_back(self):
        organiser()
        here, new = worker(), worker()
        imported(
            "employments", [{**person(here), "务工省": "广东", "外出时间": OUT.isoformat(), "组织方式": "自主外出"}]
        )
        before = jobs(), list(Spell.objects.values_list("worker_id", "start_on", "channel", "organised"))
        source = imported("taken_out", [taken_row(here), taken_row(new)])
        assert Spell.objects.filter(organised=True).count() == 2
        undone(source)
        assert (jobs(), list(Spell.objects.values_list("worker_id", "start_on", "channel", "organised"))) == before

    @pytest.mark.parametrize(
        ("kind", "word", "stored", "becomes"),
        [
            ("broker", "劳务经纪人", "", "劳务经纪人"),
            ("agency", "人力资源服务机构", "自主外出", "人力资源机构"),
            ("company", "劳务公司", "劳务经纪人", "劳务公司(合作社)"),
            ("coop", "劳务合作社", "劳务公司(合作社)", "劳务公司(合作社)"),
            ("agency", "人力资源服务机构", "政府组织", "政府组织"),
            ("broker", "劳务经纪人", "协作站推荐", "协作站推荐"),
        ],
    )
    def test_channel_follows_the_kind_unless_the_state_or_a_station_organised_it(self, kind, word, stored, becomes):
        organiser("带出方", kind)
        who = worker()
        DeclaredJob.objects.create(worker=who, start_on=OUT, place_code="440113", channel=stored)
        source = imported("taken_out", [taken_row(who, 名称="带出方", 类型=word)])
        assert DeclaredJob.objects.get().channel == becomes
        told = [(2, "名称", "choice")] if stored not in ("", becomes) else []
        assert faults(source, "warning") == told

    def test_rows_that_cannot_be_are_refused(self):
        organiser("李带头", ended_on=date(2025, 3, 1))
        organiser("王带头")
        organiser("外乡带头", place=OTHER_VILLAGE)
        taken, ended = worker(), worker()
        DeclaredJob.objects.create(worker=taken, start_on=OUT, place_code="440113", organiser=organiser("赵带头"))
        DeclaredJob.objects.create(
            worker=ended, start_on=date(2025, 1, 1), end_on=date(2025, 2, 20), place_code="440113"
        )
        rows = [
            taken_row(worker(), 名称="没登记的"),
            taken_row(worker(), 类型="劳务公司"),
            taken_row(worker(), 外出日期="2025-03-01"),
            taken_row(worker(), 目的地="贵州省贵阳市"),
            taken_row(taken, 名称="王带头"),
            taken_row(ended, 名称="王带头"),
            taken_row(worker(), 名称="外乡带头"),
            taken_row(worker(village=OTHER_VILLAGE), 名称="王带头"),
        ]
        source = checked("taken_out", rows, user=people.township_clerk())
        assert faults(source) == [
            (2, "名称", "unknown_reference"),
            (3, "名称", "unknown_reference"),
            (4, "外出日期", "date"),
            (5, "目的地", "required"),
            (6, "名称", "duplicate"),
            (7, "外出日期", "overlap"),
            (8, "名称", "unknown_reference"),
            (9, "身份证号码", "out_of_scope"),
        ]

    def test_one_person_and_day_named_twice_is_a_conflict(self):
        organiser()
        organiser("王带头")
        who = worker()
        source = checked(
            "taken_out", [taken_row(who), taken_row(who, 名称="王带头"), taken_row(worker()), taken_row(worker())]
        )
        assert faults(source) == [(2, "外出日期", "conflict_in_file"), (3, "外出日期", "conflict_in_file")]

    def test_namesakes_are_told_apart_by_a_number(self):
        first, second = worker("李带头"), worker("李带头")
        organiser(worker=first)
        leader = organiser(worker=second)
        who = worker()
        assert faults(checked("taken_out", [taken_row(who)])) == [(2, "名称", "unknown_reference")]
        imported("taken_out", [taken_row(who, 带出人证件号码=second.id_number)])
        assert DeclaredJob.objects.get().organiser == leader

    def test_export_comes_back_unchanged_and_holds_only_people_taken_out(self):
        organiser()
        DeclaredJob.objects.create(worker=worker(), start_on=OUT, place_code="440113")
        imported("taken_out", [taken_row(worker(), 务工企业="番禺乙厂")])
        assert came_back(exported("taken_out")) == ({"rows": 1, "unchanged": 1}, [], [])

    def test_ledger_written_again_keeps_who_took_them_out(self):
        organiser()
        who = worker()
        imported("taken_out", [taken_row(who)])
        row = {
            **person(who),
            "务工省": "广东",
            "务工市": "广州",
            "务工县(区)": "番禺",
            "外出时间": OUT.isoformat(),
            "月工资(元)": "5000",
        }
        imported("employments", [row])
        assert DeclaredJob.objects.values_list("organiser__name", "wage").get() == ("李带头", 5000)


class TestVehicles:
    def test_vehicle_is_whose_name_it_bears(self):
        agency = organiser("黔进人力", "agency", place="520527")
        organiser("两家同名", "company", credit_code=CODE)
        organiser("两家同名", "company", credit_code=OTHER_CODE)
        rows = [
            VEHICLE,
            {**VEHICLE, "车次(车牌号)": "贵F2", "组织单位": "两家同名"},
            {**VEHICLE, "车次(车牌号)": "贵F3", "组织单位": "没登记的"},
        ]
        imported("trips", rows)
        assert list(agency.trips.values_list("vehicle", flat=True)) == ["贵F1"]
        imported("trips", [{**rows[0], "组织单位": "别家"}, {**rows[2], "组织单位": "黔进人力"}])
        assert list(agency.trips.values_list("vehicle", flat=True)) == ["贵F3"]
        Organiser.objects.filter(pk=agency.pk).update(name="改名人力")
        imported("trips", [{**rows[2], "组织单位": "黔进人力", "座位数": "50"}])
        assert list(agency.trips.values_list("vehicle", "seats")) == [("贵F3", 50)]

    def test_people_who_signed_in_on_it_were_taken_out(self):
        agency = organiser("黔进人力", "agency", place="520527")
        imported("trips", [VEHICLE])
        on = agency.trips.get()
        went, stayed = worker(), worker()
        passenger(on, went, boarded=True)
        passenger(on, stayed, boarded=False)
        browser = people.client_for(people.county_clerk())
        page = browser.get(f"/employment/organisers/{agency.pk}/")
        rows = re.findall(r"<tr.*?</tr>", page.context["table"].html, re.DOTALL)
        assert len(rows) == 1
        assert went.id_number[-4:] in rows[0]
