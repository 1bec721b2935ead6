"""The village assistant's phone: thirty households with the network off, a reload, and everything arrives once, in order."""

import re

import pytest
from playwright.sync_api import expect

from tests.surveys.facts import TODAY, changed_meanwhile, survey_of, task_of
from tests.surveys.walking import HOUSEHOLDS, MINE, at_the_door, card, fetched_ahead, fits, on_again
from workers.models import Worker
from workers.surveys.models import DoorVisit, Survey, SurveyClash, VisitTask

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_no_change_is_one_tap_on_the_list(phone, homes):
    phone.goto(MINE)
    fits(phone)
    assert phone.locator(".factory h2").all_inner_texts() == ["1组 10", "2组 10", "3组 10"]
    card(phone, "户主07").locator("button").tap()
    expect(phone.locator("#messages")).to_contain_text("户主07户：已登记。")
    expect(phone.locator(".factory .person")).to_have_count(HOUSEHOLDS - 1)
    visit = DoorVisit.objects.get()
    assert (visit.task, visit.outcome, visit.channel, visit.visited_on) == (task_of(homes[7][0]), "met", "上门", TODAY)
    assert [survey.changes for survey in Survey.objects.all()] == [{}, {}]


def test_only_a_difference_is_typed(phone, homes):
    at_the_door(phone, "户主03")
    fits(phone)
    phone.locator(".asked summary", has_text="家人03").tap()
    expect(phone.locator(f"#id_p{homes[3][1].pk}-intention")).to_have_value("省外务工")
    phone.fill(f"#id_p{homes[3][1].pk}-intention", "就近就业")
    fits(phone)
    phone.tap("#form .btn-primary")
    phone.wait_for_url(f"**{MINE}")
    assert (survey_of(homes[3][0]).changes, survey_of(homes[3][1]).changes) == ({}, {"intention": "就近就业"})


def test_typing_narrows_the_cards_without_a_server(phone, homes):
    fetched_ahead(phone, homes[:1])
    phone.context.set_offline(True)
    phone.goto(MINE)
    phone.fill("#doors-q", "家人21")
    expect(phone.locator(".person:visible")).to_have_count(1)


def test_the_bottom_bar_is_the_villages(phone):
    phone.goto(MINE)
    assert phone.locator(".phone-link span").all_inner_texts() == ["今日", "走访", "查人", "我的"]


def test_thirty_households_without_signal_arrive_once_in_order_with_conflicts_listed(phone, homes):
    fetched_ahead(phone, homes)
    # While the phone is in the hills the county corrects two files: one where the visit will say something else.
    changed_meanwhile(homes[4][0], intention="自主创业")
    changed_meanwhile(homes[8][0], intention="自主创业")
    phone.context.set_offline(True)
    for n in range(HOUSEHOLDS):
        name = f"户主{n:02}"
        if n % 2:
            phone.goto(MINE)
            with phone.expect_navigation():
                card(phone, name).locator("button").tap()
        else:
            at_the_door(phone, name)
            phone.locator(".asked summary", has_text=name).tap()
            field = "skill" if n == 8 else "intention"
            phone.fill(f"#id_p{homes[n][0].pk}-{field}", "焊工" if n == 8 else "就近就业")
            if n == 12:
                phone.tap("#form button[value=absent]")
            else:
                phone.tap("#form .btn-primary")
        phone.wait_for_url(f"**{MINE}")
        expect(phone.locator("#offline")).to_contain_text(f"{n + 1} 条待发送")
    expect(card(phone, "户主00").locator(".queued")).to_be_visible()
    fits(phone)
    phone.reload()
    expect(phone.locator("#offline")).to_contain_text("30 条待发送")
    assert DoorVisit.objects.count() == 0
    on_again(phone)
    expect(phone.locator("#offline")).not_to_contain_text("待发送", timeout=60_000)
    assert list(DoorVisit.objects.order_by("pk").values_list("task__contact__name", flat=True)) == [
        f"户主{n:02}" for n in range(HOUSEHOLDS)
    ]
    assert DoorVisit.objects.values("client_ref").distinct().count() == HOUSEHOLDS
    assert [survey_of(homes[n][0]).changes for n in (0, 1, 8)] == [{"intention": "就近就业"}, {}, {"skill": "焊工"}]
    assert VisitTask.objects.get(contact=homes[12][0]).state == "absent"
    clash = SurveyClash.objects.get()
    assert (clash.survey.worker, clash.base, clash.theirs, clash.mine) == (
        homes[4][0],
        "省外务工",
        "自主创业",
        "就近就业",
    )
    phone.locator("#offline .offline-look", has_text="有 1 处与档案的新内容不一致").tap()
    phone.wait_for_url("**/clashes/")
    fits(phone)
    told = phone.locator(".clash").inner_text()
    assert re.findall("户主04|就业意向|省外务工|自主创业|就近就业", told) == [
        "户主04", "就业意向", "省外务工", "自主创业", "就近就业",
    ]  # fmt: skip
    phone.tap("button[value=mine]")
    phone.wait_for_url(f"**{MINE}")
    expect(phone.locator("#offline")).to_be_hidden()
    assert survey_of(homes[4][0]).changes == {"intention": "就近就业"}
    phone.reload()
    assert DoorVisit.objects.count() == HOUSEHOLDS
    phone.tap("text=提交 29 户")
    expect(phone.locator("#messages")).to_contain_text("已提交 29 户。")
    assert Worker.objects.filter(intention="就近就业").count() == 0


def test_what_was_handed_in_meanwhile_comes_back_with_its_reason(phone, homes):
    fetched_ahead(phone, homes[:1])
    phone.context.set_offline(True)
    card(phone, "户主00").locator("button").tap()
    expect(phone.locator("#offline")).to_contain_text("1 条待发送")
    VisitTask.objects.filter(contact=homes[0][0]).update(state="submitted", visited_on=TODAY)
    on_again(phone)
    expect(phone.locator("#offline li")).to_contain_text("户主00：这一户已提交，要改请乡镇先退回。")
    assert DoorVisit.objects.count() == 0
