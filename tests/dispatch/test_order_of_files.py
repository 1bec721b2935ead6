"""employments, passengers and visits in any order, undone and redone, give the same spells (formats.md §1.4)."""

import random
from datetime import date, timedelta
from itertools import permutations
from typing import NamedTuple

import pytest
from django.db import transaction

from employment.models import PastSpell, Spell, SpellTask
from employment.spells import declared_overlaps
from stations.models import Station
from tests.journeys import counts, imported, person, place_divisions, trip, undone, worker

FIRST = date(2025, 1, 1)
PLACES = [
    ("广东省", "广州市", "番禺区"),
    ("广东省", "广州市", "白云区"),
    ("广东省", "深圳市", ""),
    ("浙江省", "宁波市", "北仑区"),
    ("贵州省", "毕节市", "赫章县"),
]
FIRMS = ["", "甲厂", "乙厂", "丙厂"]
VEHICLES = {"贵F10001": "440113", "贵F10002": "330206", "贵F10003": "4403"}
TOLD = (
    "worker__id_number", "start_on", "end_on", "end_reason", "place_code", "employer__name", "job_title", "wage", "channel", "organised",
    "contract", "insured", "confirmed_days", "confirmed_to", "origin_kind", "arrival_kind", "known_from",
)  # fmt: skip


class Row(NamedTuple):
    start: date
    end: date | None


class World:
    """Some people and everything that files say about them, drawn from a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        place_divisions()
        Station.objects.bulk_create(
            [
                Station(code=code, name=name, kind="协作站", place_code=place, opened_on=FIRST)
                for code, name, place in (("GZ-01", "广州站", "4401"), ("NB-01", "宁波站", "3302"))
            ]
        )
        for vehicle, place in VEHICLES.items():
            trip(vehicle, departs=FIRST, destination_code=place)
        self.people = [worker(name) for name in ("甲一", "乙二", "丙三", "丁四", "戊五", "己六")]
        jobs = [row for who in self.people for row in self.jobs(who)]
        self.random.shuffle(jobs)
        half = len(jobs) // 2
        self.files = {
            "台账一": ("employments", jobs[:half]),
            "台账二": ("employments", jobs[half:]),
            "乘车": ("passengers", [row for who in self.people for row in self.rides(who)]),
            "回访": ("visits", [row for who in self.people for row in self.visits(who)]),
        }

    def day(self):
        return FIRST + timedelta(days=self.random.randrange(120))

    def jobs(self, who):
        drawn = []
        for start in sorted({self.day() for _ in range(self.random.randrange(4))}):
            length = self.random.choice([None, 10, 30, 60])
            drawn.append(Row(start, start + timedelta(days=length) if length else None))
        refused = declared_overlaps(drawn)
        for index, row in enumerate(drawn):
            if index not in refused:
                place = dict(zip(("务工省", "务工市", "务工县(区)"), self.random.choice(PLACES), strict=True))
                yield {
                    **person(who), **place, "外出时间": row.start.isoformat(), "返回时间": row.end.isoformat() if row.end else "",
                    "务工单位": self.random.choice(FIRMS), "月工资(元)": self.random.choice(["", "4500"]),
                    "组织方式": self.random.choice(["", "政府组织", "自主外出"]),
                    "最近确认日期": (row.start + timedelta(days=5)).isoformat() if self.random.random() < 0.3 else "",
                }  # fmt: skip

    def rides(self, who):
        for vehicle in self.random.sample(sorted(VEHICLES), self.random.randrange(3)):
            aboard = self.random.random() < 0.8
            yield {
                **person(who), "批次编号": "2025-CY-01", "车次(车牌号)": vehicle, "务工企业": self.random.choice(FIRMS),
                "签到": "是" if aboard else "否", "到岗日期": self.day().isoformat() if aboard else "",
                "目的地": self.random.choice(["", "", "广东广州", "浙江宁波"]),
                "状态": self.random.choice(["", "", "", "未录用", "已返回"]),
            }  # fmt: skip

    def visits(self, who):
        for day in sorted({self.day() for _ in range(self.random.randrange(4))}):
            yield {
                **person(who), "协作站": self.random.choice(["", "GZ-01", "宁波站"]), "回访日期": day.isoformat(), "回访方式": "电话",
                "就业状态": self.random.choice(["原岗位在岗", "转岗在岗", "离岗求职", "返乡", "失联"]),
                "当前单位": self.random.choice(FIRMS),
                "月工资(元)": self.random.choice(["", "5000"]),
            }  # fmt: skip


def told():
    """Everything derived, without the ids that depend on which file came first."""
    found = {
        "spells": list(Spell.objects.values_list(*TOLD)),
        "past": list(PastSpell.objects.values_list(*TOLD, "known_to")),
        "tasks": list(SpellTask.objects.values_list("worker__id_number", "kind", "code", "day", "reason")),
    }
    return {name: sorted(rows, key=repr) for name, rows in found.items()}


def after(world, order, and_then=lambda _sources: None):
    """What is derived after the files in that order, and what else was done with them; nothing stays behind."""
    with transaction.atomic():
        sources = {}
        for name in order:
            kind, rows = world.files[name]
            sources[name] = imported(kind, rows)
            assert counts(sources[name]) == ({"rows": len(rows), "created": len(rows)} if rows else {})
        and_then(sources)
        found = told()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_order_of_the_files_does_not_matter(seed):
    world = World(seed)
    orders = list(permutations(world.files))
    first = after(world, orders[0])
    assert first["spells"]
    assert [after(world, order) == first for order in world.random.sample(orders[1:], 5)] == [True] * 5


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4, 6))
def test_undoing_a_file_equals_never_having_had_it_and_redoing_equals_the_whole(seed):
    world = World(seed)
    names = list(world.files)
    whole = after(world, names)
    for name in names:
        kind, rows = world.files[name]
        without = after(world, [other for other in names if other != name])
        taken_back = after(world, names, lambda sources, name=name: undone(sources[name]))
        redone = after(
            world, names, lambda sources, name=name, kind=kind, rows=rows: (undone(sources[name]), imported(kind, rows))
        )
        assert (taken_back, redone) == (without, whole)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6, 8))
def test_file_sent_again_changes_nothing(seed):
    world = World(seed)
    names = list(world.files)

    def again(_sources):
        for name in reversed(names):
            kind, rows = world.files[name]
            assert counts(imported(kind, rows)) == ({"rows": len(rows), "unchanged": len(rows)} if rows else {})

    assert after(world, names, again) == after(world, names)


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_arrivals_on_one_day_the_vehicles_decide_and_not_their_rows(order):
    place_divisions()
    for vehicle, place in VEHICLES.items():
        trip(vehicle, departs=FIRST, destination_code=place)
    who = worker()
    rides = [
        {**person(who), "批次编号": "2025-CY-01", "车次(车牌号)": vehicle, "签到": "是", "到岗日期": "2025-01-05"}
        for vehicle in ("贵F10001", "贵F10002")
    ]
    for place in order:
        imported("passengers", [rides[place]])
    assert list(Spell.objects.values_list("place_code", "start_on")) == [("330206", date(2025, 1, 5))]
    assert list(SpellTask.objects.values_list("kind", "code")) == [("trip", "displaced")]
