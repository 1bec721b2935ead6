"""What a clerk does on the pages of the bench: registers the unknown, says why not, looks for one, takes a list back."""

import pytest
from django.urls import reverse

from core.accounts.models import AccessLog
from core.errors import DomainError
from tests import people
from tests.comparisons.test_comparing import STRANGER, row, states
from tests.journeys import OTHER_VILLAGE, VILLAGE, worker
from tests.people import client_for
from tests.web.reading import page
from workers.comparisons.models import Comparison, Difference
from workers.models import Worker

pytestmark = pytest.mark.django_db
UNKNOWN = {"姓名": "丁四", "身份证号码": STRANGER, "乡镇": "古达乡", "村": "大寨村"}


def items(made, **query):
    return reverse("comparisons:items", args=[made.pk], query=query)


def shown(browser, made, **query):
    return sorted(
        link.text for link in page(browser.get(items(made, **query))).one(id="list").all("a", class_="row-link")
    )


def test_the_share_of_no_township_leads_to_its_rows_alone(compare):
    made, browser = (
        compare([row(worker("王本乡")), {"姓名": "陈未知", "身份证号码": STRANGER}]),
        client_for(people.county_clerk()),
    )
    links = page(browser.get(reverse("comparisons:detail", args=[made.pk]))).all("a", href=items(made, township="none"))
    assert [link.text for link in links] == ["未定乡镇"]
    assert [shown(browser, made, township=code) for code in ("none", VILLAGE[:9], "")] == [
        ["陈未知"],
        ["王本乡"],
        ["王本乡", "陈未知"],
    ]


def register_url():
    return reverse("comparisons:register", args=[Difference.objects.get(kind="unknown").pk])


class TestRegistering:
    def test_the_form_opens_with_what_the_list_says_and_the_work_goes_on(self, compare):
        made, browser = compare([UNKNOWN]), client_for(people.county_clerk())
        row_link = page(browser.get(items(made))).one("a", class_="row-link")
        assert row_link.attrs["href"] == register_url()
        form = page(browser.get(register_url())).one(id="content")
        given = {name: form.one("input", name=name).attrs["value"] for name in ("name", "id_number", "village_code")}
        assert given == {"name": "丁四", "id_number": STRANGER, "village_code": VILLAGE}
        assert AccessLog.objects.filter(action="reveal", object_type="comparisons.difference.id_number").count() == 1
        response = browser.post(register_url(), given, follow=True)
        assert response.redirect_chain == [(items(made), 302)]
        who = Worker.objects.get(id_number=STRANGER)
        assert (who.village_code, states(made)) == (VILLAGE, {who.pk: "open"})
        assert Difference.objects.get().kind == "there"

    def test_once_and_only_of_ones_own_villages(self, compare):
        compare([{**UNKNOWN, "村": "", "乡镇": ""}])
        url = register_url()
        assert client_for(people.township_clerk()).get(url).status_code == 404
        assert client_for(people.stranger()).get(url).status_code == 404
        assert client_for(people.with_role("auditor")).get(url).status_code == 403
        Difference.objects.update(state="done")
        assert client_for(people.county_clerk()).get(url).status_code == 404

    def test_who_may_not_register_has_no_way_to_the_form(self, compare):
        made = compare([UNKNOWN])
        browser = client_for(people.with_role("auditor"))
        assert page(browser.get(items(made))).one(id="list").all("a", class_="row-link") == []


class TestRejecting:
    def test_it_needs_a_reason_that_stands_in_the_list(self, compare):
        who = worker("甲")
        made, browser = compare([row(who)]), client_for(people.county_clerk())
        pk = made.differences.get().pk
        button = page(browser.get(items(made))).one("button", value="reject")
        assert button.attrs["data-asks"] == "为什么不采纳？"
        for said in ("", "  "):
            browser.post(items(made), {"action": "reject", "ids": [pk], "said": said})
        assert states(made) == {who.pk: "open"}
        browser.post(items(made), {"action": "reject", "ids": [pk], "said": " 名单里是同名的人 "})
        assert made.differences.values_list("state", "note").get() == ("rejected", "名单里是同名的人")


class TestLookingForOne:
    @pytest.mark.parametrize(
        "text", ["张国", "张国强", "{number}", " {number} ", "{spaced}", "{last}", "身份证:{number}", "张国强 {last}"]
    )
    def test_by_name_number_or_its_end(self, compare, text):
        one = worker("张国强")
        made = compare([row(one), row(worker("李四", village=OTHER_VILLAGE))])
        number = one.id_number
        asked = text.format(
            number=number, last=number[-4:].lower(), spaced=f"{number[:6]} {number[6:14]} {number[14:]}"
        )
        browser = client_for(people.county_clerk())
        response = browser.get(items(made), {"q": asked}, follow=True)
        assert [link.text for link in page(response).one(id="list").all("a", class_="row-link")] == ["张国强"]

    def test_a_dot_in_a_name_does_not_count(self, compare):
        made = compare([row(worker("买买提·艾力"))])
        assert shown(client_for(people.county_clerk()), made, q="买买提艾") == ["买买提·艾力"]

    @pytest.mark.parametrize("text", ["没有", "9", "²", "%", "'"])
    def test_nobody(self, compare, text):
        made = compare([row(worker("张国强"))])
        assert shown(client_for(people.county_clerk()), made, q=text) == []


class TestOneList:
    def test_a_failed_one_says_nothing_about_differences(self, compare):
        with pytest.raises(DomainError):
            compare([{"名字": "甲"}])
        browser = client_for(people.county_clerk())
        text = (
            page(browser.get(reverse("comparisons:detail", args=[Comparison.objects.get().pk]))).one(id="content").text
        )
        assert ("没有差异" in text, "没有比对成" in text, "表头改成“身份证号码”" in text) == (False, True, True)

    def test_the_wrong_one_is_taken_back_by_its_button(self, compare):
        made, browser = compare([row(worker())]), client_for(people.county_clerk())
        url = reverse("comparisons:withdraw", args=[made.pk])
        assert client_for(people.township_clerk()).post(url).headers["Location"] == reverse(
            "comparisons:detail", args=[made.pk]
        )
        assert made.differences.count() == 1
        response = browser.post(url, follow=True)
        assert "已撤回《六月名单》" in page(response).one(id="messages").text
        text = page(browser.get(reverse("comparisons:detail", args=[made.pk]))).one(id="content").text
        assert "已经撤回" in text
        assert client_for(people.stranger()).post(url).status_code == 404
