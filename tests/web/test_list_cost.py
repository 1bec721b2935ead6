import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.divisions.models import Division
from core.jobs.models import Job
from tests.web.conftest import VILLAGES
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.site")]
URL = "/kit/divisions/"


@pytest.mark.parametrize("url", [URL, "/tasks/"])
def test_one_row_and_three_cost_the_same_queries(browser, clerk, url):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            browser.get(url)
        return len(caught)

    Division.objects.create(code=VILLAGES[0], name="一", level="village")
    Job.objects.create(kind="x", title="一", created_by=clerk, state="done")
    browser.get(url)
    one = cost()
    for n in (1, 2):
        Division.objects.create(code=VILLAGES[n], name="又一", level="village")
        Job.objects.create(kind="x", title="又一", created_by=clerk, state="done")
    assert cost() == one
    assert one <= 9


def test_an_empty_list_offers_the_way_to_fill_it(browser):
    root = page(browser.get(URL))
    assert root.one(class_="empty-subtitle").text == "导入区划文件后显示在这里。"
    assert [link.attrs["href"] for link in root.one(class_="empty").all("a")] == ["/import/", "/template/"]
