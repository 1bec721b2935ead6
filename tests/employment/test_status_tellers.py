"""A task about somebody's word says who told it: a visit, a roster, a list, the file's page, many changed at once."""

from datetime import date

import pytest
from django.utils.translation import override

from employment.contradictions import renew, renew_all
from employment.models import Placement, SpellTask, Workplace
from employment.task_words import task_said
from tests import people
from tests.comparisons.conftest import compare  # noqa: F401 - a fixture
from tests.employment.test_status_tasks import at_work
from tests.journeys import imported, person, place_divisions, undone, worker
from tests.surveys.facts import TODAY, ago, assistant, campaign, checked, household, met, said
from tests.web.reading import page
from tests.workers.test_bulk import carried_out, finished, prepared
from workers.comparisons.services import accept, undo_accept
from workers.doubles.services import merge_workers
from workers.models import Worker
from workers.services import change_worker, register_worker

pytestmark = pytest.mark.django_db
MAY = date(2025, 5, 1)
AGAINST = "，与2025-03-01起的就业记录不符，请核实。"


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def reasons():
    """What the tasks about words say; the night finds the same."""
    found = list(SpellTask.objects.filter(kind="status").order_by("worker").values_list("pk", "reason"))
    renew_all()
    assert list(SpellTask.objects.filter(kind="status").order_by("worker").values_list("pk", "reason")) == found
    return [reason for _pk, reason in found]


def roster(who, status="在校", day="2025-05-01"):
    row = {**person(who), "乡镇": "古达", "村": "大寨村", "就业状态": status, "走访日期": day}
    return imported("workers", [row])


def changed_at_once(*who, day="2025-05-02"):
    browser = people.client_for(people.county_clerk())
    url = prepared(browser, who, fields=["labour_status"], labour_status="未就业", told_on=day)
    carried_out(browser, url)
    return browser, url


def test_a_roster_a_bulk_edit_and_what_stood_before_it():
    who = at_work(worker())
    source = roster(who)
    told = f"2025-05-01的就业状态由花名册登记为“在校”{AGAINST}"
    assert reasons() == [told]
    browser, url = changed_at_once(who)
    assert reasons() == [f"2025-05-02的就业状态由批量修改登记为“未就业”{AGAINST}"]
    browser.post(f"{url}undo/")
    finished(url)
    # The roster told what stands again; taking back tells nothing.
    assert reasons() == [told]
    change_worker(user=people.county_clerk(), worker=who, facts={"note": "已电话联系"})
    renew([who.pk])
    assert reasons() == [told]
    undone(roster(who, "未就业", "2025-05-03"))
    assert reasons() == [told]
    assert source.state == "done"


def test_people_a_roster_brings_are_told_of_by_it_though_one_event_speaks_of_all():
    everybody = [worker(name) for name in "甲乙丙"]
    rows = [
        {**person(who), "乡镇": "古达", "村": "大寨村", "就业状态": "在校", "走访日期": "2025-05-01"}
        for who in everybody
    ]
    Worker.objects.all().delete()
    imported("workers", rows)
    for who in Worker.objects.all():
        at_work(who)
    assert reasons() == [f"2025-05-01的就业状态由花名册登记为“在校”{AGAINST}"] * 3


def test_the_page_of_the_file():
    clerk = people.county_clerk()
    number = person(worker())["身份证号码"]
    Worker.objects.all().delete()
    facts = {"name": "甲", "village_code": "520527219200", "labour_status": "在校"}
    who = at_work(register_worker(user=clerk, id_number=number, facts=facts, told_on=MAY))
    assert reasons() == [f"2025-05-01的就业状态由登记人员登记为“在校”{AGAINST}"]
    change_worker(user=clerk, worker=who, facts={"labour_status": "未就业"}, told_on=date(2025, 5, 2))
    assert reasons() == [f"2025-05-02的就业状态由修改档案登记为“未就业”{AGAINST}"]


def test_a_visit_that_the_township_passed():
    assistant()
    (who,) = household("张国强")
    at_work(who, ago(90))
    campaign()
    met(who, said(who, labour_status="未就业"))
    checked(who)
    assert reasons() == [f"{TODAY}走访登记的就业状态为“未就业”，与{ago(90)}起的就业记录不符，请核实。"]


def test_a_list_of_the_dead_by_its_title_and_taken_back(compare):  # noqa: F811 - the fixture
    who = at_work(worker())
    roster(who)
    made = compare([person(who)], kind="deaths", title="六月死亡名单")
    accept(user=people.county_clerk(), rows=made.differences.all())
    assert reasons() == [f"2025-06-30的就业状态由比对名单《六月死亡名单》登记为“死亡”{AGAINST}"]
    act = made.differences.values_list("accepted_in", flat=True).get()
    undo_accept(user=people.county_clerk(), comparison=made, act=act)
    assert reasons() == [f"2025-05-01的就业状态由花名册登记为“在校”{AGAINST}"]


def test_nobody_is_named_when_no_act_is_known_even_where_one_told_something_else():
    who = at_work(worker())
    roster(who)
    Worker.objects.filter(pk=who.pk).update(labour_status="未就业")
    renew([who.pk])
    assert reasons() == [f"2025-05-01登记的就业状态为“未就业”{AGAINST}"]


def test_a_merged_file_says_it_came_by_the_merge():
    kept, gone = at_work(worker("甲")), worker("甲", labour_status="在校", visited_on=MAY)
    told = {"labour_status", "visited_on"}
    merge_workers(user=people.county_clerk(), kept_id=kept.pk, merged_id=gone.pk, taken=told)
    renew([kept.pk])
    assert reasons() == [f"2025-05-01的就业状态由合并档案登记为“在校”{AGAINST}"]


class TestInPost:
    def in_post(self, who):
        at = Workplace.objects.create(
            code="W1", name="甲车间", kind="就业帮扶车间", township_code=people.TOWNSHIP, recognised_on=date(2024, 1, 1)
        )
        Placement.objects.create(workplace=at, worker=who, start_on=date(2025, 3, 1))
        renew([who.pk])
        return SpellTask.objects.values_list("reason", flat=True).get()

    def test_who_is_dead_by_a_list_is_not_said_to_have_been_visited(self, compare):  # noqa: F811 - the fixture
        who = worker()
        accept(user=people.county_clerk(), rows=compare([person(who)], kind="deaths").differences.all())
        told = "2025-06-30的就业状态由比对名单《六月名单》登记为“死亡”"
        assert self.in_post(who) == f"{told}，仍在“甲车间”在岗，请核实是否虚报在岗。"

    def test_of_an_unknown_day(self):
        who = worker()
        roster(who, "死亡", "")
        assert self.in_post(who) == "就业状态由花名册登记为“死亡”，仍在“甲车间”在岗，请核实是否虚报在岗。"


ENGLISH = {
    f"2025-05-01走访登记的就业状态为“未就业”{AGAINST}": (
        "The visit of 2025-05-01 found the labour status “Without work”, but a job spell since 2025-03-01 says otherwise. Please check."
    ),
    f"2025-06-30的就业状态由比对名单《六月》登记为“死亡”{AGAINST}": (
        "The labour status of 2025-06-30 was set to “Deceased” by a list of another office 《六月》,"
        " but a job spell since 2025-03-01 says otherwise. Please check."
    ),
    "登记的就业状态为“死亡”，仍在“甲车间”在岗，请核实是否虚报在岗。": (
        "The registered labour status is “Deceased”, yet the person is at post in “甲车间”. Please check for a ghost worker."
    ),
    "在“甲车间”在岗期间，另有2025-03-01起的县外就业记录，请核实是否在岗。": (
        "At post in “甲车间” while a job outside the county goes on since 2025-03-01. Please check."
    ),
    "2025-03-01回访结果为转岗在岗，但当日没有在岗的务工记录（当前单位：甲厂）": (
        "The follow-up visit of 2025-03-01 found “At work, changed post”, but no job spell covers that day (employer now: 甲厂)"
    ),
    "2025-03-01回访结果为返乡，但务工台账写明返回时间为2025-05-01": (
        "The follow-up visit of 2025-03-01 found “Returned home”, but the work register gives the return as 2025-05-01"
    ),
    "务工台账外出时间2025-03-01的记录与其他记录不符（2025-02-01回访结果为离岗求职），未计入务工经历": (
        "The record of the work register beginning on 2025-03-01 does not go with other records"
        " (follow-up visit of 2025-02-01: Left, looking for work) and makes no job spell"
    ),
    "2025-03-01到岗的记录与其他记录不符（2025-03-01起另有务工记录或到岗），未计入务工经历": (
        "The arrival at work of 2025-03-01 does not go with other records (another job or arrival since 2025-03-01)"
        " and makes no job spell"
    ),
    "外出时间2025-03-01的记录与外出时间2025-02-01的记录重叠": "The records beginning on 2025-03-01 and on 2025-02-01 overlap",
    "别的话。": "别的话。",
}


@pytest.mark.parametrize("reason", ENGLISH)
def test_it_is_said_in_the_language_of_the_page(reason):
    assert task_said(reason) == reason
    with override("en"):
        assert task_said(reason) == ENGLISH[reason]


def test_the_list_and_the_file_speak_the_readers_language():
    who = at_work(worker())
    changed_at_once(who)
    clerk = people.county_clerk()
    for language, text in (("zh-hans", "由批量修改登记为“未就业”"), ("en", "was set to “Without work” by a bulk edit")):
        browser = people.client_for(clerk)
        browser.cookies["django_language"] = language
        for url in ("/employment/tasks/", f"/workers/{who.pk}/?tab=work"):
            assert text in page(browser.get(url)).text, (language, url)
