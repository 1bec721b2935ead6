"""岗位台账, 招聘会台账, 招聘会参会企业 and 求职登记 as workbooks (formats.md §1.1, §1.3)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.formats.faults import CellFault
from employment.models import Employer, Fair, FairBooth, Referral, Vacancy
from employment.workbooks.vacancies import last_day, validity
from tests import people
from tests.employment.market import CODE, OTHER_CODE, TODAY, booth_row, fair, fair_row, referral_row, vacancy_row
from tests.journeys import (
    came_back,
    checked,
    counts,
    employer,
    exported,
    faults,
    imported,
    place_divisions,
    undone,
    worker,
)

pytestmark = pytest.mark.django_db

COLLECTED = date(2025, 2, 1)


@pytest.fixture(autouse=True)
def places():
    place_divisions()


class TestValidity:
    @pytest.mark.parametrize(
        ("written", "until"),
        [
            ("2025-03-01", date(2025, 3, 1)),
            ("2025年3月1日", date(2025, 3, 1)),
            ("20250301", date(2025, 3, 1)),
            (45717, date(2025, 3, 1)),
            (date(2025, 3, 1), date(2025, 3, 1)),
            ("30", date(2025, 3, 3)),
            (30, date(2025, 3, 3)),
            (30.0, date(2025, 3, 3)),
            ("30天", date(2025, 3, 3)),
            ("３０ 日", date(2025, 3, 3)),
            ("15天内有效", date(2025, 2, 16)),
            ("3个月", date(2025, 5, 1)),
            (1, date(2025, 2, 2)),
        ],
    )
    def test_is_a_date_or_days_from_the_collection(self, written, until):
        assert last_day(validity(written, TODAY), COLLECTED) == until

    @pytest.mark.parametrize("written", [None, "", " ", "—", "/"])
    def test_blank_says_nothing(self, written):
        assert validity(written, TODAY) is None

    @pytest.mark.parametrize(
        "written", ["长期", "0", "0天", "-3", "3月", "2025", "2025-13-01", "30年", True, 1000, 1.5]
    )
    def test_anything_else_is_a_date_fault(self, written):
        with pytest.raises(CellFault) as caught:
            validity(written, TODAY)
        assert caught.value.code == "date"


class TestVacancies:
    def test_a_row_becomes_a_vacancy_of_thirty_days_and_a_stub_of_its_employer(self):
        row = vacancy_row(
            统一社会信用代码=CODE, 月薪下限="4000元", 月薪上限="0.7万", 学历技能要求="女，18-45岁，初中及以上", 食宿="包吃住", 社保="五险",
            联系人="李姐", 联系电话="13800000000",
        )  # fmt: skip
        source = imported("vacancies", [row])
        assert counts(source) == {"rows": 1, "created": 1}
        found = Vacancy.objects.get()
        firm = found.employer
        assert (firm.name, firm.credit_code, firm.stub) == ("广州甲厂", CODE, True)
        assert (found.place_code, found.openings, found.wage_from, found.wage_to) == (
            "440113",
            30,
            Decimal("4000.00"),
            Decimal("7000.00"),
        )
        assert (found.collected_on, found.valid_until, found.checked) == (COLLECTED, COLLECTED + timedelta(30), None)
        assert (found.wants_sex, found.wants_age_from, found.wants_age_to, found.wants_school) == ("女", 18, 45, 2)

    def test_the_same_again_is_unchanged_and_other_data_updates(self):
        imported("vacancies", [vacancy_row(有效期="10天", 联系人="李姐")])
        assert counts(imported("vacancies", [vacancy_row(联系人="李姐")])) == {"rows": 1, "unchanged": 1}
        assert counts(imported("vacancies", [vacancy_row(招聘人数="50")])) == {"rows": 1, "updated": 1}
        found = Vacancy.objects.get()
        assert (found.openings, found.contact, found.valid_until) == (50, "李姐", COLLECTED + timedelta(10))

    @pytest.mark.parametrize(
        "other",
        [
            {"岗位名称": "裁剪工"},
            {"所在地": "广东深圳宝安"},
            {"采集日期": "2025-02-02"},
            {"采集来源": "企业申报"},
            {"企业名称": "乙厂"},
        ],
    )
    def test_employer_post_place_day_and_source_make_the_key(self, other):
        source = imported("vacancies", [vacancy_row(), vacancy_row(**other)])
        assert counts(source) == {"rows": 2, "created": 2}

    def test_in_one_file_equal_rows_count_once_and_different_ones_are_refused_both(self):
        assert counts(checked("vacancies", [vacancy_row(), vacancy_row()])) == {"rows": 2, "created": 1, "repeated": 1}
        source = checked("vacancies", [vacancy_row(), vacancy_row(招聘人数="31")])
        assert faults(source) == [(2, "岗位名称", "conflict_in_file"), (3, "岗位名称", "conflict_in_file")]

    def test_a_firm_known_by_name_takes_the_code_a_later_row_tells(self):
        imported("vacancies", [vacancy_row()])
        source = imported("vacancies", [vacancy_row(统一社会信用代码=CODE)])
        assert counts(source) == {"rows": 1, "updated": 1}
        assert list(Employer.objects.values_list("name", "credit_code")) == [("广州甲厂", CODE)]
        assert Vacancy.objects.count() == 1

    def test_of_two_codes_for_one_name_the_lower_is_the_firm_known_by_name(self):
        imported("vacancies", [vacancy_row()])
        rows = [vacancy_row(统一社会信用代码=OTHER_CODE), vacancy_row(统一社会信用代码=CODE)]
        assert counts(imported("vacancies", rows)) == {"rows": 2, "created": 1, "updated": 1}
        assert sorted(Employer.objects.values_list("credit_code", flat=True)) == [CODE, OTHER_CODE]

    def test_two_unknown_rows_of_one_name_are_one_firm_even_where_one_leaves_the_code_out(self):
        rows = [vacancy_row(统一社会信用代码=CODE), vacancy_row(岗位名称="裁剪工")]
        assert counts(imported("vacancies", rows)) == {"rows": 2, "created": 2}
        assert Employer.objects.count() == 1

    @pytest.mark.parametrize("codes", [(CODE, ""), ("", CODE)])
    @pytest.mark.parametrize("known", ["nobody", "by name", "by code"])
    def test_a_row_that_only_leaves_the_code_out_is_repeated_and_the_code_is_kept(self, codes, known):
        if known != "nobody":
            employer("广州甲厂", credit_code=CODE if known == "by code" else None)
        source = imported("vacancies", [vacancy_row(统一社会信用代码=code) for code in codes])
        assert counts(source) == {"rows": 2, "created": 1, "repeated": 1}
        assert list(Employer.objects.values_list("name", "credit_code")) == [("广州甲厂", CODE)]

    @pytest.mark.parametrize(
        ("cells", "fault"),
        [
            ({"企业名称": ""}, ("企业名称", "required")),
            ({"所在地": ""}, ("所在地", "required")),
            ({"所在地": "天涯海角"}, ("所在地", "division_unknown")),
            ({"岗位名称": ""}, ("岗位名称", "required")),
            ({"招聘人数": ""}, ("招聘人数", "required")),
            ({"招聘人数": "若干"}, ("招聘人数", "number")),
            ({"月薪下限": "面议"}, ("月薪下限", "number")),
            ({"采集来源": "路边"}, ("采集来源", "choice")),
            ({"采集日期": (TODAY + timedelta(days=1)).isoformat()}, ("采集日期", "date")),
            ({"有效期": "长期"}, ("有效期", "date")),
            ({"有效期": "2025-01-31"}, ("有效期", "date")),
        ],
    )
    def test_what_is_wrong_is_told_at_its_cell(self, cells, fault):
        assert faults(checked("vacancies", [vacancy_row(**cells)])) == [(2, *fault)]

    def test_a_validity_ahead_is_no_fault_and_swapped_wages_only_a_warning(self):
        ahead = (TODAY + timedelta(days=300)).isoformat()
        source = checked("vacancies", [vacancy_row(有效期=ahead, 月薪下限="7000", 月薪上限="4000")])
        assert (faults(source), faults(source, "warning")) == ([], [(2, "月薪上限", "number")])

    def test_undo_takes_the_vacancies_and_the_employer_they_founded_back(self):
        undone(imported("vacancies", [vacancy_row()]))
        assert (Vacancy.objects.count(), Employer.objects.count()) == (0, 0)

    def test_an_export_reads_back_unchanged(self):
        imported(
            "vacancies",
            [vacancy_row(月薪上限="7000", 有效期="90天"), vacancy_row(岗位名称="裁剪工", 统一社会信用代码="")],
        )
        assert came_back(exported("vacancies")) == ({"rows": 2, "unchanged": 2}, [], [])

    def test_words_of_sex_and_age_in_a_column_of_their_own_join_the_requirement(self):
        row = {**vacancy_row(学历技能要求="高中"), "性别/年龄要求": "男，35岁以下"}
        from tests import journeys  # noqa: PLC0415 - its table of headings is widened for this file alone

        journeys.HEADINGS["vacancies"] = (*journeys.HEADINGS["vacancies"], "性别/年龄要求")
        try:
            source = imported("vacancies", [row])
        finally:
            journeys.HEADINGS["vacancies"] = journeys.HEADINGS["vacancies"][:-1]
        found = Vacancy.objects.get()
        assert (source.unknown_columns, found.requirement) == ([], "男，35岁以下；高中")
        assert (found.wants_sex, found.wants_age_to, found.wants_school) == ("男", 35, 3)


class TestFairs:
    def test_a_row_becomes_a_fair_and_its_number_is_the_key(self):
        assert counts(imported("fairs", [fair_row(地点="体育馆", 参会人次="1,200人次")])) == {"rows": 1, "created": 1}
        assert counts(imported("fairs", [fair_row()])) == {"rows": 1, "unchanged": 1}
        assert counts(imported("fairs", [fair_row(招聘会名称="换个名")])) == {"rows": 1, "updated": 1}
        told = Fair.objects.values_list(
            "code", "name", "held_on", "form", "organiser", "venue", "visitors", "cancelled"
        )
        assert list(told) == [("F1", "换个名", date(2025, 2, 10), "线下", "本县", "体育馆", 1200, False)]

    @pytest.mark.parametrize(
        ("cells", "fault"),
        [
            ({"招聘会编号": ""}, ("招聘会编号", "required")),
            ({"日期": (TODAY + timedelta(days=1)).isoformat()}, ("日期", "date")),
            ({"形式": "空中"}, ("形式", "choice")),
            ({"主办方": "外星"}, ("主办方", "choice")),
            ({"参会人次": "很多"}, ("参会人次", "number")),
        ],
    )
    def test_what_is_wrong_is_told_at_its_cell(self, cells, fault):
        assert faults(checked("fairs", [fair_row(**cells)])) == [(2, *fault)]

    def test_an_export_reads_back_unchanged(self):
        imported("fairs", [fair_row(), fair_row(招聘会编号="F2", 形式="直播", 主办方="结对地区")])
        assert came_back(exported("fairs")) == ({"rows": 2, "unchanged": 2}, [], [])

    def test_a_planned_fair_reads_back_and_is_planned_on_the_page_alone(self):
        ahead = TODAY + timedelta(days=9)
        fair("F1", ahead)
        assert came_back(exported("fairs")) == ({"rows": 1, "unchanged": 1}, [], [])
        row = fair_row(日期=ahead.isoformat(), 招聘会名称="换个名")
        assert counts(imported("fairs", [row])) == {"rows": 1, "updated": 1}
        moved = [{**row, "日期": (ahead + timedelta(days=1)).isoformat()}, {**row, "招聘会编号": "F2"}]
        assert faults(checked("fairs", moved)) == [(2, "日期", "date"), (3, "日期", "date")]


class TestBooths:
    def test_a_stand_belongs_to_a_known_fair(self):
        source = checked("fair_booths", [booth_row(招聘会编号="F9")])
        assert faults(source) == [(2, "招聘会编号", "unknown_reference")]

    def test_fair_employer_and_post_make_the_key(self):
        fair()
        rows = [
            booth_row(统一社会信用代码=CODE),
            booth_row(岗位名称="裁剪工", 统一社会信用代码=CODE),
            booth_row(企业名称="乙厂"),
        ]
        assert counts(imported("fair_booths", rows)) == {"rows": 3, "created": 3}
        assert counts(imported("fair_booths", rows)) == {"rows": 3, "unchanged": 3}
        assert counts(imported("fair_booths", [{**rows[0], "招聘人数": "8"}])) == {"rows": 1, "updated": 1}
        assert sorted(FairBooth.objects.values_list("employer__name", "job_title", "openings")) == [
            ("乙厂", "缝纫工", 30),
            ("广州甲厂", "缝纫工", 8),
            ("广州甲厂", "裁剪工", 30),
        ]

    def test_in_one_file_a_stand_told_differently_is_refused_twice(self):
        fair()
        source = checked("fair_booths", [booth_row(), booth_row(招聘人数="31")])
        assert faults(source) == [(2, "岗位名称", "conflict_in_file"), (3, "岗位名称", "conflict_in_file")]

    def test_an_export_reads_back_unchanged(self):
        fair()
        imported("fair_booths", [booth_row(月薪下限="4000"), booth_row(企业名称="乙厂")])
        assert came_back(exported("fair_booths")) == ({"rows": 2, "unchanged": 2}, [], [])


class TestReferrals:
    def test_each_row_is_a_step_and_the_same_step_is_stored_once(self):
        fair()
        who = worker()
        rows = [referral_row(who, 招聘会编号="F1", 岗位名称="缝纫工", 结果=result, 日期=f"2025-02-{day}") for result, day in
                (("推荐", 10), ("意向", 10), ("签约", 12))]  # fmt: skip
        assert counts(imported("referrals", rows)) == {"rows": 3, "created": 3}
        assert counts(imported("referrals", [*rows, rows[0]])) == {"rows": 4, "unchanged": 3, "repeated": 1}
        assert list(Referral.objects.order_by("happened_on", "pk").values_list("result", flat=True)) == [
            "推荐",
            "意向",
            "签约",
        ]

    @pytest.mark.parametrize(
        "other",
        [{"招聘会编号": "F1"}, {"企业名称": "乙厂"}, {"岗位名称": "裁剪工"}, {"结果": "签约"}, {"日期": "2025-02-11"}],
    )
    def test_person_fair_employer_post_result_and_day_make_the_key(self, other):
        fair()
        who = worker()
        source = imported("referrals", [referral_row(who), referral_row(who, **other)])
        assert counts(source) == {"rows": 2, "created": 2}

    def test_a_fair_must_be_known_where_one_is_named(self):
        source = checked("referrals", [referral_row(worker(), 招聘会编号="F9")])
        assert faults(source) == [(2, "招聘会编号", "unknown_reference")]

    def test_strangers_unknown_people_and_days_to_come_are_refused(self):
        outside = worker(village="520526101200")
        unknown = {**referral_row(worker()), "身份证号码": "529999199001010019"}
        late = referral_row(worker(), 日期=(TODAY + timedelta(days=1)).isoformat())
        source = checked("referrals", [referral_row(outside), unknown, late])
        assert faults(source) == [
            (2, "身份证号码", "out_of_scope"),
            (3, "身份证号码", "unknown_worker"),
            (4, "日期", "date"),
        ]

    def test_an_unknown_employer_becomes_a_stub(self):
        imported("referrals", [referral_row(worker())])
        assert list(Employer.objects.values_list("name", "stub")) == [("广州甲厂", True)]

    def test_station_staff_may_import_those_of_their_persons_and_auditors_nothing(self):
        from core.workbooks.sheets import sheets_for  # noqa: PLC0415 - beside what it is asked for

        kinds = {"vacancies", "fairs", "fair_booths", "referrals"}
        may = {
            role: kinds & {sheet.kind for sheet in sheets_for(people.with_role(role))}
            for role in (
                "county_admin",
                "dispatch_officer",
                "township_officer",
                "station_staff",
                "auditor",
                "village_assistant",
            )
        }
        assert may == {
            "county_admin": kinds, "dispatch_officer": kinds, "township_officer": {"referrals"},
            "station_staff": {"vacancies", "referrals"}, "auditor": set(), "village_assistant": set(),
        }  # fmt: skip

    def test_an_export_reads_back_unchanged(self):
        fair()
        imported("referrals", [referral_row(worker(), 招聘会编号="F1", 岗位名称="缝纫工"), referral_row(worker())])
        assert came_back(exported("referrals")) == ({"rows": 2, "unchanged": 2}, [], [])

    def test_employers_told_apart_by_code_keep_their_referrals(self):
        first, _second = employer("广州甲厂", credit_code=CODE), employer("广州甲厂", credit_code=OTHER_CODE)
        imported("referrals", [referral_row(worker())])
        assert Referral.objects.get().employer == first
