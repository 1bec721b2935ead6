import pytest

from tests import people
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.site")]


def rows(client):
    links = page(client.get("/")).one(class_="todo").all("a", class_="todo-row")
    return [
        (link.text, link.attrs["href"])
        for link in links
        if link.attrs["href"] in {"/late/", "/some/", "/none/", "/no/"}
    ]


def test_what_waits_is_listed_urgent_first_without_empty_or_forbidden_rows(browser):
    assert rows(browser) == [("9 超期回访", "/late/"), ("2 待确认的导入", "/some/")]


def test_a_number_leads_to_the_people_and_says_it_is_stale(browser):
    tile = next(tile for tile in page(browser.get("/")).all(class_="tile") if "41,203" in tile.text)
    assert (tile.one("a").attrs["href"], tile.one("a").text, tile.one(class_="badge").text) == (
        "/people/",
        "41,203",
        "待更新",
    )


def test_numbers_need_their_permission():
    text = page(people.client_for(people.with_role("log_admin")).get("/")).text
    assert "41,203" not in text


def test_the_home_page_is_for_signed_in_people(client):
    assert client.get("/").status_code == 302
