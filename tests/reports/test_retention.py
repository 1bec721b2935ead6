"""The retention report: milestones, unknown apart from left, curves, scope."""

import datetime as dt
import random

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from core.divisions.services import CARRIED_LIST, load_divisions
from core.formats.periods import parse_period
from core.workbooks.services import Silent
from reports import services
from reports.retention import Question, compute
from tests.people import OTHER_TOWNSHIP, api_client_for, county_clerk, stranger, township_clerk
from tests.reports import facts
from tests.reports.oracle_km import kaplan_meier

pytestmark = pytest.mark.django_db

D = dt.date(2025, 2, 12)
YEAR = Question(first=dt.date(2025, 1, 1), last=dt.date(2025, 12, 31), as_of=dt.date(2025, 12, 31), division="520527")


@pytest.fixture
def divisions(db):
    load_divisions(path=CARRIED_LIST)


def day(n):
    return D + dt.timedelta(days=n)


def milestone(found, days):
    return next(m for m in found["milestones"] if m["days"] == days)


def test_still_left_and_unknown_stand_apart(divisions):
    coach = facts.trip()
    stays, leaves, silent, unreachable = (facts.worker(n) for n in range(4))
    for person in (stays, leaves, silent, unreachable):
        facts.arrival(person, D, coach)
    for n in (30, 90, 180):
        facts.visit(stays, day(n))
    facts.visit(leaves, day(31), "返乡")
    facts.visit(unreachable, day(30), "失联")
    facts.derive_all()
    found = compute(YEAR, county_clerk(), Silent())
    assert found["members"] == 4
    assert [tuple(m[k] for k in ("days", "due", "still", "left", "unknown", "rate")) for m in found["milestones"]] == [
        (30, 4, 1, 0, 3, "25.00"),
        (90, 4, 1, 1, 2, "25.00"),
        (180, 4, 1, 1, 2, "25.00"),
    ]


def test_a_visit_inside_the_window_before_the_day_counts_and_one_before_it_does_not(divisions):
    coach, early, late = facts.trip(), facts.worker(1), facts.worker(2)
    for person in (early, late):
        facts.arrival(person, D, coach)
    facts.visit(late, day(25))
    facts.visit(early, day(24))
    facts.derive_all()
    assert milestone(compute(YEAR, county_clerk(), Silent()), 30)["still"] == 1


def test_evidence_after_as_of_is_not_known(divisions):
    coach, person = facts.trip(), facts.worker(1)
    facts.arrival(person, D, coach)
    facts.visit(person, day(30))
    facts.visit(person, day(40), "返乡")
    facts.derive_all()
    before = compute(
        Question(first=YEAR.first, last=YEAR.last, as_of=day(35), division="520527"), county_clerk(), Silent()
    )
    after = compute(YEAR, county_clerk(), Silent())
    assert [(p["day"], p["left"]) for p in before["curve"]] == [(0, 0)]
    assert [(p["day"], p["left"]) for p in after["curve"]] == [(0, 0), (40, 1)]
    assert (milestone(before, 30)["still"], milestone(before, 90)["due"], milestone(before, 90)["rate"]) == (1, 0, None)


def test_moving_to_another_employer_is_no_leaving(divisions):
    coach, person = facts.trip(), facts.worker(1)
    facts.arrival(person, D, coach)
    facts.visit(person, day(30), "转岗在岗")
    facts.visit(person, day(90))
    facts.derive_all()
    found = compute(YEAR, county_clerk(), Silent())
    assert (milestone(found, 90)["still"], [p["left"] for p in found["curve"]]) == (1, [0])


def test_tables_split_by_every_dimension_and_add_up(divisions):
    facts.station()
    facts.station("NB-01", "330212")
    south, east = facts.trip(), facts.trip("B2", "G2", "330212", dt.date(2025, 3, 1))
    for n in range(5):
        facts.arrival(facts.worker(n, (OTHER_TOWNSHIP if n == 4 else facts.VILLAGE[:9]) + "200"), D, south)
    facts.arrival(facts.worker(9), dt.date(2025, 3, 3), east)
    facts.derive_all()
    tables = compute(YEAR, county_clerk(), Silent())["tables"]
    assert {name: [(row["code"], row["members"]) for row in rows] for name, rows in tables.items()} == {
        "month": [("2025-02", 5), ("2025-03", 1)],
        "trip": [("B1", 5), ("B2", 1)],
        "station": [("GZ-01", 5), ("NB-01", 1)],
        "township": [(OTHER_TOWNSHIP, 1), (facts.VILLAGE[:9], 5)],
        "destination": [("33", 1), ("44", 5)],
        "destination_city": [("3302", 1), ("4401", 5)],
    }
    assert tables["destination"][1]["name"] == "广东省"


def test_a_person_counts_once_a_month_with_the_earliest_arrival(divisions):
    person = facts.worker(1)
    facts.arrival(person, dt.date(2025, 2, 12), facts.trip())
    facts.arrival(person, dt.date(2025, 2, 20), facts.trip("B2"))
    facts.arrival(person, dt.date(2025, 3, 2), facts.trip("B3"))
    facts.derive_all()
    tables = compute(YEAR, county_clerk(), Silent())["tables"]
    assert [(row["code"], row["members"]) for row in tables["trip"]] == [("B1", 1), ("B3", 1)]


def test_people_count_only_within_the_asker_s_area(divisions):
    coach = facts.trip()
    for n in range(3):
        facts.arrival(facts.worker(n, (OTHER_TOWNSHIP if n else facts.VILLAGE[:9]) + "200"), D, coach)
    facts.derive_all()
    narrow = services.retention_question(user=township_clerk(), parameters={"period": "2025"})
    assert compute(narrow, township_clerk(), Silent())["members"] == 1
    assert compute(YEAR, county_clerk(), Silent())["members"] == 3


@pytest.mark.parametrize("seed", range(4))
def test_curve_equals_the_exact_estimate_and_milestones_equal_the_indicators(divisions, seed):
    chance, coach = random.Random(seed), facts.trip()
    exits = []
    for n in range(40):
        person = facts.worker(n)
        facts.arrival(person, D, coach)
        last = 0
        for days in (7, 30, 90, 180):
            fate = chance.random()
            if fate < 0.15:
                facts.visit(person, day(days), "离岗求职")
                exits.append((days, True))
                break
            if fate < 0.8:
                facts.visit(person, day(days))
                last = days
        else:
            exits.append((last, False))
    facts.derive_all()
    found = compute(YEAR, county_clerk(), Silent())
    steps = kaplan_meier([days for days, _ in exits], [left for _, left in exits])
    assert [(p["day"], p["at_risk"], p["left"]) for p in found["curve"][1:]] == [
        (s.day, s.at_risk, s.left) for s in steps
    ]
    for point, step in zip(found["curve"][1:], steps, strict=True):
        assert point["survival"] == pytest.approx(float(step.survival), abs=1e-6)
        assert (point["low"], point["high"]) == pytest.approx((float(step.low), float(step.high)), abs=1e-6)
    client = api_client_for(county_clerk(), "statistics:read")
    for days in (30, 90, 180):
        told = client.get(f"/api/v1/statistics/RET_{days}/?period=2025&as_of=2025-12-31").json()
        own = milestone(found, days)
        assert (told["total"]["numerator"], told["total"]["denominator"], told["total"]["value"]) == (
            own["still"],
            own["due"],
            own["rate"],
        )


def test_the_workbook_carries_the_same_numbers(divisions, settings, tmp_path):
    settings.RESULTS_DIR = tmp_path
    facts.arrival(facts.worker(1), D, facts.trip())
    facts.derive_all()
    run = services.request_report(user=county_clerk(), kind="retention", parameters={"period": "2025"}, start=False)
    services.run_report(run=run, progress=Silent())
    book = CalamineWorkbook.from_path(str(run.path))
    assert book.sheet_names == [
        "合计",
        "按到岗月份",
        "按出行批次",
        "按协作站",
        "按乡镇",
        "按务工省份",
        "按务工城市",
        "留存曲线",
        "口径说明",
    ]
    assert book.get_sheet_by_name("合计").to_python()[1][:7] == ["合计", "520527", 1.0, 1.0, 0.0, 0.0, 1.0]
    assert len(run.digest) == 64


def test_a_report_that_has_its_answer_is_not_computed_again(divisions, settings, tmp_path):
    settings.RESULTS_DIR = tmp_path
    run = services.request_report(user=county_clerk(), kind="retention", parameters={"period": "2025"}, start=False)
    first = services.run_report(run=run, progress=Silent()).result
    facts.arrival(facts.worker(1), D, facts.trip())
    facts.derive_all()
    assert services.run_report(run=run, progress=Silent()).result == first


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"period": "20x5"}, "period"),
        ({"as_of": "明天"}, "as_of"),
        ({"division": "999999"}, "division"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_parameters_are_named(divisions, parameters, field):
    answer = api_client_for(county_clerk(), "statistics:read").post(
        "/api/v1/reports/", {"kind": "retention", "parameters": parameters}, format="json"
    )
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_the_api_queues_a_report_and_hides_it_from_another_county(divisions, django_capture_on_commit_callbacks):
    client = api_client_for(county_clerk(), "statistics:read")
    answer = client.post("/api/v1/reports/", {"kind": "retention", "parameters": {"period": "2025"}}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    url = f"/api/v1/reports/{answer.json()['id']}/"
    assert client.get(url).json()["progress"] == 0
    assert client.get(f"{url}file/").status_code == 409
    assert api_client_for(stranger(), "statistics:read").get(url).status_code == 404


def test_periods_are_those_of_the_statistics(divisions):
    question = services.retention_question(
        user=county_clerk(), parameters={"period": "2025Q1", "as_of": "2025年6月30日"}
    )
    period = parse_period("2025Q1")
    assert (question.first, question.last, question.as_of) == (period.start, period.end, dt.date(2025, 6, 30))


def test_as_of_is_by_default_what_it_is_in_the_statistics(divisions):
    asked = services.retention_question(user=county_clerk(), parameters={"period": "2025Q1"})
    assert asked.as_of == dt.date(2025, 3, 31)
    this_year = services.retention_question(user=county_clerk(), parameters={})
    assert this_year.as_of == timezone.localdate()
