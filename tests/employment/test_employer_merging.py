"""Two registrations of one employer made one, and taken back: rows, spells, aliases, totals."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.credit_code import make_credit_code
from core.history.models import Operation
from core.pairs.moving import children_of
from employment.mergers.services import decide, merge_employers, point_out, undo_merge
from employment.models import (
    DeclaredJob,
    Employer,
    EmployerAlias,
    EmployerPair,
    FairBooth,
    Referral,
    Spell,
    Vacancy,
)
from employment.rebuilding import rebuild_spells
from employment.services import employer_named
from stations.models import PlannedVisit
from tests import people
from tests.doubles.test_merging import everything
from tests.doubles.test_totals import counted_anew, numbers, of_totals
from tests.employment.market import booth, fair, step, vacancy
from tests.indicators.world import World
from tests.journeys import employer, imported, passenger, person, place_divisions, trip, worker
from tests.stations.facts import visit

CODE, OTHER_CODE = make_credit_code("91440113MA59EKWX1"), make_credit_code("91440113MA59EKWX2")
START = date(2025, 2, 10)


def declare(who, firm, start=START, **fields):
    job = DeclaredJob.objects.create(worker=who, employer=firm, start_on=start, place_code="440113", **fields)
    rebuild_spells(worker_ids=[who.pk])
    return job


def merge(kept, merged, user=None):
    return merge_employers(user=user or people.county_clerk(), kept_id=kept.pk, merged_id=merged.pk, reason="同一家")


def all_stored():
    """Rows of persons and of employers, as the database stores them."""
    found = everything()
    with connection.cursor() as cursor:
        for table in {"employment_employer", *(child.table for child in children_of(Employer))} - found.keys():
            cursor.execute(f"SELECT (to_jsonb(t) - '{{created_at,updated_at}}'::text[])::text FROM {table} t")  # noqa: S608 - declared tables
            found[table] = sorted(row[0] for row in cursor.fetchall())
    return found


def refusal(raised):
    return type(raised.value), raised.value.code


@pytest.fixture
def two():
    return employer("广州甲服饰有限公司", industry=""), employer("甲服饰", credit_code=CODE, industry="服装", stub=True)


@pytest.mark.django_db
class TestMerging:
    def test_every_reference_is_known(self):
        named = {(child.table, child.column) for child in children_of(Employer)}
        assert named == {
            ("employment_declaredjob", "employer_id"),
            ("employment_employeralias", "employer_id"),
            ("employment_fairbooth", "employer_id"),
            ("employment_referral", "employer_id"),
            ("employment_vacancy", "employer_id"),
            ("employment_workplace", "operator_id"),
            ("dispatch_passenger", "employer_id"),
            ("stations_visit", "employer_id"),
            ("stations_employervisit", "employer_id"),
        }

    def test_all_that_named_the_one_names_the_other_under_one_operation(self, two):
        kept, gone = two
        who, other = worker(), worker("李四")
        declare(who, gone)
        at = trip()
        passenger(at, other, employer=gone, boarded=True, arrived=True, at_post_on=START)
        rebuild_spells(worker_ids=[other.pk])
        visit(other, on=date(2025, 3, 1), employer=gone)
        vacancy(firm=gone)
        made = merge(kept, gone)
        assert made.moved == {"务工台账": 1, "乘车人": 1, "回访": 1, "岗位": 1}
        assert set(Spell.objects.values_list("worker_id", "employer_id")) == {(who.pk, kept.pk), (other.pk, kept.pk)}
        assert set(PlannedVisit.objects.values_list("employer_id", flat=True)) == {kept.pk}
        assert (Employer.objects.count(), Operation.objects.filter(action="employers.merge").count()) == (1, 1)

    def test_the_one_kept_takes_what_it_lacks_and_the_code(self, two):
        kept, gone = two
        merge(kept, gone)
        kept.refresh_from_db()
        assert (kept.name, kept.credit_code, kept.industry, kept.stub) == ("广州甲服饰有限公司", CODE, "服装", False)
        alias = EmployerAlias.objects.get()
        assert (alias.employer, alias.name, alias.credit_code, alias.former_id) == (kept, "甲服饰", None, gone.pk)

    def test_a_right_code_is_borne_before_a_wrong_one(self):
        wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
        kept, gone = employer("甲厂", credit_code=wrong), employer("甲厂二", credit_code=CODE)
        merge(kept, gone)
        assert (Employer.objects.get().credit_code, EmployerAlias.objects.get().credit_code) == (CODE, wrong)

    def test_two_right_codes_are_two_firms(self):
        with pytest.raises(DomainError) as raised:
            merge(employer("甲厂", credit_code=CODE), employer("甲厂", credit_code=OTHER_CODE))
        assert (refusal(raised), Employer.objects.count()) == ((DomainError, "credit_code"), 2)

    def test_what_both_have_is_folded_and_told(self, two):
        kept, gone = two
        held = fair()
        who = worker()
        for firm, wanted in ((kept, 10), (gone, 20)):
            vacancy(firm=firm, openings=wanted)
            booth(held, firm, openings=30)
            step(who, "到岗", START, firm=firm, at=held)
        made = merge(kept, gone)
        assert [model.objects.count() for model in (Vacancy, FairBooth, Referral)] == [1, 1, 1]
        assert Vacancy.objects.get().openings == 10
        assert sorted(one["label"] for one in made.settled) == ["参会企业", "岗位", "求职登记"]
        assert list(Spell.objects.values_list("worker_id", "employer_id", "start_on")) == [(who.pk, kept.pk, START)]

    def test_taken_back_every_row_is_as_it_was(self, two):
        kept, gone = two
        who = worker()
        declare(who, gone, wage=Decimal(5000))
        for firm in two:
            vacancy(firm=firm)
        before = all_stored()
        made = merge(kept, gone)
        undone = undo_merge(user=people.county_clerk(), merge=made)
        assert all_stored() == before
        assert (undone.undone_by, EmployerAlias.objects.count()) == (people.county_clerk(), 0)
        assert undo_merge(user=people.county_clerk(), merge=made).undone_at == undone.undone_at

    def test_merged_once_more_the_later_goes_first(self, two):
        kept, gone = two
        third = employer("丙厂")
        first = merge(kept, gone)
        second = merge(third, kept)
        assert set(EmployerAlias.objects.values_list("employer_id", "former_id")) == {
            (third.pk, gone.pk),
            (third.pk, kept.pk),
        }
        with pytest.raises(Conflict) as raised:
            undo_merge(user=people.county_clerk(), merge=first)
        assert refusal(raised) == (Conflict, "merged_again")
        for made in (second, first):
            undo_merge(user=people.county_clerk(), merge=made)
        assert set(Employer.objects.values_list("pk", flat=True)) == {kept.pk, gone.pk, third.pk}

    @pytest.mark.parametrize("who", [people.township_clerk, people.stranger, lambda: people.with_role("auditor")])
    def test_it_takes_somebody_who_serves_the_county(self, two, who):
        with pytest.raises(NotAllowed):
            merge(*two, user=who())

    def test_an_employer_nobody_knows(self, two):
        with pytest.raises(NotFound):
            merge_employers(user=people.county_clerk(), kept_id=two[0].pk, merged_id=10**6)


@pytest.mark.django_db
class TestFormerNames:
    @pytest.fixture(autouse=True)
    def divisions(self):
        place_divisions()

    def test_a_file_that_gives_the_old_name_or_code_means_the_one_kept(self, two):
        wrong = CODE[:-1] + ("0" if CODE[-1] != "0" else "1")
        Employer.objects.filter(pk=two[0].pk).update(credit_code=wrong)
        merge(*two)
        rows = [
            {**person(worker()), "务工省": "广东省", "外出时间": "2025-02-10", **cells}
            for cells in ({"务工单位": "甲服饰"}, {"统一社会信用代码": wrong}, {"统一社会信用代码": CODE})
        ]
        imported("employments", rows)
        assert set(DeclaredJob.objects.values_list("employer_id", flat=True)) == {two[0].pk}
        assert Employer.objects.count() == 1

    def test_a_register_that_gives_the_old_name_completes_the_one_kept_and_leaves_its_name(self, two):
        merge(*two)
        imported("employers", [{"企业名称": "甲服饰", "所在地": "广东省广州市", "联系人": "王五"}])
        assert list(Employer.objects.values_list("name", "credit_code", "contact")) == [
            ("广州甲服饰有限公司", CODE, "王五")
        ]

    def test_a_round_kept_on_a_phone_goes_to_the_people_of_the_one_kept(self, two):
        who = worker("张国强")
        declare(who, two[1])
        merge(*two)
        answer = people.client_for(people.county_clerk()).get(f"/stations/employers/{two[1].pk}/round/?all=1")
        assert "张国强" in answer.content.decode()

    def test_typed_on_a_page_it_means_the_one_kept_too(self, two):
        merge(*two)
        assert employer_named(user=people.county_clerk(), name="甲服饰") == two[0]


@pytest.mark.django_db
class TestQueue:
    def test_decided_pairs_stay_decided_and_merged_ones_cannot_be_judged(self, two):
        user = people.county_clerk()
        pair = point_out(user=user, one_id=two[1].pk, other_id=two[0].pk)
        assert decide(user=user, pair=pair, state="different").state == "different"
        assert point_out(user=user, one_id=two[0].pk, other_id=two[1].pk).state == "open"
        made = merge(*two)
        with pytest.raises(Conflict):
            decide(user=user, pair=pair, state="later")
        undo_merge(user=user, merge=made)
        assert EmployerPair.objects.get().state == "open"


@pytest.mark.django_db(transaction=True)
class TestTotals:
    @pytest.mark.parametrize("seed", [11, 12])
    def test_every_number_of_every_indicator_comes_back(self, seed):
        World(seed)
        kept, gone = Employer.objects.order_by("pk")[:2]
        before, stored = numbers(), all_stored()
        made = merge(kept, gone)
        after = numbers()
        assert after["LDB_TOTAL", ()] == before["LDB_TOTAL", ()]
        assert of_totals(after) == counted_anew()
        undo_merge(user=people.county_clerk(), merge=made)
        assert numbers() == before
        assert all_stored() == stored
