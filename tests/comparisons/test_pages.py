"""The pages of the comparison bench: who sees what, handing in, settling many at once, taking the list out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.jobs import services as jobs
from core.workbooks.files.opening import open_workbook
from core.workbooks.models import Export
from tests import people
from tests.comparisons.test_comparing import STRANGER, row
from tests.journeys import OTHER_VILLAGE, exported, worker
from tests.people import client_for
from workers.comparisons import services
from workers.comparisons.models import Comparison, Difference

pytestmark = pytest.mark.django_db


def addresses(comparison):
    return [
        reverse("comparisons:list"),
        reverse("comparisons:detail", args=[comparison.pk]),
        reverse("comparisons:items", args=[comparison.pk]),
    ]


def statuses(user, pages):
    client = client_for(user)
    return [client.get(page).status_code for page in pages]


class TestWhoSees:
    def test_county_and_the_townships_with_work(self, compare):
        pages = addresses(compare([row(worker("甲"))]))
        assert statuses(people.county_clerk(), pages) == [200, 200, 200]
        assert statuses(people.township_clerk(), pages) == [200, 200, 200]

    def test_a_township_without_work_and_another_county_see_nothing(self, compare):
        pages = addresses(compare([row(worker("甲", village=OTHER_VILLAGE))]))
        assert statuses(people.township_clerk(), pages) == [200, 404, 404]
        assert statuses(people.stranger(), pages) == [200, 404, 404]
        assert statuses(people.with_role("station_staff"), pages) == [403, 403, 403]

    def test_an_auditor_reads_and_changes_nothing(self, compare):
        made = compare([row(worker("甲"))])
        auditor = people.with_role("auditor", "520527")
        assert statuses(auditor, addresses(made)) == [200, 200, 200]
        items, known = reverse("comparisons:items", args=[made.pk]), reverse("comparisons:registered", args=[made.pk])
        client = client_for(auditor)
        said = [
            client.post(items, {"action": "accept", "picks": [made.differences.get().pk]}).status_code,
            client.post(known).status_code,
        ]
        assert (said, made.differences.get().state) == ([400, 403], "open")

    def test_each_sees_the_rows_of_their_villages_and_numbers_masked(self, compare):
        mine, other = worker("王本乡"), worker("李外乡", village=OTHER_VILLAGE)
        made = compare([row(mine), row(other), {"姓名": "陈未知", "身份证号码": STRANGER}])
        page = reverse("comparisons:items", args=[made.pk])
        county = client_for(people.county_clerk()).get(page).content.decode()
        township = client_for(people.township_clerk()).get(page).content.decode()
        names = ("王本乡", "李外乡", "陈未知")
        assert [name in county for name in names] == [True, True, True]
        assert [name in township for name in names] == [True, False, False]
        assert mine.id_number not in county
        assert STRANGER not in county


class TestHandingIn:
    def hand(self, user, **changes):
        file = SimpleUploadedFile("名单.csv", f"姓名,身份证号码\n甲,{STRANGER}\n".encode())
        given = {"kind": "deaths", "as_of": "2025-06-30", "title": "六月死亡名单", "file": file, **changes}
        return client_for(user).post(reverse("comparisons:new"), given)

    def test_a_list_is_compared_by_a_run(self):
        answer = self.hand(people.county_clerk())
        made = Comparison.objects.get()
        assert answer["Location"] == reverse("comparisons:detail", args=[made.pk])
        jobs.run(job_id=made.job_id)
        made.refresh_from_db()
        assert (made.state, made.counts["unknown"], made.path.exists()) == ("done", 1, False)

    def test_a_bad_form_is_shown_again(self):
        answer = self.hand(people.county_clerk(), as_of="2999-01-01")
        assert (answer.status_code, Comparison.objects.count()) == (422, 0)

    def test_without_the_permission_nobody(self):
        assert self.hand(people.with_role("village_assistant", "520527219200")).status_code == 403

    def test_a_cancelled_run_leaves_no_list_behind(self):
        self.hand(people.county_clerk())
        made = Comparison.objects.get()
        jobs.cancel(job=made.job, user=people.county_clerk())
        made.refresh_from_db()
        assert (made.state, made.path.exists()) == ("failed", False)


class TestSettling:
    def test_many_are_accepted_at_once_and_the_rest_is_told(self, compare):
        made = compare([row(worker("甲")), row(worker("乙")), {"姓名": "丙", "身份证号码": STRANGER}])
        page = reverse("comparisons:items", args=[made.pk])
        client = client_for(people.county_clerk())
        answer = client.post(page, {"action": "accept", "all": "1"}, follow=True).content.decode()
        assert "已采纳2条，写入登记库；采错了可以在“采纳记录”里整体撤销。1条没有采纳" in answer
        assert Difference.objects.filter(state="done").count() == 2
        summary = client.get(reverse("comparisons:detail", args=[made.pk])).content.decode()
        assert "66.7%" in summary

    def test_as_many_queries_for_three_as_for_one(self, compare):
        client = client_for(people.county_clerk())
        counts = []
        for number in (1, 3):
            made = compare([row(worker("甲")) for _n in range(number)], kind="low_income")
            page = reverse("comparisons:items", args=[made.pk])
            client.get(page)
            with CaptureQueriesContext(connection) as seen:
                client.get(page)
            counts.append(len(seen))
        assert counts[0] == counts[1]

    def test_the_work_list_is_taken_out_as_it_is_shown(self, compare):
        one, other = worker("甲", phone="13800000001"), worker("乙")
        made = compare([row(one, 电话="13900000002"), row(other)], kind="deaths")
        client = client_for(people.county_clerk())
        client.post(
            reverse("comparisons:items", args=[made.pk]) + "?kind=column",
            {"action": "export", "all_columns": "1", "purpose": "核对"},
        )
        asked = Export.objects.get()
        assert asked.query == {"kind": "column", "comparison": str(made.pk)}
        with open_workbook(exported("differences", asked.query).path, "a.xlsx") as book:
            rows = [list(cells) for cells in book.tab(book.names[0]).rows()]
        assert [cells[0] for cells in rows] == ["姓名", "甲"]
        assert rows[1][4:8] == ["两边内容不同", "联系电话", "（在系统中查看）", "（在系统中查看）"]

    def test_it_is_a_to_do(self, compare):
        compare([row(worker("甲"))])
        assert "办理名单比对差异" in client_for(people.township_clerk()).get("/").content.decode()


class TestTakingBack:
    def test_the_button_takes_an_acceptance_back_and_says_what_stands_in_the_way(self, compare):
        made = compare([row(worker("甲"))])
        client = client_for(people.county_clerk())
        services.accept(user=people.county_clerk(), rows=made.differences.all())
        act = made.differences.get().accepted_in
        page = f"{reverse('comparisons:detail', args=[made.pk])}?tab=accepted"
        address = reverse("comparisons:undo_accept", args=[made.pk, act])
        assert address in client.get(page).content.decode()
        answer = client.post(address)
        assert (answer["Location"], made.differences.get().state) == (page, "open")
        assert "没有这次采纳，或已经撤销。" in client.post(address, follow=True).content.decode()

    def test_a_township_is_told_that_the_county_takes_back_what_is_not_its_own_alone(self, compare):
        made = compare([row(worker("甲")), row(worker("乙", village=OTHER_VILLAGE))])
        services.accept(user=people.county_clerk(), rows=made.differences.all())
        page = client_for(people.township_clerk()).get(f"{reverse('comparisons:detail', args=[made.pk])}?tab=accepted")
        assert "含范围外的人，由县里撤销" in page.content.decode()
        act = made.differences.filter(accepted_in__isnull=False).first().accepted_in
        address = reverse("comparisons:undo_accept", args=[made.pk, act])
        assert client_for(people.stranger()).post(address).status_code == 404
        assert client_for(people.with_role("auditor", "520527")).post(address).status_code == 403


class TestOwners:
    def test_rows_are_taken_on_in_the_list_and_found_by_who_did(self, compare):
        made = compare([row(worker("甲")), row(worker("乙"))])
        one, two = made.differences.get(name="甲"), made.differences.get(name="乙")
        browser, page = client_for(people.county_clerk()), reverse("comparisons:items", args=[made.pk])
        browser.post(page, {"action": "take_on", "ids": [one.pk]})
        clerk = people.county_clerk()
        shown = {
            owner: [name in browser.get(page, {"owner": owner}).content.decode() for name in (">甲<", ">乙<")]
            for owner in (str(clerk.pk), "none")
        }
        assert shown == {str(clerk.pk): [True, False], "none": [False, True]}
        summary = browser.get(reverse("comparisons:detail", args=[made.pk])).content.decode()
        assert (f"owner={clerk.pk}" in summary, "owner=none" in summary) == (True, True)
        browser.post(page, {"action": "hand_back", "ids": [one.pk, two.pk]})
        assert set(made.differences.values_list("owner", flat=True)) == {None}
