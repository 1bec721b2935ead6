"""A person's number that is searched for stands in no address."""

import re
from urllib.parse import quote

import pytest

from core.divisions.models import Division
from core.web.models import SavedView
from core.workbooks.models import Export
from tests import people
from tests.web import site
from tests.web.conftest import VILLAGES
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("divisions"), pytest.mark.urls("tests.web.site")]
URL = "/kit/divisions/"
NUMBER = "529999199001010019"
LISTED = {"HX-Request": "true", "HX-Target": "list", "HX-Trigger-Name": "q"}


@pytest.fixture(autouse=True)
def village(divisions):
    """A village with somebody's number for a name."""
    Division.objects.filter(code=VILLAGES[3]).update(name=f"{NUMBER}村")


def typed(browser, text, **query):
    return browser.get(URL, query, headers={**LISTED, "X-Sought": quote(text)})


def rows(response):
    return [link.text for link in page(response).one(id="list").all("a", class_="row-link")]


def test_typing_a_number_gives_the_list_an_address_without_it(browser):
    response = typed(browser, NUMBER, level="village")
    address = response.headers["HX-Replace-Url"]
    assert re.fullmatch(rf"{re.escape(URL)}\?level=village&q=(%7E|~)[0-9a-f]{{16}}", address), address
    again = browser.get(address)
    assert rows(response) == rows(again) == [f"{NUMBER}村"]
    root = page(again)
    assert root.one(id="list-q").attrs["value"] == NUMBER
    links = [one.attrs[name] for one in root.walk() for name in ("href", "action", "hx-get") if one.attrs.get(name)]
    assert [link for link in links if NUMBER in link] == []


@pytest.mark.parametrize(
    "text",
    [
        NUMBER,
        "138 0000 0001",
        "１３８００００",
        "0857-8221234",
        f"张三 {NUMBER}",
        f"张三{NUMBER}",
        "52999919700101001x",
    ],
)
def test_an_address_with_a_number_leads_to_one_without(browser, text):
    response = browser.get(URL, {"q": text, "level": "village"})
    assert (response.status_code, text in response.headers["Location"]) == (302, False)
    assert page(browser.get(response.headers["Location"])).one(id="list-q").attrs["value"] == text


@pytest.mark.parametrize(
    "text", ["张三", "0019", "203", "001X", "zgq", "2025", "91440113ma59ekwx1a", "B20250215", "F12345"]
)
def test_other_words_stay_in_the_address(browser, text):
    assert browser.get(URL, {"q": text}).status_code == 200


def test_one_number_has_one_word_a_session_and_none_in_another(browser):
    first, second = (typed(browser, NUMBER).headers["HX-Replace-Url"] for _time in range(2))
    assert first == second
    other = people.client_for(people.township_clerk())
    response = other.get(first, follow=True)
    assert response.redirect_chain == [(URL, 302)]
    assert "已不再保留" in page(response).one(id="messages").text


def test_an_act_on_a_forgotten_search_touches_nothing(browser):
    response = browser.post(f"{URL}?q=~0123456789abcdef", {"action": "touch", "all": "1"}, follow=True)
    assert response.redirect_chain == [(URL, 302)]
    assert "标记了" not in page(response).one(id="messages").text


def test_acts_on_all_that_match_mean_the_number(browser):
    response = browser.post(
        typed(browser, NUMBER).headers["HX-Replace-Url"], {"action": "touch", "all": "1"}, follow=True
    )
    assert "标记了 1 条" in page(response).one(id="messages").text


def test_an_export_knows_the_number_and_its_register_does_not_say_it(browser, monkeypatch):
    monkeypatch.setattr(site.Divisions, "export_kind", "workers")
    browser.post(typed(browser, NUMBER).headers["HX-Replace-Url"], {"action": "export", "purpose": "核对"})
    export = Export.objects.get()
    assert (export.query, export.conditions) == ({"q": NUMBER}, "搜索：…")


def test_a_number_is_kept_in_no_saved_filter(browser):
    response = browser.post(
        typed(browser, NUMBER).headers["HX-Replace-Url"], {"action": "save_view", "name": "一人"}, follow=True
    )
    assert "不能存进常用筛选" in page(response).one(id="messages").text
    assert SavedView.objects.count() == 0


def test_the_search_box_of_the_frame_is_sent_without_an_address(browser):
    form = page(browser.get(URL)).one("form", class_="search")
    assert (form.attrs["method"], form.attrs["action"]) == ("post", "/search/")
    response = browser.post("/search/", {"q": NUMBER})
    assert re.fullmatch(r"/search/\?q=(%7E|~)[0-9a-f]{16}", response.headers["Location"])
    found = page(browser.get(response.headers["Location"])).one(id="content")
    assert found.one("a", class_="todo-row").attrs["href"] == f"/kit/division/{VILLAGES[3]}/"
    assert browser.post("/search/", {"q": "203 村"}).headers["Location"] == "/search/?q=203+%E6%9D%91"


def test_suggestions_take_the_number_from_the_header(browser):
    headers = {"HX-Request": "true", "HX-Target": "search-list", "X-Sought": quote(NUMBER)}
    (hit,) = page(browser.get("/search/", headers=headers)).all(role="option")
    assert hit.attrs["href"] == f"/kit/division/{VILLAGES[3]}/"


def test_a_filter_that_cannot_be_read_is_named_and_can_be_taken_away(browser):
    root = page(browser.get(URL, {"level": "planet", "name": "20", "sort": "-name"}))
    assert "“级别”这个条件不能用" in root.one(class_="alert-warning").text
    chips = {chip.text.split(" ×")[0]: chip.attrs["href"] for chip in root.all("a", class_="chip")}
    assert chips.pop("级别 planet") == "?name=20&sort=-name"
    assert len(root.all("a", class_="text-danger")) == 1
