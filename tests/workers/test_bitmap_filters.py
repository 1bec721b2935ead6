"""Every filter of the register, alone and in any combination: the bitmaps answer what the rows themselves give.

A filter that somebody adds must be told to the bitmaps (``workers.bitmaps.filters``) and be asked here (``VALUES``).
"""

import random
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.formats.pinyin import key_initials, sort_key
from employment.models import DeclaredJob, Employer, Organiser, PastSpell, Spell
from tests.people import api_client_for, county_clerk, township_clerk, with_role
from tests.workers.test_bitmaps import Asked, person
from tests.workers.village_lists import store_divisions
from workers.bitmaps.building import refresh_bitmaps
from workers.bitmaps.filters import meant
from workers.bitmaps.finding import FEW
from workers.filters import WorkerFilter
from workers.models import GroupMembership, Household, Worker
from workers.queries import finder
from workers.skills.models import Skill

PEOPLE = 260
DAYS = [date(2024, 1, 1) + timedelta(days=step) for step in range(0, 900, 37)]
STATUSES = [None, "未就业", "在校", "丧失劳动能力", "灵活就业", "省外务工", "省内务工", "县内就业", "死亡", "迁出"]
PLACES = ["", "44", "440113", "441900", "520113", "520527", "520527219", "520527219200"]
VILLAGES = ["520527219200", "520527219201", "520527105200", "520527205200"]
TRADES = ["焊工", "电焊工", "电工", "育婴员", "叉车司机"]
CERTIFICATES = ["", "职业技能等级证书", "培训合格证书"]
CHANNELS = ["", "政府组织", "自主外出"]
GROUPS = ["lifted_poverty", "monitored", "disabled"]
FIRMS = ["广州恒达电子有限公司", "东莞恒达制衣厂", "宁波新科五金厂"]

DAY = st.sampled_from(DAYS).map(str)
YES_NO = st.sampled_from(["true", "false"])
VALUES = {
    "township": {"township": st.sampled_from(["520527219", "520527105"])},
    "village": {"village": st.sampled_from(VILLAGES)},
    "group": {"group": st.sampled_from([*GROUPS, "veteran", "lifted_or_monitored"])},
    "group_as_of": {"group_as_of": DAY},
    "status": {"status": st.sampled_from(["就业地点未登记", *filter(None, STATUSES)])},
    "status_as_of": {"status_as_of": DAY},
    "status_differs": {"status_differs": YES_NO},
    "labour_status": {"labour_status": st.sampled_from([*filter(None, STATUSES)])},
    "sex": {"sex": st.sampled_from("男女")},
    "age_band": {"age_band": st.sampled_from(["<16", "16-24", "25-34", "35-44"])},
    "age": {"age_min": st.integers(15, 60).map(str), "age_max": st.integers(30, 70).map(str)},
    "education": {"education": st.sampled_from(["小学", "初中", "大专"])},
    "skill": {"skill": st.sampled_from(["工", "焊工", "手艺1", "手艺17", "稀见", "没有"])},
    "trade": {"trade": st.sampled_from(["工", "焊", "电焊工", "没有"])},
    "cert_type": {"cert_type": st.sampled_from(CERTIFICATES[1:])},
    "level_from": {"level_from": st.integers(1, 8).map(str)},
    "intention": {"intention": st.sampled_from(["省", "就近"])},
    "intended_place": {"intended_place": st.sampled_from(["广", "宁波"])},
    "wanted_job": {"wanted_job": st.sampled_from(["工", "电工"])},
    "training_wish": {"training_wish": st.sampled_from(["家政", "焊"])},
    "startup_wish": {"startup_wish": st.sampled_from(["民宿", "农家乐", "民宿3"])},
    "resettlement_site": {"resettlement_site": st.sampled_from(["银山", "金银山"])},
    "has_phone": {"has_phone": YES_NO},
    "household_size": {
        "household_size_min": st.integers(0, 5).map(str),
        "household_size_max": st.integers(0, 9).map(str),
    },
    "expected_wage": {"expected_wage_min": st.sampled_from(["4000", "4500.01"])},
    "visited_on": {"visited_on_after": DAY, "visited_on_before": DAY},
    "not_visited_since": {"not_visited_since": DAY},
    "household": {"household": st.integers(0, 30).map(str)},
    "work_place": {"work_place": st.sampled_from([*PLACES[1:], "广东", "440"])},
    "employer": {"employer": st.sampled_from(["恒达", "厂", FIRMS[2], "没有这家"])},
    "channel": {"channel": st.sampled_from(CHANNELS[1:])},
    "organised": {"organised": YES_NO},
    "taken_by": {"taken_by": st.sampled_from(["金海劳务", "劳务", "没有这家"])},
}
"""Of each filter its parameters and what may be asked."""
COMMON = {
    "township": "520527219", "village": VILLAGES[0], "group": "monitored", "status": "未就业", "status_differs": "true",
    "labour_status": "在校", "sex": "女", "age_band": "25-34", "age": "20", "education": "初中", "skill": "工", "trade": "工",
    "cert_type": CERTIFICATES[1], "level_from": "3", "intention": "省", "intended_place": "广", "wanted_job": "工",
    "training_wish": "家政", "startup_wish": "民宿", "resettlement_site": "银山", "has_phone": "true",
    "household_size": "2", "expected_wage": "4000", "visited_on": str(DAYS[0]), "not_visited_since": str(DAYS[-1]),
    "work_place": "44", "employer": "恒达", "channel": "政府组织", "organised": "true",
    "taken_by": "金海劳务",
    **dict.fromkeys(("group_as_of", "status_as_of"), str(DAYS[5])),
}  # fmt: skip
"""A value of each filter that some answer; the household is found."""
QUERIES = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({key: values for name in names for key, values in VALUES[name].items()})
)
ORDERS = st.sampled_from([("name_key",), ("village_code", "name_key"), ("pk",)])
SHARED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def spell(kind, worker, begins, ends, rng, **more):
    return kind(
        worker=worker, start_on=begins, end_on=ends, place_code=rng.choice(PLACES), channel=rng.choice(CHANNELS),
        employer=rng.choice([None, *Employer.objects.all()]), organised=rng.random() < 0.5, confirmed_days=[begins],
        confirmed_to=begins, origin_kind="job", origin_id=1, known_from=rng.choice([begins, begins + timedelta(days=40)]),
        **more,
    )  # fmt: skip


def work_of(worker, rng):
    """Job spells one behind the other, and what was once known of some."""
    day, spells, past = rng.choice(DAYS[:8]), [], []
    for _ in range(rng.choice([0, 0, 1, 1, 2, 5])):
        ends = day + timedelta(days=rng.randrange(20, 200)) if rng.random() < 0.8 else None
        spells.append(spell(Spell, worker, day, ends, rng))
        if rng.random() < 0.5:
            past.append(spell(PastSpell, worker, day, None, rng, known_to=day + timedelta(days=rng.randrange(30, 300))))
        if ends is None:
            break
        day = ends + timedelta(days=rng.choice([0, 30]))
    return spells, past


def skills_of(worker, rng):
    return [
        Skill(worker=worker, name=trade, level=rng.choice([None, 1, 3, 5, 8]), cert_type=rng.choice(CERTIFICATES))
        for trade in rng.sample(TRADES, rng.choice([0, 0, 1, 2, 4]))
    ]


def tags_of(worker, rng):
    for group in rng.sample(GROUPS, rng.choice([0, 0, 1, 2])):
        day = rng.choice(DAYS[:10])
        if rng.random() < 0.4:
            yield GroupMembership(worker=worker, group=group)
            continue
        for _ in range(rng.choice([1, 3])):
            ends = day + timedelta(days=rng.randrange(10, 100))
            yield GroupMembership(worker=worker, group=group, valid_from=day, valid_to=ends)
            day = ends


@pytest.fixture
def register(db):
    store_divisions()
    rng = random.Random(3)
    homes = Household.objects.bulk_create(
        Household(village_code=VILLAGES[0], head_name=f"户主{place}") for place in range(40)
    )
    Employer.objects.bulk_create(Employer(name=name) for name in FIRMS)
    people = [person(place, rng) for place in range(PEOPLE)]
    for worker in people:
        worker.household = rng.choice([None, *homes[:25], *homes[:4]])
        worker.labour_status = rng.choice(STATUSES)
        worker.village_code = rng.choice(VILLAGES)
        worker.visited_on = rng.choice([None, *DAYS])
        worker.intended_place = rng.choice([None, "广东", "宁波"])
        worker.wanted_job = rng.choice([None, "普工", "电工"])
        worker.training_wish = rng.choice([None, "家政", "焊工"])
        worker.startup_wish = rng.choice([None, None, "农家乐", f"民宿{rng.randrange(50)}"])
        worker.resettlement_site = rng.choice([None, None, "银山安置点", "金银山安置点"])
    Worker.objects.bulk_create(people)
    work = [work_of(worker, rng) for worker in people]
    Spell.objects.bulk_create(one for spells, _ in work for one in spells)
    PastSpell.objects.bulk_create(one for _, past in work for one in past)
    leaders = Organiser.objects.bulk_create(
        Organiser(name=name, kind="company", place_code="520527") for name in ("金海劳务", "银海劳务")
    )
    DeclaredJob.objects.bulk_create(
        DeclaredJob(worker=worker, place_code="44", start_on=DAYS[0], organiser=rng.choice(leaders))
        for worker in people[::5]
    )
    Skill.objects.bulk_create(one for worker in people for one in skills_of(worker, rng))
    GroupMembership.objects.bulk_create(one for worker in people for one in tags_of(worker, rng))
    refresh_bitmaps(everything=True)
    return people


def test_every_filter_is_told_to_the_bitmaps_and_asked_here():
    assert set(WorkerFilter.base_filters) - meant() == set()
    assert set(VALUES) == set(WorkerFilter.base_filters)


@SHARED
@given(query=QUERIES, order=ORDERS, descending=st.booleans(), township=st.booleans())
def test_any_combination_in_any_order_is_what_the_rows_give(register, query, order, descending, township):
    asked = Asked(township_clerk() if township else county_clerk(), query, "")
    asked.check(order, descending=descending)
    if asked.finder is not None and not asked.finder.few:
        assert all(found.sure == found.possible for found in asked.finder.found), "the bitmaps know filters exactly"


def test_every_filter_alone_finds_somebody(register):
    """A filter nobody answers would make the comparison above an empty one."""
    home = Household.objects.filter(members__isnull=False)[0].pk
    unheard = {
        name for name in VALUES
        if not Asked(county_clerk(), {next(iter(VALUES[name])): COMMON.get(name, str(home))}, "").check()
    }  # fmt: skip
    assert unheard == set()


def acts(rng, people):
    """Things that happen to the register; each writes what some filter asks."""
    one, other = rng.sample(people, 2)
    return {
        "a person moves to another household": lambda: Worker.objects.filter(pk=one.pk).update(
            household=rng.choice([None, *Household.objects.all()])
        ),
        "a person is registered": lambda: Worker.objects.bulk_create(
            [newcomer(rng, household=Household.objects.order_by("?")[0])]
        ),
        "a survey tells anew": lambda: Worker.objects.filter(pk=one.pk).update(
            labour_status=rng.choice(STATUSES), visited_on=rng.choice(DAYS), startup_wish="民宿3", name="章一",
            name_key=sort_key("章一"), name_initials=key_initials(sort_key("章一")),
        ),
        "spells are derived anew": lambda: (
            Spell.objects.filter(worker=one).delete(),
            Spell.objects.bulk_create(work_of(one, rng)[0]),
        ),
        "a spell is no longer known": lambda: PastSpell.objects.filter(worker=one).delete(),
        "two employers were one": lambda: Spell.objects.filter(worker=one).update(
            employer=Employer.objects.order_by("?")[0]
        ),
        "a certificate is written": lambda: Skill.objects.get_or_create(
            worker=one, name="叉车司机", cert_number="", defaults={"level": 8, "cert_type": CERTIFICATES[2]}
        ),
        "skills are struck out": lambda: Skill.objects.filter(worker=one).delete(),
        "a skill was somebody else's": lambda: Skill.objects.filter(
            pk__in=Skill.objects.filter(worker=one).exclude(name__in=Skill.objects.filter(worker=other).values("name"))[:1]
        ).update(worker=other),
        "a group ends": lambda: GroupMembership.objects.filter(worker=one).delete(),
    }  # fmt: skip


def newcomer(rng, **facts):
    worker = person(rng.randrange(900, 990), rng)
    worker.pk = Worker.objects.order_by("-pk")[0].pk + rng.choice([1, 40_000])
    for name, value in facts.items():
        setattr(worker, name, value)
    return worker


@SHARED
@given(query=QUERIES, order=ORDERS, seed=st.integers(0, 10_000), names=st.data())
def test_what_was_written_since_is_answered_at_once(register, query, order, seed, names):
    rng = random.Random(seed)
    with transaction.atomic():
        happening = acts(rng, register)
        for name in names.draw(st.lists(st.sampled_from(sorted(happening)), min_size=1, max_size=3, unique=True)):
            happening[name]()
        asked = Asked(county_clerk(), query, "")
        found = asked.check(order)
        refresh_bitmaps(everything=True)
        assert Asked(county_clerk(), query, "").check(order) == found
        transaction.set_rollback(True)


def test_the_others_of_a_household_are_asked_anew_when_one_comes_or_goes(register):
    home = Household.objects.create(village_code=VILLAGES[0], head_name="新户")
    three = [one.pk for one in register if one.household_id is None][:3]
    query = {"household_size_min": "3", "household_size_max": "3"}
    before = set(Asked(county_clerk(), query, "").check())
    for pk in three:
        Worker.objects.filter(pk=pk).update(household=home)
    refresh_bitmaps(everything=True)
    assert set(Asked(county_clerk(), query, "").check()) == before | set(three)
    Worker.objects.filter(pk=three[0]).update(household=None)
    assert set(Asked(county_clerk(), query, "").check()) == before
    Worker.objects.filter(pk=three[0]).update(household=home)
    refresh_bitmaps(everything=True)
    for table in (GroupMembership, Skill, Spell, PastSpell):
        table.objects.filter(worker=three[1]).delete()
    Worker.objects.filter(pk=three[1]).delete()
    assert set(Asked(county_clerk(), query, "").check()) == before


PROGRAMS = [
    ("organised=true", "id"),
    ("trade=工&level_from=3", "-id"),
    ("work_place=44&status_as_of=2025-06-01", "name"),
    ("sex=女&q=张", "name,-id"),
    ("has_phone=true", "-name,id"),
    ("group=monitored&q=z", "name"),
    ("startup_wish=民宿3", "id,name"),
]


def test_programs_are_answered_the_same_page_by_page(register):
    for user in (county_clerk(), township_clerk(), with_role("village_assistant", VILLAGES[0])):
        program = api_client_for(user)
        for query, ordering in PROGRAMS:
            read_to_the_end(user, program, query, ordering)


def read_to_the_end(user, program, query, ordering):
    parameters = dict(pair.split("=") for pair in query.split("&"))
    text = parameters.pop("q", "")
    signs = {"name": "name_key", "id": "pk"}
    order = [("-" if part[0] == "-" else "") + signs[part.lstrip("-")] for part in ordering.split(",")]
    wanted = list(Asked(user, parameters, text).rows.order_by(*order, "pk").values_list("pk", flat=True))
    found = []
    address = f"/api/v1/workers/?{quote(query, safe='=&')}&ordering={ordering}&limit=20"
    previous = None
    while address:
        answer = program.get(address).json()
        page = [row["id"] for row in answer["results"]]
        if previous is not None:
            assert [row["id"] for row in program.get(answer["previous"]).json()["results"]] == previous
        found += page
        address, previous = answer["next"], page
    assert found == wanted


def test_a_list_of_programs_asks_the_bitmaps(register):
    assert finder(county_clerk(), {"sex": "女"}, []) is not None
    assert finder(county_clerk(), {}, []) is None


@pytest.mark.parametrize("order", [("name_key",), ("village_code", "name_key"), ("pk",)])
def test_a_word_in_many_names_of_employers_is_asked_of_the_next_people_of_a_page(register, order):
    rng = random.Random(4)
    firms = Employer.objects.bulk_create(Employer(name=f"海丰{place}{rng.choice('厂店')}") for place in range(3 * FEW))
    spells = list(Spell.objects.all())
    for one in spells:
        one.employer = rng.choice([one.employer, *firms])
    Spell.objects.bulk_update(spells, ["employer"])
    refresh_bitmaps(everything=True)
    clerk, wide = county_clerk(), 0
    for query in ({"employer": "海丰"}, {"employer": "厂"}, {"employer": "海丰", "sex": "女"}, {"employer": "丰1"}):
        for day in DAYS[4::6]:
            for descending in (False, True):
                asked = Asked(clerk, {**query, "status_as_of": str(day)}, "")
                wide += len(asked.check(order, descending=descending)) > 50 and not asked.finder.few
    assert wide > 4, "a page was never beyond the few people whose rows are read at once"
