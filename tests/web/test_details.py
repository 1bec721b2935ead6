import pytest

from core.accounts.models import AccessLog
from tests import people
from tests.web.conftest import ELSEWHERE, VILLAGES
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("divisions"), pytest.mark.urls("tests.web.site")]
URL = f"/kit/division/{VILLAGES[0]}/"
REVEAL = "/reveal/divisions.division.secret/7/"


@pytest.mark.parametrize(
    ("role", "url", "status"),
    [("county_admin", URL, 200), ("log_admin", URL, 403), ("county_admin", f"/kit/division/{ELSEWHERE}/", 404)],
)
def test_a_detail_needs_the_permission_and_the_scope(role, url, status):
    assert people.client_for(people.with_role(role)).get(url).status_code == status


def test_the_header_shows_facts_state_and_the_next_action(browser):
    head = page(browser.get(URL)).one(class_="detail-head")
    assert head.one("h1").text == "200村 在用"
    assert head.one("dl", class_="facts").text == f"代码 {VILLAGES[0]}"
    assert head.one("a", class_="btn-primary").attrs["href"] == "/kit/new/"


def test_the_primary_action_needs_its_permission():
    head = page(people.client_for(people.with_role("auditor")).get(URL)).one(class_="detail-head")
    assert head.all("a", class_="btn-primary") == []


def test_a_refused_action_says_why_and_cannot_be_pressed(browser):
    menu = page(browser.get(URL)).one(class_="detail-head").one("details")
    assert (menu.one(class_="disabled").text, menu.one("small").text, menu.all("form")) == ("撤并", "先迁出人员", [])


def test_a_refused_step_says_why(browser):
    steps = page(browser.get(URL)).all("li", class_="step-point")
    assert [(step.attrs["class"], step.text) for step in steps] == [
        ("step-point done", "设立"),
        ("step-point refused", "撤并 还有人员"),
    ]


def test_the_open_tab_stands_in_the_url(browser):
    root = page(browser.get(f"{URL}?tab=more"))
    assert root.one("a", class_="nav-link", aria_selected="true").text == "更多"
    assert root.one(id="tab-body").text == "备注 只在这一页"


def test_an_unknown_or_forbidden_tab_opens_the_first(browser):
    assert page(browser.get(f"{URL}?tab=log")).one("a", aria_selected="true").text == "基本"


def test_htmx_gets_the_tabs_alone(browser):
    root = page(browser.get(f"{URL}?tab=more", headers={"HX-Request": "true", "HX-Target": "tabs"}))
    assert (root.all("html"), root.one(id="tabs").one("a", aria_selected="true").text) == ([], "更多")


def test_a_masked_fact_has_the_way_to_open_it_for_those_who_may(browser):
    fact = page(browser.get(URL)).one(id="reveal-divisions-division-secret-7")
    assert fact.one("form").attrs["hx-post"] == REVEAL
    assert fact.text.startswith("529999********1234 查看完整")


def test_a_masked_fact_stays_closed_for_others():
    root = page(people.client_for(people.with_role("auditor")).get(URL))
    assert (root.all(id="reveal-divisions-division-secret-7"), "529999********1234" in root.text) == ([], True)


def test_showing_in_full_leaves_a_line_in_the_log(browser, clerk):
    response = browser.post(REVEAL, {"reason": "核对身份"})
    assert page(response).one(class_="revealed").text == "529999199001011234"
    line = AccessLog.objects.get(action="reveal")
    assert (line.user, line.object_type, line.object_id, line.reason, line.ip) == (
        clerk,
        "divisions.division.secret",
        "7",
        "核对身份",
        "127.0.0.1",
    )


@pytest.mark.parametrize(
    ("role", "url", "reason", "status"),
    [
        ("county_admin", REVEAL, "", 400),
        ("county_admin", REVEAL, "   ", 400),
        ("auditor", REVEAL, "看看", 403),
        ("county_admin", "/reveal/divisions.division.secret/8/", "看看", 404),
        ("county_admin", "/reveal/no.such.field/7/", "看看", 404),
    ],
)
def test_showing_in_full_is_refused_without_a_line(role, url, reason, status):
    assert people.client_for(people.with_role(role)).post(url, {"reason": reason}).status_code == status
    assert not AccessLog.objects.filter(action="reveal").exists()


def test_showing_in_full_is_never_a_get(browser):
    assert browser.get(REVEAL).status_code == 405
