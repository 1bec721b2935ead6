"""The imports API to the letter of formats.md §2."""

import pytest
from rest_framework.test import APIClient

from core.jobs import services as jobs
from core.jobs.models import Job
from employment.models import DeclaredJob
from tests.acceptance.desk import EMPLOYMENTS, VILLAGE, WORKERS, id_number, table, xlsx
from tests.people import api_client_for, make_user
from workers.models import Worker

pytestmark = pytest.mark.django_db
IMPORTS = "/api/v1/imports/"
COUNTS = ["rows", "created", "updated", "unchanged", "repeated", "refused", "warnings"]


def person(name="张国强", number=None, **cells):
    return {"姓名": name, "身份证号码": number or id_number(), "乡镇": "涟江街道", "村": VILLAGE, **cells}


def work():
    """What a worker does: every run that waits."""
    for job in Job.objects.active().order_by("id"):
        jobs.run(job_id=job.pk)


@pytest.fixture
def hand_in(office, api):
    def hand(kind, headings, *rows, client=None):
        path = xlsx(office.path(), ("甲", table(headings, *rows)))
        with path.open("rb") as file:
            answer = (client or api).post(IMPORTS, {"kind": kind, "file": file}, format="multipart")
        assert (answer.status_code, sorted(answer.json())) == (202, ["id", "state"])
        assert answer.json()["state"] == "queued"
        return f"{IMPORTS}{answer.json()['id']}/"

    return hand


def test_from_queued_to_undone(api, hand_in):
    url = hand_in("workers", WORKERS, person("张三"), person("李四", "1"), person("王五", 联系电话="12"))
    waiting = api.get(url).json()
    assert (waiting["state"], waiting["counts"]) == ("queued", dict.fromkeys(COUNTS, 0))
    assert api.post(f"{url}confirm/", {"rows": "good"}, format="json").status_code == 409
    work()
    ready = api.get(url).json()
    keys = {
        "id",
        "kind",
        "state",
        "progress",
        "counts",
        "skipped_sheets",
        "unknown_columns",
        "errors_url",
        "created_by",
        "created_at",
        "finished_at",
    }
    assert keys <= set(ready)
    assert (ready["kind"], ready["state"], ready["created_by"], ready["finished_at"]) == (
        "workers",
        "ready",
        "xian",
        None,
    )
    assert ready["counts"] == dict(zip(COUNTS, (3, 2, 0, 0, 0, 1, 1), strict=True))
    assert Worker.objects.count() == 0
    refused = api.post(f"{url}confirm/", {"rows": "all"}, format="json")
    assert (refused.status_code, api.get(url).json()["state"]) == (409, "ready")
    assert api.post(f"{url}confirm/", {"rows": "some"}, format="json").status_code == 422
    assert api.post(f"{url}confirm/", {"rows": "good"}, format="json").status_code == 202
    assert api.post(f"{url}confirm/", {"rows": "good"}, format="json").status_code == 202
    work()
    done = api.get(url).json()
    assert (done["state"], done["counts"], Worker.objects.count()) == ("done", ready["counts"], 2)
    assert done["finished_at"] is not None
    assert api.post(f"{url}confirm/", {"rows": "good"}, format="json").status_code == 200
    undone = api.post(f"{url}undo/")
    assert (undone.status_code, undone.json()["state"], Worker.objects.count()) == (200, "undone", 0)
    assert api.post(f"{url}undo/").status_code == 200


def test_errors_are_paged_objects(api, hand_in):
    url = hand_in("workers", WORKERS, *[person(f"张{n}", "1") for n in "一二三四五"])
    work()
    found = api.get(api.get(url).json()["errors_url"], {"limit": 2}).json()
    assert (len(found["results"]), found["count"]) == (2, 5)
    assert found["next"]
    first = found["results"][0]
    assert {name: first[name] for name in ("sheet", "row", "column", "code", "level")} == {
        "sheet": "甲", "row": 2, "column": "身份证号码", "code": "id_length", "level": "error",
    }  # fmt: skip
    rows, page = [], api.get(url).json()["errors_url"] + "?limit=2"
    while page:
        answer = api.get(page).json()
        rows += [one["row"] for one in answer["results"]]
        page = answer["next"]
    assert rows == [2, 3, 4, 5, 6]
    book = api.get(api.get(url).json()["errors_url"], {"format": "xlsx"})
    assert b"".join(book.streaming_content)[:2] == b"PK"


def test_undo_refuses_with_the_rows_changed_since(api, hand_in):
    number = id_number()
    first = hand_in("workers", WORKERS, person("张三", number), person("李四"))
    work()
    api.post(f"{first}confirm/", {"rows": "all"}, format="json")
    work()
    second = hand_in("workers", WORKERS, person("张三", number, 联系电话="13800000001"))
    work()
    api.post(f"{second}confirm/", {"rows": "all"}, format="json")
    work()
    answer = api.post(f"{first}undo/")
    assert (answer.status_code, len(answer.json()["rows"])) == (409, 1)
    assert Worker.objects.count() == 2
    assert (api.post(f"{second}undo/").status_code, api.post(f"{first}undo/").status_code) == (200, 200)
    assert Worker.objects.count() == 0


def test_undo_refuses_when_others_hang_on_the_rows(api, hand_in, office):
    number = id_number()
    roster = hand_in("workers", WORKERS, person("张三", number))
    work()
    api.post(f"{roster}confirm/", {"rows": "all"}, format="json")
    work()
    office.send(
        "employments", EMPLOYMENTS, {"姓名": "张三", "身份证号码": number, "务工省": "广东", "外出时间": "2025-01-01"}
    )
    answer = api.post(f"{roster}undo/")
    assert (answer.status_code, bool(answer.json()["detail"])) == (409, True)
    assert (Worker.objects.count(), DeclaredJob.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("data", "status", "field"),
    [({"kind": "nope"}, 422, "kind"), ({"kind": ""}, 422, "kind"), ({"kind": "workers", "file": None}, 422, "file")],
)
def test_bad_requests_name_the_field(api, office, data, status, field):
    with xlsx(office.path(), ("甲", [])).open("rb") as file:
        sent = {"file": file, **data}
        answer = api.post(IMPORTS, {key: value for key, value in sent.items() if value is not None}, format="multipart")
    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert answer.json()["detail"]


def test_who_may_ask(api, hand_in, county):
    url = hand_in("workers", WORKERS, person("张三"))
    nobody, reader = APIClient(), api_client_for(make_user("xian", "county_admin"), "statistics:read")
    officer, auditor = (
        api_client_for(make_user("xiang", "township_officer")),
        api_client_for(make_user("shen", "auditor", county)),
    )
    routes = [("get", url), ("get", f"{url}errors/"), ("post", f"{url}confirm/"), ("post", f"{url}undo/")]
    for method, route in routes:
        asked = {who: getattr(client, method)(route, format="json") for who, client in
                 {"nobody": nobody, "reader": reader, "officer": officer, "auditor": auditor}.items()}  # fmt: skip
        assert {who: answer.status_code for who, answer in asked.items()} == {
            "nobody": 401, "reader": 403, "officer": 404, "auditor": 403,
        }  # fmt: skip
        assert all(sorted(answer.json())[:2] in (["detail", "field"], ["code", "detail"]) for answer in asked.values())


def test_a_file_that_is_no_workbook_fails(api, office):
    path = office.folder / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04no")
    with path.open("rb") as file:
        url = f"{IMPORTS}{api.post(IMPORTS, {'kind': 'workers', 'file': file}, format='multipart').json()['id']}/"
    work()
    failed = api.get(url).json()
    assert (failed["state"], bool(failed["detail"])) == ("failed", True)
    assert api.post(f"{url}confirm/", {"rows": "good"}, format="json").status_code == 409
