"""The queue of possible doubles, the comparison, merges: who sees which, and what each page does."""

import pytest
from django.urls import reverse

from tests import people
from tests.journeys import OTHER_VILLAGE, place_divisions, worker
from tests.people import api_client_for, client_for
from workers.doubles.finding import find_doubles
from workers.doubles.models import Merge, PossibleDouble
from workers.doubles.services import merge_workers
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions(db):
    place_divisions()


def pair(one=None, other=None, **fields):
    one, other = one or worker("张国强", phone="13800000001"), other or worker("张国强", skill="电工")
    one, other = sorted((one, other), key=lambda who: who.pk)
    return PossibleDouble.objects.create(first=one, second=other, **{"reasons": ["name_birth"], "score": 80, **fields})


def merged(one=None):
    found = pair(one)
    return merge_workers(user=people.county_clerk(), kept_id=found.first_id, merged_id=found.second_id)


class TestWhoSees:
    @pytest.fixture
    def pages(self):
        found, made = pair(), merged()
        return [
            reverse("doubles:list"),
            reverse("doubles:pair", args=[found.pk]),
            reverse("doubles:merges"),
            reverse("doubles:merge", args=[made.pk]),
        ]

    def statuses(self, user, pages):
        client = client_for(user)
        return [client.get(page).status_code for page in pages]

    def test_county_and_township_of_both_see_them(self, pages):
        assert self.statuses(people.county_clerk(), pages) == [200, 200, 200, 200]
        assert self.statuses(people.township_clerk(), pages) == [200, 200, 200, 200]

    def test_another_county_sees_none(self, pages):
        assert self.statuses(people.stranger(), pages) == [200, 404, 200, 404]

    def test_without_the_permission_nobody(self, pages):
        assert self.statuses(people.with_role("dispatch_officer"), pages) == [403, 403, 403, 403]

    def test_auditors_look_and_decide_nothing(self, pages):
        auditor = people.with_role("auditor")
        assert self.statuses(auditor, pages) == [200, 200, 200, 200]
        found, made = PossibleDouble.objects.get(state="open"), Merge.objects.get()
        client, one = client_for(auditor), found.first_id
        assert (
            "<form"
            not in client.get(pages[1]).content.decode().partition('<div class="pair-acts">')[2].partition("</main>")[0]
        )
        assert "data-bulk-bar" not in client.get(pages[0]).content.decode()
        assert "撤销合并" not in client.get(pages[3]).content.decode()
        posts = {
            reverse("doubles:decide", args=[found.pk]): {"state": "different"},
            reverse("doubles:merge_pair", args=[found.pk]): {"keep": "first"},
            reverse("doubles:undo", args=[made.pk]): {},
            reverse("doubles:point_out", args=[one]): {"other": found.second_id},
            pages[0]: {"action": "different", "ids": [found.pk]},
        }
        assert [client.post(page, words).status_code for page, words in posts.items()] == [403, 403, 403, 403, 400]
        found.refresh_from_db()
        assert (found.state, Merge.objects.get().undone_at) == ("open", None)

    def test_a_pair_of_two_townships_is_the_countys(self):
        found = pair(other=worker("张国强", village=OTHER_VILLAGE))
        page = reverse("doubles:pair", args=[found.pk])
        assert client_for(people.township_clerk()).get(page).status_code == 404
        assert client_for(people.county_clerk()).get(page).status_code == 200
        listed = client_for(people.township_clerk()).get(reverse("doubles:list")).content.decode()
        assert "张国强" not in listed


class TestTheQueue:
    def test_only_undecided_ones_unless_asked(self):
        pair(worker("王待定"))
        pair(worker("李不同"), state="different", decided_at="2025-01-01T00:00Z")
        client = client_for(people.county_clerk())
        now = client.get(reverse("doubles:list")).content.decode()
        then = client.get(reverse("doubles:list"), {"state": "different"}).content.decode()
        assert ("王待定" in now, "李不同" in now) == (True, False)
        assert ("王待定" in then, "李不同" in then) == (False, True)

    def test_it_is_a_to_do(self):
        pair()
        assert "判定疑似重复人员" in client_for(people.county_clerk()).get("/").content.decode()


class TestComparing:
    def page(self, found, user=None, **query):
        return client_for(user or people.county_clerk()).get(reverse("doubles:pair", args=[found.pk]), query)

    def test_what_differs_is_marked_and_asked_and_numbers_stay_masked(self):
        one = worker("张国强", skill="焊工", education="初中", phone="13800000001")
        found = pair(one, worker("张国强", skill="电工", education="初中", phone="13800000002"))
        text = self.page(found).content.decode()
        assert 'name="take_skill"' in text
        assert 'name="take_education"' not in text
        assert one.id_number not in text
        assert "13800000001" not in text
        assert str(one.birth_date) not in text

    def test_township_judges_and_does_not_merge(self):
        found = pair()
        text = self.page(found, people.township_clerk()).content.decode()
        assert "合并为一份" not in text
        assert "不是同一人" in text
        merge = client_for(people.township_clerk()).post(
            reverse("doubles:merge_pair", args=[found.pk]), {"keep": "first"}
        )
        assert merge.status_code == 403

    def test_merging_takes_what_was_chosen_and_what_only_one_says(self):
        one = worker("张国强", skill="焊工", education="初中", note="甲")
        other = worker("张国强", skill="电工", phone="13800000002", note="乙")
        found = pair(one, other)
        answer = client_for(people.county_clerk()).post(
            reverse("doubles:merge_pair", args=[found.pk]),
            {"keep": "second", "take_skill": "first", "take_note": "second", "reason": "电话核实"},
        )
        made = Merge.objects.get()
        assert answer["Location"] == reverse("doubles:merge", args=[made.pk])
        left = Worker.objects.get()
        assert (left.pk, left.skill, left.education, left.phone, left.note) == (
            other.pk, "焊工", "初中", "13800000002", "乙",
        )  # fmt: skip
        assert made.operation.reason == "电话核实"


class TestThePersonsPage:
    def test_the_old_number_is_found_and_shown_masked(self):
        found = pair()
        number = found.second.id_number
        merge_workers(user=people.county_clerk(), kept_id=found.first_id, merged_id=found.second_id)
        client = client_for(people.county_clerk())
        listed = client.get(reverse("workers:list"), {"q": number}, follow=True).content.decode()
        assert reverse("workers:detail", args=[found.first_id]) in listed
        page = client.get(reverse("workers:detail", args=[found.first_id])).content.decode()
        assert "曾用身份证号码" in page
        assert number not in page

    def test_its_history_holds_that_of_both(self):
        one, other = worker("张国强"), worker("张国祥")
        Worker.objects.filter(pk=other.pk).update(skill="焊工")
        merged_pair = pair(one, other)
        merge_workers(user=people.county_clerk(), kept_id=one.pk, merged_id=other.pk, reason="同一人")
        page = client_for(people.county_clerk()).get(reverse("workers:detail", args=[one.pk]), {"tab": "history"})
        text = page.content.decode()
        assert "合并档案：张国祥" in text
        assert "焊工" in text
        assert merged_pair.pk


class TestPointingOut:
    def choose(self, user, one, other):
        return client_for(user).post(reverse("doubles:point_out", args=[one.pk]), {"other": other.pk})

    def test_whom_no_rule_finds_alike_is_compared_and_stays_in_the_queue(self):
        one, other = worker("张国强"), worker("李四光")
        answer = self.choose(people.county_clerk(), one, other)
        found = PossibleDouble.objects.get()
        assert answer["Location"] == reverse("doubles:pair", args=[found.pk])
        find_doubles()
        assert (PossibleDouble.objects.get().reasons, found.score) == (["told"], 100)
        page = client_for(people.county_clerk()).get(reverse("workers:detail", args=[one.pk])).content.decode()
        assert reverse("doubles:point_out", args=[one.pk]) in page

    def test_what_was_decided_is_open_again(self):
        found = pair(state="different", decided_at="2025-01-01T00:00Z")
        self.choose(people.county_clerk(), found.second, found.first)
        found.refresh_from_db()
        assert (found.state, found.reasons) == ("open", ["name_birth"])

    def test_outside_the_scope_and_without_the_permission(self):
        one, far = worker("张国强"), worker("李四光", village=OTHER_VILLAGE)
        assert self.choose(people.township_clerk(), one, far).status_code == 422
        assert self.choose(people.township_clerk(), far, one).status_code == 404
        assert self.choose(people.with_role("auditor"), one, far).status_code == 403
        assert self.choose(people.county_clerk(), one, one).status_code == 422
        assert not PossibleDouble.objects.exists()


class TestPrograms:
    def test_the_id_of_a_merged_registration_gives_the_person_kept(self):
        made = merged()
        answer = api_client_for(people.county_clerk()).get(f"/api/v1/workers/{made.merged_id}/")
        assert (answer.status_code, answer.json()["id"]) == (200, made.kept_id)

    def test_and_nothing_outside_the_scope(self):
        made = merged()
        assert api_client_for(people.stranger()).get(f"/api/v1/workers/{made.merged_id}/").status_code == 404
