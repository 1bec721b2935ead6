"""Acts on organisers and what is read of them: who may keep which, whom they took out, who took somebody out first."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from employment.models import DeclaredJob, Organiser, Spell
from employment.organisers.queries import Counts, Destination, counts_of, destinations_of, people_of, takers_of
from employment.organisers.services import OrganiserFacts, TakenFacts, save_organiser, take_out
from employment.rebuilding import rebuild_spells
from employment.services import JobFacts, change_job, declare_job
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, organiser, passenger, place_divisions, trip, worker
from workers.doubles.services import merge_workers

pytestmark = pytest.mark.django_db

TODAY = localdate()
LAST_YEAR = TODAY.replace(year=TODAY.year - 1, month=3, day=1)
CODE, OTHER_CODE = "91440101MA5ABCDEXC", "91440101MA5ABCDF1N"
FACTS = OrganiserFacts(name="李带头", kind="broker", place_code=VILLAGE)
AGENCY = OrganiserFacts(name="黔进人力", kind="agency", place_code="520527", credit_code=CODE)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def days_ago(days):
    return TODAY - timedelta(days=days)


def taken(by, who, on, place="440113", **fields):
    """A row of 务工台账 that names its organiser, with the spells that follow."""
    made = DeclaredJob.objects.create(worker=who, start_on=on, place_code=place, organiser=by, **fields)
    rebuild_spells(worker_ids=[who.pk])
    return made


class TestKeeping:
    def test_what_is_kept_is_stored_and_corrected(self):
        who = worker("李带头")
        told = replace(FACTS, level="省级", worker=who, phone="13800000001", recognised_on=LAST_YEAR)
        made = save_organiser(user=people.county_clerk(), facts=told)
        assert {name: getattr(made, name) for name in vars(told)} == vars(told)
        ended = save_organiser(user=people.county_clerk(), facts=replace(told, ended_on=TODAY), organiser=made)
        assert (ended.pk, ended.ended_on, ended.in_use_on(TODAY), ended.in_use_on(days_ago(1))) == (
            made.pk, TODAY, False, True,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            (replace(FACTS, name=" "), "name"),
            (replace(FACTS, kind="friend"), "kind"),
            (replace(FACTS, level="国家级"), "level"),
            (replace(AGENCY, level="省级"), "level"),
            (replace(FACTS, credit_code=CODE), "credit_code"),
            (replace(FACTS, licence_no="1"), "licence_no"),
            (replace(AGENCY, credit_code="1"), "credit_code"),
            (replace(AGENCY, licence_until=TODAY), "licence_no"),
            (replace(FACTS, place_code=""), "place_code"),
            (replace(FACTS, place_code="520527999"), "place_code"),
            (replace(FACTS, recognised_on=TODAY + timedelta(days=1)), "recognised_on"),
            (replace(FACTS, recognised_on=TODAY, ended_on=TODAY), "ended_on"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, facts, field):
        with pytest.raises(DomainError) as refused:
            save_organiser(user=people.county_clerk(), facts=facts)
        assert (refused.value.field, Organiser.objects.count()) == (field, 0)

    def test_another_one_known_by_the_same_is_a_conflict(self):
        who, user = worker("李带头"), people.county_clerk()
        organiser(worker=who)
        organiser("王带头")
        organiser("黔进人力", "agency", credit_code=CODE)
        told = (
            replace(FACTS, name="李大", worker=who),
            replace(FACTS, name="王带头"),
            replace(AGENCY, name="另一家"),
        )
        fields = []
        for facts in told:
            with pytest.raises(Conflict) as refused:
                save_organiser(user=user, facts=facts)
            fields.append(refused.value.field)
        assert fields == ["worker", "name", "credit_code"]
        assert save_organiser(user=user, facts=replace(FACTS, name="王带头", worker=worker("王带头"))).pk

    @pytest.mark.parametrize(
        "fields",
        [
            {"kind": "friend"},
            {"kind": "agency", "level": "省级"},
            {"level": "国家级"},
            {"credit_code": CODE},
            {"kind": "agency", "credit_code": ""},
            {"licence_no": "1"},
            {"kind": "agency", "licence_until": TODAY},
            {"recognised_on": TODAY, "ended_on": TODAY},
            {"name": "王带头"},
        ],
    )
    def test_database_refuses_it_whoever_writes(self, fields):
        organiser("王带头")
        with pytest.raises(IntegrityError), transaction.atomic():
            organiser(**fields)

    def test_agency_is_no_person_and_a_person_is_one_broker(self):
        who = worker()
        organiser(worker=who)
        for kind, name in (("agency", "甲"), ("broker", "乙")):
            with pytest.raises(IntegrityError), transaction.atomic():
                organiser(name, kind, worker=who)

    def test_kind_stays_once_somebody_was_taken_out(self):
        leader = organiser()
        taken(leader, worker(), LAST_YEAR)
        with pytest.raises(Conflict) as refused:
            save_organiser(user=people.county_clerk(), facts=replace(FACTS, kind="coop"), organiser=leader)
        assert (refused.value.code, refused.value.field) == ("state", "kind")

    def test_new_organiser_gets_the_vehicles_under_its_name(self):
        waiting, other = trip(organiser="黔进人力"), trip("贵F2", organiser="别家")
        made = save_organiser(user=people.county_clerk(), facts=AGENCY)
        waiting.refresh_from_db()
        other.refresh_from_db()
        assert (waiting.organised_by, other.organised_by) == (made, None)


class TestScope:
    def seen(self, user):
        return sorted(Organiser.objects.visible_to(user).values_list("name", flat=True))

    @pytest.fixture
    def homes(self):
        organiser("本村")
        organiser("本乡", "coop", place="520527219")
        organiser("别乡", place=OTHER_VILLAGE)
        organiser("县里", "company", place="520527")
        organiser("番禺", "agency", place="440113")

    @pytest.mark.usefixtures("homes")
    def test_each_sees_the_ones_of_their_area_and_those_of_no_township(self):
        village = people.with_role("village_assistant", VILLAGE)
        assert self.seen(people.county_clerk()) == ["别乡", "县里", "本乡", "本村", "番禺"]
        assert self.seen(people.township_clerk()) == self.seen(village) == ["县里", "本乡", "本村", "番禺"]
        others = people.stranger(), people.with_role("station_staff", "", scope_stations=["GZ-01"])
        assert [self.seen(user) for user in (*others, people.with_role("partner_bureau", "440113"))] == [[], [], []]

    @pytest.mark.usefixtures("homes")
    def test_each_keeps_their_own(self):
        def kept(user):
            rows = sorted(Organiser.objects.changeable_by(user).values_list("name", flat=True))
            assert rows == sorted(one.name for one in Organiser.objects.visible_to(user) if one.kept_by(user))
            return rows

        one = people.with_role("village_assistant", VILLAGE)
        two = people.with_role("village_assistant", people.TOWNSHIP, scope_villages=[VILLAGE, "520527219201"])
        users = people.county_clerk(), people.township_clerk(), one, two
        assert [kept(user) for user in users] == [["别乡", "县里", "本乡", "本村", "番禺"], ["本乡", "本村"], [], []]

    @pytest.mark.usefixtures("homes")
    def test_township_touches_no_other(self):
        user = people.township_clerk()
        for name in ("别乡", "县里"):
            stored = Organiser.objects.get(name=name)
            facts = replace(FACTS, name=name, kind=stored.kind)
            with pytest.raises(NotFound):
                save_organiser(user=user, facts=facts, organiser=stored)
        with pytest.raises(NotFound):
            save_organiser(user=user, facts=replace(FACTS, name="新的", place_code=OTHER_VILLAGE))
        with pytest.raises(NotFound):
            save_organiser(user=user, facts=replace(FACTS, worker=worker(village=OTHER_VILLAGE)))
        who, far = worker(), Organiser.objects.get(name="别乡")
        told = TakenFacts(out_on=LAST_YEAR, place_code="440113")
        with pytest.raises(NotFound):
            take_out(user=user, organiser=far, worker_id=who.pk, facts=told)

    def test_who_only_reads_writes_nothing(self):
        with pytest.raises(NotAllowed):
            save_organiser(user=people.with_role("auditor"), facts=FACTS)


class TestTakingOut:
    TOLD = TakenFacts(out_on=LAST_YEAR, place_code="440113", job_title="普工")

    def test_begins_a_job(self):
        leader, who = organiser(), worker()
        job = take_out(user=people.township_clerk(), organiser=leader, worker_id=who.pk, facts=self.TOLD)
        assert (job.organiser, job.start_on, job.place_code, job.channel, job.job_title) == (
            leader, LAST_YEAR, "440113", "劳务经纪人", "普工",
        )  # fmt: skip
        assert Spell.objects.values_list("worker_id", "channel", "organised").get() == (who.pk, "劳务经纪人", True)

    def test_is_named_on_the_job_that_begins_that_day_and_once(self):
        leader, who = organiser(), worker()
        job = taken(None, who, LAST_YEAR, "4403", channel="自主外出", wage=5000)
        for _again in range(2):
            found = take_out(user=people.county_clerk(), organiser=leader, worker_id=who.pk, facts=self.TOLD)
        assert (found.pk, found.organiser, found.channel, found.place_code, found.wage) == (
            job.pk, leader, "劳务经纪人", "4403", 5000,
        )  # fmt: skip
        assert Spell.objects.get().organised is True

    def test_one_organiser_a_job(self):
        leader, other, who = organiser(), organiser("王带头"), worker()
        taken(leader, who, LAST_YEAR)
        with pytest.raises(Conflict) as refused:
            take_out(user=people.county_clerk(), organiser=other, worker_id=who.pk, facts=self.TOLD)
        assert (refused.value.code, "李带头" in refused.value.message) == ("duplicate", True)
        assert DeclaredJob.objects.get().organiser == leader

    def test_one_that_has_ended_takes_nobody_out(self):
        ended, user = organiser(ended_on=LAST_YEAR), people.county_clerk()
        taken(None, (known := worker()), LAST_YEAR)
        for who in (known, worker()):
            with pytest.raises(DomainError) as refused:
                take_out(user=user, organiser=ended, worker_id=who.pk, facts=self.TOLD)
            assert refused.value.code == "date"

    def test_form_of_a_job_names_changes_and_takes_it_back(self):
        leader, agency, who = organiser(), organiser("黔进", "agency", place="520527"), worker()
        user, told = people.county_clerk(), JobFacts(start_on=LAST_YEAR, place_code="440113", organiser=leader)
        job = declare_job(user=user, worker_id=who.pk, facts=told)
        assert (job.organiser, job.channel) == (leader, "劳务经纪人")
        with pytest.raises(DomainError) as refused:
            change_job(user=user, job=job, facts=replace(told, organiser=agency, channel="劳务经纪人"))
        assert refused.value.field == "channel"
        change_job(user=user, job=job, facts=replace(told, organiser=agency, channel="政府组织"))
        assert (job.organiser, job.channel) == (agency, "政府组织")
        change_job(user=user, job=job, facts=replace(told, organiser=None, channel="自主外出"))
        assert (job.organiser, job.channel) == (None, "自主外出")


class TestReading:
    def test_counts_tell_this_year_ever_and_still_there(self):
        leader, other = organiser(), organiser("王带头")
        stays, left, long_ago = worker(), worker(), worker()
        taken(leader, stays, days_ago(0))
        taken(leader, left, LAST_YEAR, end_on=days_ago(1))
        taken(leader, long_ago, LAST_YEAR)
        taken(other, worker(), LAST_YEAR)
        counts = counts_of(people.county_clerk(), [leader.pk, other.pk], TODAY)
        assert counts == {leader.pk: Counts(1, 3, 2), other.pk: Counts(0, 1, 1)}

    def test_only_people_of_the_readers_area_count(self):
        leader = organiser()
        taken(leader, worker(), LAST_YEAR)
        taken(leader, worker(village=OTHER_VILLAGE), LAST_YEAR)
        users = people.county_clerk(), people.township_clerk()
        assert [counts_of(user, [leader.pk], TODAY)[leader.pk].ever for user in users] == [2, 1]
        assert [len(people_of(user, leader, TODAY, 10)) for user in users] == [2, 1]
        assert [one.people for user in users for one in destinations_of(user, leader, TODAY)] == [2, 1]

    def test_seat_and_ledger_of_one_journey_are_one_taking_out(self):
        agency = organiser("黔进人力", "agency", place="520527")
        who = worker()
        on = trip(departs=LAST_YEAR, organiser="黔进人力", organised_by=agency)
        passenger(on, who, boarded=True, at_post_on=LAST_YEAR + timedelta(days=1))
        taken(agency, who, LAST_YEAR + timedelta(days=3))
        rows = people_of(people.county_clerk(), agency, TODAY, 10)
        assert [(row["worker_id"], row["day"], row["first_id"]) for row in rows] == [(who.pk, LAST_YEAR, agency.pk)]

    def test_job_counts_for_who_took_the_person_first(self):
        agency, leader, who = organiser("黔进人力", "agency", place="520527"), organiser(), worker()
        passenger(trip(departs=LAST_YEAR, organised_by=agency), who, boarded=True)
        taken(leader, who, LAST_YEAR + timedelta(days=10), end_on=LAST_YEAR + timedelta(days=90))
        taken(leader, who, LAST_YEAR + timedelta(days=120))
        first, second = Spell.objects.order_by("start_on")
        assert takers_of([who.pk], TODAY) == {first.pk: (agency.pk, "黔进人力"), second.pk: (leader.pk, "李带头")}
        rows = people_of(people.county_clerk(), leader, TODAY, 10)
        assert [(row["day"], row["first_id"]) for row in rows] == [
            (LAST_YEAR + timedelta(days=120), leader.pk),
            (LAST_YEAR + timedelta(days=10), agency.pk),
        ]

    def test_who_did_not_sign_in_was_not_taken(self):
        agency = organiser("黔进人力", "agency", place="520527")
        on = trip(departs=LAST_YEAR, organised_by=agency)
        for boarded in (False, None):
            passenger(on, worker(), boarded=boarded)
        assert counts_of(people.county_clerk(), [agency.pk], TODAY) == {}

    def test_destinations_by_year_and_prefecture(self):
        leader = organiser()
        for place in ("440113", "440111", "330206"):
            taken(leader, worker(), LAST_YEAR, place)
        gone = worker()
        taken(leader, gone, TODAY, "440306")
        assert destinations_of(people.county_clerk(), leader, TODAY) == [
            Destination(TODAY.year, "4403", 1, 1),
            Destination(LAST_YEAR.year, "4401", 2, 2),
            Destination(LAST_YEAR.year, "3302", 1, 1),
        ]


class TestMerging:
    def test_of_two_brokers_who_are_one_person_one_stands_with_the_people_of_both(self):
        kept, gone = worker("李带头"), worker("李带头")
        first, second = organiser(worker=kept), organiser(worker=gone, phone="13800000001", level="县级")
        taken(first, worker(), LAST_YEAR)
        taken(second, worker(), LAST_YEAR)
        trip(organised_by=second)
        merge_workers(user=people.county_clerk(), kept_id=kept.pk, merged_id=gone.pk)
        only = Organiser.objects.get()
        assert (only.pk, only.worker, only.phone, only.level) == (first.pk, kept, "13800000001", "县级")
        assert (only.jobs.count(), only.trips.count()) == (2, 1)
