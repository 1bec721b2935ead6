"""Acts of employment: employers and rows of 务工台账 written on a page."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.credit_code import make_credit_code
from core.history.models import Event, Operation
from employment.models import DeclaredJob, Employer, Spell
from employment.services import EmployerFacts, JobFacts, change_job, declare_job, save_employer, withdraw_job
from tests import people
from tests.journeys import OTHER_VILLAGE, employer, worker

pytestmark = pytest.mark.django_db

CODE = make_credit_code("91440113MA59EKWX1")
FACTS = JobFacts(start_on=date(2025, 2, 10), place_code="440113", wage=Decimal(5000), channel="自主外出")
FIRM = EmployerFacts(name="甲厂", place_code="440113")
TOMORROW = localdate() + timedelta(days=1)


def declare(who, **changes):
    return declare_job(user=people.county_clerk(), worker_id=who.pk, facts=replace(FACTS, **changes))


def spells(who):
    return list(Spell.objects.filter(worker=who).order_by("start_on").values_list("start_on", "end_on", "place_code"))


class TestDeclaring:
    def test_row_is_stored_and_becomes_a_spell_under_one_operation(self):
        who = worker()
        job = declare(who)
        act = Operation.objects.get()
        assert (act.action, act.user) == ("employment.declare", people.county_clerk())
        assert Event.objects.filter(table="employment_declaredjob", row_id=job.pk, operation=act).count() == 1
        assert spells(who) == [(date(2025, 2, 10), None, "440113")]

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"start_on": TOMORROW}, "date", "start_on"),
            ({"end_on": TOMORROW}, "date", "end_on"),
            ({"confirmed_on": TOMORROW}, "date", "confirmed_on"),
            ({"end_on": date(2025, 2, 10)}, "date", "end_on"),
            ({"place_code": ""}, "required", "place_code"),
            ({"place_code": "52"}, "required", "place_code"),
            ({"place_code": "5205"}, "required", "place_code"),
            ({"channel": "飞船"}, "choice", "channel"),
            ({"wage": Decimal(-1)}, "number", "wage"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, changes, code, field):
        with pytest.raises(DomainError) as refusal:
            declare(worker(), **changes)
        assert (refusal.value.code, refusal.value.field, DeclaredJob.objects.count()) == (code, field, 0)

    def test_county_of_the_own_province_will_do(self):
        who = worker()
        declare(who, place_code="520111")
        assert spells(who) == [(date(2025, 2, 10), None, "520111")]

    def test_start_inside_a_written_interval_is_an_overlap_and_touching_is_not(self):
        who = worker()
        declare(who, end_on=date(2025, 6, 1))
        with pytest.raises(Conflict) as refusal:
            declare(who, start_on=date(2025, 5, 31))
        declare(who, start_on=date(2025, 6, 1))
        assert (refusal.value.code, refusal.value.field) == ("overlap", "start_on")
        assert "2025-02-10至2025-06-01" in refusal.value.message
        assert spells(who) == [(date(2025, 2, 10), date(2025, 6, 1), "440113"), (date(2025, 6, 1), None, "440113")]

    def test_own_end_over_a_stored_start_is_an_overlap(self):
        who = worker()
        declare(who, start_on=date(2025, 6, 1))
        with pytest.raises(Conflict, match="重叠"):
            declare(who, end_on=date(2025, 6, 2))

    def test_one_start_twice_is_a_duplicate(self):
        who = worker()
        declare(who)
        with pytest.raises(Conflict) as refusal:
            declare(who, place_code="4403")
        assert refusal.value.code == "duplicate"

    def test_person_of_another_area_is_not_found(self):
        with pytest.raises(NotFound):
            declare_job(user=people.township_clerk(), worker_id=worker(village=OTHER_VILLAGE).pk, facts=FACTS)

    def test_who_may_not_edit_is_refused(self):
        with pytest.raises(NotAllowed):
            declare_job(user=people.with_role("auditor"), worker_id=worker().pk, facts=FACTS)


class TestCorrecting:
    def test_correction_derives_the_spells_anew(self):
        who = worker()
        job = declare(who)
        change_job(
            user=people.county_clerk(), job=job, facts=replace(FACTS, place_code="4403", end_on=date(2025, 6, 1))
        )
        assert (job.place_code, spells(who)) == ("4403", [(date(2025, 2, 10), date(2025, 6, 1), "4403")])

    def test_row_does_not_overlap_itself(self):
        who = worker()
        job = declare(who, end_on=date(2025, 6, 1))
        change_job(user=people.county_clerk(), job=job, facts=replace(FACTS, start_on=date(2025, 3, 1)))
        assert spells(who) == [(date(2025, 3, 1), None, "440113")]

    def test_new_dates_may_not_meet_another_row(self):
        who = worker()
        declare(who, end_on=date(2025, 4, 1))
        job = declare(who, start_on=date(2025, 5, 1))
        with pytest.raises(Conflict, match="重叠"):
            change_job(user=people.county_clerk(), job=job, facts=replace(FACTS, start_on=date(2025, 3, 31)))

    def test_row_withdrawn_meanwhile_is_not_found(self):
        job = declare(worker())
        withdraw_job(user=people.county_clerk(), job=DeclaredJob.objects.get(), reason="重复录入")
        with pytest.raises(NotFound):
            change_job(user=people.county_clerk(), job=job, facts=FACTS)


class TestWithdrawing:
    def test_row_and_spell_go_and_the_history_says_why(self):
        who = worker()
        job = declare(who)
        withdraw_job(user=people.county_clerk(), job=job, reason="录错了人")
        act = Operation.objects.get(action="employment.withdraw")
        assert (spells(who), act.reason) == ([], "录错了人")

    def test_twice_changes_nothing_more(self):
        job = declare(worker())
        for _ in range(2):
            withdraw_job(user=people.county_clerk(), job=DeclaredJob(pk=job.pk, worker_id=job.worker_id), reason="重复")
        assert Event.objects.filter(table="employment_declaredjob", kind="D").count() == 1

    def test_reason_is_required(self):
        with pytest.raises(DomainError, match="原因"):
            withdraw_job(user=people.county_clerk(), job=declare(worker()), reason=" ")


class TestEmployers:
    def save(self, facts=FIRM, stored=None, **changes):
        return save_employer(user=people.county_clerk(), facts=replace(facts, **changes), employer=stored)

    def test_new_employer_is_kept(self):
        firm = self.save(credit_code=CODE, size=12, key_employer=True)
        assert (firm.name, firm.credit_code, firm.size, firm.key_employer, firm.stub) == ("甲厂", CODE, 12, True, False)

    def test_stub_is_complete_once_it_was_saved(self):
        stub = employer("甲厂", place_code="", stub=True)
        self.save(stored=stub, industry="服装")
        assert (stub.stub, stub.industry, stub.place_code) == (False, "服装", "440113")

    @pytest.mark.parametrize(
        ("changes", "code", "field"),
        [
            ({"name": ""}, "required", "name"),
            ({"place_code": ""}, "required", "place_code"),
            ({"credit_code": "91440113MA59EKWX1B"}, "credit_code", "credit_code"),
            ({"credit_code": "123"}, "credit_code", "credit_code"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, changes, code, field):
        with pytest.raises(DomainError) as refusal:
            self.save(**changes)
        assert (refusal.value.code, refusal.value.field, Employer.objects.count()) == (code, field, 0)

    def test_wrong_code_that_came_by_import_does_not_hinder_other_changes(self):
        firm = employer("甲厂", credit_code="91440113MA59EKWX1B")
        self.save(stored=firm, credit_code="91440113MA59EKWX1B", industry="服装")
        assert firm.industry == "服装"

    def test_code_of_another_firm_is_a_conflict(self):
        employer("乙厂", credit_code=CODE)
        with pytest.raises(Conflict) as refusal:
            self.save(credit_code=CODE)
        assert refusal.value.field == "credit_code"

    def test_name_of_another_firm_needs_a_code(self):
        employer("甲厂")
        with pytest.raises(Conflict) as refusal:
            self.save()
        assert (refusal.value.field, self.save(credit_code=CODE).name) == ("name", "甲厂")

    def test_who_may_not_edit_is_refused(self):
        with pytest.raises(NotAllowed):
            save_employer(user=people.with_role("auditor"), facts=FIRM)
