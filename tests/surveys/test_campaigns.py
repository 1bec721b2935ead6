"""Campaigns: a task for every household in the order of the walk, giving out, closing, the sample, re-visits, counts."""

import math
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, place_divisions, worker
from tests.racing import at_once, kinds
from tests.surveys.facts import (
    TODAY,
    ago,
    assistant,
    campaign,
    checked,
    finished,
    household,
    met,
    registrar,
    said,
    states,
    submitted,
    survey_of,
    task_of,
)
from workers.surveys import queries, services
from workers.surveys.models import Campaign, Revisit, VisitTask
from workers.surveys.ordering import door_place, group_number, group_places
from workers.surveys.services import CampaignFacts, RevisitFacts

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def facts(**fields):
    values = {
        "name": "月度更新",
        "kind": "月度更新",
        "starts_on": TODAY,
        "ends_on": TODAY,
        "division_code": people.COUNTY,
    }
    return CampaignFacts(**{**values, **fields})


def walk(of):
    tasks = VisitTask.objects.filter(campaign=of).order_by("village_code", "place", "pk")
    return [(task.group_name, task.contact.name) for task in tasks.select_related("contact")]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("3组", 3),
        ("第12村民组", 12),
        ("三组", 3),
        ("十组", 10),
        ("十二组", 12),
        ("二十组", 20),
        ("三十五组", 35),
        ("大寨组", None),
        ("", None),
    ],
)
def test_the_number_of_a_group(name, number):
    assert group_number(name) == number


def test_groups_go_by_number_then_by_name_and_those_without_any_last():
    places = group_places(["10组", "2组", "一组", "下寨组", "上寨组", "", "2组"])
    assert sorted(places, key=places.get) == ["一组", "2组", "10组", "上寨组", "下寨组", ""]


def test_a_door_without_a_number_keeps_its_place():
    assert (door_place(300_000, "17-2", 350_001), door_place(300_000, "路口", 350_001)) == (300_017, 350_001)


def test_every_household_has_a_task_in_the_order_of_the_walk():
    household("十组户", group="10组")
    household("二组户甲", "甲的家人", group="2组")
    household("二组户乙", group="二组")
    alone = worker("没有户的人", group_name="1组")
    gone = household("搬走的户", group="1组", labour_status="迁出")
    partly = household("半家在", "走了的", group="4组")
    partly[0].labour_status = "死亡"
    partly[0].save()
    household("外乡户", village=OTHER_VILLAGE)
    made = campaign(people.TOWNSHIP)
    assert walk(made) == [
        ("1组", "没有户的人"), ("2组", "二组户甲"), ("二组", "二组户乙"), ("4组", "走了的"), ("10组", "十组户"),
    ]  # fmt: skip
    assert task_of(alone).household is None
    assert not VisitTask.objects.filter(household=gone[0].household).exists()
    assert set(states()) == {"assigned"}


def test_a_village_with_one_assistant_is_given_to_them_and_others_wait():
    mine, theirs = household("张家"), household("外乡户", village=OTHER_VILLAGE)
    for name in ("a", "b"):
        people.make_user(f"zhuli-{name}", "village_assistant", OTHER_VILLAGE)
    assistant()
    campaign()
    assert (task_of(mine[0]).surveyor, task_of(mine[0]).assigned_on) == (assistant(), TODAY)
    assert (task_of(theirs[0]).surveyor, task_of(theirs[0]).assigned_on) == (None, None)


def test_households_registered_since_are_added_once_and_known_doors_keep_their_numbers():
    first = household("张家")
    before = campaign(name="上一次")
    met(first[0], user=assistant(), door="7")
    household("李家")
    now = campaign(name="这一次")
    assert walk(now) == [("1组", "张家"), ("1组", "李家")]
    assert VisitTask.objects.get(campaign=now, contact=first[0]).place == 100_007
    household("王家")
    assert [services.add_households(user=registrar(), campaign=now) for _time in range(2)] == [1, 0]
    assert (len(walk(before)), len(walk(now))) == (1, 3)


def test_campaigns_that_cannot_be_are_refused():
    campaign(name="月度更新")
    for code, made in (
        ("required", facts(name=" ")),
        ("choice", facts(name="甲", kind="随便走走")),
        ("date", facts(name="甲", ends_on=TODAY - timedelta(days=1))),
        ("number", facts(name="甲", sample_percent=4)),
        ("out_of_scope", facts(name="甲", division_code=people.OTHER_COUNTY)),
        ("division_unknown", facts(name="甲", division_code=f"{people.COUNTY}999")),
        ("duplicate", facts()),
    ):
        with pytest.raises(DomainError) as refusal:
            services.open_campaign(user=people.county_clerk(), facts=made)
        assert refusal.value.code == code
    with pytest.raises(NotAllowed):
        services.open_campaign(user=people.township_clerk(), facts=facts(name="甲", division_code=people.TOWNSHIP))
    assert Campaign.objects.count() == 1


def test_tasks_are_given_out_by_village_and_group_and_taken_back():
    households = [household("一组户"), household("二组户", group="2组"), household("交了的户", group="2组")]
    made = campaign()
    met(households[2][0], user=assistant())
    submitted(households[2][0])
    seen = household("见过的户", group="2组")
    services.add_households(user=registrar(), campaign=made)
    met(seen[0], user=assistant())
    other = people.make_user("bangshou", "village_assistant", VILLAGE)
    give = lambda groups, to: services.assign(  # noqa: E731
        user=people.township_clerk(), campaign=made, village_code=VILLAGE, groups=groups, surveyor=to
    )
    assert (give(["2组"], other), give(["2组"], other)) == (1, 0)
    assert [task_of(one[0]).surveyor for one in [*households, seen]] == [None, other, assistant(), assistant()]
    assert (give(None, None), task_of(households[1][0]).assigned_on) == (1, None)
    with pytest.raises(DomainError):
        give(None, assistant(OTHER_VILLAGE))
    with pytest.raises(NotFound):
        services.assign(
            user=people.township_clerk(), campaign=made, village_code=OTHER_VILLAGE, groups=None, surveyor=None
        )
    with pytest.raises(NotAllowed):
        services.assign(user=assistant(), campaign=made, village_code=VILLAGE, groups=None, surveyor=None)


@pytest.fixture
def round_():
    """Forty households in two townships: those of one visited but for three, of the other seven visited."""
    near = [household(f"近{n}") for n in range(30)]
    far = [household(f"远{n}", village=OTHER_VILLAGE) for n in range(10)]
    made = campaign(sample_percent=10)
    for one in [*near[:27], *far[:7]]:
        met(one[0], said(one[0], skill="焊工", intention="省外务工"), user=assistant(one[0].village_code))
    return made


def drawn(of):
    return set(VisitTask.objects.filter(campaign=of, sampled=True).values_list("pk", flat=True))


def test_the_sample_is_the_seeds_a_share_of_each_township_rounded_up(round_):
    assert services.close_campaign(user=registrar(), campaign=round_) == 3 + 1
    first = drawn(round_)
    tasks = VisitTask.objects.filter(pk__in=first)
    assert Counter(task.village_code[:9] for task in tasks) == {people.TOWNSHIP: math.ceil(2.7), OTHER_VILLAGE[:9]: 1}
    assert all(task.visited_on for task in tasks)
    seed = Campaign.objects.get(pk=round_.pk).seed
    services.reopen_campaign(user=registrar(), campaign=round_)
    assert (drawn(round_), finished(round_)) == (set(), "open")
    # Its seed has been seen: what is drawn next nobody knows.
    assert Campaign.objects.get(pk=round_.pk).seed != seed
    Campaign.objects.filter(pk=round_.pk).update(seed=seed)
    services.close_campaign(user=registrar(), campaign=round_)
    assert drawn(round_) == first
    services.reopen_campaign(user=registrar(), campaign=round_)
    for _n in range(20):
        services.close_campaign(user=registrar(), campaign=round_)
        found = drawn(round_)
        services.reopen_campaign(user=registrar(), campaign=round_)
        if found != first:
            return
    pytest.fail("twenty other seeds drew the same households")


def test_closing_twice_is_refused_and_reopening_after_a_revisit_too(round_):
    services.close_campaign(user=registrar(), campaign=round_)
    with pytest.raises(Conflict):
        services.close_campaign(user=registrar(), campaign=round_)
    again(round_)
    with pytest.raises(Conflict):
        services.reopen_campaign(user=registrar(), campaign=round_)


def again(of, **fields):
    """The township asks the first household drawn there again."""
    task = VisitTask.objects.filter(campaign=of, sampled=True, village_code=VILLAGE).order_by("pk").first()
    answers = {survey_of(task.contact).pk: {"skill": "焊工", "intention": "就近就业", "phone": None}}
    found = RevisitFacts(**{"visited_on": TODAY, "came": True, "answers": answers, **fields})
    return services.record_revisit(user=people.township_clerk(), task=task, facts=found)


def test_a_revisit_counts_what_was_asked_and_differs(round_):
    services.close_campaign(user=registrar(), campaign=round_)
    found = again(round_)
    assert (found.compared, found.differing) == (4, 1)
    (finding,) = found.findings
    assert (finding["field"], finding["first"], finding["second"]) == ("intention", "省外务工", "就近就业")
    assert again(round_, came=False, answers={}).findings == [
        {"survey": None, "field": "came", "first": "是", "second": "否"}
    ]
    assert Revisit.objects.count() == 1


def test_the_disagreement_of_a_surveyor_is_of_the_answers_asked_again(round_):
    services.close_campaign(user=registrar(), campaign=round_)
    again(round_)
    tasks = VisitTask.objects.filter(campaign=round_)
    (line,) = queries.disagreement(tasks)
    assert line == {
        "task__surveyor": assistant().pk, "households": 1, "differing_households": 1, "compared": 4, "differing": 1, "rate": "25.0%",
    }  # fmt: skip
    rows = {row["name"]: row["revisits"] for row in queries.by_surveyor(tasks)}
    assert [found and found["rate"] for found in rows.values()].count("25.0%") == 1


def test_revisits_that_cannot_be_are_refused(round_):
    services.close_campaign(user=registrar(), campaign=round_)
    with pytest.raises(DomainError):
        again(round_, came=None, answers={})
    with pytest.raises(DomainError):
        again(round_, visited_on=TODAY + timedelta(days=1))
    with pytest.raises(NotFound):
        again(round_, answers={0: {"skill": "焊工"}})
    left = VisitTask.objects.filter(campaign=round_, sampled=False).first()
    with pytest.raises(Conflict):
        services.record_revisit(user=people.county_clerk(), task=left, facts=RevisitFacts(visited_on=TODAY, came=True))
    drawn_one = VisitTask.objects.filter(campaign=round_, sampled=True, village_code=VILLAGE).first()
    with pytest.raises(NotAllowed):
        services.record_revisit(user=assistant(), task=drawn_one, facts=RevisitFacts(visited_on=TODAY, came=True))
    assert Revisit.objects.count() == 0


def test_who_was_at_the_door_does_not_revisit():
    one = household("张家")
    made = campaign()
    clerk = people.township_clerk()
    met(one[0], user=clerk)
    services.close_campaign(user=registrar(), campaign=made)
    with pytest.raises(NotAllowed):
        services.record_revisit(user=clerk, task=task_of(one[0]), facts=RevisitFacts(visited_on=TODAY, came=True))


def test_progress_counts_every_state_by_place(round_):
    task = VisitTask.objects.filter(campaign=round_, village_code=VILLAGE, state="visited").order_by("place").first()
    checked(task.contact)
    left = VisitTask.objects.filter(campaign=round_, village_code=VILLAGE, state="assigned").first()
    met(left.contact, outcome="absent", on=ago(1), user=assistant())
    rows = queries.progress(VisitTask.objects.filter(campaign=round_), queries.TOWNSHIP)
    told = [
        (row["name"], row["households"], row["visited"], row["absent"], row["checked"], row["percent"]) for row in rows
    ]
    assert told == [("野马川镇", 10, 7, 0, 0, "70.0%"), ("古达苗族彝族乡", 30, 27, 1, 1, "90.0%")]


@pytest.mark.django_db(transaction=True)
def test_one_of_two_who_open_a_campaign_of_the_same_name_is_told():
    household("张家")
    user = people.county_clerk()
    outcomes = at_once(*[lambda: services.open_campaign(user=user, facts=facts()) for _time in range(2)])
    assert kinds(outcomes) == ["done", "duplicate"]
    assert VisitTask.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_close_it_draw_once():
    one = household("张家")
    made = campaign()
    met(one[0], user=assistant())
    user = registrar()
    outcomes = at_once(*[lambda: services.close_campaign(user=user, campaign=made) for _time in range(2)])
    assert kinds(outcomes) == ["done", "state"]
    assert len(drawn(made)) == 1


@pytest.mark.slow
def test_a_county_of_100_000_households_is_given_out_by_a_handful_of_statements():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO workers_household (village_code, group_name, head_name)"
            " SELECT %s, 1 + n %% 9 || '组', '户' || n FROM generate_series(1, 100000) n",
            [VILLAGE],
        )
        # The connection's plans of the checks of foreign keys were made in earlier tests, for tables of a few rows.
        cursor.execute("ANALYZE workers_household")
        cursor.execute(
            "INSERT INTO workers_worker (name, name_key, name_initials, id_number, village_code, group_name, household_id)"
            " SELECT head_name, '', '', '529999' || to_char(date '1960-01-01' + (id % 9000)::int, 'YYYYMMDD')"
            " || lpad((id % 997)::text, 3, '0') || '0', village_code, group_name, id FROM workers_household"
        )
        cursor.execute("ANALYZE workers_worker")
    with CaptureQueriesContext(connection) as captured:
        made = campaign()
    assert VisitTask.objects.filter(campaign=made).count() == 100_000
    assert len(captured) < 25
