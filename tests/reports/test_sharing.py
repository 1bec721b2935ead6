"""Showing a report to partner bureaus: they read what the county counted, and nothing else."""

import pytest

from core.accounts.models import AccessLog
from core.divisions.services import CARRIED_LIST, load_divisions
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.workbooks.services import Silent
from reports import services
from reports.models import ReportRun
from reports.sharing import partner_areas, share_report
from tests.people import client_for, county_clerk, make_user, stranger, township_clerk, with_role

pytestmark = pytest.mark.django_db
PANYU, LIWAN = "440113", "440103"


@pytest.fixture(autouse=True)
def divisions(db):
    load_divisions(path=CARRIED_LIST)


@pytest.fixture
def panyu():
    return make_user("panyu", "partner_bureau", PANYU)


@pytest.fixture
def liwan():
    return make_user("liwan", "partner_bureau", LIWAN)


@pytest.fixture
def finished():
    run = services.request_report(user=county_clerk(), kind=services.RETENTION, parameters={"period": "2025"})
    return services.run_report(run=run, progress=Silent())


def status(reader, page):
    answer = reader.get(page)
    if answer.streaming:
        answer.getvalue()
    return answer.status_code


def test_a_partner_reads_what_it_is_shown(finished, panyu, liwan):
    pages = [f"/reports/{finished.pk}/", f"/reports/{finished.pk}/file/", f"/reports/{finished.pk}/?view=print"]
    readers = [client_for(panyu), client_for(liwan)]
    assert [status(reader, page) for reader in readers for page in pages] == [404] * 6
    share_report(user=county_clerk(), run=finished, areas=[PANYU])
    assert [status(reader, page) for reader in readers for page in pages] == [200] * 3 + [404] * 3
    assert f"/reports/{finished.pk}/" in readers[0].get("/reports/").content.decode()
    assert "县里给您看的报告会出现在这里" in readers[1].get("/reports/").content.decode()
    share_report(user=county_clerk(), run=finished, areas=[LIWAN])
    assert [reader.get(pages[0]).status_code for reader in readers] == [404, 200]
    assert list(AccessLog.objects.filter(action="reports.share").values_list("reason", flat=True)) == [LIWAN, PANYU]


def test_the_page_offers_the_areas_that_have_a_bureau(finished, panyu):
    assert partner_areas() == [(PANYU, "番禺区")]
    desk = client_for(county_clerk())
    assert f"/reports/{finished.pk}/share/" in desk.get(f"/reports/{finished.pk}/").content.decode()
    answer = desk.post(f"/reports/{finished.pk}/share/", {"areas": [PANYU]})
    finished.refresh_from_db()
    assert (answer["Location"], finished.shared_with) == (f"/reports/{finished.pk}/", [PANYU])
    assert desk.post(f"/reports/{finished.pk}/share/", {"areas": ["330212"]}).status_code == 422


def test_who_shows_what(finished, panyu):
    for user, refusal in ((stranger(), NotFound), (township_clerk(), NotAllowed), (panyu, NotAllowed)):
        with pytest.raises(refusal):
            share_report(user=user, run=finished, areas=[PANYU])
    with pytest.raises(DomainError, match="330212"):
        share_report(user=county_clerk(), run=finished, areas=["330212"])
    officer = with_role("dispatch_officer", "520527")
    own = services.request_report(user=officer, kind=services.RETENTION, parameters={"period": "2025"})
    services.run_report(run=own, progress=Silent())
    assert share_report(user=officer, run=own, areas=[PANYU]).shared_with == [PANYU]


def test_a_report_without_an_answer_is_shown_to_nobody(panyu):
    run = services.request_report(user=county_clerk(), kind=services.RETENTION, parameters={"period": "2025"})
    with pytest.raises(Conflict):
        share_report(user=county_clerk(), run=run, areas=[PANYU])
    assert ReportRun.objects.visible_to(panyu).count() == 0
