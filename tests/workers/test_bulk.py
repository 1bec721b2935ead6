"""Bulk edits of people: the sample, what is written and what is left alone, one operation, taking it back."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.history.models import Event, Operation
from core.jobs import services as jobs
from core.jobs.registry import handler_of
from core.web.models import BulkEdit, BulkRow
from core.workbooks.services import Silent
from tests.people import client_for, county_clerk, stranger, township_clerk, with_role
from tests.racing import at_once
from tests.web.reading import page
from tests.workers.village_lists import store_divisions
from workers import services
from workers.models import GroupMembership, Household, Worker

pytestmark = pytest.mark.django_db
VILLAGE, OTHER, ELSEWHERE = "520527219200", "520527219201", "520527105200"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(n):
    body = f"52999919900101{n:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


@pytest.fixture(autouse=True)
def divisions(db):
    store_divisions()


@pytest.fixture
def people():
    """Four people: three of one village, one of another township."""
    villages = (VILLAGE, VILLAGE, VILLAGE, ELSEWHERE)
    return [
        Worker.objects.create(
            name=f"张{'甲乙丙丁'[n]}", id_number=number(n), village_code=village, intention="外出务工"
        )
        for n, village in enumerate(villages)
    ]


@pytest.fixture
def browser():
    return client_for(county_clerk())


def begin(browser, people=(), query="", **more):
    """Tick people on the list, or all that match, and come to the form."""
    chosen = {"action": "bulk_edit", "ids": [person.pk for person in people], **more}
    return browser.post(f"/workers/{query}", chosen)


def prepared(browser, people, **wanted):
    """A draft with what is to change, as the form sends it; its address."""
    url = begin(browser, people).url
    ticks = {f"set_{name}": "on" for name in wanted.pop("fields")}
    response = browser.post(url, {"reason": "县级核实", **ticks, **wanted})
    assert response.status_code == 302, page(response).one(class_="alert-danger").text
    return url


def carried_out(browser, url):
    """Start it and let a worker do it."""
    assert browser.post(f"{url}run/").status_code == 302
    return finished(url)


def finished(url):
    edit = BulkEdit.objects.get(pk=url.split("/")[-2])
    jobs.run(job_id=edit.job_id)
    edit.refresh_from_db()
    return edit


def intentions():
    return list(Worker.objects.order_by("id_number").values_list("intention", flat=True))


def test_the_sample_shows_before_and_after_and_nothing_is_written_yet(browser, people):
    Worker.objects.filter(pk=people[2].pk).update(intention="县内就业")
    url = prepared(browser, people[:3], fields=["intention"], intention="县内就业")
    root = page(browser.get(url))
    rows = [[cell.text for cell in tr.all("td")] for tr in root.all("tr") if tr.all("td")]
    names = ["张甲（古达苗族彝族乡 大寨村村民委员会）", "张乙（古达苗族彝族乡 大寨村村民委员会）"]
    assert rows == [[name, "外出务工", "县内就业"] for name in names]
    assert "将修改2条，另有1条本来就是这样就业意向2" in root.text.replace(" ", "")
    assert intentions() == ["外出务工", "外出务工", "县内就业", "外出务工"]


def test_all_that_match_are_written_by_one_operation_with_the_reason(browser, people):
    url = begin(browser, query="?village=520527219", all="1").url
    browser.post(
        url, {"reason": "县级核实", "set_intention": "on", "intention": "县内就业", "set_note": "on", "note": "已核"}
    )
    edit = carried_out(browser, url)
    assert (edit.state, edit.counts, edit.rows) == ("done", {"written": 3}, 3)
    assert intentions() == ["县内就业"] * 3 + ["外出务工"]
    act = Operation.objects.get(action="workers.bulk_edit")
    assert (act.pk, act.reason, act.user) == (edit.operation_id, "县级核实", county_clerk())
    # All columns went into one UPDATE: each person has one event.
    assert Event.objects.filter(operation=act).count() == 3
    records = page(browser.get(url)).one("a", href=f"/workers/?operation={act.pk}")
    assert [a.text for a in page(browser.get(records.attrs["href"])).all("a", class_="row-link")] == [
        "张丙",
        "张甲",
        "张乙",
    ]


def test_who_changed_or_left_the_scope_since_the_sample_is_left_alone_and_told(people):
    clerk = client_for(township_clerk())
    url = prepared(clerk, people[:3], fields=["intention"], intention="县内就业")
    services.change_worker(user=county_clerk(), worker=people[0], facts={"intention": "不外出"})
    services.change_worker(user=county_clerk(), worker=people[1], facts={"village_code": ELSEWHERE})
    services.change_worker(user=county_clerk(), worker=people[2], facts={"note": "别的栏目"})
    edit = carried_out(clerk, url)
    assert edit.counts == {"changed": 1, "outside": 1, "written": 1}
    assert intentions() == ["不外出", "外出务工", "县内就业", "外出务工"]
    rows = [[cell.text for cell in tr.all("td")] for tr in page(clerk.get(url)).all("tr") if tr.all("td")]
    assert rows == [["张甲（古达苗族彝族乡 大寨村村民委员会）", "预览后已被别人修改"], ["—", "已不在您的管辖范围内"]]


def test_it_is_taken_back_as_a_unit(browser, people):
    services.add_tag(user=county_clerk(), worker=people[0], group="monitored", valid_from=date(2024, 1, 1))
    wanted = {"add_group": "lifted_poverty", "add_from": "2025-01-01", "end_group": "monitored", "end_on": "2025-06-01"}
    fields = ["intention", "add_group", "end_group", "village_code"]
    url = prepared(browser, people, fields=fields, intention="", village_code=OTHER, **wanted)
    edit = carried_out(browser, url)
    tags = GroupMembership.objects.order_by("worker", "group").values_list("worker", "group", "valid_from", "valid_to")
    lifted = [(person.pk, "lifted_poverty", date(2025, 1, 1), None) for person in people]
    ended = (people[0].pk, "monitored", date(2024, 1, 1), date(2025, 6, 1))
    assert list(tags) == [lifted[0], ended, *lifted[1:]]
    assert (edit.counts, set(Worker.objects.values_list("village_code", flat=True)), intentions()) == (
        {"written": 4},
        {OTHER},
        [None] * 4,
    )
    browser.post(f"{url}undo/")
    assert finished(url).state == "undone"
    assert list(tags.all()) == [(people[0].pk, "monitored", date(2024, 1, 1), None)]
    assert list(Worker.objects.order_by("id_number").values_list("village_code", "intention")) == [
        *[(VILLAGE, "外出务工")] * 3,
        (ELSEWHERE, "外出务工"),
    ]


def test_what_was_changed_since_stands_in_the_way_of_taking_back_and_is_named(browser, people):
    url = prepared(browser, people[:2], fields=["intention"], intention="县内就业")
    carried_out(browser, url)
    services.change_worker(user=county_clerk(), worker=people[1], facts={"intention": "不外出"})
    browser.post(f"{url}undo/")
    edit = finished(url)
    root = page(browser.get(url))
    assert (edit.state, "撤销失败" in edit.error, intentions()[:2]) == ("done", True, ["县内就业", "不外出"])
    assert [link.attrs["href"] for link in root.one(class_="alert-danger").all("a")] == [f"/workers/{people[1].pk}/"]


def test_a_group_is_not_given_twice_and_takes_the_place_of_an_undated_tag(browser, people):
    services.add_tag(user=county_clerk(), worker=people[0], group="monitored", valid_from=date(2024, 1, 1))
    GroupMembership.objects.create(worker=people[1], group="monitored")
    wanted = {"add_group": "monitored", "add_from": "2025-01-01", "add_document": "赫乡振〔2025〕3号"}
    edit = carried_out(browser, prepared(browser, people[:3], fields=["add_group"], **wanted))
    assert edit.counts == {"same": 1, "written": 2}
    tags = GroupMembership.objects.order_by("worker").values_list("valid_from", "document")
    assert list(tags) == [
        (date(2024, 1, 1), None),
        (date(2025, 1, 1), "赫乡振〔2025〕3号"),
        (date(2025, 1, 1), "赫乡振〔2025〕3号"),
    ]


def test_who_moves_keeps_the_household(browser, people):
    home = Household.objects.create(village_code=VILLAGE, group_name="3组", head_name="张老大")
    Worker.objects.filter(pk__in=[people[0].pk, people[1].pk]).update(household=home)
    url = prepared(browser, people[:3], fields=["village_code"], village_code=OTHER)
    assert "古达苗族彝族乡" in page(browser.get(url)).one(class_="list-table").text
    carried_out(browser, url)
    there = Household.objects.get(village_code=OTHER)
    assert (there.group_name, there.head_name) == ("3组", "张老大")
    assert list(Worker.objects.order_by("id_number").values_list("household", flat=True)) == [there.pk] * 2 + [None] * 2


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ({"set_intention": "on", "intention": "县内就业"}, "事由"),
        ({"reason": "x"}, "请勾选要修改的项目。"),
        ({"reason": "x", "set_add_group": "on", "add_group": "monitored"}, "认定日期"),
        ({"reason": "x", "set_village_code": "on", "village_code": ELSEWHERE}, "村"),
        ({"reason": "x", "set_labour_status": "on", "labour_status": "上班"}, "就业状态"),
    ],
)
def test_what_cannot_be_saved_is_said_on_the_form(people, sent, text):
    clerk = client_for(township_clerk())
    url = begin(clerk, people[:3]).url
    response = clerk.post(url, sent)
    assert (response.status_code, text in page(response).one(class_="alert-danger").text) == (422, True)
    assert BulkEdit.objects.get().choice == {}


def test_only_people_in_scope_are_chosen_and_only_the_maker_and_the_permitted_reach_it(browser, people):
    clerk = client_for(township_clerk())
    url = begin(clerk, people).url
    assert BulkEdit.objects.get().rows == 3
    clerk.post(url, {"reason": "x", "set_intention": "on", "intention": "县内就业"})
    outsiders = (browser, client_for(stranger()))
    assert [one.get(url).status_code for one in outsiders] == [404, 404]
    carried_out(clerk, url)
    auditor = client_for(with_role("auditor"))
    assert [one.get(url).status_code for one in (*outsiders, auditor)] == [200, 404, 403]
    assert begin(auditor, people).status_code == 400
    assert [one.get("/bulk/").content.decode().count("就业意向：县内就业") for one in (clerk, *outsiders)] == [1, 1, 0]


def test_who_lost_the_permission_meanwhile_writes_nothing(people):
    user = with_role("township_officer", "520527219")
    clerk = client_for(user)
    url = prepared(clerk, people[:3], fields=["intention"], intention="县内就业")
    clerk.post(f"{url}run/")
    type(user).objects.filter(pk=user.pk).update(role="auditor")
    assert (finished(url).state, intentions()) == ("failed", ["外出务工"] * 4)


def test_a_run_delivered_again_does_nothing_twice(browser, people):
    url = prepared(browser, people[:2], fields=["note"], note="已核")
    carried_out(browser, url)
    handler_of("bulk.edit")(BulkEdit.objects.get().job, Silent())
    assert list(Worker.objects.order_by("id_number").values_list("note", flat=True)) == ["已核", "已核", None, None]


def test_too_many_at_once_and_nobody_are_refused(browser, people, monkeypatch):
    monkeypatch.setattr("core.web.bulk.services.MOST_ROWS", 3)
    answers = [browser.post("/workers/", {"action": "bulk_edit", "all": "1"}, follow=True), begin(browser)]
    assert "一次最多批量修改3条" in page(answers[0]).one(id="messages").text
    assert (answers[1].url, BulkEdit.objects.count(), BulkRow.objects.count()) == ("/workers/", 0, 0)


def test_a_bulk_edit_costs_the_same_queries_for_one_and_for_three(browser, people):
    costs = []
    for chosen in (people[:1], people[:3]):
        url = prepared(browser, chosen, fields=["intention"], intention=f"去{len(chosen)}")
        with CaptureQueriesContext(connection) as looked:
            browser.get(url)
        with CaptureQueriesContext(connection) as worked:
            carried_out(browser, url)
        costs.append((len(looked), len(worked)))
    assert costs[0] == costs[1]


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_do_not_overwrite_each_other(people):
    first, second = county_clerk(), with_role("registry_officer")
    urls = [
        prepared(client_for(user), people, fields=["intention"], intention=f"改{n}")
        for n, user in enumerate((first, second))
    ]
    for user, url in zip((first, second), urls, strict=True):
        client_for(user).post(f"{url}run/")
    edits = at_once(*(lambda url=url: finished(url) for url in urls))
    counts = sorted(tuple(edit.counts.items()) for edit in edits)
    assert counts == [(("changed", 4),), (("written", 4),)]
    assert set(intentions()) == {"改0" if edits[0].counts == {"written": 4} else "改1"}
