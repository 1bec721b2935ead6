"""乘车花名册 through the import services: seats, capacity, signing in, arrivals as evidence."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate
from hypothesis import given
from hypothesis import strategies as st

from core.workbooks import services
from dispatch.models import Batch, Passenger
from dispatch.workbooks.passengers import SeatRow, seat_faults
from employment.models import Employer, Spell
from tests import people
from tests.journeys import (
    OTHER_VILLAGE,
    checked,
    counts,
    faults,
    imported,
    passenger,
    person,
    place_divisions,
    trip,
    undone,
    worker,
)

SEAT, VEHICLE = "车厢/座位号", "车次(车牌号)"


@pytest.fixture
def coach(db):
    place_divisions()
    return trip(seats=3)


def ride(who, seat="", **cells):
    return {"批次编号": "2025-CY-01", VEHICLE: "贵F12345", SEAT: seat, **person(who), **cells}


def seats():
    return dict(Passenger.objects.values_list("worker__name", "seat"))


class TestOneRow:
    def test_every_column_is_stored(self, coach):
        who = worker()
        source = imported("passengers", [ride(
            who, "1车05A", 联系电话="13800001234", 上车地点="古达乡政府", 目的地="深圳宝安", 务工企业="深圳乙电子厂", 岗位="普工",
            紧急联系人="李四", 紧急联系人电话="13900001234", 签到="√", 到达签收="是", 到岗日期="2025-02-12", 状态="已返回",
        )])  # fmt: skip
        stored = Passenger.objects.values().get()
        assert counts(source) == {"rows": 1, "created": 1}
        assert {
            name: stored[name] for name in stored if name not in {"id", "created_at", "updated_at", "seat_length"}
        } == {
            "trip_id": coach.pk,
            "worker_id": who.pk,
            "seat": "1车05A",
            "phone": "13800001234",
            "boarding_point": "古达乡政府",
            "destination_code": "440306",
            "employer_id": Employer.objects.get(name="深圳乙电子厂", stub=True).pk,
            "job_title": "普工",
            "emergency_name": "李四",
            "emergency_phone": "13900001234",
            "boarded": True,
            "arrived": True,
            "at_post_on": date(2025, 2, 12),
            "outcome": "已返回",
        }

    def test_blank_cells_erase_nothing(self, coach):
        who = worker()
        imported("passengers", [ride(who, "1", 签到="是", 到岗日期="2025-02-12", 务工企业="甲厂")])
        before = Passenger.objects.values().get()
        assert counts(imported("passengers", [ride(who)])) == {"rows": 1, "unchanged": 1}
        assert Passenger.objects.values().get() == before

    @pytest.mark.parametrize(
        ("cells", "column", "code"),
        [
            ({"批次编号": "2025-CY-09"}, "批次编号", "unknown_reference"),
            ({"批次编号": ""}, "批次编号", "required"),
            ({VEHICLE: "贵F00000"}, VEHICLE, "unknown_reference"),
            ({VEHICLE: ""}, VEHICLE, "required"),
            ({"目的地": "天上"}, "目的地", "division_unknown"),
            ({"签到": "可能"}, "签到", "choice"),
            ({"状态": "迷路"}, "状态", "choice"),
            ({"签到": "是", "到岗日期": (localdate() + timedelta(days=1)).isoformat()}, "到岗日期", "date"),
            ({"到岗日期": "2025-02-12"}, "签到", "required"),
            ({"到岗日期": "2025-02-12", "签到": "否"}, "签到", "required"),
        ],
    )
    def test_bad_cells_are_refused(self, coach, cells, column, code):
        source = imported("passengers", [{**ride(worker()), **cells}])
        assert (counts(source), faults(source)) == ({"rows": 1, "refused": 1}, [(2, column, code)])

    def test_vehicle_of_another_batch_is_unknown(self, coach):
        Batch.objects.create(code="2025-CY-02", name="第二批")
        source = checked("passengers", [{**ride(worker()), "批次编号": "2025-CY-02"}])
        assert faults(source) == [(2, VEHICLE, "unknown_reference")]

    def test_person_of_another_township_is_out_of_scope(self, coach):
        officer = people.with_role("dispatch_officer", people.TOWNSHIP)
        source = checked("passengers", [ride(worker(village=OTHER_VILLAGE))], user=officer)
        assert faults(source) == [(2, "身份证号码", "out_of_scope")]


class TestSigningIn:
    def test_signing_in_and_the_post_may_come_in_later_files(self, coach):
        who = worker()
        steps = [ride(who, "1"), ride(who, 签到="是"), ride(who, 到达签收="是"), ride(who, 到岗日期="2025-02-12")]
        assert [counts(imported("passengers", [step])) for step in steps] == [
            {"rows": 1, "created": 1},
            *[{"rows": 1, "updated": 1}] * 3,
        ]
        stored = Passenger.objects.get()
        assert (stored.seat, stored.boarded, stored.arrived, stored.at_post_on) == ("1", True, True, date(2025, 2, 12))

    def test_no_signing_in_can_be_taken_back_from_who_is_at_the_post(self, coach):
        who = worker()
        imported("passengers", [ride(who, 签到="是", 到岗日期="2025-02-12")])
        assert faults(checked("passengers", [ride(who, 签到="否")])) == [(2, "签到", "required")]

    def test_post_opens_a_spell_and_not_being_hired_takes_it_away(self, coach):
        who = worker()
        imported("passengers", [ride(who, 签到="是", 到岗日期="2025-02-12", 务工企业="甲厂", 岗位="普工")])
        spell = Spell.objects.select_related("employer").get()
        assert (spell.worker_id, spell.start_on, spell.place_code, spell.channel) == (
            who.pk,
            date(2025, 2, 12),
            "440113",
            "政府组织",
        )
        assert (spell.employer.name, spell.job_title, spell.wage, spell.organised) == ("甲厂", "普工", None, True)
        imported("passengers", [ride(who, 状态="未录用")])
        assert not Spell.objects.exists()


class TestSeats:
    def test_taken_seat_is_a_duplicate_and_the_first_row_keeps_it(self, coach):
        source = imported("passengers", [ride(worker("甲"), "1"), ride(worker("乙"), "1"), ride(worker("丙"), "2")])
        assert (counts(source), faults(source)) == (
            {"rows": 3, "created": 2, "refused": 1},
            [(3, SEAT, "duplicate")],
        )
        assert seats() == {"甲": "1", "丙": "2"}

    def test_seat_stored_for_somebody_else_is_a_duplicate(self, coach):
        passenger(coach, worker("甲"), seat="1")
        assert faults(checked("passengers", [ride(worker(), "1")])) == [(2, SEAT, "duplicate")]

    def test_same_seat_in_another_vehicle_is_free(self, coach):
        trip("贵F54321")
        passenger(coach, worker("甲"), seat="1")
        assert faults(checked("passengers", [{**ride(worker(), "1"), VEHICLE: "贵F54321"}])) == []

    def test_refused_row_holds_no_seat(self, coach):
        rows = [ride(worker("甲"), "1", 签到="可能"), ride(worker("乙"), "1")]
        assert faults(checked("passengers", rows)) == [(2, "签到", "choice")]

    def test_two_people_change_seats(self, coach):
        one, two = worker("甲"), worker("乙")
        imported("passengers", [ride(one, "1"), ride(two, "2")])
        source = imported("passengers", [ride(one, "2"), ride(two, "1")])
        assert (counts(source), seats()) == ({"rows": 2, "updated": 2}, {"甲": "2", "乙": "1"})
        undone(source)
        assert seats() == {"甲": "1", "乙": "2"}

    def test_seat_that_somebody_leaves_is_free_for_the_next(self, coach):
        one = worker("甲")
        imported("passengers", [ride(one, "1")])
        imported("passengers", [ride(worker("乙"), "1"), ride(one, "3")])
        assert seats() == {"甲": "3", "乙": "1"}

    def test_refused_move_keeps_the_old_seat_taken(self, coach):
        one = worker("甲")
        imported("passengers", [ride(one, "1"), ride(worker("乙"), "2")])
        source = imported("passengers", [ride(worker("丙"), "1"), ride(one, "2")])
        assert faults(source) == [(2, SEAT, "duplicate"), (3, SEAT, "duplicate")]
        assert seats() == {"甲": "1", "乙": "2"}

    def test_undo_is_refused_with_a_sentence_when_the_old_seat_is_taken_since(self, coach):
        one = worker("甲")
        imported("passengers", [ride(one, "1")])
        source = imported("passengers", [ride(one, "2")])
        imported("passengers", [ride(worker("乙"), "1")])
        with pytest.raises(services.Conflict) as refusal:
            undone(source)
        assert (refusal.value.code, seats()) == ("depended_on", {"甲": "2", "乙": "1"})


class TestCapacity:
    def test_later_rows_beyond_the_seats_are_refused_in_file_order(self, coach):
        source = imported(
            "passengers", [ride(worker(name), seat) for name, seat in zip("甲乙丙丁戊", " 2 4 ", strict=True)]
        )
        assert counts(source) == {"rows": 5, "created": 3, "refused": 2}
        assert faults(source) == [(5, VEHICLE, "over_capacity"), (6, VEHICLE, "over_capacity")]

    def test_people_stored_count_and_their_own_rows_do_not(self, coach):
        old = worker("甲")
        passenger(coach, old)
        passenger(coach, worker("乙"))
        rows = [ride(worker("丙")), ride(old, "1"), ride(worker("丁"))]
        assert faults(checked("passengers", rows)) == [(4, VEHICLE, "over_capacity")]

    def test_refused_and_repeated_rows_take_no_place(self, coach):
        one, two, three = worker("甲"), worker("乙"), worker("丙")
        rows = [
            ride(worker(), 状态="迷路"),
            ride(one, "1"),
            ride(one, "1"),
            ride(two, "1"),
            ride(two, "2"),
            ride(three),
        ]
        source = checked("passengers", rows)
        assert counts(source) == {"rows": 6, "created": 2, "repeated": 1, "refused": 3}
        assert faults(source) == [
            (2, "状态", "choice"),
            (5, "身份证号码", "conflict_in_file"),
            (6, "身份证号码", "conflict_in_file"),
        ]

    def test_each_vehicle_has_its_own_seats(self, coach):
        trip("贵F54321", seats=1)
        rows = [ride(worker()) for _ in range(3)] + [{**ride(worker()), VEHICLE: "贵F54321"} for _ in range(2)]
        assert faults(checked("passengers", rows)) == [(6, VEHICLE, "over_capacity")]


class TestUndo:
    def test_undo_takes_people_and_spells_back(self, coach):
        source = imported("passengers", [ride(worker(), "1", 签到="是", 到岗日期="2025-02-12")])
        undone(source)
        assert (Passenger.objects.count(), Spell.objects.count()) == (0, 0)

    def test_undo_of_the_trips_is_refused_while_people_are_registered(self, db):
        place_divisions()
        plan = {"批次编号": "2025-CY-01", "批次名称": "第一批", VEHICLE: "贵F12345", "出行方式": "包车", "出发时间": "2025-02-10",
                "出发地": "客运站", "目的地": "广州", "座位数": "3"}  # fmt: skip
        trips = imported("trips", [plan])
        imported("passengers", [ride(worker())])
        with pytest.raises(services.Conflict) as refusal:
            undone(trips)
        assert (refusal.value.code, Passenger.objects.count()) == ("depended_on", 1)


people_ids = st.integers(0, 5).map(str)
written_seats = st.sampled_from(["", "1", "2", "3", "4"])


@st.composite
def rosters(draw):
    """Who is aboard (each seat once) and rows about distinct people of one vehicle of that many seats."""
    aboard, taken = {}, set()
    for who in draw(st.lists(people_ids, unique=True, max_size=4)):
        seat = draw(written_seats)
        aboard[who] = "" if seat in taken else seat
        taken.add(seat)
    room = draw(st.integers(len(aboard), 6))
    rows = [
        SeatRow(seq, who, draw(written_seats), room, "贵F12345")
        for seq, who in enumerate(draw(st.lists(people_ids, unique=True, max_size=6)))
    ]
    return rows, aboard


@given(rosters())
def test_kept_rows_fit_and_every_refusal_has_its_reason(roster):
    rows, aboard = roster
    refused = {fault.seq: fault.code for fault in seat_faults(rows, aboard)}
    after = dict(aboard)
    for row in rows:
        if row.seq not in refused:
            after[row.person] = row.seat or after.get(row.person, "")
    given_out = [seat for seat in after.values() if seat]
    assert len(given_out) == len(set(given_out))
    assert len(after) <= max([len(aboard), *(row.seats for row in rows)])
    for row in rows:
        if refused.get(row.seq) == "duplicate":
            assert any(seat == row.seat and who != row.person for who, seat in {**aboard, **after}.items())
        if refused.get(row.seq) == "over_capacity":
            assert row.person not in aboard


@given(rosters())
def test_taking_the_kept_rows_alone_refuses_none_of_them(roster):
    rows, aboard = roster
    refused = {fault.seq for fault in seat_faults(rows, aboard)}
    assert seat_faults([row for row in rows if row.seq not in refused], aboard) == []


@pytest.mark.parametrize(
    ("column", "most"), [(SEAT, 20), ("上车地点", 200), ("务工企业", 200), ("岗位", 200), ("紧急联系人", 200)]
)
def test_text_too_long_for_the_register_is_refused_beside_its_cell(coach, column, most):
    rows = [ride(worker(), **{column: "x" * (most + 1)}), ride(worker(), **{column: "x" * most})]
    source = imported("passengers", rows)
    assert (faults(source), Passenger.objects.count()) == ([(2, column, "too_long")], 1)
