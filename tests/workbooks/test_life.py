"""The whole life of an import, by API, pages and command line: nothing is written before it is confirmed."""

import io
import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command, execute_from_command_line

from core.api import throttling
from core.history.models import Operation, RowEvent
from core.history.services import operation
from core.workbooks import api as imports_api
from core.workbooks.models import Import
from employment.models import Employer
from tests.workbooks.conftest import run
from tests.workbooks.kinds import firm

pytestmark = pytest.mark.django_db


def uploaded(path):
    return SimpleUploadedFile(path.name, path.read_bytes())


COUNTS = {"rows": 5, "created": 1, "updated": 1, "unchanged": 1, "repeated": 1, "refused": 1, "warnings": 0}


def stored():
    return sorted(Employer.objects.values_list("name", "size"))


@pytest.fixture
def handed(api, firms):
    """A file of which one row is new, one changed, one the same, one twice, one bad; handed in by the API."""
    Employer.objects.create(name="老厂", size=10)
    Employer.objects.create(name="同厂", size=7, key_employer=True)
    rows = [("新厂", 30), ("老厂", 12), ("同厂", 7), ("新厂", 30), ("坏厂", "很多")]
    path = firms(*(firm(name, size=size) for name, size in rows))
    answer = api.post("/api/v1/imports/", {"kind": "test_firms", "file": uploaded(path)})
    source = Import.objects.get()
    assert (answer.status_code, answer.json()) == (202, {"id": str(source.pk), "state": "queued"})
    return source


@pytest.fixture
def confirmed(api, handed):
    """The same file checked, confirmed and written."""
    run(handed)
    answer = api.post(f"/api/v1/imports/{handed.pk}/confirm/", {"rows": "good"}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (202, "importing")
    return run(handed)


def test_by_the_api_all_is_known_before_anything_is_written(api, handed):
    run(handed)
    url = f"/api/v1/imports/{handed.pk}/"
    ready = api.get(url).json()
    assert ready == {
        "id": str(handed.pk),
        "kind": "test_firms",
        "state": "ready",
        "progress": 100,
        "counts": COUNTS,
        "skipped_sheets": [],
        "unknown_columns": [],
        "notes": [],
        "detail": "",
        "errors_url": f"{url}errors/",
        "created_by": "xian",
        "created_at": ready["created_at"],
        "finished_at": None,
    }
    assert stored() == [("同厂", 7), ("老厂", 10)]


def test_by_the_api_a_confirmed_file_is_written_once(api, confirmed):
    url = f"/api/v1/imports/{confirmed.pk}/"
    done = api.get(url).json()
    assert (done["state"], done["counts"], done["finished_at"] is not None) == ("done", COUNTS, True)
    assert stored() == [("同厂", 7), ("新厂", 30), ("老厂", 12)]
    again = api.post(f"{url}confirm/", {"rows": "good"}, format="json")
    assert (again.status_code, again.json()["state"]) == (200, "done")


def test_by_the_api_a_written_file_is_taken_back_once(api, confirmed):
    url = f"/api/v1/imports/{confirmed.pk}/undo/"
    undone = api.post(url)
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert stored() == [("同厂", 7), ("老厂", 10)]
    assert (api.post(url).status_code, Operation.objects.filter(action="history.undo").count()) == (200, 1)


def test_by_the_api_a_large_file_is_taken_back_by_a_run(api, confirmed, monkeypatch):
    monkeypatch.setattr(imports_api, "MOST_UNDONE_AT_ONCE", 1)
    url = f"/api/v1/imports/{confirmed.pk}/undo/"
    answers = [api.post(url) for _ in range(2)]
    assert [(answer.status_code, answer.json()["state"]) for answer in answers] == [(202, "done")] * 2
    assert stored() == [("同厂", 7), ("新厂", 30), ("老厂", 12)]
    run(confirmed)
    assert (api.get(f"/api/v1/imports/{confirmed.pk}/").json()["state"], stored()) == (
        "undone",
        [("同厂", 7), ("老厂", 10)],
    )
    assert (api.post(url).status_code, Operation.objects.filter(action="history.undo").count()) == (200, 1)


def test_by_the_api_a_large_file_changed_while_its_undo_waits_says_so(api, confirmed, clerk, monkeypatch):
    monkeypatch.setattr(imports_api, "MOST_UNDONE_AT_ONCE", 1)
    url = f"/api/v1/imports/{confirmed.pk}/"
    api.post(f"{url}undo/")
    with operation(user=clerk, action="employers.edit"):
        Employer.objects.filter(name="新厂").update(size=31)
    run(confirmed)
    told = api.get(url).json()
    assert (told["state"], told["detail"]) == ("done", "撤销失败：这次操作涉及的记录后来又被修改过。")
    refused = api.post(f"{url}undo/")
    assert (refused.status_code, len(refused.json()["rows"])) == (409, 1)


def test_files_handed_in_are_counted_apart_from_questions(api, firms, settings, monkeypatch):
    monkeypatch.setattr(throttling.time, "time", lambda: 30_000_000 * throttling.WINDOW + 20.0)
    settings.API_RATES = {"default": 100, "imports": 2}
    throttling.forget_lots()
    cache.clear()
    path = firms(firm("甲厂"))
    handed = [api.post("/api/v1/imports/", {"kind": "test_firms", "file": uploaded(path)}) for _ in range(3)]
    assert [answer.status_code for answer in handed] == [202, 202, 429]
    assert (handed[2].headers["Retry-After"], api.get("/api/v1/imports/").status_code) == ("40", 200)


def test_by_the_pages(browser, firms):
    path = firms(firm("新厂", size=30), firm("坏厂", size="很多"))
    handed = browser.post("/imports/new/", {"kind": "test_firms", "file": uploaded(path)})
    source = Import.objects.get()
    assert (handed.status_code, handed.url) == (302, f"/imports/{source.pk}/")
    waiting = browser.get(handed.url).content.decode()
    assert ("排队中" in waiting, 'hx-trigger="every 1s"' in waiting) == (True, True)

    run(source)
    page = browser.get(handed.url).content.decode()
    assert 'hx-trigger="every 1s"' not in page
    assert "只导入正确的行（写入 1 条）" in page
    assert "有 1 行不能导入，改正后再全部导入" in page
    assert "“很多”不是一个数" in page

    confirmed = browser.post(f"{handed.url}confirm/", {"rows": "good"})
    assert (confirmed.status_code, confirmed.url) == (302, handed.url)
    run(source)
    assert "撤销这次导入" in browser.get(handed.url).content.decode()
    records = browser.get(f"{handed.url}records/").content.decode()
    assert ("新厂" in records, "坏厂" in records) == (True, False)

    browser.post(f"{handed.url}undo/")
    undoing = browser.get(handed.url).content.decode()
    assert ('hx-trigger="every 1s"' in undoing, "撤销这次导入" in undoing) == (True, False)
    run(source)
    assert (Employer.objects.count(), Import.objects.get().state) == (0, "undone")


def test_the_page_asks_for_its_part_alone_while_the_program_works(browser, hand_in, firms):
    source = hand_in(firms(firm("甲厂")), checked=False)
    headers = {"HX-Request": "true", "HX-Target": "import"}
    live = browser.get(f"/imports/{source.pk}/", headers=headers).content.decode()
    assert ("<html" in live, 'id="messages"' in live) == (False, False)
    run(source)
    ready = browser.get(f"/imports/{source.pk}/", headers=headers)
    text = ready.content.decode()
    assert ("<html" in text, "every 1s" in text, "检查完了" in text) == (False, False, True)
    assert {"HX-Request", "HX-Target"} <= set(ready["Vary"].split(", "))


def command(*args, status):
    output, ended = io.StringIO(), 0
    try:
        call_command("import_workbook", *args, stdout=output)
    except SystemExit as leaving:
        ended = leaving.code
    assert ended == status
    return json.loads(output.getvalue())


def test_by_the_command_line(clerk, firms):
    path = firms(firm("新厂", size=30), firm("坏厂", size="很多"))
    wanted = ("test_firms", str(path), "--user", clerk.username)
    dry = command(*wanted, "--dry-run", status=1)
    assert (dry["state"], dry["counts"]["refused"], Employer.objects.count()) == ("ready", 1, 0)
    assert [(fault["row"], fault["code"]) for fault in dry["errors"]] == [(3, "number")]
    done = command(*wanted, status=1)
    assert (done["state"], list(Employer.objects.values_list("name"))) == ("done", [("新厂",)])
    refused = command(*wanted, "--rows", "all", status=1)
    assert (refused["state"], refused["detail"]) == ("ready", "有1行不能导入，请改正后再全部导入，或只导入正确的行。")
    assert command(*wanted[:3], "nobody", status=2) == {"detail": "没有用户“nobody”。", "field": "user"}


def test_a_missing_parameter_is_told_as_json(clerk, firms, capsys):
    path = str(firms(firm("新厂")))
    with pytest.raises(SystemExit) as ended:
        execute_from_command_line(["manage.py", "import_workbook", "test_firms", path])
    assert ended.value.code == 2
    assert json.loads(capsys.readouterr().out)["field"] == "user"


def test_a_clean_file_leaves_the_command_with_success(clerk, firms):
    path = firms(firm("新厂", size=30))
    done = command("test_firms", str(path), "--user", clerk.username, "--rows", "all", status=0)
    assert (done["state"], done["errors"]) == ("done", [])


def test_what_is_written_belongs_to_one_operation_that_names_the_file(hand_in, firms, api):
    source = hand_in(firms(firm("甲厂"), firm("乙厂")))
    api.post(f"/api/v1/imports/{source.pk}/confirm/", {"rows": "all"}, format="json")
    source = run(source)
    operation = Operation.objects.get()
    assert (operation.action, operation.reason, operation.user) == (
        "imports.test_firms",
        "企业.xlsx",
        source.created_by,
    )
    assert (
        list(RowEvent.objects.values_list("table", "kind", "operation_id"))
        == [("employment_employer", "I", operation.pk)] * 2
    )


def test_blank_cells_never_erase_what_is_stored(hand_in, firms, api):
    Employer.objects.create(name="老厂", size=10, phone="13800000001", key_employer=True)
    source = hand_in(firms(firm("老厂", size=11)))
    api.post(f"/api/v1/imports/{source.pk}/confirm/", {"rows": "all"}, format="json")
    run(source)
    assert list(Employer.objects.values_list("size", "phone", "key_employer")) == [(11, "13800000001", True)]


def test_the_import_shows_the_progress_of_its_run(api, hand_in, firms):
    source = hand_in(firms(firm("甲厂")), checked=False)
    source.job.__class__.objects.filter(pk=source.job_id).update(state="running", done=30, total=40, phase="检查")
    Import.objects.filter(pk=source.pk).update(state="checking")
    assert api.get(f"/api/v1/imports/{source.pk}/").json()["progress"] == 75
