from datetime import timedelta

import pytest
from django.utils import timezone

from core.jobs.models import Job
from tests import people
from tests.web.reading import page

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.site")]


@pytest.fixture
def running(clerk):
    started = timezone.now() - timedelta(seconds=20)
    return Job.objects.create(
        kind="x",
        title="导入花名册",
        state="running",
        created_by=clerk,
        done=200,
        total=1000,
        phase="写入",
        started_at=started,
    )


def test_a_running_task_shows_its_progress_rate_and_end_and_asks_again(browser, running):
    part = page(browser.get(f"/tasks/{running.pk}/")).one(id="task")
    assert part.attrs["hx-trigger"] == "every 2s"
    assert part.one("progress").attrs["value"] == "20"
    facts = {row.one("dt").text: row.one("dd").text for row in part.one("dl").all("div")}
    assert (facts["已处理"], facts["速度"], "预计完成" in facts) == ("200 / 1000", "10 条/秒", True)


def test_an_ended_task_asks_no_more_and_leads_to_its_result(browser, running):
    Job.objects.filter(pk=running.pk).update(state="done", finished_at=timezone.now(), result_url="/result/")
    part = page(browser.get(f"/tasks/{running.pk}/")).one(id="task")
    assert ("hx-get" in part.attrs, part.one("progress").attrs["value"]) == (False, "100")
    assert part.one("a", class_="btn-primary").attrs["href"] == "/result/"


def test_a_failed_task_says_why(browser, running):
    Job.objects.filter(pk=running.pk).update(state="failed", error="文件已损坏。")
    assert page(browser.get(f"/tasks/{running.pk}/")).one(class_="alert-danger").text == "文件已损坏。"


def test_htmx_gets_the_live_part_alone(browser, running):
    root = page(browser.get(f"/tasks/{running.pk}/", headers={"HX-Request": "true", "HX-Target": "task"}))
    assert (root.all("html"), len(root.all(id="task"))) == ([], 1)


def test_cancelling_asks_the_run_to_stop(browser, running):
    browser.post(f"/tasks/{running.pk}/cancel/")
    running.refresh_from_db()
    assert running.cancel_requested
    assert page(browser.get(f"/tasks/{running.pk}/")).all("form", action=f"/tasks/{running.pk}/cancel/") == []


def test_cancelling_what_has_ended_says_so(browser, running):
    Job.objects.filter(pk=running.pk).update(state="done")
    response = browser.post(f"/tasks/{running.pk}/cancel/", follow=True)
    assert page(response).one(id="messages").text == "任务已经结束，不能取消。"


def test_others_tasks_are_neither_listed_nor_opened_nor_cancelled(running):
    other = people.client_for(people.township_clerk())
    assert "导入花名册" not in page(other.get("/tasks/")).text
    assert other.get(f"/tasks/{running.pk}/").status_code == 404
    assert other.post(f"/tasks/{running.pk}/cancel/").status_code == 404
    running.refresh_from_db()
    assert not running.cancel_requested


def test_the_top_bar_polls_only_while_something_runs(browser, running):
    box = page(browser.get("/tasks/running/")).one(id="running-jobs")
    assert (box.attrs["hx-trigger"], "1 个任务 20%" in box.text) == ("every 2s, jobs-changed from:body", True)
    ended(running)
    box = page(browser.get(box.attrs["hx-get"])).one(id="running-jobs")
    assert (box.attrs["hx-trigger"], box.attrs["hx-get"], box.text) == (
        "jobs-changed from:body",
        "/tasks/running/",
        "",
    )


def ended(job, **fields):
    Job.objects.filter(pk=job.pk).update(**{"state": "done", "finished_at": timezone.now(), **fields})


@pytest.mark.parametrize(
    ("fields", "kind", "said"),
    [
        ({"result_url": "/imports/1/"}, "alert-success", ("已完成 导入花名册 查看结果", "/imports/1/")),
        ({"state": "failed", "error": "文件是空的。", "result_url": ""}, "alert-danger",
         ("失败 导入花名册：文件是空的。 查看结果", None)),
        ({"state": "cancelled", "result_url": ""}, "alert-info", ("已取消 导入花名册 查看结果", None)),
    ],
)  # fmt: skip
def test_how_a_watched_task_ended_is_said_in_place_of_what_was_said_before(browser, running, fields, kind, said):
    asked = page(browser.get("/me/")).one(id="running-jobs").attrs["hx-get"]
    assert page(browser.get(asked)).all(hx_swap_oob="innerHTML:#messages") == []
    ended(running, **fields)
    box = page(browser.get(asked)).one(hx_swap_oob="innerHTML:#messages")
    alert = box.one("div", class_=kind)
    assert (alert.text, alert.one("a").attrs["href"]) == (said[0], said[1] or f"/tasks/{running.pk}/")
    assert alert.one("button", data_close=True).attrs["aria-label"] == "关闭"


@pytest.mark.parametrize("watched", ["1", "x\x00", "00000000-0000-0000-0000-000000000000"])
def test_watching_what_is_none_of_mine_says_nothing(browser, running, watched):
    ended(running)
    other = people.client_for(people.township_clerk())
    assert other.get("/tasks/running/", {"watch": str(running.pk)}).content.count(b"messages") == 0
    assert browser.get("/tasks/running/", {"watch": watched}).content.count(b"messages") == 0
