"""What becomes of differences: taken into the register with source and day, rejected, opened again; by whom."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.models import Operation
from core.history.queries import changes_of
from tests import people
from tests.comparisons.test_comparing import STRANGER, row, states, tag
from tests.journeys import OTHER_VILLAGE, VILLAGE, worker
from workers.comparisons.models import Difference
from workers.comparisons.queries import acceptances_of, by_owner, owners_of
from workers.comparisons.services import (
    accept,
    create_comparison,
    hand_back,
    reject,
    reopen,
    settle_registered,
    take_on,
    undo_accept,
)
from workers.doubles.services import merge_workers
from workers.labour import gone_by
from workers.models import GroupMembership, Household, Worker
from workers.services import change_worker, register_worker

pytestmark = pytest.mark.django_db

AS_OF = date(2025, 6, 30)


def take(comparison, user=None, **narrow):
    outcome = accept(user=user or people.county_clerk(), rows=comparison.differences.filter(**narrow))
    return outcome.done, outcome.left


def days(who, group="monitored"):
    rows = GroupMembership.objects.filter(worker=who, group=group).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to"))


class TestGroups:
    def test_a_membership_begins_on_the_day_the_list_names_with_its_source(self, compare):
        dated, undated = worker("甲"), worker("乙")
        made = compare(
            [row(dated, 识别时间="2025-03-01", 监测类别="突发严重困难户"), row(undated)],
            title="全国防返贫系统",
            document="黔乡振〔2025〕1号",
        )
        assert take(made) == (2, 0)
        found = GroupMembership.objects.get(worker=dated)
        assert (found.valid_from, found.valid_to, found.source, found.document, found.monitored_kind) == (
            date(2025, 3, 1), None, "全国防返贫系统", "黔乡振〔2025〕1号", "突发严重困难户",
        )  # fmt: skip
        assert days(undated) == [(AS_OF, None)]
        assert set(states(made).values()) == {"done"}
        assert Operation.objects.filter(action="comparisons.accept").count() == 1

    def test_it_keeps_out_of_the_days_of_earlier_and_later_ones(self, compare):
        who = worker("甲")
        tag(who, start=date(2024, 1, 1), end=date(2025, 2, 1))
        tag(who, start=date(2025, 9, 1))
        take(compare([row(who, 认定日期="2025-01-15")]))
        assert days(who) == [
            (date(2024, 1, 1), date(2025, 2, 1)), (date(2025, 2, 1), date(2025, 9, 1)), (date(2025, 9, 1), None),
        ]  # fmt: skip

    def test_who_is_not_on_the_list_any_more_belongs_no_longer_from_its_day(self, compare):
        plain, dated, just_begun = worker("甲"), worker("乙"), worker("丙")
        tag(plain)
        tag(dated, start=date(2024, 1, 1), end=date(2026, 1, 1))
        tag(just_begun, start=AS_OF)
        made = compare([{"姓名": "丁", "身份证号码": STRANGER}])
        assert take(made) == (2, 2)
        assert (days(plain), days(dated), days(just_begun)) == (
            [(None, AS_OF)],
            [(date(2024, 1, 1), AS_OF)],
            [(AS_OF, None)],
        )

    def test_what_somebody_tagged_meanwhile_is_not_tagged_twice(self, compare):
        who = worker("甲")
        made = compare([row(who)])
        tag(who, start=date(2025, 1, 1))
        assert take(made) == (0, 1)
        assert days(who) == [(date(2025, 1, 1), None)]

    def test_who_was_merged_meanwhile_is_who_they_became(self, compare):
        kept, gone = worker("甲"), worker("甲")
        made = compare([row(gone)])
        merge_workers(user=people.county_clerk(), kept_id=kept.pk, merged_id=gone.pk)
        assert take(made) == (1, 0)
        assert days(kept) == [(AS_OF, None)]


class TestFields:
    def test_deaths_become_the_status_with_history(self, compare):
        who = worker("甲", labour_status="省外务工")
        assert take(compare([row(who)], kind="deaths")) == (1, 0)
        who.refresh_from_db()
        change = changes_of(who)[0]
        assert (who.labour_status, change.action) == ("死亡", "comparisons.accept")
        assert change.fields[0] == ("labour_status", "省外务工", "死亡")

    @pytest.mark.parametrize(
        ("visited", "dated", "on", "by"),
        [
            (date(2025, 3, 1), "2025-05-10", date(2025, 5, 10), "六月名单"),
            (date(2025, 3, 1), "", AS_OF, "六月名单"),
            (date(2025, 6, 1), "2025-05-10", date(2025, 6, 1), "王干事"),
            (None, "2025-05-10", date(2025, 5, 10), "六月名单"),
        ],
    )
    def test_the_dead_lived_until_the_day_the_list_names(self, compare, visited, dated, on, by):
        who = worker("甲", labour_status="省外务工", visited_on=visited, visited_by="王干事" if visited else None)
        take(compare([row(who, 死亡日期=dated)], kind="deaths"))
        who.refresh_from_db()
        assert (who.visited_on, who.visited_by, who.first_visited_on) == (on, by, None)
        gone = Worker.objects.filter(gone_by(on)), Worker.objects.filter(gone_by(on - timedelta(days=1)))
        assert [found.count() for found in gone] == [1, 0]

    def test_a_first_visit_without_a_last_one_is_not_after_the_word(self, compare):
        who = worker("甲", first_visited_on=date(2025, 6, 1))
        assert take(compare([row(who, 死亡日期="2025-05-10")], kind="deaths")) == (1, 0)
        who.refresh_from_db()
        assert (who.visited_on, who.first_visited_on) == (date(2025, 5, 10), date(2025, 5, 10))

    def test_a_status_a_list_tells_has_the_lists_day(self, compare):
        who = worker("甲", labour_status="省外务工", visited_on=date(2025, 3, 1))
        take(compare([row(who, 就业状态="县内就业")], kind="other"))
        who.refresh_from_db()
        assert (who.labour_status, who.visited_on) == ("县内就业", AS_OF)

    def test_fields_take_the_lists_value(self, compare):
        home = Household.objects.create(village_code=OTHER_VILLAGE, group_name="1组", head_name="张三")
        who = worker("张国强", phone="13800000001", village=OTHER_VILLAGE, household=home, group_name="1组")
        rows = [
            {"姓名": "张国祥", "身份证号码": who.id_number, "电话": "13900000002", "乡镇": "古达乡", "村": "大寨村"}
        ]
        assert take(compare(rows, kind="other")) == (3, 0)
        who.refresh_from_db()
        assert (who.name, who.name_key, who.phone) == ("张国祥", "zhang1张 guo2国 xiang2祥", "13900000002")
        assert (who.village_code, who.household, who.group_name) == (VILLAGE, None, None)

    def test_a_file_changed_meanwhile_is_left(self, compare):
        who = worker("甲", phone="13800000001")
        made = compare([row(who, 电话="13900000002")], kind="other")
        change_worker(user=people.county_clerk(), worker=who, facts={"phone": "13700000003"})
        assert take(made) == (0, 1)
        who.refresh_from_db()
        assert who.phone == "13700000003"

    def test_one_of_several_differences_is_taken_alone(self, compare):
        who = worker("甲", phone="13800000001", education="初中")
        made = compare([row(who, 电话="13900000002", 学历="高中")], kind="other")
        assert take(made, field="education") == (1, 0)
        who.refresh_from_db()
        assert (who.education, who.phone) == ("高中", "13800000001")


class TestWho:
    def test_everybody_settles_their_own_villages(self, compare):
        mine, other = worker("甲"), worker("乙", village=OTHER_VILLAGE)
        made = compare([row(mine), row(other)])
        assert take(made, user=people.township_clerk()) == (1, 0)
        assert states(made) == {mine.pk: "done", other.pk: "open"}
        assert reject(user=people.stranger(), rows=made.differences.all()) == 0

    def test_without_the_permission_nobody(self, compare):
        made = compare([row(worker("甲"))])
        for act in (accept, reject, reopen):
            with pytest.raises(NotAllowed):
                act(user=people.with_role("auditor"), rows=made.differences.all())
        with pytest.raises(NotAllowed):
            create_comparison(
                user=people.with_role("auditor"), kind="deaths", as_of=AS_OF, title="", file=iter([b""]), name="a.csv"
            )

    @pytest.mark.parametrize(("words", "field"), [({"kind": "x"}, "kind"), ({"as_of": date(2999, 1, 1)}, "as_of")])
    def test_what_cannot_be_compared_is_refused(self, words, field):
        given = {"kind": "deaths", "as_of": AS_OF, "title": "", "file": iter([b""]), "name": "a.csv", **words}
        with pytest.raises(DomainError) as refusal:
            create_comparison(user=people.county_clerk(), **given)
        assert refusal.value.field == field

    def test_rejected_and_opened_again(self, compare):
        made = compare([row(worker("甲"))])
        clerk = people.county_clerk()
        assert reject(user=clerk, rows=made.differences.all(), note="名单有误") == 1
        assert take(made) == (0, 0)
        assert reopen(user=clerk, rows=made.differences.all()) == 1
        assert take(made) == (1, 0)
        assert reopen(user=clerk, rows=made.differences.all()) == 0

    def test_what_a_list_says_of_the_unknown_is_accepted_once_they_are_registered(self, compare):
        made = compare(
            [{"姓名": "丁四", "身份证号码": STRANGER, "认定日期": "2025-02-01", "监测类别": "突发严重困难户"}]
        )
        clerk = people.county_clerk()
        assert (take(made), settle_registered(comparison=made, user=clerk)) == ((0, 1), 0)
        who = register_worker(user=clerk, id_number=STRANGER, facts={"name": "丁四", "village_code": VILLAGE})
        assert settle_registered(comparison=made, user=clerk) == 1
        assert Difference.objects.values_list("kind", "state", "worker_id", "village_code").get() == (
            "there", "open", who.pk, VILLAGE,
        )  # fmt: skip
        assert take(made) == (1, 0)
        assert days(who) == [(date(2025, 2, 1), None)]
        assert GroupMembership.objects.get().monitored_kind == "突发严重困难户"

    def test_who_was_registered_with_the_tag_has_nothing_left_to_do(self, compare):
        made = compare([{"姓名": "丁四", "身份证号码": STRANGER}])
        clerk = people.county_clerk()
        tag(register_worker(user=clerk, id_number=STRANGER, facts={"name": "丁四", "village_code": VILLAGE}))
        assert settle_registered(comparison=made, user=clerk) == 1
        assert Difference.objects.get().state == "done"

    def test_a_list_that_says_nothing_of_them_leaves_nothing_to_do(self, compare):
        made = compare([{"姓名": "丁四", "身份证号码": STRANGER}], kind="social_insurance")
        clerk = people.county_clerk()
        register_worker(user=clerk, id_number=STRANGER, facts={"name": "丁四", "village_code": VILLAGE})
        assert settle_registered(comparison=made, user=clerk) == 1
        assert Difference.objects.get().state == "done"


class TestOwners:
    def test_who_takes_work_on_is_told_and_keeps_it_into_the_next_list(self, compare):
        mine, other = worker("甲"), worker("乙", village=OTHER_VILLAGE)
        made = compare([row(mine), row(other)])
        clerk = people.township_clerk()
        assert take_on(user=clerk, rows=made.differences.all()) == 1
        assert take_on(user=people.county_clerk(), rows=made.differences.all()) == 1
        told = {tally.label: (tally.total, tally.open) for tally in by_owner(people.county_clerk(), made.pk)}
        assert told == {clerk.full_name: (1, 1), people.county_clerk().full_name: (1, 1)}
        again = compare([row(mine), row(other)], as_of="2025-07-31")
        assert again.differences.get(worker=mine).owner == clerk

    def test_one_hands_back_ones_own_and_the_county_anybodys(self, compare):
        one, two = worker("甲"), worker("乙")
        made = compare([row(one), row(two)])
        clerk, county = people.township_clerk(), people.county_clerk()
        take_on(user=clerk, rows=made.differences.filter(worker=one))
        take_on(user=county, rows=made.differences.filter(worker=two))
        assert hand_back(user=clerk, rows=made.differences.all()) == 1
        take_on(user=clerk, rows=made.differences.filter(worker=one))
        assert hand_back(user=county, rows=made.differences.all()) == 2
        assert owners_of(county) == []

    def test_what_is_settled_is_taken_on_by_nobody(self, compare):
        made = compare([row(worker("甲"))])
        take(made)
        assert take_on(user=people.county_clerk(), rows=made.differences.all()) == 0
        with pytest.raises(NotAllowed):
            take_on(user=people.with_role("auditor", "520527"), rows=made.differences.all())


class TestTakingBack:
    def accepted(self, made, user=None):
        [told] = acceptances_of(user or people.county_clerk(), made.pk)
        return told

    def test_memberships_fields_and_status_are_as_before_and_the_work_is_open_again(self, compare):
        new, ended = worker("甲", phone="13800000001"), worker("乙")
        tag(ended, start=date(2024, 1, 1))
        made = compare([row(new, 联系电话="13900000002")])
        assert take(made) == (3, 0)
        told = self.accepted(made)
        assert (told.count, told.mine) == (3, True)
        assert undo_accept(user=people.county_clerk(), comparison=made, act=told.act) == 3
        new.refresh_from_db()
        assert (days(new), days(ended), new.phone) == ([], [(date(2024, 1, 1), None)], "13800000001")
        assert list(made.differences.values_list("state", "decided_by", "accepted_in").distinct()) == [
            ("open", None, None)
        ]
        assert acceptances_of(people.county_clerk(), made.pk) == []
        assert take(made) == (3, 0)

    def test_one_acceptance_alone_and_only_once(self, compare):
        one, other = worker("甲"), worker("乙")
        made = compare([row(one), row(other)])
        take(made, worker=one)
        first = self.accepted(made)
        take(made, worker=other)
        undo_accept(user=people.county_clerk(), comparison=made, act=first.act)
        assert (days(one), days(other)) == ([], [(AS_OF, None)])
        with pytest.raises(NotFound):
            undo_accept(user=people.county_clerk(), comparison=made, act=first.act)

    def test_what_somebody_changed_since_stands_in_the_way(self, compare):
        who = worker("甲")
        made = compare([row(who)])
        take(made)
        GroupMembership.objects.filter(worker=who).update(valid_to=date(2025, 9, 1))
        with pytest.raises(Conflict) as refusal:
            undo_accept(user=people.county_clerk(), comparison=made, act=self.accepted(made).act)
        assert refusal.value.code == "changed_since"
        assert (days(who), set(states(made).values())) == ([(AS_OF, date(2025, 9, 1))], {"done"})

    def test_a_township_takes_back_only_what_is_all_its_own(self, compare):
        mine, other = worker("甲"), worker("乙", village=OTHER_VILLAGE)
        made = compare([row(mine), row(other)])
        take(made)
        clerk = people.township_clerk()
        told = self.accepted(made, clerk)
        assert (told.count, told.mine) == (1, False)
        with pytest.raises(NotAllowed):
            undo_accept(user=clerk, comparison=made, act=told.act)
        assert days(mine) == [(AS_OF, None)]

    def test_an_operation_of_something_else_is_no_acceptance(self, compare):
        who = worker("甲")
        made = compare([row(who)])
        take(made)
        with pytest.raises(NotFound):
            undo_accept(user=people.county_clerk(), comparison=made, act=uuid4())
