"""What differs between a list and the register, told once, and what the next list of its kind makes of it."""

from datetime import date

import pytest
from django.db import connection

from core.errors import DomainError
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, id_number, worker
from workers.comparisons.models import Comparison, Difference
from workers.comparisons.services import reject
from workers.doubles.services import merge_workers
from workers.models import GroupMembership

pytestmark = pytest.mark.django_db

STRANGER = id_number(999, "19700505")


def row(who, **cells):
    return {"姓名": who.name, "身份证号码": who.id_number, **cells}


def tag(who, group="monitored", start=None, end=None):
    return GroupMembership.objects.create(worker=who, group=group, valid_from=start, valid_to=end)


def found(comparison):
    return {
        (one.kind, one.field, one.worker_id or one.id_number)
        for one in Difference.objects.filter(comparison=comparison)
    }


def states(comparison):
    return {one.worker_id: one.state for one in Difference.objects.filter(comparison=comparison).exclude(worker=None)}


class TestWhatDiffers:
    def test_only_there_only_here_unknown(self, compare):
        both, there, here = worker("甲一"), worker("乙二"), worker("丙三")
        tag(both)
        tag(here)
        made = compare([row(both), row(there), {"姓名": "丁四", "身份证号码": STRANGER}])
        assert found(made) == {("there", "", there.pk), ("here", "", here.pk), ("unknown", "", STRANGER)}
        assert (made.state, made.counts["people"], made.counts["there"], made.counts["here"]) == ("done", 3, 1, 1)

    @pytest.mark.parametrize(
        ("start", "end", "kinds"),
        [
            ((2025, 6, 30), None, set()),
            ((2025, 7, 1), None, {"there"}),
            ((2024, 1, 1), (2025, 6, 30), {"there"}),
            ((2024, 1, 1), (2025, 7, 1), set()),
        ],
    )
    def test_memberships_are_those_of_the_lists_day(self, compare, start, end, kinds):
        who = worker()
        tag(who, start=date(*start), end=end and date(*end))
        made = compare([row(who)])
        assert {kind for kind, _field, _who in found(made)} == kinds

    def test_columns_the_list_has_are_compared_and_blank_cells_say_nothing(self, compare):
        same = worker("甲一", phone="13800000001", education="初中")
        other = worker("乙二", phone="13800000002", village=OTHER_VILLAGE)
        rows = [
            row(same, 联系电话="138-0000-0001", 学历="初中", 乡镇="古达乡", 村="大寨村"),
            row(other, 联系电话="13900000009", 学历="", 乡镇="古达乡", 村="大寨村"),
            {**row(worker("丙三")), "姓名": "丙叁", "学历": "高中"},
        ]
        made = compare(rows, kind="other")
        told = {(one.field, one.name): (one.list_value, one.registry_value) for one in made.differences.all()}
        assert told == {
            ("phone", "乙二"): ("13900000009", "13800000002"),
            ("village_code", "乙二"): (VILLAGE, OTHER_VILLAGE),
            ("name", "丙三"): ("丙叁", "丙三"),
            ("education", "丙三"): ("高中", ""),
        }
        assert made.columns == ["name", "phone", "education", "village_code"]

    def test_deaths_are_compared_with_the_status(self, compare):
        known, alive, risen = (
            worker("甲", labour_status="死亡"),
            worker("乙", labour_status="省外务工"),
            worker("丙", labour_status="死亡"),
        )
        assert found(compare([row(known), row(alive)], kind="deaths")) == {
            ("there", "", alive.pk),
            ("here", "", risen.pk),
        }

    def test_who_died_or_moved_away_is_not_missed_on_a_list(self, compare):
        gone = worker("甲", labour_status="迁出")
        tag(gone)
        other = worker("乙")
        assert found(compare([row(other)])) == {("there", "", other.pk)}

    def test_a_number_of_fifteen_digits_or_of_a_merged_file_is_understood(self, compare):
        who, gone = worker("甲"), worker("乙")
        tag(who)
        number = gone.id_number
        merge_workers(user=people.county_clerk(), kept_id=who.pk, merged_id=gone.pk)
        old = who.id_number[:6] + who.id_number[8:17]
        assert found(compare([{"姓名": "甲", "身份证号": old}])) == set()
        assert found(compare([{"姓名": "甲", "身份证号": number}])) == set()

    def test_bad_numbers_are_told_by_row_and_compared_with_nobody(self, compare):
        made = compare([{"姓名": "甲", "身份证号码": "123"}, {"姓名": "乙", "身份证号码": STRANGER}])
        assert made.faults == [{"sheet": "名单", "row": 2, "column": "身份证号码", "code": "id_length"}]
        assert (made.counts["rows"], made.counts["refused"], made.counts["people"]) == (2, 1, 1)

    def test_an_odd_cell_elsewhere_refuses_no_row(self, compare):
        who = worker("甲")
        made = compare([row(who, 就业状态="不详", 认定日期="某日", 乡镇="无此乡", 村="无此村")])
        assert (made.faults, found(made)) == ([], {("there", "", who.pk)})

    def test_somebody_named_twice_is_one(self, compare):
        who = worker("甲")
        made = compare([row(who), row(who)])
        assert (found(made), made.counts["rows"], made.counts["repeated"]) == ({("there", "", who.pk)}, 2, 1)

    @pytest.mark.parametrize(
        ("number", "name"),
        [
            ("证件号", "姓名"),
            ("居民身份证号", "死者姓名"),
            ("社会保障号码", "参保人姓名"),
            ("身份证件号码", "家庭成员姓名"),
            ("公民身份号码（必填）", "姓名"),
        ],
    )
    def test_other_offices_have_other_headings(self, compare, number, name):
        who = worker("甲")
        made = compare([{name: "乙", number: who.id_number}], kind="other")
        assert (found(made), made.unknown_columns) == ({("column", "name", who.pk)}, [])

    def test_only_the_area_of_who_asks_is_compared(self, compare):
        mine, other = worker("甲"), worker("乙", village=OTHER_VILLAGE)
        tag(worker("丙", village=OTHER_VILLAGE))
        made = compare([row(mine), row(other)], user=people.township_clerk())
        assert found(made) == {("there", "", mine.pk)}
        assert (made.division, made.counts["elsewhere"]) == (people.TOWNSHIP, 1)

    def test_a_file_without_numbers_fails_with_a_sentence_and_is_gone(self, compare):
        with pytest.raises(DomainError, match="表头改成“身份证号码”"):
            compare([{"名字": "甲", "电话": "1"}])
        made = Comparison.objects.get()
        assert (made.state, bool(made.error), made.path.exists()) == ("failed", True, False)

    def test_list_and_staged_rows_do_not_outlive_the_comparison(self, compare):
        made = compare([row(worker())])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'staging'")
            assert (made.path.exists(), cursor.fetchone()[0]) == (False, 0)


class TestNextMonth:
    def test_what_is_new_what_is_again_what_has_gone(self, compare):
        again, gone, new = worker("甲"), worker("乙"), worker("丙")
        first = compare([row(again), row(gone)], as_of="2025-05-31")
        second = compare([row(again), row(new)])
        assert states(first) == {again.pk: "carried", gone.pk: "gone"}
        told = {one.worker_id: (one.fresh, one.since) for one in second.differences.all()}
        assert told == {again.pk: (False, date(2025, 5, 31)), new.pk: (True, date(2025, 6, 30))}
        assert (second.previous, second.counts["fresh"], second.counts["gone"]) == (first, 1, 1)

    def test_rejected_stays_rejected_while_the_list_says_the_same(self, compare):
        who = worker("甲", phone="13800000001")
        first = compare([row(who, 联系电话="13900000002")], kind="other", as_of="2025-05-31")
        reject(user=people.county_clerk(), rows=first.differences.all(), note="本人核实")
        same = compare([row(who, 联系电话="13900000002")], kind="other").differences.get()
        assert (same.state, same.note, same.decided_by) == ("rejected", "本人核实", people.county_clerk())
        assert compare([row(who, 联系电话="13900000003")], kind="other").differences.get().state == "open"

    def test_another_kind_or_area_is_another_series(self, compare):
        who = worker("甲")
        first = compare([row(who)])
        assert compare([row(who)], kind="low_income").previous is None
        assert compare([row(who)], user=people.township_clerk()).previous is None
        assert set(states(first).values()) == {"open"}
