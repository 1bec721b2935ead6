"""企业台账 through the import services, and both sheets' exports read back."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict
from employment.filters import employer_called
from employment.models import DeclaredJob, Employer
from employment.names import bare, bare_sql
from employment.services import EmployerFacts, employer_named, save_employer
from employment.stubs import employer_told
from tests import people
from tests.journeys import came_back, counts, employer, exported, faults, imported, person, place_divisions, worker

pytestmark = pytest.mark.django_db

CODE = "91440113MA59EKWX1A"
OTHER_CODE = "91440113MA59EKWX2B"


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def firm(name="广州甲服饰有限公司", **cells):
    return {"企业名称": name, "所在地": "广东广州番禺", **cells}


def known():
    return sorted(Employer.objects.values_list("name", "credit_code", "place_code", "stub"), key=str)


def test_every_column_is_stored():
    row = firm(统一社会信用代码=CODE, 行业="服装", 联系人="王五", 联系电话="020-81234567", 是否重点企业="是")
    imported("employers", [{**row, "规模(人)": "1,200"}])
    stored = Employer.objects.values().get()
    assert {name: stored[name] for name in stored if name not in {"id", "created_at", "updated_at"}} == {
        "name": "广州甲服饰有限公司",
        "credit_code": CODE,
        "place_code": "440113",
        "industry": "服装",
        "size": 1200,
        "contact": "王五",
        "phone": "020-81234567",
        "key_employer": True,
        "stub": False,
    }


def test_credit_code_decides_and_the_name_follows():
    imported("employers", [firm(统一社会信用代码=CODE)])
    source = imported("employers", [firm("广州甲服饰集团有限公司", 统一社会信用代码=CODE)])
    assert counts(source) == {"rows": 1, "updated": 1, "warnings": 1}
    assert known() == [("广州甲服饰集团有限公司", CODE, "440113", False)]


def test_without_a_code_the_name_decides():
    imported("employers", [firm()])
    source = imported("employers", [firm(行业="服装")])
    assert (counts(source), Employer.objects.get().industry) == ({"rows": 1, "updated": 1}, "服装")


def test_name_without_a_code_means_the_firm_that_has_one():
    imported("employers", [firm(统一社会信用代码=CODE)])
    assert counts(imported("employers", [firm()])) == {"rows": 1, "unchanged": 1}


def test_stub_of_that_name_is_completed():
    stub = employer("甲厂", place_code="", stub=True)
    source = imported("employers", [firm("甲厂", 统一社会信用代码=CODE)])
    stub.refresh_from_db()
    assert (counts(source)["updated"], stub.credit_code, stub.place_code, stub.stub) == (1, CODE, "440113", False)


def test_another_code_under_a_known_name_is_another_firm():
    imported("employers", [firm(统一社会信用代码=CODE)])
    assert counts(imported("employers", [firm(统一社会信用代码=OTHER_CODE)]))["created"] == 1
    assert [code for _name, code, _place, _stub in known()] == [CODE, OTHER_CODE]


def test_two_codes_take_a_stub_once():
    employer("甲厂", place_code="", stub=True)
    imported("employers", [firm("甲厂", 统一社会信用代码=CODE), firm("甲厂", 统一社会信用代码=OTHER_CODE)])
    assert known() == [("甲厂", CODE, "440113", False), ("甲厂", OTHER_CODE, "440113", False)]


def test_one_code_twice_with_other_data_is_a_conflict_and_the_same_data_counts_once():
    rows = [firm(统一社会信用代码=CODE), firm(统一社会信用代码=CODE, 行业="服装"), firm("乙厂"), firm("乙厂")]
    source = imported("employers", rows)
    assert counts(source) == {"rows": 4, "created": 1, "repeated": 1, "refused": 2}
    assert faults(source) == [(2, "企业名称", "conflict_in_file"), (3, "企业名称", "conflict_in_file")]


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"企业名称": ""}, "企业名称", "required"),
        ({"所在地": ""}, "所在地", "required"),
        ({"所在地": "天上"}, "所在地", "division_unknown"),
        ({"规模(人)": "几百"}, "规模(人)", "number"),
        ({"是否重点企业": "大概"}, "是否重点企业", "choice"),
    ],
)
def test_bad_cells_are_refused(cells, column, code):
    assert faults(imported("employers", [firm(**cells)])) == [(2, column, code)]


def test_code_with_a_wrong_check_is_kept_with_a_warning():
    source = imported("employers", [firm(统一社会信用代码="91440113MA59EKWX1B")])
    assert faults(source, "warning") == [(2, "统一社会信用代码", "credit_code")]
    assert Employer.objects.get().credit_code == "91440113MA59EKWX1B"


@pytest.mark.slow
def test_five_thousand_firms_are_found_by_index():
    rows = [firm(f"第{n}厂", 统一社会信用代码=CODE if n == 1 else "") for n in range(5000)]
    imported("employers", rows)
    assert counts(imported("employers", rows)) == {"rows": 5000, "unchanged": 5000, "warnings": 1}


def test_exported_employers_are_unchanged_when_they_come_back():
    imported("employers", [
        firm(统一社会信用代码=CODE, 行业="服装", 联系人="王五", 联系电话="13800001234", 是否重点企业="是", **{"规模(人)": "12"}),
        firm("上海乙厂", 所在地="上海浦东", 是否重点企业="否"),
        firm("东莞丙厂", 所在地="东莞"),
    ])  # fmt: skip
    export = exported("employers")
    assert (export.rows, came_back(export)) == (
        3,
        ({"rows": 3, "unchanged": 3, "warnings": 1}, [], []),
    )


@pytest.mark.parametrize(
    "place",
    [
        ("广东省", "广州市", "番禺区"),
        ("上海", "", ""),
        ("上海", "市辖区", "浦东新区"),
        ("广东", "东莞", "东莞市"),
        ("浙江省", "", ""),
        ("贵州省", "毕节市", "赫章县"),
    ],
)
def test_exported_declared_jobs_are_unchanged_when_they_come_back(place):
    row = {
        **person(worker()), **dict(zip(("务工省", "务工市", "务工县(区)"), place, strict=True)), "外出时间": "2025-02-10",
        "返回时间": "2025-06-01", "务工单位": "甲厂", "统一社会信用代码": CODE, "工种(岗位)": "普工", "返回原因": "换工作",
        "月工资(元)": "4500.5", "组织方式": "亲友介绍", "是否签订合同": "是", "是否参保": "否", "最近确认日期": "2025-03-01",
    }  # fmt: skip
    imported("employments", [row])
    export = exported("employments", {"open_on": "2025-03-01"})
    assert DeclaredJob.objects.count() == export.rows == 1
    assert came_back(export) == ({"rows": 1, "unchanged": 1, "warnings": 1}, [], [])


class TestBracketsAndBlanks:
    """One firm however its name is typed; what was stored first stays as it was written."""

    FULL, HALF, WIDE = "华南电子（广州）有限公司", "华南电子(广州)有限公司", "华南 电子（广州） 有限公司"

    def test_a_name_typed_otherwise_is_the_same_firm(self):
        imported("employers", [firm(self.FULL)])
        source = imported("employers", [firm(self.HALF, 行业="电子")])
        assert (counts(source), Employer.objects.count()) == ({"rows": 1, "updated": 1}, 1)

    def test_a_code_goes_to_the_firm_of_that_name(self):
        imported("employers", [firm(self.FULL)])
        imported("employers", [firm(self.HALF, 统一社会信用代码=CODE)])
        assert [(row[1], row[3]) for row in known()] == [(CODE, False)]

    def test_sheets_that_name_it_found_no_second_one(self):
        who = worker()
        row = {**person(who), "务工省": "广东省", "务工市": "广州市", "务工县(区)": "番禺区"}
        starts = ("2024-02-10", "2024-05-10", "2025-02-10")
        names = (self.FULL, self.HALF, self.WIDE)
        jobs = [{**row, "外出时间": start, "务工单位": name} for start, name in zip(starts, names, strict=True)]
        imported("employments", jobs)
        assert (Employer.objects.count(), DeclaredJob.objects.filter(employer__isnull=False).count()) == (1, 3)
        assert counts(imported("employments", [{**jobs[0], "务工单位": self.HALF}])) == {"rows": 1, "unchanged": 1}
        imported("employments", [{**jobs[0], "务工单位": self.HALF, "统一社会信用代码": CODE}])
        assert Employer.objects.values_list("credit_code").get() == (CODE,)

    def test_of_two_from_before_each_name_means_its_own(self):
        first, second = (Employer.objects.create(name=name, stub=True) for name in (self.FULL, self.HALF))
        who = worker()
        row = {**person(who), "务工省": "广东省", "务工市": "广州市", "务工县(区)": "番禺区"}
        imported("employments", [{**row, "外出时间": "2025-02-10", "务工单位": self.HALF}])
        imported("employments", [{**row, "外出时间": "2025-04-10", "务工单位": self.FULL, "统一社会信用代码": CODE}])
        assert list(DeclaredJob.objects.order_by("start_on").values_list("employer", flat=True)) == [
            second.pk,
            first.pk,
        ]

    def test_vacancies_and_fairs_and_visits_find_it_too(self):
        imported("employers", [firm(self.FULL)])
        place = {"所在地": "广东广州番禺"}
        post = {**place, "岗位名称": "普工", "招聘人数": "3", "采集来源": "协作站", "采集日期": "2025-03-01"}
        imported("vacancies", [{"企业名称": self.HALF, **post}, {"企业名称": self.WIDE, **post, "岗位名称": "焊工"}])
        imported("employer_visits", [{"企业名称": self.WIDE, **place, "走访日期": "2025-03-02"}])
        assert Employer.objects.values_list("name").get() == (self.FULL,)

    def test_by_hand_neither(self):
        clerk = people.county_clerk()
        kept = Employer.objects.create(name=self.FULL, place_code="440113")
        assert employer_named(user=clerk, name=self.HALF) == kept
        with pytest.raises(Conflict) as raised:
            save_employer(user=clerk, facts=EmployerFacts(name=self.WIDE, place_code="440113"))
        assert raised.value.field == "name"
        assert (
            save_employer(user=clerk, facts=EmployerFacts(name=self.HALF, place_code="440113"), employer=kept) == kept
        )
        assert employer_told(user=clerk, name=self.FULL, code=CODE) == kept.pk

    @pytest.mark.parametrize("asked", ["电子（广", "电子(广"])
    def test_the_search_box_finds_either(self, asked):
        Employer.objects.create(name=self.FULL)
        Employer.objects.create(name=self.HALF)
        assert Employer.objects.filter(employer_called(asked)).count() == 2


@given(st.text(alphabet="甲乙(（）) \u3000ab"))
def test_names_are_compared_alike_by_python_and_the_database(name):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {bare_sql('%s::text')}", [name])
        assert cursor.fetchone()[0] == bare(name)
