"""Who may open which page and route of imports and exports: without the right, with it, with it elsewhere."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.accounts.models import AccessLog
from core.workbooks.models import Export, Import
from tests.people import api_client_for, client_for, county_clerk, stranger, township_clerk, with_role
from tests.workbooks.conftest import read
from tests.workbooks.kinds import firm

pytestmark = pytest.mark.django_db

PAGES = ["/imports/", "/imports/new/", "/imports/templates/test_firms.xlsx"]
OWN_PAGES = ["", "faults/?code=number&column=x&level=error", "marked.xlsx", "records/"]
ACTS = ["confirm/", "cancel/", "undo/"]
API = [("get", ""), ("get", "errors/"), ("get", "errors/?format=xlsx"), ("post", "confirm/"), ("post", "undo/"),
       ("post", "cancel/")]  # fmt: skip


def status(user, url):
    return read(client_for(user).get(url)).status_code


@pytest.fixture
def source(hand_in, firms):
    return hand_in(firms(firm("甲厂", size="多")))


@pytest.mark.parametrize("page", PAGES)
def test_pages_need_the_permission_to_import(page):
    assert client_for(with_role("village_assistant")).get(page).status_code == 403
    assert client_for(county_clerk()).get(page).status_code == 200


def test_a_visitor_is_sent_to_sign_in(client, source):
    for page in ["/imports/", "/exports/", f"/imports/{source.pk}/"]:
        answer = client.get(page)
        assert (answer.status_code, answer.url) == (302, f"/account/sign-in/?next={page}")
    assert client.post("/api/v1/imports/").status_code == 401


@pytest.mark.parametrize("page", OWN_PAGES)
def test_somebody_elses_import_is_not_there(source, page):
    url = f"/imports/{source.pk}/{page}"
    people = (with_role("village_assistant"), county_clerk(), stranger(), township_clerk())
    assert [status(user, url) for user in people] == [403, 200, 404, 404]


@pytest.mark.parametrize("act", ACTS)
def test_acts_on_somebody_elses_import_and_unasked_methods(source, act):
    url = f"/imports/{source.pk}/{act}"
    assert client_for(with_role("auditor")).post(url).status_code == 403
    assert client_for(stranger()).post(url).status_code == 404
    assert client_for(county_clerk()).get(url).status_code == 405
    assert Import.objects.get().state == "ready"


def test_an_auditor_looks_and_is_offered_no_act(source):
    page = client_for(with_role("auditor")).get(f"/imports/{source.pk}/").content.decode()
    assert ("问题" in page, "/confirm/" in page, "/cancel/" in page) == (True, False, False)


@pytest.mark.parametrize(("method", "route"), API)
def test_routes_need_scope_permission_and_ones_own_import(source, method, route):
    url = f"/api/v1/imports/{source.pk}/{route}"
    programs = [
        api_client_for(county_clerk(), "statistics:read"),
        api_client_for(with_role("subsidy_approver")),
        api_client_for(stranger()),
        api_client_for(county_clerk(), "imports:write"),
    ]
    answers = [read(getattr(program, method)(url)) for program in programs]
    expected = {"confirm/": 422, "undo/": 409}.get(route, 200)
    assert [answer.status_code for answer in answers] == [403, 403, 404, expected]


def test_handing_in_needs_the_permission_of_the_kind(firms):
    path = firms(firm("甲厂"))
    officer = with_role("finance_officer")  # imports, but nothing of employment
    answer = api_client_for(officer).post(
        "/api/v1/imports/", {"kind": "test_firms", "file": SimpleUploadedFile(path.name, path.read_bytes())}
    )
    assert (answer.status_code, answer.json()["detail"]) == (403, "您没有导入《企业试表》的权限。")
    assert client_for(officer).get("/imports/templates/test_firms.xlsx").status_code == 403
    offered = client_for(officer).get("/imports/new/?kind=test_firms").content.decode()
    assert "企业试表" not in offered
    posted = client_for(officer).post(
        "/imports/new/", {"kind": "test_firms", "file": SimpleUploadedFile(path.name, path.read_bytes())}
    )
    assert (posted.status_code, "请选择表格种类。" in posted.content.decode()) == (422, True)
    assert Import.objects.count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "/imports/7/",
        "/imports/not-a-uuid/",
        f"/imports/{uuid.UUID(int=0)}/",
        f"/imports/{uuid.UUID(int=0)}/records/",
        "/imports/templates/moon.xlsx",
        "/exports/7/file/",
        f"/exports/{uuid.UUID(int=0)}/file/",
        "/api/v1/imports/7/",
        f"/api/v1/imports/{uuid.UUID(int=0)}/errors/",
    ],
)
def test_what_does_not_exist_is_not_there(url, clerk):
    client = api_client_for(clerk) if url.startswith("/api") else client_for(clerk)
    assert client.get(url).status_code == 404


def test_a_marked_workbook_taken_by_somebody_else_is_logged(hand_in, firms, clerk):
    source = hand_in(firms(firm("甲厂", size="多")), user=township_clerk())
    for user in (township_clerk(), clerk):
        answer = read(client_for(user).get(f"/imports/{source.pk}/marked.xlsx"))
        assert answer["Content-Disposition"].endswith("%E4%BC%81%E4%B8%9A_%E9%94%99%E8%AF%AF.xlsx")
    lines = AccessLog.objects.filter(action="imports.marked").values_list("user", "object_id")
    assert list(lines) == [(clerk.pk, str(source.pk))]


def test_an_export_is_handed_to_its_maker_alone(clerk, tmp_path, settings):
    settings.RESULTS_DIR = tmp_path
    export = Export.objects.create(
        kind="test_firms", title="企业试表", file="x.xlsx", rows=1, purpose="月报", created_by=township_clerk()
    )
    url = f"/exports/{export.pk}/file/"
    assert client_for(township_clerk()).get(url).url == "/exports/"
    Export.objects.update(finished_at=export.created_at)
    assert client_for(township_clerk()).get(url).url == "/exports/"  # its time is over: the file is gone
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    assert [status(user, url) for user in (township_clerk(), clerk, stranger())] == [200, 404, 404]
    line = AccessLog.objects.get(action="export.download")
    assert (line.user, line.reason, line.count) == (township_clerk(), "月报", 1)


def test_the_register_of_exports_shows_colleagues_theirs_to_the_administrator(clerk):
    people = (clerk, township_clerk(), stranger())
    titles = [f"导出甲{user.username}乙" for user in people]
    for user, title in zip(people, titles, strict=True):
        Export.objects.create(kind="test_firms", title=title, created_by=user)
    pages = {user.username: client_for(user).get("/exports/").content.decode() for user in people}
    seen = {name: [title in page for title in titles] for name, page in pages.items()}
    assert seen == {
        "xian": [True, True, False],
        "xiang": [False, True, False],
        "wai": [False, False, True],
    }
    assert client_for(with_role("village_assistant")).get("/exports/").status_code == 403
