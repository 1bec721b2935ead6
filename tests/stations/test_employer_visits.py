"""Visits to employers as acts: what is stored once, what is refused, who sees and mends which, what a merge does to them."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.credit_code import make_credit_code
from core.history.models import Operation
from employment.mergers.services import merge_employers, undo_merge
from employment.models import Employer, EmployerAlias
from stations.employer_visits import services
from stations.employer_visits.queries import last_days, not_visited_for, people_here, to_visit_again
from stations.employer_visits.services import (
    Firm,
    change_employer_visit,
    record_employer_visit,
    withdraw_employer_visit,
)
from stations.models import EmployerVisit
from tests import people
from tests.journeys import employer, place_divisions
from tests.stations.facts import GUANGZHOU, NINGBO, TODAY, ago, arrive, called_on, firm, seen, staff, station

pytestmark = pytest.mark.django_db

CODE = make_credit_code("91440113MA59EKWX1")


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def record(firm, *, user=None, at=None, ref=None, facts=None, **fields):
    return record_employer_visit(
        user=user or people.county_clerk(), firm=firm, station=at, facts=facts or seen(**fields), client_ref=ref
    )


def refusal(raised):
    return type(raised.value), raised.value.code, raised.value.field


class TestRecording:
    def test_what_was_found_is_stored_under_one_operation(self, site):
        works = firm()
        visit, new = record(
            Firm(pk=works.pk), at=site, visitor="李四", people_here=12, note="生产正常", needs="普工20人", next_step="发岗位",
            next_on=TODAY + timedelta(days=30),
        )  # fmt: skip
        assert new
        stored = EmployerVisit.objects.values().get()
        assert {name: stored[name] for name in stored if name not in {"id", "created_at", "updated_at"}} == {
            "employer_id": works.pk, "station_id": site.pk, "place_code": "440113", "visited_on": TODAY, "visitor": "李四",
            "people_here": 12, "note": "生产正常", "needs": "普工20人", "next_step": "发岗位",
            "next_on": TODAY + timedelta(days=30), "client_ref": None,
        }  # fmt: skip
        assert (visit.pk, list(Operation.objects.values_list("action", flat=True))) == (
            stored["id"], ["employer_visits.record"],
        )  # fmt: skip

    def test_a_reference_sent_again_answers_what_the_first_stored(self):
        works, ref = firm(), uuid4()
        first, new = record(Firm(pk=works.pk), ref=ref, note="一")
        again, newer = record(Firm(pk=works.pk), ref=ref, note="二")
        assert (first, new, newer, again.note, Operation.objects.count()) == (again, True, False, "一", 1)

    def test_a_reference_of_another_employers_visit_is_refused(self):
        ref = uuid4()
        record(Firm(pk=firm().pk), ref=ref)
        with pytest.raises(Conflict) as raised:
            record(Firm(pk=firm("乙厂").pk), ref=ref)
        assert refusal(raised) == (Conflict, "client_ref", "client_ref")

    def test_a_second_visit_of_the_day_by_the_same_station_is_refused_by_others_not(self, site):
        works = firm()
        other = station(NINGBO, place="330206", area=["3302"])
        record(Firm(pk=works.pk), at=site, visitor="李四")
        with pytest.raises(Conflict) as raised:
            record(Firm(pk=works.pk), at=site)
        assert refusal(raised) == (Conflict, "duplicate", "visited_on")
        assert raised.value.message == f"广州甲服饰有限公司{TODAY}在该协作站已有一条走访记录，李四登记，请更正那一条。"
        for at, day in ((other, TODAY), (None, TODAY), (site, ago(1))):
            record(Firm(pk=works.pk), at=at, on=day)
        with pytest.raises(Conflict):
            record(Firm(pk=works.pk))
        assert EmployerVisit.objects.count() == 4

    @pytest.mark.parametrize(
        ("fields", "code", "field"),
        [
            ({"on": TODAY + timedelta(days=1)}, "date", "visited_on"),
            ({"next_on": TODAY}, "date", "next_on"),
            ({"place_code": ""}, "required", "place_code"),
            ({"place_code": "999999"}, "division_unknown", "place_code"),
            ({"people_here": -1}, "number", "people_here"),
            ({"people_here": 1_000_001}, "number", "people_here"),
            ({"note": "长" * 1001}, "too_long", "note"),
            ({"visitor": "长" * 61}, "too_long", "visitor"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, fields, code, field):
        with pytest.raises(DomainError) as raised:
            record(Firm(pk=firm().pk), **fields)
        assert refusal(raised) == (DomainError, code, field)
        assert EmployerVisit.objects.count() == 0

    @given(people_here=st.integers(0, 1_000_000), days=st.integers(1, 400))
    def test_whatever_can_be_passes(self, people_here, days):
        with transaction.atomic():
            place_divisions()
            services.check_facts(seen(people_here=people_here, next_on=TODAY + timedelta(days=days)))
            transaction.set_rollback(True)

    def test_the_tables_constraints_say_the_same(self, site):
        works = firm()
        called_on(works, TODAY)
        for fields in (
            {"on": TODAY},
            {"on": ago(1), "people_here": -1},
            {"on": ago(1), "place_code": ""},
            {"on": ago(1), "next_on": ago(1)},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                called_on(works, **fields)


class TestWhoVisits:
    def test_staff_write_for_their_station_the_only_one_unsaid(self, site):
        other = station(NINGBO, place="330206", area=["3302"])
        visit, _new = record(Firm(pk=firm().pk), user=staff())
        assert visit.station == site
        with pytest.raises(NotFound) as raised:
            record(Firm(pk=firm("乙厂").pk), user=staff(), at=other)
        assert refusal(raised) == (NotFound, "station", "station")

    def test_staff_of_two_stations_say_which(self, site):
        station(NINGBO, place="330206", area=["3302"])
        with pytest.raises(DomainError) as raised:
            record(Firm(pk=firm().pk), user=staff(GUANGZHOU, NINGBO))
        assert refusal(raised) == (DomainError, "required", "station")

    @pytest.mark.parametrize("role", ["auditor", "village_assistant", "partner_bureau", "finance_officer"])
    def test_who_may_not_write_is_told(self, role):
        with pytest.raises(NotAllowed):
            record(
                Firm(pk=firm().pk), user=people.with_role(role, "4401" if role == "partner_bureau" else people.COUNTY)
            )

    def test_each_sees_exactly_theirs(self, site):
        other = station(NINGBO, place="330206", area=["3302"])
        called_on(firm(), ago(1), station=site)
        called_on(firm("己厂"), ago(1), station=other, place_code="440306")
        called_on(firm("乙厂"), ago(1), station=other, place_code="330206")
        called_on(firm("丙厂"), ago(1), place_code="440111")
        called_on(firm("丁厂"), ago(1), place_code="520527219")
        seen_by = {
            user.username: sorted(EmployerVisit.objects.visible_to(user).values_list("employer__name", flat=True))
            for user in (
                people.county_clerk(), people.township_clerk(), people.stranger(), staff(GUANGZHOU), staff(NINGBO),
                people.with_role("partner_bureau", "4401"), people.with_role("provider", ""), people.with_role("system_admin", ""),
            )
        }  # fmt: skip
        whole = sorted(["广州甲服饰有限公司", "己厂", "乙厂", "丙厂", "丁厂"])
        assert seen_by == {
            "xian": whole, "xiang": whole, "wai": [], "zhan-GZ-01": sorted(["广州甲服饰有限公司", "丙厂"]),
            "zhan-NB-01": sorted(["己厂", "乙厂"]), "partner_bureau-4401": sorted(["广州甲服饰有限公司", "丙厂"]),
            "provider-": [], "system_admin-": [],
        }  # fmt: skip


class TestUnknownFirms:
    def test_a_name_nobody_knows_becomes_an_employer_to_complete_that_outlives_the_visit(self):
        visit, _new = record(Firm(name=" 新厂 ", credit_code=CODE.lower()), place_code="440306")
        assert Employer.objects.values_list("name", "credit_code", "place_code", "stub").get() == (
            "新厂", CODE, "440306", True,
        )  # fmt: skip
        withdraw_employer_visit(user=people.county_clerk(), visit=visit, reason="没有去")
        assert (EmployerVisit.objects.count(), Employer.objects.count()) == (0, 1)
        assert sorted(Operation.objects.values_list("action", flat=True)) == [
            "employer_visits.record",
            "employer_visits.withdraw",
            "employers.stub",
        ]

    def test_a_code_means_the_firm_of_that_code_whatever_it_is_called(self):
        known = employer("广州甲服饰有限公司", credit_code=CODE)
        visit, _new = record(Firm(name="甲服饰", credit_code=CODE))
        assert (visit.employer, Employer.objects.count()) == (known, 1)

    def test_a_name_means_the_firm_of_that_name_and_takes_the_code_it_lacks(self):
        known = firm("甲厂")
        assert record(Firm(name="甲厂"), on=ago(2))[0].employer == known
        assert record(Firm(name="甲厂", credit_code=CODE))[0].employer == known
        known.refresh_from_db()
        assert (known.credit_code, Employer.objects.count()) == (CODE, 1)

    def test_a_former_name_means_the_firm_it_was_merged_into(self):
        known = firm("甲厂")
        EmployerAlias.objects.create(employer=known, name="老甲厂", former_id=10**9)
        assert record(Firm(name="老甲厂"))[0].employer == known

    @pytest.mark.parametrize(
        ("named", "code", "field"),
        [
            (Firm(), "required", "name"),
            (Firm(name="甲厂", credit_code="91440113MA59EKWX10"), "credit_code", "credit_code"),
            (Firm(name="甲" * 201), "too_long", "name"),
            (Firm(pk=10**12), "employer", "employer"),
        ],
    )
    def test_who_cannot_be_meant_is_refused(self, named, code, field):
        with pytest.raises(DomainError) as raised:
            record(named)
        assert (raised.value.code, raised.value.field) == (code, field)


class TestMending:
    def test_a_visit_is_corrected_and_the_day_stays_taken_once(self, site):
        works = firm()
        visit, _new = record(Firm(pk=works.pk), at=site, people_here=3)
        other, _new = record(Firm(pk=works.pk), at=site, on=ago(1))
        mended = change_employer_visit(
            user=people.county_clerk(), visit=visit, station=site, facts=seen(people_here=5, note="多了两人")
        )
        assert (mended.people_here, mended.note) == (5, "多了两人")
        with pytest.raises(Conflict) as raised:
            change_employer_visit(user=people.county_clerk(), visit=other, station=site, facts=seen())
        assert refusal(raised) == (Conflict, "duplicate", "visited_on")

    def test_staff_mend_their_stations_own_only(self, site):
        visit = called_on(firm(), ago(1))
        mine = called_on(firm("乙厂"), ago(1), station=site)
        change_employer_visit(user=staff(), visit=mine, station=site, facts=seen(on=ago(2)))
        for act in (
            lambda: change_employer_visit(user=staff(), visit=visit, station=site, facts=seen()),
            lambda: withdraw_employer_visit(user=staff(), visit=visit, reason="没有去"),
        ):
            with pytest.raises(NotAllowed):
                act()

    def test_taking_back_wants_a_reason_and_twice_is_once(self):
        visit = called_on(firm(), ago(1))
        with pytest.raises(DomainError) as raised:
            withdraw_employer_visit(user=people.county_clerk(), visit=visit, reason="  ")
        assert refusal(raised) == (DomainError, "required", "reason")
        for _time in range(2):
            withdraw_employer_visit(user=people.county_clerk(), visit=visit, reason="没有去")
        assert EmployerVisit.objects.count() == 0

    def test_a_visit_taken_back_meanwhile_is_gone(self):
        visit = called_on(firm(), ago(1))
        EmployerVisit.objects.all().delete()
        with pytest.raises(NotFound) as raised:
            change_employer_visit(user=people.county_clerk(), visit=visit, station=None, facts=seen())
        assert refusal(raised)[1] == "gone"


class TestReading:
    def test_who_of_ours_is_there_is_what_the_spells_tell(self, site, who):
        works = who.journeys.get().employer
        arrive(on=ago(5), firm=firm("乙厂"))
        assert people_here(people.county_clerk(), works.pk, TODAY) == 1
        assert people_here(people.stranger(), works.pk, TODAY) == 0

    def test_the_last_day_is_told_of_visits_one_sees(self, site):
        works = firm()
        called_on(works, ago(40), station=site), called_on(works, ago(3), place_code="330206")
        assert last_days(people.county_clerk(), [works.pk]) == {works.pk: ago(3)}
        assert last_days(staff(), [works.pk]) == {works.pk: ago(40)}

    @pytest.mark.parametrize(("days", "left"), [(10, ["乙厂", "甲厂"]), (30, ["乙厂"]), (31, ["乙厂"]), (11, ["乙厂"])])
    def test_not_visited_for_so_many_days(self, days, left):
        called_on(firm("甲厂"), ago(10))
        firm("乙厂")
        rows = Employer.objects.filter(not_visited_for(people.county_clerk(), days, TODAY))
        assert sorted(rows.values_list("name", flat=True)) == left

    def test_an_agreed_day_is_due_until_somebody_comes(self, site):
        works, other = firm("甲厂"), firm("乙厂")
        due = called_on(works, ago(40), next_on=ago(10), station=site)
        called_on(other, ago(40), next_on=TODAY + timedelta(days=1), station=site)
        assert list(to_visit_again(people.county_clerk(), TODAY)) == [due]
        assert list(to_visit_again(staff(NINGBO), TODAY)) == []
        called_on(works, ago(2))
        assert list(to_visit_again(people.county_clerk(), TODAY)) == []


class TestMerging:
    """Two registrations of an employer made one take their visits along, and give them back."""

    def test_visits_move_twins_fold_and_an_undo_restores_them(self, site):
        kept, gone = firm("广州甲服饰有限公司"), firm("甲服饰")
        ref = uuid4()
        called_on(kept, date(2025, 3, 1), station=site, people_here=3)
        called_on(gone, date(2025, 3, 1), station=site, note="宿舍已修", client_ref=ref)
        called_on(gone, date(2025, 4, 1))
        before = list(EmployerVisit.objects.order_by("pk").values())
        merge = merge_employers(user=people.county_clerk(), kept_id=kept.pk, merged_id=gone.pk, reason="同一家")
        assert merge.moved == {"访企拓岗记录": 1}
        told = EmployerVisit.objects.order_by("visited_on").values_list("employer", "visited_on", "people_here", "note")
        assert list(told) == [(kept.pk, date(2025, 3, 1), 3, "宿舍已修"), (kept.pk, date(2025, 4, 1), None, "")]
        undo_merge(user=people.county_clerk(), merge=merge)
        stored = list(EmployerVisit.objects.order_by("pk").values())
        assert [{**row, "updated_at": None} for row in stored] == [{**row, "updated_at": None} for row in before]

    def test_a_phone_that_kept_the_page_of_the_one_merged_away_visits_the_one_kept(self, site):
        kept, gone = firm("广州甲服饰有限公司"), firm("甲服饰")
        ref = uuid4()
        first, _new = record(Firm(pk=gone.pk), ref=ref)
        merge_employers(user=people.county_clerk(), kept_id=kept.pk, merged_id=gone.pk, reason="同一家")
        assert record(Firm(pk=gone.pk), ref=ref)[1] is False
        visit, new = record(Firm(pk=gone.pk), on=ago(1), ref=uuid4())
        assert (visit.employer, new, first.pk == visit.pk) == (kept, True, False)
