import re

import pytest
from django.test import Client, override_settings
from django.urls import path

from tests import people
from tests.web.reading import page
from tests.web.site import urlpatterns as kit

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.test_frame")]
PAGES = [
    "/",
    "/me/",
    "/tasks/",
    "/search/?q=村",
    "/kit/divisions/",
    "/kit/divisions/?view=print",
    "/kit/new/",
    "/offline/",
    "/nowhere/",
]


def broken(_request):
    raise RuntimeError


urlpatterns = [path("broken/", broken), *kit]


def rail(client, url="/"):
    root = page(client.get(url)).one(class_="rail")
    return [link.text for link in root.all("a", class_="rail-link")]


def test_the_rail_shows_what_the_role_may_open_in_the_order_of_the_work(browser):
    shown = rail(browser)
    assert [label for label in shown if label in {"首页", "区划一览", "只给站上", "任务", "账号"}] == [
        "首页",
        "区划一览",
        "只给站上",
        "任务",
        "账号",
    ]
    assert {"谁也看不到", "没有这个网址"}.isdisjoint(shown)


def test_a_role_without_business_data_sees_no_business_pages():
    assert "区划一览" not in rail(people.client_for(people.with_role("log_admin")))


def test_the_page_one_is_on_is_marked(browser):
    marked = page(browser.get("/kit/divisions/?q=1")).one(class_="rail").one("a", aria_current="page")
    assert marked.text == "区划一览"


def test_a_long_rail_folds_all_but_the_section_one_is_in(browser, monkeypatch):
    monkeypatch.setattr("core.web.frame.UNFOLDED_ENTRIES", 1)
    sections = page(browser.get("/kit/divisions/")).one(class_="rail").all("details")
    assert [section.attrs["data-section"] for section in sections if "open" in section.attrs] == ["workers"]
    assert len(sections) > 1


def test_a_short_rail_is_open(browser, monkeypatch):
    monkeypatch.setattr("core.web.frame.UNFOLDED_ENTRIES", 100)
    sections = page(browser.get("/")).one(class_="rail").all("details")
    assert [section.attrs["data-section"] for section in sections if "open" not in section.attrs] == []


@pytest.mark.parametrize(("role", "first"), [("county_admin", "首页"), ("station_staff", "只给站上")])
def test_the_bottom_bar_of_a_phone_follows_the_role(role, first):
    client = people.client_for(people.with_role(role, scope_stations=["S1"]))
    links = [link.text for link in page(client.get("/")).one(class_="phone-bar").all("a")]
    assert (links[0], links[-1], len(links) <= 4) == (first, "我的", True)


def test_my_page_holds_the_whole_menu_and_the_way_out(browser):
    root = page(browser.get("/me/"))
    assert "区划一览" in root.one(id="content").text
    assert root.one(id="content").all("form", data_clear_offline=True)[0].attrs["action"] == "/account/sign-out/"


def test_the_watermark_names_the_reader(browser):
    assert "县管理员" in page(browser.get("/")).one(class_="watermark").text


@pytest.mark.parametrize("url", PAGES)
def test_no_page_has_inline_script_or_style(browser, url):
    response = browser.get(url)
    text = response.content.decode()
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text) == []
    policy = response.headers["Content-Security-Policy"]
    assert ("unsafe" in policy, "script-src 'self'" in policy, "style-src 'self'" in policy) == (False, True, True)


@pytest.mark.parametrize("url", PAGES[:-2])
def test_no_page_is_kept_by_a_proxy_or_shown_again_after_signing_out(browser, url):
    assert browser.get(url).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("url", PAGES)
def test_ids_on_a_page_are_unique_and_labels_lead_somewhere(browser, url):
    root = page(browser.get(url))
    ids = [one.attrs["id"] for one in root.walk() if "id" in one.attrs]
    assert sorted(ids) == sorted(set(ids))
    assert {label.attrs["for"] for label in root.all("label") if "for" in label.attrs} <= set(ids)


@pytest.mark.parametrize("url", PAGES)
def test_every_table_has_a_caption_and_every_page_one_heading(browser, url):
    root = page(browser.get(url))
    assert all(len(table.all("caption")) == 1 for table in root.all("table"))
    assert len(root.all("h1")) == 1


def test_every_page_speaks_english_when_asked(browser):
    browser.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert page(browser.get("/")).one("html").attrs["lang"] == "en"
    browser.post("/i18n/setlang/", {"language": "zh-hans", "next": "/"})
    assert page(browser.get("/")).one("html").attrs["lang"] == "zh-hans"


@pytest.mark.parametrize(
    ("url", "status", "said"), [("/nowhere/", 404, "没有找到这个页面"), ("/broken/", 500, "系统出错了")]
)
def test_an_error_page_says_what_to_do(clerk, url, status, said):
    client = people.client_for(clerk)
    client.raise_request_exception = False
    response = client.get(url)
    assert (response.status_code, page(response).one("h1").text) == (status, said)
    assert page(response).one("a", class_="btn-primary").attrs["href"] == "/"


def test_a_forbidden_page_says_so():
    root = page(people.client_for(people.with_role("log_admin")).get("/kit/divisions/"))
    assert root.one("h1").text == "您没有办理这件事的权限"


def test_a_form_from_an_old_page_is_told_so(clerk):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clerk, backend=people.SIGN_IN_BACKEND)
    response = client.post("/kit/new/", {})
    assert (response.status_code, page(response).one("h1").text) == (403, "页面已过期，没有提交")


def test_the_service_worker_rules_the_whole_site_and_names_the_assets(client):
    response = client.get("/service-worker.js")
    text = response.content.decode()
    assert response.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert ('"/static/web/web.css"' in text, '"/offline/"' in text, "__" in text) == (True, True, False)


@override_settings(DEBUG=False)
def test_the_offline_page_needs_no_sign_in(client):
    assert page(client.get("/offline/")).one("h1").text == "没有网络"
