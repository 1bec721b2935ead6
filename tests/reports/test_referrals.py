"""到岗 of 求职登记 in the retention report, the plan of visits and the due list, exactly like passengers' (formats.md §3.1 RET_N)."""

import datetime as dt

import pytest
from django.utils import timezone

from core.divisions.services import CARRIED_LIST, load_divisions
from core.indicators.answers import answer
from core.indicators.questions import read_question
from core.workbooks.services import Silent
from employment.models import DeclaredJob, Employer
from reports.retention import Question, compute
from stations.models import PlannedVisit
from stations.queries import due, due_groups, due_people
from tests.people import county_clerk, make_user
from tests.reports import facts

pytestmark = pytest.mark.django_db

D = dt.date(2025, 2, 12)
YEAR = Question(first=dt.date(2025, 1, 1), last=dt.date(2025, 12, 31), as_of=dt.date(2025, 12, 31), division="520527")


@pytest.fixture(autouse=True)
def divisions(db):
    load_divisions(path=CARRIED_LIST)


@pytest.fixture
def firm():
    return Employer.objects.create(name="广州甲厂", place_code="440113")


def both(firm):
    """One came by coach, one by referral on the same day, a third merely agreed; the first two were seen on day 30."""
    coach, (rider, seeker, willing) = facts.trip(), (facts.worker(n) for n in range(3))
    facts.arrival(rider, D, coach)
    facts.referral(seeker, D, firm)
    facts.referral(willing, D, firm, "意向")
    for person in (rider, seeker):
        facts.visit(person, D + dt.timedelta(days=30))
    facts.derive_all()
    return rider, seeker


def test_the_report_counts_them_alike_and_names_no_batch_for_a_referral(firm):
    both(firm)
    found = compute(YEAR, county_clerk(), Silent())
    first = found["milestones"][0]
    assert (found["members"], first["days"], first["due"], first["still"]) == (2, 30, 2, 2)
    tables = {
        name: {row["code"]: row["members"] for row in found["tables"][name]} for name in ("trip", "destination_city")
    }
    assert tables == {"trip": {"B1": 1, "": 1}, "destination_city": {"4401": 2}}


def test_report_and_indicator_agree_row_by_row(firm):
    both(firm)
    found = compute(YEAR, county_clerk(), Silent())
    for dimension in ("trip", "destination", "destination_city", "township", "month"):
        asked = {"period": ["2025"], "as_of": ["2025-12-31"], "by": [dimension]}
        told = answer(read_question("RET_30", asked, county_clerk())).document["rows"]
        rows = {row[dimension]["code"]: (row["denominator"], row["numerator"]) for row in told}
        ours = {row["code"]: row["milestones"][0] for row in found["tables"][dimension]}
        assert rows == {code: (one["due"], one["still"]) for code, one in ours.items()}


def test_the_earliest_of_a_month_counts_whichever_source_told_it(firm):
    coach, person = facts.trip(destination="330212"), facts.worker(1)
    facts.arrival(person, D, coach)
    facts.referral(person, D - dt.timedelta(days=2), firm)
    facts.referral(person, D + dt.timedelta(days=30), firm)
    facts.derive_all()
    found = compute(YEAR, county_clerk(), Silent())
    assert {row["code"]: row["members"] for row in found["tables"]["month"]} == {"2025-02": 1, "2025-03": 1}
    assert {row["code"]: row["members"] for row in found["tables"]["destination"]} == {"44": 2}


def test_on_one_day_the_roster_comes_before_the_register(firm):
    coach, person = facts.trip(destination="330212"), facts.worker(1)
    facts.referral(person, D, firm)
    facts.arrival(person, D, coach)
    facts.derive_all()
    found = compute(YEAR, county_clerk(), Silent())
    assert {row["code"]: row["members"] for row in found["tables"]["destination"]} == {"33": 1}


def test_of_two_vehicles_on_one_day_their_names_decide_as_in_the_indicator():
    first, second = facts.trip("B2", "G1", "440113"), facts.trip("B1", "G9", "330212")
    person = facts.worker(1)
    facts.arrival(person, D, first)
    facts.arrival(person, D, second)
    facts.derive_all()
    found = compute(YEAR, county_clerk(), Silent())
    tables = {name: {row["code"]: row["members"] for row in found["tables"][name]} for name in ("trip", "destination")}
    asked = {"period": ["2025"], "as_of": ["2025-12-31"], "by": ["trip"]}
    told = [row["trip"]["code"] for row in answer(read_question("RET_30", asked, county_clerk())).document["rows"]]
    assert (tables, told) == ({"trip": {"B1": 1}, "destination": {"33": 1}}, ["B1"])


def test_the_station_there_follows_them_and_finds_them_at_their_employer(firm):
    facts.station("GZ-01")
    today = timezone.localdate()
    rider, seeker = facts.worker(1), facts.worker(2)
    facts.arrival(rider, today - dt.timedelta(days=7), facts.trip(), firm)
    facts.referral(seeker, today - dt.timedelta(days=7), firm)
    facts.derive_all()
    plans = PlannedVisit.objects.order_by("milestone").values_list("milestone", "station__code", "employer")
    expected = [(days, "GZ-01", firm.pk) for days in (7, 30, 90, 180)]
    assert [list(plans.filter(worker=one)) for one in (rider, seeker)] == [expected, expected]
    staff = make_user("zhan", "station_staff", "520527", scope_stations=["GZ-01"])
    rows = due(staff, today)
    assert [(group.employer_id, group.persons) for group in due_groups(rows, today)] == [(firm.pk, 2)]
    assert {one.worker_id for one in due_people(rows, today, [firm.pk], 10)} == {rider.pk, seeker.pk}


def test_who_is_at_work_no_more_is_asked_for_at_the_employer_of_the_arrival(firm):
    facts.station("GZ-01")
    today = timezone.localdate()
    seeker = facts.worker(2)
    day = {n: today - dt.timedelta(days=n) for n in (1, 7, 8)}
    DeclaredJob.objects.create(worker=seeker, start_on=day[8], end_on=day[1], place_code="440113")
    facts.referral(seeker, day[7], firm)
    facts.derive_all()
    rows = due(make_user("zhan", "station_staff", "520527", scope_stations=["GZ-01"]), today)
    assert [(one.employer_id, one.employer) for one in due_people(rows, today, [firm.pk], 10)] == [
        (firm.pk, "广州甲厂")
    ]


def test_a_referral_whose_place_nobody_knows_is_planned_for_no_station():
    facts.station("GZ-01")
    seeker, nowhere = facts.worker(2), Employer.objects.create(name="不知在哪的厂")
    facts.referral(seeker, D, nowhere)
    facts.derive_all()
    assert set(PlannedVisit.objects.values_list("station", flat=True)) == {None}
