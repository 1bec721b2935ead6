"""The rules of formats.md §1.4 by example; every test is one sentence of them, or one corner of docs/spells.md."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from employment.spells import (
    Arrival,
    ArrivalKind,
    Declared,
    EndReason,
    Ref,
    Source,
    TaskCode,
    Visit,
    VisitStatus,
    derive,
    same_place,
)
from employment.task_words import task_said

CHINESE = re.compile("[\u4e00-\u9fff]")
PANYU, BAIYUN, SHENZHEN, NINGBO = "440113", "440111", "440306", "330281"
SAME, OTHER, LEFT, HOME, LOST = VisitStatus


def on(text):
    month, day = text.split("-")
    return date(2025, int(month), int(day))


def row(start, end=None, place=PANYU, employer=1, **more):
    values = {"wage": Decimal(4500), "channel": "自主外出", "contract": True, "insured": None, "source_id": 1} | more
    confirmed = values.pop("confirmed", None)
    return Declared(
        on(start),
        on(end) if end else None,
        place,
        employer,
        confirmed_to=on(confirmed) if confirmed else None,
        **values,
    )


def trip(day, place=PANYU, employer=None, source_id=11, **more):
    return Arrival(on(day), place, employer, ArrivalKind.TRIP, source_id, **more)


def referral(day, place=None, employer=None, source_id=21, **more):
    return Arrival(on(day), place, employer, ArrivalKind.REFERRAL, source_id, **more)


def visit(day, status, employer=None, station="GZ01", source_id=31, **more):
    return Visit(on(day), status, employer, more.pop("name", ""), more.pop("wage", None), station, source_id, **more)


def spans(evidence, as_of=None):
    spells = derive(evidence, on(as_of) if as_of else None).spells
    return [f"{s.start:%m-%d} {f'{s.end:%m-%d}' if s.end else '…'} {s.place} {s.origin.source}" for s in spells]


def tasks(evidence, as_of=None):
    found = derive(evidence, on(as_of) if as_of else None).tasks
    with override("en"):
        assert [task.reason for task in found if CHINESE.search(task_said(task.reason))] == []
    return [(task.kind, task.code, f"{task.day:%m-%d}", task.source_id) for task in found]


# Rule 1: rows of 务工台账


def test_no_evidence_is_no_spell():
    assert (derive([]).spells, derive([]).tasks) == ((), ())


def test_a_row_is_a_spell_to_the_day_before_its_written_end():
    (spell,) = derive([row("02-10", "06-01", job_title="普工", insured=False, employer=7)]).spells
    assert (spell.start, spell.end, spell.end_reason) == (on("02-10"), on("06-01"), EndReason.WRITTEN)
    assert (spell.place, spell.employer_key, spell.job_title) == (PANYU, 7, "普工")
    assert (spell.wage, spell.channel, spell.contract, spell.insured) == (Decimal(4500), "自主外出", True, False)
    assert (spell.organised, spell.opened_by, spell.evidence) == (False, (), (Ref(Source.DECLARED, 1),))
    assert [spell.covers(on(day)) for day in ("02-09", "02-10", "05-31", "06-01")] == [False, True, True, False]


def test_a_row_whose_end_is_not_after_its_start_cannot_be_made():
    with pytest.raises(ValueError, match="返回时间2025-02-10不晚于外出时间2025-02-10"):
        row("02-10", "02-10")


def test_a_spell_without_written_end_ends_where_the_next_begins():
    first, second = derive([row("05-01", place=NINGBO, source_id=2), row("02-10")]).spells
    assert (first.end, first.end_reason, second.start, second.end) == (
        on("05-01"), EndReason.SUCCEEDED, on("05-01"), None,
    )  # fmt: skip


def test_rows_may_touch_and_may_leave_a_gap():
    rows = [row("02-10", "05-01"), row("05-01", "06-01", source_id=2), row("07-01", source_id=3)]
    assert spans(rows) == [
        "02-10 05-01 440113 declared",
        "05-01 06-01 440113 declared",
        "07-01 … 440113 declared",
    ]


@pytest.mark.parametrize("channel", ["政府组织", "协作站推荐", "人力资源机构", "劳务经纪人", "劳务公司(合作社)"])
def test_five_channels_are_organised(channel):
    assert derive([row("02-10", channel=channel)]).spells[0].organised is True


@pytest.mark.parametrize("channel", ["亲友介绍", "自主外出", ""])
def test_other_channels_are_not(channel):
    assert derive([row("02-10", channel=channel)]).spells[0].organised is False


def test_rows_that_overlap_after_a_merge_of_persons_leave_a_task_for_the_later_start():
    rows = [row("02-10", "06-01"), row("03-01", place=NINGBO, source_id=2), row("02-10", place="5201", source_id=3)]
    assert spans(rows) == ["02-10 06-01 440113 declared"]
    assert tasks(rows) == [
        (Source.DECLARED, TaskCode.OVERLAP, "02-10", 3),
        (Source.DECLARED, TaskCode.OVERLAP, "03-01", 2),
    ]


def test_two_open_rows_of_one_day_after_a_merge_leave_one_and_a_task():
    rows = [row("02-10", place=NINGBO, source_id=2), row("02-10", place=PANYU, source_id=3)]
    assert spans(rows) == spans(rows[::-1]) == ["02-10 … 330281 declared"]
    assert tasks(rows) == [(Source.DECLARED, TaskCode.OVERLAP, "02-10", 3)]


# Rule 2: 到岗


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("440113", "440111", True),  # one prefecture
        ("4401", "440113", True),  # one contains the other
        ("44", "440113", True),
        ("440113", "440113101", True),
        ("441900", "441900119", True),
        ("440113", "440306", False),
        ("4401", "4403", False),
        ("44", "33", False),
        (None, "440113", True),  # unknown counts as the same
        ("440113", "", True),
    ],
)
def test_same_place(one, other, same):
    assert (same_place(one, other), same_place(other, one)) == (same, same)


def test_an_arrival_inside_a_fitting_row_makes_it_organised_and_moves_nothing():
    (spell,) = derive([row("02-10"), trip("03-01", BAIYUN)]).spells
    assert (spell.start, spell.organised, spell.channel) == (on("02-10"), True, "自主外出")
    assert (spell.opened_by, spell.evidence) == ((), (Ref(Source.DECLARED, 1), Ref(Source.TRIP, 11)))
    assert spell.confirmed_to == on("02-10")  # rule 4 does not count it among what confirms


@pytest.mark.parametrize(("day", "start"), [("03-01", "03-01"), ("02-28", "02-28")])
def test_an_arrival_up_to_15_days_before_a_fitting_row_moves_its_start_back(day, start):
    (spell,) = derive([row("03-15"), trip(day)]).spells
    assert (spell.start, spell.organised, spell.origin) == (on(start), True, Ref(Source.DECLARED, 1))
    assert (spell.opened_by, spell.confirmed_to) == ((Ref(Source.TRIP, 11),), on(start))


def test_an_arrival_16_days_before_opens_a_spell_of_its_own():
    assert spans([row("03-15"), trip("02-27")]) == ["02-27 03-15 440113 trip", "03-15 … 440113 declared"]


def test_an_arrival_on_the_first_day_of_a_row_is_evidence_for_it():
    (spell,) = derive([row("03-15"), trip("03-15")]).spells
    assert (spell.origin.source, spell.organised, spell.opened_by) == (Source.DECLARED, True, (Ref(Source.TRIP, 11),))


def test_an_arrival_elsewhere_at_the_same_employer_fits():
    (spell,) = derive([row("03-15", employer=7), trip("03-10", NINGBO, employer=7)]).spells
    assert (spell.start, spell.place) == (on("03-10"), PANYU)


def test_an_arrival_at_an_unknown_place_fits_any_row():
    assert spans([row("03-15"), referral("03-10")]) == ["03-10 … 440113 declared"]


def test_the_covering_row_goes_before_a_nearer_start():
    evidence = [row("02-10"), row("03-02", place=BAIYUN, source_id=2), trip("03-01")]
    first, second = derive(evidence).spells
    assert (first.organised, second.organised, second.start) == (True, False, on("03-02"))


def test_of_several_coming_rows_the_nearest_fitting_one_is_meant():
    rows = [
        row("03-03", "03-05", place=NINGBO, source_id=2),
        row("03-08", "03-10", source_id=3),
        row("03-12", source_id=4),
    ]
    organised = [spell.origin.id for spell in derive([*rows, trip("03-01")]).spells if spell.organised]
    assert organised == [3]


def test_the_start_does_not_move_into_a_written_end_before_it():
    evidence = [row("02-01", "03-05", place=NINGBO), row("03-10", source_id=2), trip("03-01")]
    assert spans(evidence) == ["02-01 03-05 330281 declared", "03-05 … 440113 declared"]
    assert derive(evidence).spells[1].opened_by == (Ref(Source.TRIP, 11),)
    assert tasks(evidence) == []


def test_the_start_moves_over_an_open_spell_which_ends_there():
    evidence = [row("02-01", place=NINGBO), row("03-10", source_id=2), trip("03-01")]
    assert spans(evidence) == ["02-01 03-01 330281 declared", "03-01 … 440113 declared"]


def test_an_open_row_between_the_arrival_and_the_row_it_moves_is_left_without_a_day():
    evidence = [row("03-03", place=NINGBO, source_id=2), row("03-10"), trip("03-01")]
    assert spans(evidence) == ["03-01 … 440113 declared"]
    assert tasks(evidence) == [(Source.DECLARED, TaskCode.DISPLACED, "03-03", 2)]


def test_an_arrival_that_fits_no_row_opens_a_spell():
    trip_spell, referral_spell = derive(
        [trip("02-20", employer=5, job_title="缝纫工"), referral("05-01", NINGBO, employer=6)]
    ).spells
    assert (trip_spell.start, trip_spell.end, trip_spell.place) == (on("02-20"), on("05-01"), PANYU)
    assert (trip_spell.employer_key, trip_spell.job_title, trip_spell.wage) == (5, "缝纫工", None)
    assert (trip_spell.channel, trip_spell.organised) == ("政府组织", True)
    assert (referral_spell.channel, referral_spell.organised, referral_spell.end) == ("协作站推荐", True, None)
    assert referral_spell.opened_by == referral_spell.evidence == (Ref(Source.REFERRAL, 21),)


def test_an_arrival_elsewhere_ends_an_open_spell():
    evidence = [row("02-10", place=NINGBO), trip("03-01")]
    assert spans(evidence) == ["02-10 03-01 330281 declared", "03-01 … 440113 trip"]


def test_an_arrival_elsewhere_inside_a_written_end_is_a_task():
    evidence = [row("02-10", "06-01", place=NINGBO), trip("03-01")]
    assert spans(evidence) == ["02-10 06-01 330281 declared"]
    (task,) = derive(evidence).tasks
    assert (task.kind, task.code, task.day, task.source_id) == (Source.TRIP, TaskCode.ELSEWHERE, on("03-01"), 11)
    assert task.reason == "2025-03-01到岗的地点和单位与当时的务工台账不符，该记录写明返回时间为2025-06-01"


def test_an_arrival_on_the_written_end_opens_a_spell():
    evidence = [row("02-10", "06-01", place=NINGBO), trip("06-01")]
    assert spans(evidence) == ["02-10 06-01 330281 declared", "06-01 … 440113 trip"]


def test_a_spell_opened_by_an_arrival_ends_where_the_next_row_begins():
    assert spans([trip("02-01"), row("04-01")]) == ["02-01 04-01 440113 trip", "04-01 … 440113 declared"]


def test_a_later_arrival_at_the_same_place_opens_anew_where_no_row_declares_the_spell():
    evidence = [trip("02-01", employer=5), trip("05-01", employer=5, source_id=12)]
    assert spans(evidence) == ["02-01 05-01 440113 trip", "05-01 … 440113 trip"]


def test_one_coming_to_work_told_by_roster_and_station_is_one_spell():
    evidence = [referral("02-20", None, employer=5, job_title="普工"), trip("02-20", "4401")]
    (spell,) = derive(evidence).spells
    assert (spell.place, spell.employer_key, spell.job_title, spell.channel) == ("4401", 5, "普工", "政府组织")
    assert spell.opened_by == (Ref(Source.TRIP, 11), Ref(Source.REFERRAL, 21))
    assert tasks(evidence) == []


def test_two_arrivals_of_one_day_that_contradict_leave_the_first_as_a_task():
    evidence = [trip("02-20", employer=4), referral("02-20", PANYU, employer=5)]
    assert spans(evidence) == ["02-20 … 440113 referral"]
    assert tasks(evidence) == [(Source.TRIP, TaskCode.DISPLACED, "02-20", 11)]


def test_arrivals_of_one_day_go_by_their_natural_key_not_by_id():
    evidence = [trip("02-20", source_id=11, natural_key="B2"), trip("02-20", NINGBO, source_id=12, natural_key="B1")]
    assert spans(evidence) == ["02-20 … 440113 trip"]


def test_a_row_whose_day_is_taken_by_an_arrival_elsewhere_is_a_task():
    evidence = [row("02-20", place=NINGBO), trip("02-20")]
    assert spans(evidence) == ["02-20 … 440113 trip"]
    (task,) = derive(evidence).tasks
    assert (task.kind, task.code, task.source_id) == (Source.DECLARED, TaskCode.DISPLACED, 1)
    assert (
        task.reason
        == "务工台账外出时间2025-02-20的记录与其他记录不符（2025-02-20起另有务工记录或到岗），未计入务工经历"
    )


# Rule 3: visits


def test_still_there_confirms_the_covering_spell():
    evidence = [row("02-10"), visit("03-10", SAME), visit("05-10", SAME, source_id=32)]
    (spell,) = derive(evidence).spells
    assert (spell.confirmed_to, spell.confirmed_days) == (on("05-10"), (on("02-10"), on("03-10"), on("05-10")))
    assert spell.evidence == (Ref(Source.DECLARED, 1), Ref(Source.VISIT, 31), Ref(Source.VISIT, 32))


def test_a_confirming_visit_changes_neither_wage_nor_employer():
    (spell,) = derive([row("02-10", employer=1), visit("03-10", SAME, employer=2, wage=Decimal(9000))]).spells
    assert (spell.employer_key, spell.wage) == (1, Decimal(4500))


def test_a_change_of_job_splits_the_spell():
    evidence = [
        row("02-10", channel="政府组织"),
        visit("04-01", OTHER, employer=9, wage=Decimal(5200), contract=False, insured=True),
    ]
    old, new = derive(evidence).spells
    assert (old.end, old.end_reason, old.confirmed_to) == (on("04-01"), EndReason.TRANSFERRED, on("03-31"))
    assert (new.start, new.end, new.end_reason, new.place) == (on("04-01"), None, None, PANYU)
    assert (new.employer_key, new.wage, new.channel, new.organised) == (9, Decimal(5200), "", False)
    assert (new.contract, new.insured, new.confirmed_to) == (False, True, on("04-01"))
    assert (new.origin, new.evidence) == (Ref(Source.VISIT, 31), (Ref(Source.VISIT, 31),))
    assert Ref(Source.VISIT, 31) in old.evidence


def test_a_change_of_job_hands_on_the_written_end():
    old, new = derive([row("02-10", "06-01"), visit("04-01", OTHER)]).spells
    assert (old.end, old.confirmed_to) == (on("04-01"), on("03-31"))
    assert (new.end, new.end_reason, new.employer_key, new.confirmed_to) == (
        on("06-01"), EndReason.WRITTEN, None, on("05-31"),
    )  # fmt: skip


def test_a_change_of_job_on_the_first_day_leaves_one_spell_that_keeps_the_evidence():
    evidence = [row("02-10"), visit("02-10", OTHER, employer=9)]
    (spell,) = derive(evidence).spells
    assert (spell.start, spell.employer_key) == (on("02-10"), 9)
    assert (spell.evidence, tasks(evidence)) == ((Ref(Source.VISIT, 31), Ref(Source.DECLARED, 1)), [])


@pytest.mark.parametrize(("status", "reason"), [(LEFT, EndReason.LEFT), (HOME, EndReason.RETURNED)])
def test_gone_ends_an_open_spell(status, reason):
    evidence = [row("02-10"), visit("04-01", status)]
    (spell,) = derive(evidence).spells
    assert (spell.end, spell.end_reason, spell.confirmed_to) == (on("04-01"), reason, on("02-10"))
    assert tasks(evidence) == []


@pytest.mark.parametrize("status", [LEFT, HOME])
def test_gone_inside_a_written_end_is_a_task(status):
    evidence = [row("02-10", "06-01"), visit("04-01", status)]
    assert spans(evidence) == ["02-10 06-01 440113 declared"]
    assert tasks(evidence) == [(Source.VISIT, TaskCode.WRITTEN_END, "04-01", 31)]


@pytest.mark.parametrize("status", [SAME, OTHER, LEFT, HOME])
def test_a_visit_on_a_day_without_a_spell_is_a_task(status):
    evidence = [row("02-10", "03-01"), visit("03-01", status, name="某厂")]
    assert spans(evidence) == ["02-10 03-01 440113 declared"]
    (task,) = derive(evidence).tasks
    assert (task.kind, task.code, task.day, task.source_id) == (Source.VISIT, TaskCode.NO_SPELL, on("03-01"), 31)
    assert task.reason == f"2025-03-01回访结果为{status.value}，但当日没有在岗的务工记录（当前单位：某厂）"


@pytest.mark.parametrize("day", ["01-01", "04-01"])
def test_unreachable_changes_nothing(day):
    evidence = [row("02-10"), visit(day, LOST)]
    assert derive(evidence) == derive(evidence[:1])


def test_a_status_that_is_none_of_the_five_raises():
    with pytest.raises(ValueError, match="休假"):
        derive([row("02-10"), visit("03-01", "休假")])


def test_after_gone_the_row_no_longer_stands_and_an_arrival_opens_anew():
    evidence = [row("02-10"), visit("04-01", HOME), trip("05-01"), visit("05-08", SAME, source_id=32)]
    assert spans(evidence) == ["02-10 04-01 440113 declared", "05-01 … 440113 trip"]
    assert derive(evidence).spells[1].confirmed_to == on("05-08")


def test_an_arrival_inside_a_job_found_by_a_visit_opens_anew_while_that_has_no_written_end():
    evidence = [row("02-10"), visit("03-01", OTHER, employer=9), trip("04-01")]
    assert spans(evidence) == ["02-10 03-01 440113 declared", "03-01 04-01 440113 visit", "04-01 … 440113 trip"]


def test_an_arrival_inside_a_job_found_by_a_visit_speaks_for_it_where_the_end_is_written():
    evidence = [row("02-10", "06-01"), visit("03-01", OTHER, employer=9), trip("04-01")]
    assert spans(evidence) == ["02-10 03-01 440113 declared", "03-01 06-01 440113 visit"]
    assert [spell.organised for spell in derive(evidence).spells] == [False, True]
    assert tasks(evidence) == []


def test_gone_between_the_arrival_and_the_rows_own_start_ends_it_and_asks_about_the_row():
    evidence = [trip("03-01"), row("03-10"), visit("03-05", HOME)]
    assert spans(evidence) == ["03-01 03-05 440113 declared"]
    assert tasks(evidence) == [(Source.DECLARED, TaskCode.DISPLACED, "03-10", 1)]


# Rule 4: confirmed_to, and the order of one day


@pytest.mark.parametrize(
    ("evidence", "confirmed"),
    [
        ([row("02-10")], "02-10"),
        ([row("02-10", confirmed="04-20")], "04-20"),
        ([row("02-10", confirmed="01-20")], "02-10"),
        ([row("02-10", confirmed="04-20"), visit("05-01", SAME)], "05-01"),
        ([row("02-10", confirmed="05-20"), visit("05-01", SAME)], "05-20"),
        ([row("02-10", "07-01", confirmed="04-20"), visit("05-01", SAME)], "06-30"),
        ([row("02-10", "02-11")], "02-10"),
        ([row("03-10", confirmed="03-05"), trip("03-01")], "03-05"),
        ([row("02-10", confirmed="04-20"), visit("03-01", HOME)], "04-20"),
    ],
)
def test_confirmed_to_is_the_latest_of_four(evidence, confirmed):
    assert derive(evidence).spells[0].confirmed_to == on(confirmed)


def test_on_one_day_rows_come_before_arrivals_and_arrivals_before_visits():
    evidence = [visit("03-01", HOME), trip("03-01", employer=2), row("03-01", employer=1)]
    assert spans(evidence) == []
    assert tasks(evidence) == [
        (Source.DECLARED, TaskCode.DISPLACED, "03-01", 1),
        (Source.TRIP, TaskCode.DISPLACED, "03-01", 11),
    ]


def test_visits_of_one_day_go_by_station_number():
    by_first = [visit("04-01", OTHER, employer=8, station="B", source_id=31)]
    by_second = [visit("04-01", OTHER, employer=9, station="A", source_id=32)]
    spells = derive([row("02-10"), *by_first, *by_second]).spells
    assert [(spell.start, spell.employer_key) for spell in spells] == [(on("02-10"), 1), (on("04-01"), 8)]


def test_a_visit_after_gone_on_the_same_day_finds_no_spell():
    evidence = [row("02-10"), visit("04-01", HOME, station="A"), visit("04-01", SAME, station="B", source_id=32)]
    assert spans(evidence) == ["02-10 04-01 440113 declared"]
    assert tasks(evidence) == [(Source.VISIT, TaskCode.NO_SPELL, "04-01", 32)]


# Rule 5: as of D


def test_as_of_knows_a_written_end_on_its_own_day():
    evidence = [row("02-10", "06-01", confirmed="05-20")]
    assert [spans(evidence, day) for day in ("02-09", "05-31", "06-01")] == [
        [],
        ["02-10 … 440113 declared"],
        ["02-10 06-01 440113 declared"],
    ]
    confirmed = [derive(evidence, on(day)).spells[0].confirmed_to for day in ("05-19", "05-20", "05-31", "06-01")]
    assert confirmed == [on("02-10"), on("05-20"), on("05-20"), on("05-31")]


def test_as_of_an_arrival_elsewhere_ends_what_later_proves_to_have_a_written_end():
    evidence = [row("02-10", "06-01", place=NINGBO), trip("03-01")]
    assert spans(evidence, "05-31") == ["02-10 03-01 330281 declared", "03-01 … 440113 trip"]
    assert tasks(evidence, "05-31") == []
    assert tasks(evidence, "06-01") == [(Source.TRIP, TaskCode.ELSEWHERE, "03-01", 11)]


def test_as_of_an_arrival_stands_alone_until_the_row_it_moves_begins():
    evidence = [row("03-10"), trip("03-01")]
    assert spans(evidence, "03-09") == ["03-01 … 440113 trip"]
    assert spans(evidence, "03-10") == ["03-01 … 440113 declared"]


def test_as_of_leaves_out_tasks_of_later_evidence():
    evidence = [visit("03-01", SAME), visit("04-01", SAME, source_id=32)]
    assert tasks(evidence, "03-31") == [(Source.VISIT, TaskCode.NO_SPELL, "03-01", 31)]
