"""The pages of reports: what the form offers to whom, who may ask, who may open what."""

import datetime as dt

import pytest
from django.utils.timezone import localdate
from python_calamine import CalamineWorkbook

from core.divisions.services import CARRIED_LIST, load_divisions
from core.workbooks.services import Silent
from reports import services
from reports.models import ReportRun
from tests.people import (
    TOWNSHIP,
    api_client_for,
    client_for,
    county_clerk,
    make_user,
    stranger,
    township_clerk,
    with_role,
)
from tests.reports import facts
from tests.web.reading import page

pytestmark = pytest.mark.django_db
NEW = "/reports/new/"


@pytest.fixture(autouse=True)
def divisions(db):
    load_divisions(path=CARRIED_LIST)


def staff(*codes):
    return make_user(f"zhan-{'-'.join(codes)}", "station_staff", scope_stations=list(codes))


def form_of(user):
    return page(client_for(user).get(NEW)).one("form", id="form")


def offered(user, name="division"):
    return [(option.attrs["value"], option.text) for option in form_of(user).one("select", name=name).all("option")]


def test_a_county_is_offered_its_townships():
    found = offered(county_clerk())
    assert (found[0], (TOWNSHIP, "古达苗族彝族乡") in found, {len(code) for code, _ in found[1:]}) == (
        ("", "您的全部范围"),
        True,
        {9},
    )


def test_a_township_is_offered_its_villages_and_nobody_elses():
    found = offered(township_clerk())
    assert (found[0][0], {code[:9] for code, _ in found[1:]}, len(found) > 5) == ("", {TOWNSHIP}, True)


def test_periods_are_suggested_without_a_script():
    form = form_of(county_clerk())
    listed = form.one("datalist", id=form.one("input", name="period").attrs["list"])
    words = [option.attrs["value"] for option in listed.all("option")]
    assert (words[0], words[-1]) == (f"{localdate():%Y}", f"{localdate().year - 1}")


def test_the_form_asks_for_a_report_of_the_chosen_township():
    answer = client_for(county_clerk()).post(NEW, {"period": "2025", "division": TOWNSHIP, "as_of": ""})
    run = ReportRun.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{run.pk}/")
    assert (run.params["division"], run.params["first"]) == (TOWNSHIP, "2025-01-01")


def test_a_place_that_was_not_offered_is_said_beside_the_field():
    answer = client_for(township_clerk()).post(NEW, {"period": "2025", "division": "520527105"})
    assert (answer.status_code, page(answer).one("div", id="id_division_error").text) == (
        422,
        "选择一个有效的选项。 520527105 不在可用的选项中。",
    )


@pytest.mark.parametrize(
    ("role", "view", "run"),
    [
        ("county_admin", 200, 200),
        ("finance_officer", 200, 200),
        ("station_staff", 200, 200),
        ("auditor", 200, 403),
        ("partner_bureau", 200, 403),
        ("village_assistant", 403, 403),
        ("system_admin", 403, 403),
    ],
)
def test_who_may_see_and_ask_for_reports(role, view, run):
    client = client_for(with_role(role))
    assert (client.get("/reports/").status_code, client.get(NEW).status_code) == (view, run)


def test_a_report_is_opened_by_its_asker_and_the_county_not_by_others():
    run = services.request_report(user=township_clerk(), kind="retention", parameters={"period": "2025"})
    opened = [
        client_for(user).get(f"/reports/{run.pk}/").status_code
        for user in (township_clerk(), county_clerk(), stranger(), staff("GZ-01"))
    ]
    assert opened == [200, 200, 404, 404]


def test_station_staff_report_on_those_their_station_follows_even_when_they_have_left():
    facts.station("GZ-01", "440113")
    facts.station("NB-01", "330212")
    south, east = facts.trip(), facts.trip("B2", "G2", "330212")
    day = dt.date(2025, 2, 12)
    for order, coach in ((1, south), (2, south), (3, east)):
        facts.arrival(facts.worker(order), day, coach)
    leaver = facts.worker(4)
    facts.arrival(leaver, day, south)
    facts.visit(leaver, day + dt.timedelta(days=20), "返乡")
    facts.derive_all()
    user = staff("GZ-01")
    run = services.request_report(
        user=user, kind="retention", parameters={"period": "2025", "as_of": "2025-12-31"}, start=False
    )
    result = services.run_report(run=run, progress=Silent()).result
    assert [(row["code"], row["members"]) for row in result["tables"]["station"]] == [("GZ-01", 3)]
    assert [m["left"] for m in result["milestones"]] == [1, 1, 1]
    listed = api_client_for(user, "statistics:read").get("/api/v1/reports/").json()
    assert [report["id"] for report in listed] == [str(run.pk)]


def two_stations():
    facts.station("GZ-01", "440113")
    facts.station("NB-01", "330212")
    day = dt.date(2025, 2, 12)
    for order, coach in ((1, facts.trip()), (2, facts.trip("B3", "G3")), (3, facts.trip("B2", "G2", "330212"))):
        facts.arrival(facts.worker(order), day, coach)
    facts.derive_all()


def members(user, **asked):
    parameters = {"period": "2025", "as_of": "2025-12-31", **asked}
    run = services.request_report(user=user, kind="retention", parameters=parameters, start=False)
    return services.run_report(run=run, progress=Silent())


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        ({}, 3),
        ({"station": "GZ-01"}, 2),
        ({"trip": "B3"}, 1),
        ({"station": "GZ-01", "trip": "B2"}, 0),
        ({"station": "GZ-01", "division": "520527105"}, 0),
    ],
)
def test_a_report_may_be_about_one_station_or_one_batch(asked, counted):
    two_stations()
    result = members(county_clerk(), **asked).result
    assert (result["members"], {name: result["question"].get(name) for name in asked}) == (counted, asked)


def test_the_page_the_print_and_the_workbook_say_what_it_is_narrowed_to():
    two_stations()
    run = members(county_clerk(), station="GZ-01", trip="B3")
    client = client_for(county_clerk())
    for view in ("", "?view=print"):
        text = page(client.get(f"/reports/{run.pk}/{view}")).text
        assert ("GZ-01 GZ-01站" in text, "B3 批次B3" in text) == (True, True)
    told = dict(CalamineWorkbook.from_path(str(run.path)).get_sheet_by_name("口径说明").to_python()[1:6])
    assert (told["协作站"], told["批次"]) == ("GZ-01", "B3")


def test_the_form_offers_the_stations_and_batches_one_has_to_do_with():
    two_stations()
    assert offered(county_clerk(), "station") == [("", "全部"), ("GZ-01", "GZ-01站"), ("NB-01", "NB-01站")]
    assert offered(staff("GZ-01"), "station") == [("", "全部"), ("GZ-01", "GZ-01站")]
    assert offered(county_clerk(), "trip") == [
        ("", "全部"),
        ("B2", "B2 批次B2"),
        ("B3", "B3 批次B3"),
        ("B1", "B1 批次B1"),
    ]
    assert [code for code, _ in offered(staff("NB-01"), "trip")] == ["", "B2"]


@pytest.mark.parametrize(
    ("asked", "field"), [({"station": "NB-01"}, "station"), ({"trip": "B1\0"}, "trip"), ({"trip": "B9"}, "trip")]
)
def test_what_one_has_nothing_to_do_with_is_unknown(asked, field):
    two_stations()
    answer = api_client_for(staff("GZ-01") if field == "station" else staff("NB-01"), "statistics:read").post(
        "/api/v1/reports/", {"kind": "retention", "parameters": {"period": "2025", **asked}}, format="json"
    )
    assert (answer.status_code, answer.json()["field"]) == (422, field)
