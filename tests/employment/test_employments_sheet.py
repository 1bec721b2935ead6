"""务工台账 through the import services: what is stored, exact counts, exact faults."""

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest
from django.utils.timezone import localdate

from employment.models import DeclaredJob, Employer, Spell
from tests import people
from tests.journeys import (
    OTHER_VILLAGE,
    checked,
    counts,
    employer,
    faults,
    imported,
    person,
    place_divisions,
    undone,
    worker,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def job(who, start="2025-02-10", **cells):
    place = {"务工省": "广东省", "务工市": "广州市", "务工县(区)": "番禺区"}
    return {**person(who), **place, "外出时间": start, **cells}


def stored_jobs():
    return list(DeclaredJob.objects.order_by("worker_id", "start_on").values_list("start_on", "end_on", "place_code"))


class TestOneRow:
    FULL: ClassVar = {
        "务工单位": "广州甲",
        "统一社会信用代码": "91440113MA59EKWX1A",
        "工种(岗位)": "缝纫工",
        "返回时间": "2025-06-01",
        "返回原因": "家庭原因",
        "月工资(元)": "0.6万元",
        "组织方式": "政府",
        "是否签订合同": "√",
        "是否参保": "无",
        "最近确认日期": "2025.5.1",
    }

    def test_every_column_is_stored(self):
        firm = employer("广州甲服饰有限公司", credit_code="91440113MA59EKWX1A")
        who = worker()
        source = imported("employments", [job(who, **self.FULL)])
        stored = DeclaredJob.objects.values().get()
        assert counts(source) == {"rows": 1, "created": 1, "warnings": 1}
        assert faults(source, "warning") == [(2, "统一社会信用代码", "credit_code")]
        assert {name: stored[name] for name in stored if name not in {"id", "created_at", "updated_at"}} == {
            "worker_id": who.pk,
            "organiser_id": None,
            "overlapping": False,
            "start_on": date(2025, 2, 10),
            "end_on": date(2025, 6, 1),
            "end_reason": "家庭原因",
            "place_code": "440113",
            "employer_id": firm.pk,
            "job_title": "缝纫工",
            "wage": Decimal("6000.00"),
            "channel": "政府组织",
            "contract": True,
            "insured": False,
            "confirmed_on": date(2025, 5, 1),
        }

    def test_it_becomes_a_spell(self):
        who = worker()
        imported("employments", [job(who, **self.FULL)])
        spell = Spell.objects.get()
        assert (spell.worker_id, spell.start_on, spell.end_on) == (who.pk, date(2025, 2, 10), date(2025, 6, 1))
        assert (spell.place_code, spell.organised, spell.wage) == ("440113", True, Decimal("6000.00"))
        assert spell.confirmed_to == date(2025, 5, 31)

    def test_blank_cells_erase_nothing(self):
        who = worker()
        imported("employments", [job(who, **self.FULL)])
        before = DeclaredJob.objects.values().get()
        source = imported("employments", [job(who)])
        assert counts(source) == {"rows": 1, "unchanged": 1}
        assert DeclaredJob.objects.values().get() == before

    def test_a_value_is_corrected_and_the_rest_stays(self):
        who = worker()
        imported("employments", [job(who, **self.FULL)])
        source = imported("employments", [job(who, **{"月工资(元)": "6,500.5", "返回时间": "2025-07-01"})])
        stored = DeclaredJob.objects.get()
        assert counts(source) == {"rows": 1, "updated": 1}
        assert (stored.wage, stored.end_on, stored.job_title) == (Decimal("6500.50"), date(2025, 7, 1), "缝纫工")
        assert Spell.objects.get().end_on == date(2025, 7, 1)

    @pytest.mark.parametrize(
        ("place", "code"),
        [
            (("广东省", "广州市", "番禺区"), "440113"),
            (("广东", "广州", "番禺"), "440113"),
            (("广东省", "深圳", ""), "4403"),
            (("浙江省", "", ""), "33"),
            (("上海市", "上海市", ""), "3101"),
            (("上海", "", ""), "3101"),
            (("上海", "市辖区", "浦东新区"), "310115"),
            (("广东", "东莞", "东莞市"), "441900"),
            (("贵州省", "贵阳市", "花溪区"), "520111"),
            (("贵州", "毕节", "赫章县"), "520527"),
        ],
    )
    def test_place_is_read_as_offices_write_it(self, place, code):
        names = dict(zip(("务工省", "务工市", "务工县(区)"), place, strict=True))
        source = imported("employments", [job(worker(), **names)])
        assert counts(source) == {"rows": 1, "created": 1}
        assert DeclaredJob.objects.get().place_code == code


class TestRefusals:
    TOMORROW = localdate() + timedelta(days=1)

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"务工省": ""}, "务工省", "required"),
            ({"务工省": "贵州省", "务工市": "贵阳市", "务工县(区)": ""}, "务工县(区)", "required"),
            ({"务工省": "贵州省", "务工市": "", "务工县(区)": ""}, "务工县(区)", "required"),
            ({"务工省": "广南省"}, "务工省", "division_unknown"),
            ({"务工市": "宁波市"}, "务工市", "division_unknown"),
            ({"务工县(区)": "宝安区"}, "务工县(区)", "division_unknown"),
            ({"外出时间": ""}, "外出时间", "required"),
            ({"外出时间": "2025年"}, "外出时间", "date"),
            ({"外出时间": TOMORROW.isoformat()}, "外出时间", "date"),
            ({"返回时间": TOMORROW.isoformat()}, "返回时间", "date"),
            ({"返回时间": "2025-02-10"}, "返回时间", "date"),
            ({"返回时间": "2025-02-09"}, "返回时间", "date"),
            ({"最近确认日期": TOMORROW.isoformat()}, "最近确认日期", "date"),
            ({"月工资(元)": "面议"}, "月工资(元)", "number"),
            ({"月工资(元)": "4000-5000"}, "月工资(元)", "number"),
            ({"月工资(元)": "-1"}, "月工资(元)", "number"),
            ({"组织方式": "坐飞船"}, "组织方式", "choice"),
            ({"是否参保": "也许"}, "是否参保", "choice"),
            ({"身份证号码": "52999919900101001"}, "身份证号码", "id_length"),
            ({"姓名": ""}, "姓名", "name_missing"),
            ({"姓名": "李小四"}, "姓名", "name_mismatch"),
        ],
    )
    def test_one_bad_cell_refuses_the_row(self, cells, column, code):
        source = imported("employments", [{**job(worker("张国强")), **cells}])
        assert (counts(source), faults(source)) == ({"rows": 1, "refused": 1}, [(2, column, code)])
        assert not DeclaredJob.objects.exists()

    def test_all_faults_of_a_row_are_told(self):
        row = {**job(worker()), "务工省": "", "外出时间": "昨天", "月工资(元)": "很多", "组织方式": "？"}
        found = {("务工省", "required"), ("外出时间", "date"), ("月工资(元)", "number"), ("组织方式", "choice")}
        assert {(column, code) for _row, column, code in faults(checked("employments", [row]))} >= found

    def test_person_nobody_registered_is_unknown(self):
        stranger = {"姓名": "张国强", "身份证号码": "529999198506150135"}
        source = checked("employments", [{**job(worker()), **stranger}])
        assert faults(source) == [(2, "身份证号码", "unknown_worker")]

    def test_person_of_another_township_is_out_of_scope(self):
        inside, outside = worker(), worker(village=OTHER_VILLAGE)
        clerk = people.township_clerk()
        source = imported("employments", [job(inside), job(outside)], user=clerk)
        assert (counts(source), faults(source)) == (
            {"rows": 2, "created": 1, "refused": 1},
            [(3, "身份证号码", "out_of_scope")],
        )

    def test_near_name_is_a_warning_and_the_registry_keeps_its_own(self):
        who = worker("张国强")
        source = imported("employments", [{**job(who), "姓名": "张国墙"}])
        who.refresh_from_db()
        assert (counts(source), who.name) == ({"rows": 1, "created": 1, "warnings": 1}, "张国强")


class TestSeveralRows:
    def test_equal_rows_count_once(self):
        who = worker()
        source = imported("employments", [job(who), job(who), job(who)])
        assert counts(source) == {"rows": 3, "created": 1, "repeated": 2}

    def test_one_start_told_twice_differently_refuses_both_rows_by_name(self):
        who = worker()
        source = checked("employments", [job(who), job(worker()), job(who, 务工单位="乙厂")])
        assert (counts(source), faults(source)) == (
            {"rows": 3, "created": 1, "refused": 2},
            [(2, "外出时间", "conflict_in_file"), (4, "外出时间", "conflict_in_file")],
        )
        messages = list(source.faults.order_by("seq").values_list("message", flat=True))
        assert ["第4行" in messages[0], "第2行" in messages[1]] == [True, True]

    def test_later_start_inside_a_written_interval_is_refused_whatever_the_order(self):
        who = worker()
        first, second = job(who, 返回时间="2025-06-01"), job(who, "2025-05-31")
        assert faults(checked("employments", [first, second])) == [(3, "外出时间", "overlap")]
        assert faults(checked("employments", [second, first])) == [(2, "外出时间", "overlap")]

    def test_touching_is_allowed(self):
        who = worker()
        source = imported("employments", [job(who, 返回时间="2025-06-01"), job(who, "2025-06-01")])
        assert counts(source) == {"rows": 2, "created": 2}

    def test_row_without_an_end_ends_where_the_next_begins(self):
        who = worker()
        imported("employments", [job(who, "2025-06-01"), job(who, "2025-02-10")])
        spells = Spell.objects.order_by("start_on").values_list("start_on", "end_on")
        assert list(spells) == [(date(2025, 2, 10), date(2025, 6, 1)), (date(2025, 6, 1), None)]

    def test_refused_row_meets_nobody(self):
        who = worker()
        rows = [job(who, 返回时间="2025-06-01", 组织方式="？"), job(who, "2025-05-01")]
        assert faults(checked("employments", rows)) == [(2, "组织方式", "choice")]

    def test_chain_of_three_refuses_the_middle_one_alone(self):
        who = worker()
        rows = [
            job(who, "2025-02-10", 返回时间="2025-04-01"),
            job(who, "2025-03-01", 返回时间="2025-06-01"),
            job(who, "2025-05-01", 返回时间="2025-07-01"),
        ]
        assert faults(checked("employments", rows)) == [(3, "外出时间", "overlap")]

    def test_stored_row_beats_the_incoming_one_whichever_starts_first(self):
        who = worker()
        imported("employments", [job(who, "2025-04-01", 返回时间="2025-06-01")])
        later = checked("employments", [job(who, "2025-05-01")])
        earlier = checked("employments", [job(who, "2025-03-01", 返回时间="2025-04-02")])
        beside = checked("employments", [job(who, "2025-03-01", 返回时间="2025-04-01")])
        assert [faults(one) for one in (later, earlier, beside)] == [
            [(2, "外出时间", "overlap")],
            [(2, "外出时间", "overlap")],
            [],
        ]

    def test_end_that_comes_later_is_judged_against_what_was_stored_since(self):
        who = worker()
        imported("employments", [job(who, "2025-02-10"), job(who, "2025-05-01")])
        source = imported("employments", [job(who, "2025-02-10", 返回时间="2025-05-02")])
        assert (counts(source), faults(source)) == ({"rows": 1, "refused": 1}, [(2, "外出时间", "overlap")])

    def test_row_that_became_refused_since_its_check_is_not_written(self):
        who = worker()
        waiting = checked("employments", [job(who, "2025-05-01")])
        imported("employments", [job(who, "2025-04-01", 返回时间="2025-06-01")])
        from core.workbooks import services  # noqa: PLC0415 - only here the two steps are taken apart

        confirmed = services.confirm_import(source=waiting, rows="good", start=False)
        written = services.write_import(source=confirmed, progress=services.Silent())
        assert counts(written) == {"rows": 1, "refused": 1}
        assert stored_jobs() == [(date(2025, 4, 1), date(2025, 6, 1), "440113")]


class TestEmployers:
    def test_unknown_employer_becomes_one_stub_for_all_rows_that_name_it(self):
        imported("employments", [job(worker(), 务工单位="广州乙厂") for _ in range(3)])
        stub = Employer.objects.get()
        assert (stub.name, stub.stub, stub.credit_code) == ("广州乙厂", True, None)
        assert set(DeclaredJob.objects.values_list("employer_id", flat=True)) == {stub.pk}

    def test_stub_learns_its_credit_code_from_a_later_row(self):
        who = worker()
        imported("employments", [job(who, 务工单位="广州乙厂")])
        source = imported("employments", [job(who, 务工单位="广州乙厂", 统一社会信用代码="91440113MA59EKWX1A")])
        stub = Employer.objects.get()
        assert (stub.credit_code, stub.stub, counts(source)["updated"]) == ("91440113MA59EKWX1A", True, 1)

    def test_same_row_again_is_unchanged_once_its_employer_is_known(self):
        rows = [job(worker(), 务工单位="广州乙厂", 统一社会信用代码="91440113MA59EKWX1A")]
        imported("employments", rows)
        assert counts(imported("employments", rows)) == {"rows": 1, "unchanged": 1, "warnings": 1}

    def test_credit_code_beats_the_name(self):
        firm = employer("广州甲服饰有限公司", credit_code="91440113MA59EKWX1A")
        imported("employments", [job(worker(), 务工单位="甲服饰", 统一社会信用代码="91440113MA59EKWX1A")])
        assert DeclaredJob.objects.get().employer_id == firm.pk
        assert Employer.objects.get().name == "广州甲服饰有限公司"

    def test_credit_code_alone_names_an_employer(self):
        imported("employments", [job(worker(), 统一社会信用代码="91440113MA59EKWX1A")])
        stub = Employer.objects.get()
        assert (stub.name, stub.credit_code) == ("91440113MA59EKWX1A", "91440113MA59EKWX1A")

    def test_a_name_alone_means_the_firm_another_row_of_the_file_gives_a_code(self):
        imported(
            "employments",
            [
                job(worker(), 务工单位="甲厂"),
                job(worker(), 务工单位="甲厂", 统一社会信用代码="91440113MA59EKWX1A"),
                job(worker(), 务工单位="甲厂"),
            ],
        )
        firm = Employer.objects.get()
        assert (firm.name, firm.credit_code) == ("甲厂", "91440113MA59EKWX1A")
        assert list(DeclaredJob.objects.values_list("employer_id", flat=True)) == [firm.pk] * 3

    def test_two_codes_under_one_name_are_two_employers(self):
        rows = [
            job(worker(), 务工单位="甲厂", 统一社会信用代码=code)
            for code in ("91440113MA59EKWX1A", "91440113MA59EKWX2B")
        ]
        imported("employments", rows)
        assert Employer.objects.filter(name="甲厂").count() == 2

    def test_refused_rows_leave_no_stub(self):
        imported("employments", [job(worker(), 务工单位="甲厂", 组织方式="？")])
        assert not Employer.objects.exists()


class TestUndo:
    def test_undo_takes_rows_spells_and_the_stub_they_founded_back(self):
        source = imported("employments", [job(worker(), 务工单位="甲厂")])
        undone(source)
        assert (stored_jobs(), Spell.objects.count(), Employer.objects.count()) == ([], 0, 0)

    def test_a_stub_that_others_name_by_now_or_that_was_completed_stays(self):
        firms = ("甲厂", "乙厂", "丙厂", "丁厂")
        source = imported("employments", [job(worker(), 务工单位=name) for name in firms])
        imported("employments", [job(worker(), "2025-03-01", 务工单位="甲厂")])
        place = {"所在地": "广东广州番禺"}
        imported("employers", [{"企业名称": "乙厂", **place}])
        imported("employer_visits", [{"企业名称": "丙厂", **place, "走访日期": "2025-03-02"}])
        undone(source)
        assert set(Employer.objects.values_list("name", flat=True)) == {"甲厂", "乙厂", "丙厂"}

    def test_a_stub_that_a_correction_named_goes_with_it(self):
        who = worker()
        imported("employments", [job(who, 务工单位="甲厂")])
        undone(imported("employments", [job(who, 务工单位="缝纫工")]))
        assert DeclaredJob.objects.values_list("employer__name").get() == ("甲厂",)
        assert Employer.objects.values_list("name").get() == ("甲厂",)

    def test_undo_of_a_correction_brings_the_old_spell_back(self):
        who = worker()
        imported("employments", [job(who)])
        before = list(Spell.objects.values_list("start_on", "end_on", "place_code"))
        source = imported("employments", [job(who, **{"返回时间": "2025-06-01", "务工县(区)": "白云区"})])
        undone(source)
        assert list(Spell.objects.values_list("start_on", "end_on", "place_code")) == before

    def test_import_again_after_the_undo_gives_the_same(self):
        rows = [job(worker(), 务工单位="甲厂"), job(worker(), "2025-03-01")]
        first = imported("employments", rows)
        spells = list(Spell.objects.order_by("worker_id").values_list("worker_id", "start_on", "employer__name"))
        undone(first)
        assert counts(imported("employments", rows)) == {"rows": 2, "created": 2}
        again = Spell.objects.order_by("worker_id").values_list("worker_id", "start_on", "employer__name")
        assert list(again) == spells


def test_name_too_long_for_the_employers_is_refused_beside_its_cell():
    source = imported("employments", [job(worker(), 务工单位="厂" * 201), job(worker(), 务工单位="厂" * 200)])
    assert faults(source) == [(2, "务工单位", "too_long")]
    assert Employer.objects.get().name == "厂" * 200


@pytest.mark.parametrize(("column", "most"), [("工种(岗位)", 200), ("返回原因", 500), ("统一社会信用代码", 60)])
def test_text_too_long_for_the_register_is_refused_beside_its_cell(column, most):
    source = imported(
        "employments", [job(worker(), **{column: "X" * (most + 1)}), job(worker(), **{column: "X" * most})]
    )
    assert (faults(source), DeclaredJob.objects.count()) == ([(2, column, "too_long")], 1)
