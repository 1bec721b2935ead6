"""The survey's pages: who gets in, what stands there, equal cost whatever the number of rows, what is printed."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.accounts.models import AccessLog
from core.web.views.home import home_context
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, place_divisions, worker
from tests.surveys.facts import (
    TODAY,
    ago,
    assistant,
    campaign,
    changed_meanwhile,
    checked,
    household,
    met,
    registrar,
    said,
    states,
    submitted,
    survey_of,
    task_of,
)
from tests.web.reading import page
from workers.doubles.services import merge_workers
from workers.models import Worker
from workers.surveys import services
from workers.surveys.models import Campaign, DoorVisit, Revisit, Survey, SurveyClash, VisitTask

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    place_divisions()
    assistant()
    couple = household("张国强", "李秀英", phone="13812345678", intention="省外务工")
    campaign()
    return couple


@pytest.fixture
def village(home):
    return people.client_for(assistant())


@pytest.fixture
def town(home):
    return people.client_for(people.township_clerk())


@pytest.fixture
def county(home):
    return people.client_for(registrar())


def text(answer):
    return re.sub(r"\s+", " ", page(answer).text)


def addresses(home):
    task = task_of(home[0])
    return {
        "mine": (reverse("surveys:mine"), "surveys.write"),
        "door": (reverse("surveys:door", args=[task.ref]), "surveys.write"),
        "clashes": (reverse("surveys:clashes"), "surveys.write"),
        "list": (reverse("surveys:list"), "surveys.view"),
        "new": (reverse("surveys:new"), "surveys.manage"),
        "detail": (reverse("surveys:detail", args=[task.campaign_id]), "surveys.view"),
        "assign": (reverse("surveys:assign", args=[task.campaign_id]), "surveys.assign"),
        "pack": (reverse("surveys:pack", args=[task.campaign_id, VILLAGE]), "surveys.view"),
        "workbook": (reverse("surveys:pack_workbook", args=[task.campaign_id, VILLAGE]), "surveys.export"),
        "tasks": (reverse("surveys:tasks"), "surveys.view"),
        "task": (reverse("surveys:task", args=[task.ref]), "surveys.view"),
        "return": (reverse("surveys:return", args=[task.ref]), "surveys.check"),
        "revisit": (reverse("surveys:revisit", args=[task.ref]), "surveys.revisit"),
    }


OF_ONE = ("door", "detail", "assign", "pack", "workbook", "task", "return", "revisit")


@pytest.mark.parametrize("name", ["mine", "clashes", "list", "new", "tasks", *OF_ONE])
def test_without_the_permission_403_with_it_200_elsewhere_404(home, name):
    if name == "revisit":
        met(home[0])
        services.close_campaign(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    address, permission = addresses(home)[name]
    nobody = people.with_role("finance_officer")
    assert not nobody.can(permission)
    assert people.client_for(nobody).get(address).status_code == 403
    assert people.client_for(people.county_clerk()).get(address).status_code == 200
    stranger = people.client_for(people.stranger()).get(address)
    assert stranger.status_code == (404 if name in OF_ONE else 200)
    assert "张国强" not in stranger.content.decode()


@pytest.mark.parametrize("name", ["settle", "check", "accept", "close", "reopen", "add", "submit"])
def test_acts_are_refused_to_who_may_not_and_to_strangers(home, name):
    base = said(home[0]).base
    changed_meanwhile(home[0], intention="就近就业")
    met(home[0], said(home[0], base=base, intention="自主创业"))
    task = task_of(home[0])
    keys = {"settle": [SurveyClash.objects.get().pk], "check": [task.ref], "accept": [task.ref], "submit": []}
    address = reverse(f"surveys:{name}", args=keys.get(name, [task.campaign_id]))
    before = (states(), Campaign.objects.values_list("state").get(), SurveyClash.objects.values_list("choice").get())
    assert people.client_for(people.with_role("auditor")).post(address, {"choice": "mine"}).status_code == 403
    assert people.client_for(people.stranger()).post(address, {"choice": "mine"}).status_code == 404
    assert before == (
        states(),
        Campaign.objects.values_list("state").get(),
        SurveyClash.objects.values_list("choice").get(),
    )


def test_my_households_stand_in_groups_with_what_was_said_last(village, home):
    household("十组户", group="10组")
    household("二组户", group="2组")
    services.add_households(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    met(home[0])
    answer = village.get(reverse("surveys:mine"))
    found = page(answer)
    assert [part.one("h2").text for part in found.all("section", class_="factory")] == ["2组 1", "10组 1"]
    assert "已入户、待提交 1 户" in text(answer)
    assert answer["X-Offline-Page"] == str(assistant().pk)


def test_without_a_campaign_the_list_says_so():
    place_divisions()
    assert "现在没有走访活动。" in text(people.client_for(assistant()).get(reverse("surveys:mine")))


def test_the_door_shows_last_answers_and_hides_the_number(village, home):
    answer = village.get(reverse("surveys:door", args=[task_of(home[0]).ref]))
    told = answer.content.decode()
    assert "省外务工" in told
    assert "138****5678" in told
    assert "13812345678" not in told
    assert home[0].id_number not in told


def sent(client, who, ref="", **fields):
    return client.post(
        reverse("surveys:door", args=[task_of(who).ref]),
        {"visited_on": TODAY.isoformat(), "channel": "上门", "client_ref": ref, **fields},
        headers={"HX-Request": "true", "HX-Target": "form"},
    )


def test_a_blank_phone_keeps_it_and_a_dash_takes_it_out(village, home):
    first, second = (f"p{who.pk}" for who in home)
    sent(village, home[0], **{
        f"{first}-base": 0, f"{first}-phone": "", f"{first}-intention": "省外务工",
        f"{second}-base": 0, f"{second}-phone": "-", f"{second}-expected_wage": "0.6万元",
    })  # fmt: skip
    assert survey_of(home[0]).changes == {}
    assert survey_of(home[1]).changes == {"phone": None, "expected_wage": "6000.00"}


def test_who_joined_the_household_after_the_page_was_kept_was_not_asked(village, home):
    joined = worker("新来的", village=VILLAGE, household=home[0].household)
    sent(village, home[0], act="same", **{f"p{who.pk}-base": 0 for who in home})
    assert set(Survey.objects.values_list("worker", flat=True)) == {home[0].pk, home[1].pk}
    assert joined.pk


def test_who_left_it_is_told_and_nothing_typed_is_dropped_in_silence(village, home):
    Worker.objects.filter(pk=home[1].pk).update(household=None)
    answer = sent(village, home[0], **{f"p{who.pk}-base": 0 for who in home}, **{f"p{home[1].pk}-skill": "缝纫工"})
    assert answer.status_code == 422
    assert "有人已不在这一户，请核对现在的家庭成员再保存。" in text(answer)
    assert DoorVisit.objects.count() == 0


def test_answers_kept_for_a_registration_that_was_merged_meanwhile_come_to_the_person(village, home):
    kept = worker("李秀英", village=VILLAGE, household=home[0].household, skill="电工")
    merge_workers(user=people.county_clerk(), kept_id=kept.pk, merged_id=home[1].pk)
    former = f"p{home[1].pk}"
    page_kept = {f"p{home[0].pk}-base": 0, f"{former}-base": 0, f"{former}-labour_status": "", f"{former}-skill": ""}
    assert sent(village, home[0], **page_kept, **{f"{former}-intention": "就近就业"}).status_code == 204
    assert survey_of(kept).changes == {"intention": "就近就业"}
    assert survey_of(kept).answers["skill"] == "电工"


def test_two_cards_of_one_person_that_say_different_things_come_back(village, home):
    kept = worker("李秀英", village=VILLAGE, household=home[0].household)
    merge_workers(user=people.county_clerk(), kept_id=kept.pk, merged_id=home[1].pk)
    former, own = f"p{home[1].pk}", f"p{kept.pk}"
    both = {f"{former}-base": 0, f"{former}-skill": "焊工", f"{own}-base": 0, f"{own}-skill": "电工"}
    answer = sent(village, home[0], **both)
    assert answer.status_code == 422
    assert "李秀英的两份档案已合并，两处填的内容不一样，请重新打开页面再填。" in text(answer)
    assert ("焊工" in answer.content.decode(), DoorVisit.objects.count()) == (True, 0)
    # Where only one of the two was changed, nothing contradicts.
    assert sent(village, home[0], **{**both, f"{own}-skill": "", f"{own}-wanted_job": "厨师"}).status_code == 204
    assert survey_of(kept).changes == {"skill": "焊工", "wanted_job": "厨师"}


def test_a_form_that_cannot_be_comes_back_with_everything_typed(village, home):
    answer = sent(
        village, home[0], **{f"p{home[0].pk}-base": 0, f"p{home[0].pk}-expected_wage": "很多", "n0-name": "张小妹"}
    )
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "很多" in told
    assert "张小妹" in told
    assert "请填写。" in text(answer)
    assert DoorVisit.objects.count() == 0


def test_a_clash_is_told_to_a_phone_that_sends_later(village, home):
    changed_meanwhile(home[0], intention="就近就业")
    prefix = f"p{home[0].pk}"
    answer = village.post(
        reverse("surveys:door", args=[task_of(home[0]).ref]),
        {"visited_on": TODAY.isoformat(), "channel": "上门", f"{prefix}-base": 0, f"{prefix}-intention": "自主创业"},
        headers={"HX-Request": "true", "HX-Target": "form", "X-Offline-Later": "1"},
    )
    assert (answer.status_code, answer["HX-Redirect"], answer["X-Offline-Look"]) == (
        204, reverse("surveys:mine"), reverse("surveys:clashes"),
    )  # fmt: skip
    told = text(village.get(reverse("surveys:clashes")))
    assert "张国强 · 就业意向 打开时 省外务工 档案现在 就近就业 走访填写 自主创业" in told
    clash = SurveyClash.objects.get()
    village.post(reverse("surveys:settle", args=[clash.pk]), {"choice": "theirs"})
    assert survey_of(home[0]).changes == {}


def test_the_township_sees_what_an_answer_changes_before_it_passes_it(village, town, home):
    prefix = f"p{home[0].pk}"
    sent(
        village, home[0], **{f"{prefix}-base": 0, f"{prefix}-intention": "就近就业", f"{prefix}-expected_wage": "6300"}
    )
    detail = reverse("surveys:task", args=[task_of(home[0]).ref])
    assert "就业意向 有变化 省外务工 → 就近就业" in text(town.get(detail))
    assert "期望月薪（元） 有变化 6,300.00" in text(town.get(detail))
    checked(home[0])
    assert "就业意向 有变化 就近就业" in text(town.get(detail))


def test_from_the_door_to_the_countys_acceptance(village, town, county, home):
    task = task_of(home[0])
    here = reverse("surveys:task", args=[task.ref])
    sent(village, home[0], act="same", **{f"p{who.pk}-base": 0 for who in home})
    village.post(reverse("surveys:submit"), {"campaign": task.campaign_id})
    assert states() == ["submitted"]
    assert "核对通过" in text(town.get(here))
    assert town.post(reverse("surveys:return", args=[task.ref]), {"reason": ""}).status_code == 422
    town.post(reverse("surveys:return", args=[task.ref]), {"reason": "电话打不通"})
    assert "电话打不通" in text(village.get(reverse("surveys:mine")))
    sent(village, home[0], act="same", **{f"p{who.pk}-base": 0 for who in home})
    village.post(reverse("surveys:submit"), {"campaign": task.campaign_id})
    town.post(reverse("surveys:check", args=[task.ref]))
    assert states() == ["town_checked"]
    county.post(reverse("surveys:accept", args=[task.ref]))
    assert states() == ["accepted"]
    assert "已验收" in text(county.get(here))


def test_many_are_checked_at_once_from_the_list(town, home):
    other = household("王家", group="2组")
    services.add_households(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    met(home[0])
    met(other[0])
    submitted(home[0], other[0])
    answer = town.post(f"{reverse('surveys:tasks')}?state=submitted", {"action": "check", "all": "1"}, follow=True)
    assert "已核对通过 2 户，回答已写入档案。" in text(answer)


def test_the_list_finds_a_household_by_anybody_in_it(town, home):
    household("王家", "王小妹", group="2组")
    services.add_households(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    heads = lambda query: re.findall("张国强|王家", text(town.get(f"{reverse('surveys:tasks')}?{query}")))  # noqa: E731
    assert heads("q=李秀英") == ["张国强"]
    assert heads("q=王小妹") == ["王家"]
    assert heads("group=2组") == ["王家"]
    assert heads("state=visited") == []


def test_a_county_opens_gives_out_and_closes_a_campaign(county, home):
    answer = county.post(
        reverse("surveys:new"),
        {"name": "春节返乡", "kind": "节前返乡", "starts_on": ago(1).isoformat(), "ends_on": TODAY.isoformat(),
         "division_code": people.TOWNSHIP, "sample_percent": 5},
        follow=True,
    )  # fmt: skip
    assert "已建立 1 户的入户任务，其中 0 户待派发走访人。" in text(answer)
    made = Campaign.objects.get(name="春节返乡")
    other = people.make_user("bangshou", "village_assistant", VILLAGE, full_name="帮手")
    answer = county.post(
        reverse("surveys:assign", args=[made.pk]),
        {"village_code": VILLAGE, "groups": "1组", "surveyor": other.pk},
        follow=True,
    )
    assert "已派发 1 户。" in text(answer)
    answer = county.post(reverse("surveys:close", args=[made.pk]), follow=True)
    assert "活动已结束，抽取 0 户复访。" in text(answer)
    assert "走访活动已结束。" in text(county.post(reverse("surveys:add", args=[made.pk]), follow=True))


def test_nobody_reads_the_seed_before_it_has_drawn(county, village, home):
    made = Campaign.objects.get()
    met(home[0])
    for client in (county, village):
        for tab in ("progress", "sample", "history"):
            assert str(made.seed) not in client.get(f"/workers/surveys/{made.pk}/?tab={tab}").content.decode()
    county.post(f"/workers/surveys/{made.pk}/close/")
    assert str(made.seed) in county.get(f"/workers/surveys/{made.pk}/?tab=sample").content.decode()
    county.post(f"/workers/surveys/{made.pk}/reopen/")
    fresh = Campaign.objects.get().seed
    pages = [
        county.get(f"/workers/surveys/{made.pk}/?tab={tab}").content.decode()
        for tab in ("progress", "sample", "history")
    ]
    assert (fresh != made.seed, [str(fresh) in one for one in pages]) == (True, [False] * 3)


def test_a_second_visit_hides_the_first_and_tells_the_difference(town, home):
    met(home[0], said(home[0], skill="焊工"))
    services.close_campaign(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    address = reverse("surveys:revisit", args=[task_of(home[0]).ref])
    assert "焊工" not in town.get(address).content.decode()
    survey = survey_of(home[0])
    answer = town.post(
        address,
        {
            "visited_on": TODAY.isoformat(),
            "channel": "上门",
            "came": "yes",
            f"s{survey.pk}-skill": "电工",
            f"s{survey.pk}-intention": "",
        },
        follow=True,
    )
    assert "已登记复访：核对 2 项，不一致 1 项。" in text(answer)
    assert Revisit.objects.get().findings[0]["field"] == "skill"
    told = text(town.get(f"{reverse('surveys:task', args=[task_of(home[0]).ref])}?tab=visits"))
    assert "技能特长 焊工 电工" in told
    assert "50.0%" in text(town.get(f"{reverse('surveys:detail', args=[task_of(home[0]).campaign_id])}?tab=surveyors"))


def test_the_printed_pack_has_a_code_for_each_household_and_nothing_personal_in_it(county, home):
    task = task_of(home[0])
    answer = county.get(reverse("surveys:pack", args=[task.campaign_id, VILLAGE]))
    told = answer.content.decode()
    assert re.findall("户主：张国强|138\\*{4}5678|省外务工", told)[:2] == ["户主：张国强", "138****5678"]
    assert (home[0].id_number in told, "13812345678" in told) == (False, False)
    assert len(re.findall(r'class="qr" src="data:image/svg', told)) == 1
    assert (reverse("surveys:door", args=[task.ref]), task.ref.version) == (f"/workers/surveys/door/{task.ref}/", 4)
    line = AccessLog.objects.get(action="print")
    assert (line.object_type, line.object_id, line.count) == ("surveys.pack", VILLAGE, 1)


def test_lists_cost_the_same_for_one_row_and_for_three(county, home):
    def cost(address, client):
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    village = people.client_for(assistant())
    task = task_of(home[0])
    pages = [
        (reverse("surveys:tasks"), county),
        (reverse("surveys:list"), county),
        (reverse("surveys:mine"), village),
        (reverse("surveys:detail", args=[task.campaign_id]), county),
        (reverse("surveys:pack", args=[task.campaign_id, VILLAGE]), county),
    ]
    met(home[0], said(home[0], skill="焊工"))
    first = household("再来户", "家人", group="2组")
    services.add_households(user=people.county_clerk(), campaign=task.campaign)
    one = [cost(address, client) for address, client in pages]
    for n in range(2):
        campaign(people.TOWNSHIP, name=f"又一次{n}", starts_on=ago(60 + n))
        household(f"户{n}", "家人", group=f"{n + 3}组")
    services.add_households(user=people.county_clerk(), campaign=task.campaign)
    assert first[0].household_id
    assert [cost(address, client) for address, client in pages] == one


def test_a_persons_file_shows_the_surveys(county, home):
    met(home[0], said(home[0], skill="焊工", work_place="广东东莞"))
    checked(home[0])
    told = text(county.get(f"{reverse('workers:detail', args=[home[0].pk])}?tab=surveys"))
    assert re.findall("冬季全面走访|广东东莞|技能特长", told) == ["冬季全面走访", "广东东莞", "技能特长"]


def test_what_waits_stands_in_the_to_do_list_of_whose_turn_it_is(home):
    todos = lambda user: {row.verb: row.count for row in home_context(user)["todos"] if "surveys" in row.url}  # noqa: E731
    household("外乡户", village=OTHER_VILLAGE)
    services.add_households(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    assert todos(assistant()) == {"入户走访": 1}
    assert todos(registrar()) == {"派发入户任务": 1}
    met(home[0])
    submitted(home[0])
    assert todos(people.township_clerk()) == {"核对提交的走访": 1}
    services.return_tasks(
        user=people.township_clerk(), tasks=VisitTask.objects.filter(pk=task_of(home[0]).pk), reason="补"
    )
    assert todos(assistant()) == {"重新走访被退回的户": 1}
    met(home[0])
    services.close_campaign(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    assert todos(people.township_clerk()) == {"复访抽中的户": 1}


def test_surveyors_to_choose_are_those_of_ones_area(home):
    url = reverse("web:choices", args=["surveyors"])
    assistant(OTHER_VILLAGE)
    found = people.client_for(people.township_clerk()).get(url, {"q": "村专干"}).content.decode()
    assert (str(assistant().pk) in found, f'"{assistant(OTHER_VILLAGE).pk}"' in found) == (True, False)


def test_odd_addresses_are_no_errors(county, village, home):
    task = task_of(home[0])
    for address in (
        f"{reverse('surveys:mine')}?campaign=zz&village=x&group=%00",
        f"{reverse('surveys:mine')}?campaign=99999999999999999999",
        f"{reverse('surveys:detail', args=[task.campaign_id])}?area=5205",
        f"{reverse('surveys:tasks')}?campaign=zz&surveyor=%00&unassigned=maybe&visited_on_after=x",
    ):
        assert county.get(address).status_code in {200, 404}
    assert county.get(reverse("surveys:pack", args=[task.campaign_id, "x"])).status_code == 404
    assert sent(village, home[0], ref="keine", act="same", **{f"p{home[0].pk}-base": "-99999999999"}).status_code in {
        204,
        422,
    }
    assert sent(village, home[0], act="same", **{f"p{home[0].pk}-base": "9" * 30}).status_code in {204, 422}
    assert Survey.objects.count() in {0, 2}


def test_who_moved_to_another_county_is_out_of_sight(county, town, home):
    met(home[0], said(home[0], skill="焊工"), said(home[1], skill="缝纫工"))
    here = reverse("surveys:task", args=[task_of(home[0]).ref])
    Worker.objects.filter(pk=home[1].pk).update(village_code=f"{people.OTHER_COUNTY}101201")
    assert re.findall("焊工|缝纫工", text(county.get(here))) == ["焊工"]
    Worker.objects.filter(pk=home[0].pk).update(village_code=f"{people.OTHER_COUNTY}101201")
    assert [county.get(here).status_code, town.get(here).status_code] == [404, 404]
    assert people.client_for(people.stranger()).get(here).status_code == 200


def test_the_workbook_is_offered_to_who_may_take_it_out(county, village, home):
    task = task_of(home[0])
    progress = f"{reverse('surveys:detail', args=[task.campaign_id])}?tab=progress&area={people.TOWNSHIP}"
    workbook = reverse("surveys:pack_workbook", args=[task.campaign_id, VILLAGE])
    assert [workbook in browser.get(progress).content.decode() for browser in (county, village)] == [True, False]
