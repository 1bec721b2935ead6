"""访企拓岗记录 through the import services: what is stored, exact counts, exact faults, undo, and the way out and in again."""

import csv
import io
from datetime import date
from itertools import permutations

import pytest
from django.db import transaction

from core.errors import NotAllowed
from core.formats.credit_code import make_credit_code
from core.workbooks import services
from employment.models import Employer
from stations.models import EmployerVisit
from tests import people
from tests.journeys import came_back, checked, counts, employer, exported, faults, imported, place_divisions, undone
from tests.stations.facts import GUANGZHOU, NINGBO, called_on, staff, station

pytestmark = pytest.mark.django_db

KIND = "employer_visits"
CODE, OTHER_CODE = make_credit_code("91440113MA59EKWX1"), make_credit_code("91440113MA59EKWX2")
FULL = {
    "统一社会信用代码": CODE, "协作站": GUANGZHOU, "走访人": "李四", "在岗本县人数": "12人", "情况": "生产正常，想再招人",
    "用工需求": "普工20人", "下一步": "把岗位发给乡镇", "下次走访日期": "2099.1.2",
}  # fmt: skip


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def call(name="甲厂", on="2025-02-19", place="广东广州番禺", **cells):
    return {"企业名称": name, "走访日期": on, "所在地": place, **cells}


def stored():
    rows = EmployerVisit.objects.order_by("visited_on", "employer__name", "station__code")
    return list(rows.values_list("employer__name", "visited_on", "station__code", "people_here"))


def test_every_column_is_stored_and_an_unknown_employer_becomes_a_stub():
    site = station()
    assert counts(imported(KIND, [call(**FULL)])) == {"rows": 1, "created": 1}
    row = EmployerVisit.objects.values().get()
    works = Employer.objects.get()
    assert (works.name, works.credit_code, works.stub) == ("甲厂", CODE, True)
    assert {name: row[name] for name in row if name not in {"id", "created_at", "updated_at"}} == {
        "employer_id": works.pk, "station_id": site.pk, "place_code": "440113", "visited_on": date(2025, 2, 19),
        "visitor": "李四", "people_here": 12, "note": "生产正常，想再招人", "needs": "普工20人",
        "next_step": "把岗位发给乡镇", "next_on": date(2099, 1, 2), "client_ref": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"单位名称": "甲厂", "走访时间": "2025年2月19日", "所在地": "440113"}, ("甲厂", date(2025, 2, 19), None, None)),
        ({"用人单位": "甲厂", "登记日期": "2025.2.19", "所在地": "广东省广州市番禺区"}, ("甲厂", date(2025, 2, 19), None, None)),
        ({"单位名称": "甲厂", "走访日期": "45707", "所在地": "广州番禺", "在岗人数": "3"}, ("甲厂", date(2025, 2, 19), None, 3)),
    ],
)  # fmt: skip
def test_other_words_for_the_headings_mean_the_same(columns, told):
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns))
    writer.writeheader()
    writer.writerow(columns)
    made = services.create_import(
        user=people.county_clerk(), kind=KIND, file=io.BytesIO(text.getvalue().encode()), name="走访.csv", start=False
    )
    source = services.check_import(source=made, progress=services.Silent())
    assert (faults(source), source.unknown_columns) == ([], [])
    services.write_import(
        source=services.confirm_import(source=source, rows="good", start=False), progress=services.Silent()
    )
    assert stored() == [told]


def test_faults_name_row_column_and_code():
    rows = [
        call(name=""),
        call(on=""),
        call(on="2099-01-01"),
        call(on="昨天"),
        call(place=""),
        call(place="没有的地方"),
        call(在岗本县人数="很多"),
        call(在岗本县人数="-1"),
        call(协作站="没有的站"),
        call(下次走访日期="2025-02-19"),
    ]
    source = checked(KIND, rows)
    assert (counts(source), faults(source)) == (
        {"rows": 10, "refused": 10},
        [
            (2, "企业名称", "required"),
            (3, "走访日期", "required"),
            (4, "走访日期", "date"),
            (5, "走访日期", "date"),
            (6, "所在地", "required"),
            (7, "所在地", "division_unknown"),
            (8, "在岗本县人数", "number"),
            (9, "在岗本县人数", "number"),
            (10, "协作站", "unknown_reference"),
            (11, "下次走访日期", "date"),
        ],
    )


def test_a_wrong_code_is_a_warning():
    source = checked(KIND, [call(统一社会信用代码="91440113MA59EKWX10")])
    assert (counts(source), faults(source, "warning")) == (
        {"rows": 1, "created": 1, "warnings": 1},
        [(2, "统一社会信用代码", "credit_code")],
    )


def test_the_key_is_employer_day_and_station():
    station(), station(NINGBO, area=["3302"], name="驻宁波站")
    rows = [call(), call(协作站=GUANGZHOU), call(协作站=NINGBO), call(on="2025-02-20"), call(name="乙厂")]
    assert counts(imported(KIND, rows)) == {"rows": 5, "created": 5}
    again = imported(KIND, [*rows[:2], call(协作站="驻宁波站"), call(on="2025-02-20", 在岗本县人数="7")])
    assert (counts(again), EmployerVisit.objects.count()) == ({"rows": 4, "unchanged": 3, "updated": 1}, 5)


def test_twice_in_a_file_counts_once_differing_refuses_both():
    rows = [call(), call(), call(name="乙厂"), call(name="乙厂", 在岗本县人数="7")]
    source = checked(KIND, rows)
    assert counts(source) == {"rows": 4, "created": 1, "repeated": 1, "refused": 2}
    assert faults(source) == [(4, "走访日期", "conflict_in_file"), (5, "走访日期", "conflict_in_file")]


def test_a_station_by_number_and_by_name_is_one():
    station()
    source = checked(KIND, [call(协作站=GUANGZHOU), call(协作站="驻GZ-01协作站")])
    assert counts(source) == {"rows": 2, "created": 1, "repeated": 1}


def test_a_code_told_by_a_later_row_makes_one_employer():
    rows = [call(), call(on="2025-02-20", 统一社会信用代码=CODE), call(on="2025-02-21")]
    imported(KIND, rows)
    assert list(Employer.objects.values_list("name", "credit_code")) == [("甲厂", CODE)]
    assert EmployerVisit.objects.values("employer").distinct().count() == 1


def test_one_name_with_two_codes_is_two_employers():
    imported(KIND, [call(统一社会信用代码=CODE), call(统一社会信用代码=OTHER_CODE)])
    assert (Employer.objects.count(), EmployerVisit.objects.count()) == (2, 2)


def test_blanks_erase_nothing():
    station()
    imported(KIND, [call(**FULL)])
    before = EmployerVisit.objects.values().get()
    source = imported(KIND, [call(协作站=GUANGZHOU)])
    assert (counts(source), EmployerVisit.objects.values().get()) == ({"rows": 1, "unchanged": 1}, before)


def test_an_undo_takes_visits_back_and_leaves_employers_that_others_name():
    works = employer("甲厂")
    kept = called_on(works, date(2025, 2, 20), people_here=3)
    source = imported(KIND, [call(), call(on="2025-02-20", 在岗本县人数="9"), call(name="新来的厂")])
    assert counts(source) == {"rows": 3, "created": 2, "updated": 1}
    undone(source)
    assert (stored(), list(Employer.objects.all())) == ([("甲厂", kept.visited_on, None, 3)], [works])


class TestStationStaff:
    def test_rows_without_a_station_are_theirs(self):
        station(), station(NINGBO, area=["3302"])
        source = imported(KIND, [call(), call(on="2025-02-20", 协作站="驻GZ-01协作站")], user=staff())
        assert counts(source) == {"rows": 2, "created": 2}
        assert {row[2] for row in stored()} == {GUANGZHOU}

    def test_rows_of_another_station_are_out_of_scope(self):
        station(), station(NINGBO, area=["3302"])
        source = checked(KIND, [call(协作站=NINGBO), call(协作站="没有的站")], user=staff())
        assert faults(source) == [(2, "协作站", "out_of_scope"), (3, "协作站", "out_of_scope")]

    def test_staff_of_two_stations_say_which(self):
        station(), station(NINGBO, area=["3302"])
        source = checked(KIND, [call(), call(on="2025-02-20", 协作站=NINGBO)], user=staff(GUANGZHOU, NINGBO))
        assert (counts(source), faults(source)) == (
            {"rows": 2, "created": 1, "refused": 1},
            [(2, "协作站", "required")],
        )

    def test_who_may_not_keep_visits_may_not_import_them(self):
        with pytest.raises(NotAllowed):
            checked(KIND, [call()], user=people.with_role("finance_officer"))


def test_an_export_comes_back_unchanged():
    station()
    rows = [call(**FULL), call(name="乙厂", place="浙江宁波北仑"), call(on="2025-02-20", 统一社会信用代码=CODE)]
    imported(KIND, rows)
    told, wrong, unknown = came_back(exported(KIND))
    assert (told, wrong, unknown) == ({"rows": 3, "unchanged": 3}, [], [])


@pytest.mark.parametrize(
    "query", [{"station": GUANGZHOU}, {"employer": CODE}, {"q": "甲厂"}, {"due": "false", "q": "李四"}]
)
def test_an_export_is_filtered_as_the_list(query):
    station()
    imported(KIND, [call(**FULL), call(name="乙厂")])
    assert exported(KIND, query).rows == 1


def test_files_in_any_order_give_the_same_visits_and_employers():
    files = [
        ("employers", [{"企业名称": "甲厂", "统一社会信用代码": CODE, "所在地": "广东广州番禺", "是否重点企业": "是"}]),
        (KIND, [call(), call(name="乙厂", on="2025-02-20")]),
        (KIND, [call(on="2025-03-01", 统一社会信用代码=CODE)]),
    ]
    seen = set()
    for order in permutations(files):
        with transaction.atomic():
            for kind, rows in order:
                imported(kind, rows)
            firms = Employer.objects.order_by("name").values_list("name", "credit_code", "key_employer")
            seen.add((*stored(), *firms))
            transaction.set_rollback(True)
    assert len(seen) == 1
