"""employers, referrals, passengers and 务工台账 in any order, undone and redone, give the same spells (formats.md §1.4)."""

from itertools import permutations

import pytest
from django.db import transaction

from employment.models import Employer
from stations.models import PlannedVisit, Station
from tests.dispatch.test_order_of_files import FIRMS, FIRST, World, told
from tests.employment.market import fair, referral_row
from tests.journeys import counts, imported, undone

PLACES = ["广东省广州市番禺区", "浙江省宁波市北仑区", "广东省深圳市"]
PLANNED = (
    "worker__id_number",
    "arrived_on",
    "milestone",
    "station__code",
    "employer__name",
    "job_title",
    "closed_reason",
)


class Market(World):
    """The people of ``World``, and what the register of job seekers and 企业台账 say."""

    def __init__(self, seed):
        super().__init__(seed)
        fair()
        steps = [row for who in self.people for row in self.steps(who)]
        self.random.shuffle(steps)
        half = len(steps) // 2
        firms = [{"企业名称": name, "所在地": place} for name, place in zip(FIRMS[1:], PLACES, strict=True)]
        self.files |= {
            "求职一": ("referrals", steps[:half]),
            "求职二": ("referrals", steps[half:]),
            "企业": ("employers", firms),
        }

    def steps(self, who):
        seen = set()
        for _n in range(self.random.randrange(4)):
            cells = {
                "企业名称": self.random.choice(FIRMS[1:]), "岗位名称": self.random.choice(["", "焊工"]),
                "招聘会编号": self.random.choice(["", "F1"]), "结果": self.random.choice(["意向", "到岗", "到岗"]),
                "日期": self.day().isoformat(),
            }  # fmt: skip
            if tuple(cells.values()) not in seen:
                seen.add(tuple(cells.values()))
                yield referral_row(who, **cells)


def derived():
    """Spells, tasks and the plan of visits, without the ids that depend on which file came first."""
    return {**told(), "plan": sorted(PlannedVisit.objects.values_list(*PLANNED), key=repr)}


def after(world, order, and_then=lambda _sources: None):
    with transaction.atomic():
        sources = {}
        for name in order:
            kind, rows = world.files[name]
            sources[name] = imported(kind, rows)
            assert set(counts(sources[name])) <= {"rows", "created", "updated"}
        and_then(sources)
        found = derived()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(20, 22))
def test_order_of_the_files_does_not_matter(seed):
    world = Market(seed)
    orders = world.random.sample(list(permutations(world.files)), 5)
    first = after(world, orders[0])
    assert {"referral"} & {row[TOLD_ARRIVAL] for row in first["spells"]}
    assert [after(world, order) == first for order in orders[1:]] == [True] * 4


TOLD_ARRIVAL = 15
"""Where told() tells what kind of 到岗 opened a spell."""


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["求职一", "企业"])
def test_undoing_a_file_equals_never_having_had_it_and_redoing_equals_the_whole(name):
    world = Market(25)
    names = list(world.files)
    kind, rows = world.files[name]
    taken_back = after(world, names, lambda sources: undone(sources[name]))
    without = after(world, [other for other in names if other != name])
    redone = after(world, names, lambda sources: (undone(sources[name]), imported(kind, rows)))
    assert (taken_back, redone) == (without, after(world, names))


@pytest.mark.django_db
def test_the_place_of_an_employer_moves_the_spell_its_referral_opened():
    world = Market(26)
    who = world.people[0]
    Station.objects.filter(code="NB-01").update(service_area=["33"])
    imported("referrals", [referral_row(who, 企业名称="甲厂", 结果="到岗", 日期=FIRST.isoformat())])
    before = derived()
    source = imported("employers", [{"企业名称": "甲厂", "所在地": "浙江省宁波市北仑区"}])
    found = derived()
    places = [{row[4] for row in one["spells"] if row[0] == who.id_number} for one in (before, found)]
    stations = [{row[3] for row in one["plan"] if row[0] == who.id_number} for one in (before, found)]
    assert (places, stations) == ([{""}, {"330206"}], [{None}, {"NB-01"}])
    undone(source)
    assert derived() == before
    assert Employer.objects.get(name="甲厂").place_code == ""
