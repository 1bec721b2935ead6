"""Two clerks and an import about one job at the same moment: first what goes wrong without the lock, then that it cannot."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.utils.timezone import localdate

from core.workbooks import services as imports
from employment.models import DeclaredJob, Organiser, Spell
from employment.organisers import services
from employment.organisers.services import OrganiserFacts, TakenFacts, save_organiser, take_out
from tests import people
from tests.journeys import VILLAGE, checked, counts, organiser, person, place_divisions, worker
from tests.racing import at_once, in_the_middle_of, kinds, one_let_in

pytestmark = pytest.mark.django_db(transaction=True)

OUT = localdate() - timedelta(days=100)
CLERKS = 4


def naming(by, who):
    user, told = people.county_clerk(), TakenFacts(out_on=OUT, place_code="440113")
    return lambda: take_out(user=user, organiser=by, worker_id=who.pk, facts=told)


class TestOneJob:
    def race(self):
        who = worker()
        DeclaredJob.objects.create(worker=who, start_on=OUT, place_code="440113")
        leaders = [organiser(f"带头人{who.pk}之{n}") for n in range(CLERKS)]
        outcomes = at_once(*[naming(leader, who) for leader in leaders])
        first = [leader for leader, outcome in zip(leaders, outcomes, strict=True) if isinstance(outcome, DeclaredJob)]
        return kinds(outcomes), first, DeclaredJob.objects.get(worker=who).organiser

    def test_without_the_lock_several_think_they_took_the_person_out(self, monkeypatch):
        everybody_has_looked = Barrier(CLERKS)
        look = services._name_on

        def unlocked(user, worker_id):
            return services.Worker.objects.get(pk=worker_id)

        def late(*args):
            everybody_has_looked.wait(timeout=30)
            return look(*args)

        monkeypatch.setattr(services, "locked_worker", unlocked)
        monkeypatch.setattr(services, "_name_on", late)
        assert self.race()[0] != ["done", *["duplicate"] * (CLERKS - 1)]

    @pytest.mark.parametrize("attempt", range(4))
    def test_with_the_lock_the_first_is_named_and_the_others_are_told(self, attempt):
        found, first, named = self.race()
        assert found == ["done", *["duplicate"] * (CLERKS - 1)]
        assert first == [named]

    def test_clerk_waits_for_an_import_that_names_another(self, monkeypatch):
        place_divisions()
        who, leader, other = worker(), organiser(), organiser("王带头")
        row = {
            "名称": leader.name,
            "类型": "劳务经纪人",
            **person(who),
            "外出日期": OUT.isoformat(),
            "目的地": "广东省广州市番禺区",
        }
        confirmed = imports.confirm_import(source=checked("taken_out", [row]), rows="good", start=False)
        written, named = in_the_middle_of(monkeypatch, confirmed, naming(other, who))
        assert (counts(written), kinds([named])) == ({"rows": 1, "created": 1}, ["duplicate"])
        assert DeclaredJob.objects.get().organiser == leader
        assert Spell.objects.count() == 1


class TestOneOrganiser:
    def test_database_lets_one_of_many_with_a_credit_code_in(self):
        rows = [
            Organiser(name=f"机构{n}", kind="agency", place_code="520527", credit_code="91440101MA5ABCDEXC")
            for n in range(6)
        ]
        assert one_let_in(at_once(*[row.save for row in rows]))
        assert Organiser.objects.count() == 1

    def test_one_of_two_clerks_registers_a_broker(self):
        place_divisions()
        user, facts = people.county_clerk(), OrganiserFacts(name="李带头", kind="broker", place_code=VILLAGE)
        found = kinds(at_once(*[lambda: save_organiser(user=user, facts=facts)] * CLERKS))
        assert (found.count("done"), Organiser.objects.count()) == (1, 1)
        assert set(found) <= {"done", "duplicate", "IntegrityError", "collision"}
