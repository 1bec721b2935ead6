import pytest

from tests import people
from tests.web.conftest import VILLAGES
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("divisions"), pytest.mark.urls("tests.web.site")]
SUGGEST = {"HX-Request": "true", "HX-Target": "search-list"}


def hits(response):
    return [(hit.attrs["href"], hit.one("span").text) for hit in page(response).all(role="option")]


def test_suggestions_are_scoped_and_few(browser):
    found = hits(browser.get("/search/", {"q": "0村"}, headers=SUGGEST))
    assert found == [(f"/kit/division/{VILLAGES[n]}/", f"2{n:02}村") for n in (0, 10)]
    assert len(hits(browser.get("/search/", {"q": "2"}, headers=SUGGEST))) == 0
    assert len(hits(browser.get("/search/", {"q": "20"}, headers=SUGGEST))) == 5


def test_the_page_of_results_shows_more(browser):
    rows = [
        link.attrs["href"]
        for link in page(browser.get("/search/", {"q": "20"})).one(id="content").all("a", class_="todo-row")
    ]
    assert rows == [f"/kit/division/{code}/" for code in VILLAGES[:10]]


@pytest.mark.parametrize("text", ["", "2", "\x00", "没有这样的村"])
def test_nothing_found_says_so(browser, text):
    assert browser.get("/search/", {"q": text}).status_code == 200
    assert hits(browser.get("/search/", {"q": text}, headers=SUGGEST)) == []


def test_a_source_needs_its_permission():
    client = people.client_for(people.with_role("log_admin"))
    assert hits(client.get("/search/", {"q": "20"}, headers=SUGGEST)) == []
