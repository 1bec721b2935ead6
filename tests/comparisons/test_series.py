"""Which list continues which, and a wrong list taken back."""

from datetime import date

import pytest

from core.accounts.models import AccessLog
from core.errors import Conflict, NotAllowed
from tests import people
from tests.comparisons.test_comparing import STRANGER, row, states
from tests.journeys import OTHER_VILLAGE, worker
from workers.comparisons.comparing import previous_of
from workers.comparisons.models import Comparison
from workers.comparisons.services import accept, reject, take_on, undo_accept, withdraw

pytestmark = pytest.mark.django_db


class TestContinuing:
    def test_a_list_of_an_earlier_day_leaves_the_later_one_alone(self, compare):
        who = worker()
        later = compare([row(who)], as_of="2025-06-30")
        older = compare([{"姓名": "丁", "身份证号码": STRANGER}], as_of="2025-05-31")
        assert (older.previous, states(later)) == (None, {who.pk: "open"})
        latest = compare([row(who)], as_of="2025-07-31")
        assert (latest.previous_id, states(later)) == (later.pk, {who.pk: "carried"})

    def test_the_same_day_once_more_is_the_list_put_right(self, compare):
        who = worker()
        first = compare([row(who)])
        second = compare([row(who)])
        assert (second.previous_id, states(first), states(second)) == (first.pk, {who.pk: "carried"}, {who.pk: "open"})

    @pytest.mark.parametrize("kind", ["other", "social_insurance"])
    @pytest.mark.parametrize(
        ("title", "continued"),
        [("医保参保名单2025年7月", True), ("医保参保名单（7月）", True), ("车辆登记名单2025年6月", False)],
    )
    def test_lists_that_say_nothing_are_continued_by_their_title(self, compare, kind, title, continued):
        who = worker("甲", phone="13800000001")
        first = compare([row(who, 联系电话="13900000009")], kind=kind, title="医保参保名单2025年6月")
        compare([row(who)], kind=kind, title=title, as_of="2025-07-31")
        assert states(first) == {who.pk: "gone" if continued else "open"}

    def test_a_list_taken_back_or_failed_is_continued_by_none(self, compare):
        made = compare([row(worker())])
        withdraw(user=people.county_clerk(), comparison=made)
        assert previous_of(Comparison(kind="monitored", division=made.division, as_of=date(2025, 7, 31))) is None


class TestTakingBack:
    def test_what_it_closed_is_open_again_and_its_own_work_is_gone(self, compare):
        again, gone, fresh = worker("甲"), worker("乙"), worker("丙")
        clerk = people.county_clerk()
        first = compare([row(again), row(gone)])
        take_on(user=clerk, rows=first.differences.all())
        second = compare([row(again), row(fresh)], as_of="2025-07-31")
        reject(user=clerk, rows=second.differences.filter(worker=fresh), note="不是")
        assert states(first) == {again.pk: "carried", gone.pk: "gone"}
        withdraw(user=clerk, comparison=second)
        second.refresh_from_db()
        assert (second.state, second.differences.count(), states(first)) == (
            "withdrawn",
            0,
            {again.pk: "open", gone.pk: "open"},
        )
        assert set(first.differences.values_list("owner", "decided_at")) == {(clerk.pk, None)}
        assert AccessLog.objects.filter(action="comparisons.withdraw", object_id=str(second.pk)).count() == 1

    def test_what_was_settled_before_stays_settled(self, compare):
        who, other = worker("甲"), worker("乙")
        clerk = people.county_clerk()
        first = compare([row(who), row(other)])
        reject(user=clerk, rows=first.differences.filter(worker=who), note="不是")
        withdraw(user=clerk, comparison=compare([row(who)], as_of="2025-07-31"))
        assert states(first) == {who.pk: "rejected", other.pk: "open"}

    def test_what_stands_in_the_register_goes_first(self, compare):
        made, clerk = compare([row(worker())]), people.county_clerk()
        accept(user=clerk, rows=made.differences.all())
        with pytest.raises(Conflict, match="先在“采纳记录”里撤销采纳"):
            withdraw(user=clerk, comparison=made)
        undo_accept(user=clerk, comparison=made, act=made.differences.get().accepted_in)
        assert withdraw(user=clerk, comparison=made).state == "withdrawn"

    def test_a_list_that_was_continued_stays(self, compare):
        first = compare([row(worker())])
        second = compare([{"姓名": "丁", "身份证号码": STRANGER}], as_of="2025-07-31")
        clerk = people.county_clerk()
        with pytest.raises(Conflict, match="先撤回那一份"):
            withdraw(user=clerk, comparison=first)
        withdraw(user=clerk, comparison=second)
        assert withdraw(user=clerk, comparison=first).state == "withdrawn"

    def test_once(self, compare):
        made, clerk = compare([row(worker())]), people.county_clerk()
        withdraw(user=clerk, comparison=made)
        with pytest.raises(Conflict):
            withdraw(user=clerk, comparison=made)

    @pytest.mark.parametrize("who", [people.township_clerk, lambda: people.with_role("auditor")])
    def test_only_who_serves_all_of_the_area(self, compare, who):
        made = compare([row(worker(village=OTHER_VILLAGE)), row(worker())])
        with pytest.raises(NotAllowed):
            withdraw(user=who(), comparison=made)
        assert made.differences.count() == 2
