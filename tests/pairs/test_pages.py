"""The pages of pairs, in every register alike: the queue, two side by side, merges and taking one back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from employment.models import DeclaredJob
from tests import people


@pytest.fixture
def clerk(kind):
    return people.client_for(people.county_clerk())


def pair_of(kind, one=None, other=None, **fields):
    one, other = one or kind.make(), other or kind.make()
    pair = kind.register.point_out(user=people.county_clerk(), one_id=one.pk, other_id=other.pk)
    kind.register.pairs.objects.filter(pk=pair.pk).update(**fields)
    return pair


def merged(kind):
    pair = pair_of(kind)
    return kind.register.merge(user=people.county_clerk(), kept_id=pair.first_id, merged_id=pair.second_id)


def text(answer):
    return answer.content.decode()


class TestTheQueue:
    def test_it_costs_the_same_for_one_and_three(self, kind, clerk):
        pair_of(kind)
        clerk.get(kind.queue)
        with CaptureQueriesContext(connection) as one:
            clerk.get(kind.queue)
        pair_of(kind, kind.make("丙丁"), kind.make("丙丁"))
        pair_of(kind, kind.make("戊己"), kind.make("戊己"))
        with CaptureQueriesContext(connection) as three:
            answer = clerk.get(kind.queue)
        assert len(one) == len(three)
        assert all(name in text(answer) for name in ("甲乙", "丙丁", "戊己"))

    def test_surest_first(self, kind, clerk):
        pair_of(kind, kind.make("丙丁"), score=50)
        pair_of(kind, kind.make("戊己"), score=95)
        told = text(clerk.get(kind.queue))
        assert told.index("戊己") < told.index("丙丁")

    def test_filtered_by_what_was_decided_and_why(self, kind, clerk):
        pair_of(kind, kind.make("丙丁"), state="different", decided_at="2025-01-01T00:00Z", note="分开办的")
        pair_of(kind, kind.make("戊己"))
        shown = {state: text(clerk.get(kind.queue, {"state": state})) for state in ("open", "different")}
        assert [("丙丁" in told, "戊己" in told) for told in shown.values()] == [(False, True), (True, False)]
        assert "戊己" in text(clerk.get(kind.queue, {"reason": "told"}))
        other = next(reason for reason in kind.register.reasons if reason != "told")
        assert "戊己" not in text(clerk.get(kind.queue, {"reason": other}))

    @pytest.mark.parametrize("state", ["different", "later"])
    def test_several_are_decided_at_once(self, kind, clerk, state):
        ids = [pair_of(kind, kind.make("丙丁")).pk, pair_of(kind, kind.make("戊己")).pk]
        left = pair_of(kind, kind.make("庚辛"))
        clerk.post(kind.queue, {"action": state, "ids": ids})
        found = kind.register.pairs.objects.filter(state=state).values_list("pk", flat=True)
        left.refresh_from_db()
        assert (set(found), left.state) == (set(ids), "open")


class TestSideBySide:
    def test_more_hangs_on_one_and_it_is_the_one_to_keep_unless_somebody_says_otherwise(self, kind, clerk):
        pair = pair_of(kind)
        kind.job(pair.second)
        for query, side in (({}, "second"), ({"keep": "first"}, "first"), ({"keep": "x"}, "second")):
            told = text(clerk.get(kind.address(pair.pk), query))
            assert f'name="keep" value="{side}"' in told
        assert "务工台账" in told

    def test_decided_leads_to_the_next_pair_and_then_to_the_queue(self, kind, clerk):
        first, second = pair_of(kind, kind.make("丙丁"), score=90), pair_of(kind, kind.make("戊己"), score=60)
        answers = [
            clerk.post(kind.address(pair.pk, "decide"), {"state": "different", "note": "两回事"})
            for pair in (first, second)
        ]
        assert [answer["Location"] for answer in answers] == [kind.address(second.pk), kind.queue]
        assert "两回事" in text(clerk.get(kind.address(first.pk)))

    def test_a_decision_there_is_not_is_told(self, kind, clerk):
        pair = pair_of(kind)
        answer = clerk.post(kind.address(pair.pk, "decide"), {"state": "merged"}, follow=True)
        assert "或“以后再定”" in text(answer)

    def test_a_second_click_leads_to_the_same_merge(self, kind, clerk):
        pair = pair_of(kind)
        answers = [clerk.post(kind.address(pair.pk, "merge"), {"keep": "first"}) for _n in range(2)]
        made = kind.register.merges.objects.get()
        assert [answer["Location"] for answer in answers] == [f"{kind.merges}{made.pk}/"] * 2
        assert clerk.get(kind.address(pair.pk)).status_code == 404

    def test_which_one_stays_must_be_said(self, kind, clerk):
        pair = pair_of(kind)
        answer = clerk.post(kind.address(pair.pk, "merge"), follow=True)
        assert "请选择保留哪一" in text(answer)
        assert not kind.register.merges.objects.exists()

    def test_there_is_nothing_to_read_where_one_acts(self, kind, clerk):
        made = merged(kind)
        pair = pair_of(kind, kind.make("丙丁"))
        for address, to in (
            (kind.address(pair.pk, "decide"), kind.address(pair.pk)),
            (kind.address(pair.pk, "merge"), kind.address(pair.pk)),
            (f"{kind.merges}{made.pk}/undo/", f"{kind.merges}{made.pk}/"),
        ):
            assert clerk.get(address)["Location"] == to


class TestMerges:
    def test_the_address_of_the_one_that_went_leads_to_the_one_kept(self, kind, clerk):
        made = merged(kind)
        old = clerk.get(kind.page.format(made.merged_id), {"tab": "history"})
        assert (old.status_code, old["Location"]) == (302, kind.page.format(made.kept_id) + "?tab=history")
        assert clerk.get(kind.page.format(10**9)).status_code == 404
        stranger = people.client_for(people.stranger()).get(kind.page.format(made.merged_id))
        assert stranger.status_code == 404

    def test_it_is_told_and_taken_back_once(self, kind, clerk):
        made = merged(kind)
        page = f"{kind.merges}{made.pk}/"
        assert made.merged_name in text(clerk.get(kind.merges))
        assert "撤销合并" in text(clerk.get(page))
        told = text(clerk.post(f"{page}undo/", follow=True))
        assert "已撤销合并" in told
        assert f"{page}undo/" not in told

    def test_what_stands_in_the_way_is_counted(self, kind, clerk):
        pair = pair_of(kind)
        jobs = [kind.job(pair.second), kind.job(pair.second, start="2025-06-01")]
        clerk.post(kind.address(pair.pk, "merge"), {"keep": "first"})
        DeclaredJob.objects.filter(pk__in=[job.pk for job in jobs]).update(job_title="焊工")
        made = kind.register.merges.objects.get()
        answer = clerk.post(f"{kind.merges}{made.pk}/undo/", follow=True)
        assert "共2条记录后来改过。" in text(answer)

    def test_who_may(self, kind):
        made = merged(kind)
        undo = f"{kind.merges}{made.pk}/undo/"
        found = [
            people.client_for(user).post(undo).status_code
            for user in (people.with_role("auditor"), people.township_clerk(), people.stranger(), people.county_clerk())
        ]
        assert found == [403, 403, 404, 302]
