"""Merging two registrations of one person, and taking it back: every row, every spell, every number right each time."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.models import BusinessRow
from core.history.queries import changes_of
from core.pairs.moving import children_of, undeclared
from dispatch.models import CheckIn, Passenger
from employment.models import DeclaredJob, Spell, SpellTask
from employment.rebuilding import rebuild_spells
from stations.models import PlannedVisit, Visit
from stations.services import record_round, record_visit
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, employer, passenger, place_divisions, trip, worker
from tests.people import api_client_for
from tests.stations.facts import found
from tests.stations.facts import visit as visited
from workers.doubles.models import Merge, PossibleDouble, WorkerAlias
from workers.doubles.queries import current_id, current_ids, person_numbered
from workers.doubles.services import merge_workers, undo_merge
from workers.models import GroupMembership, Household, Worker
from workers.services import change_worker, register_worker

pytestmark = pytest.mark.django_db


def merge(kept, gone, **words):
    return merge_workers(user=people.county_clerk(), kept_id=kept.pk, merged_id=gone.pk, **words)


def undo(made):
    return undo_merge(user=people.county_clerk(), merge=made)


def everything():
    """All rows of the persons' tables, as the database stores them; when rows were written is left out."""
    tables = ["workers_worker", *(child.table for child in children_of(Worker))]
    found = {}
    with connection.cursor() as cursor:
        for table in tables:
            derived = next((child.derived for child in children_of(Worker) if child.table == table), False)
            left_out = ["id", "created_at", "updated_at"] if derived else ["created_at", "updated_at"]
            cursor.execute(f"SELECT (to_jsonb(t) - %s::text[])::text FROM {table} t", [left_out])  # noqa: S608 - declared tables
            found[table] = sorted(row[0] for row in cursor.fetchall())
    return found


def job(who, start, end=None, **fields):
    return DeclaredJob.objects.create(worker=who, start_on=start, end_on=end, **{"place_code": "440113", **fields})


def tag(who, group="lifted_poverty", start=None, end=None, **fields):
    return GroupMembership.objects.create(worker=who, group=group, valid_from=start, valid_to=end, **fields)


def tags_of(who):
    rows = GroupMembership.objects.filter(worker=who).order_by("group", "valid_from", "id")
    return list(rows.values_list("group", "valid_from", "valid_to"))


@pytest.fixture
def two(db):
    place_divisions()
    return worker("张国强", phone="13800000001"), worker("张国強", skill="电工", village=OTHER_VILLAGE)


class TestThePerson:
    def test_one_registration_is_left_with_its_own_values(self, two):
        kept, gone = two
        merge(kept, gone)
        kept.refresh_from_db()
        assert (kept.name, kept.phone, kept.skill, kept.village_code) == ("张国强", "13800000001", None, VILLAGE)
        assert list(Worker.objects.values_list("pk", flat=True)) == [kept.pk]

    def test_chosen_values_come_from_the_one_that_goes_and_the_sort_key_follows_the_name(self, two):
        kept, gone = two
        gone.name = "张国祥"
        gone.save()
        merge(kept, gone, taken={"name", "skill"})
        kept.refresh_from_db()
        assert (kept.name, kept.skill, kept.phone) == ("张国祥", "电工", "13800000001")
        assert kept.name_key == "zhang1张 guo2国 xiang2祥"

    def test_a_village_brings_its_group_and_household(self, two):
        kept, gone = two
        home = Household.objects.create(village_code=OTHER_VILLAGE, group_name="2组", head_name="张大山")
        Worker.objects.filter(pk=gone.pk).update(household=home, group_name="2组")
        merge(kept, gone, taken={"village_code"})
        kept.refresh_from_db()
        assert (kept.village_code, kept.group_name, kept.household_id) == (OTHER_VILLAGE, "2组", home.pk)

    @pytest.mark.parametrize(
        ("mine", "theirs", "first"),
        [
            (None, None, None),
            (date(2025, 3, 1), None, date(2025, 3, 1)),
            (None, date(2025, 1, 1), date(2025, 1, 1)),
            (date(2025, 3, 1), date(2025, 1, 1), date(2025, 1, 1)),
        ],
    )
    def test_the_earliest_visit_ever_told_stays_the_first(self, two, mine, theirs, first):
        kept, gone = two
        Worker.objects.filter(pk=kept.pk).update(first_visited_on=mine, visited_on=mine)
        Worker.objects.filter(pk=gone.pk).update(first_visited_on=theirs, visited_on=theirs)
        merge(kept, gone)
        kept.refresh_from_db()
        assert (kept.first_visited_on, kept.visited_on) == (first, mine)

    def test_the_old_number_leads_to_the_person_kept(self, two):
        kept, gone = two
        number, former = gone.id_number, gone.pk
        merge(kept, gone)
        alias = WorkerAlias.objects.get()
        assert (alias.worker, alias.id_number, alias.former_id, alias.name) == (kept, number, former, "张国強")
        clerk = people.county_clerk()
        assert (current_id(former), current_id(kept.pk)) == (kept.pk, kept.pk)
        assert current_ids([former, kept.pk]) == {former: kept.pk}
        assert person_numbered(clerk, number) == person_numbered(clerk, kept.id_number) == kept.pk
        assert person_numbered(people.stranger(), number) is None

    def test_nobody_is_registered_with_the_old_number_again(self, two):
        kept, gone = two
        number = gone.id_number
        merge(kept, gone)
        with pytest.raises(Conflict) as refusal:
            register_worker(
                user=people.county_clerk(), id_number=number, facts={"name": "张国强", "village_code": VILLAGE}
            )
        assert refusal.value.code == "duplicate"
        assert Worker.objects.count() == 1


class TestTheRows:
    def test_rows_of_every_kind_come_along_and_spells_are_derived_anew(self, two):
        kept, gone = two
        job(gone, date(2025, 2, 10))
        seat = passenger(trip(), gone, boarded=True, at_post_on=date(2025, 2, 12))
        visited(gone, date(2025, 2, 20))
        tag(gone, start=date(2020, 1, 1))
        rebuild_spells(worker_ids=[gone.pk])
        before = list(Spell.objects.filter(worker=gone).values_list("start_on", "organised", "confirmed_to"))
        made = merge(kept, gone)
        for model in (DeclaredJob, Visit, GroupMembership):
            assert set(model.objects.values_list("worker_id", flat=True)) == {kept.pk}
        seat.refresh_from_db()
        assert seat.worker_id == kept.pk
        assert list(Spell.objects.filter(worker=kept).values_list("start_on", "organised", "confirmed_to")) == before
        assert PlannedVisit.objects.filter(worker=kept).count() == 4
        assert made.moved == {"务工台账": 1, "乘车人": 1, "回访": 1, "人员类别": 1}
        assert made.settled == []

    def test_the_same_job_told_twice_is_one_and_takes_what_it_lacks(self, two):
        kept, gone = two
        firm = employer()
        job(kept, date(2025, 2, 10), wage=5000, job_title="普工")
        job(gone, date(2025, 2, 10), date(2025, 6, 1), wage=4500, employer=firm, end_reason="合同到期")
        made = merge(kept, gone)
        left = DeclaredJob.objects.get()
        assert (left.worker, left.wage, left.job_title, left.employer) == (kept, 5000, "普工", firm)
        assert (left.end_on, left.end_reason) == (date(2025, 6, 1), "合同到期")
        assert made.settled == [
            {"label": "务工台账", "said": "两份档案有同一条记录，月工资（元）不同，以保留的档案为准。"}
        ]

    def test_an_end_that_would_run_into_another_row_is_not_taken_over(self, two):
        kept, gone = two
        job(kept, date(2025, 1, 1))
        job(kept, date(2025, 3, 1), date(2025, 4, 1))
        job(gone, date(2025, 1, 1), date(2025, 3, 15))
        merge(kept, gone)
        ends = DeclaredJob.objects.order_by("start_on").values_list("start_on", "end_on")
        assert list(ends) == [(date(2025, 1, 1), None), (date(2025, 3, 1), date(2025, 4, 1))]

    def test_jobs_that_overlap_both_stay_and_the_later_is_a_task(self, two):
        kept, gone = two
        job(kept, date(2025, 1, 1), date(2025, 6, 1))
        later = job(gone, date(2025, 3, 1), date(2025, 12, 1), place_code="330206")
        made = merge(kept, gone)
        assert DeclaredJob.objects.filter(worker=kept).count() == 2
        assert list(Spell.objects.filter(worker=kept).values_list("start_on", "end_on")) == [
            (date(2025, 1, 1), date(2025, 6, 1))
        ]
        assert list(SpellTask.objects.values_list("worker_id", "code", "source_id")) == [(kept.pk, "overlap", later.pk)]
        assert made.settled == [
            {"label": "务工台账", "said": "2025-03-01外出的记录与保留档案的另一条重叠，两条都保留，已列为待核实。"}
        ]

    def test_booked_twice_on_one_vehicle_is_one_seat(self, two):
        kept, gone = two
        on = trip()
        mine = passenger(on, kept, boarded=False, outcome="")
        theirs = passenger(on, gone, seat="12", boarded=True, at_post_on=date(2025, 2, 12))
        CheckIn.objects.create(
            passenger=theirs,
            boarded=True,
            happened_at="2025-02-10T01:00Z",
            user=people.county_clerk(),
            client_ref=uuid4(),
        )
        merge(kept, gone)
        left = Passenger.objects.get()
        assert (left.pk, left.worker, left.seat, left.boarded, left.at_post_on) == (
            mine.pk, kept, "12", True, date(2025, 2, 12),
        )  # fmt: skip
        assert CheckIn.objects.get().passenger == left

    def test_one_visit_written_under_both_is_one(self, two):
        kept, gone = two
        ref = uuid4()
        visited(kept, date(2025, 3, 1), wage=5000)
        visited(gone, date(2025, 3, 1), problem="工资拖欠", client_ref=ref)
        merge(kept, gone)
        left = Visit.objects.get()
        assert (left.worker, left.wage, left.problem, left.client_ref) == (kept, 5000, "工资拖欠", ref)

    @pytest.mark.parametrize(
        ("mine", "theirs", "left"),
        [
            ((None, None), (None, None), [(None, None)]),
            ((None, None), ((2020, 1, 1), None), [((2020, 1, 1), None)]),
            (((2020, 1, 1), None), (None, None), [((2020, 1, 1), None)]),
            (((2020, 1, 1), None), ((2020, 1, 1), (2022, 1, 1)), [((2020, 1, 1), (2022, 1, 1))]),
            (((2020, 1, 1), None), ((2022, 1, 1), None), [((2020, 1, 1), (2022, 1, 1)), ((2022, 1, 1), None)]),
            (
                ((2021, 1, 1), (2024, 1, 1)),
                ((2020, 1, 1), (2022, 1, 1)),
                [((2020, 1, 1), (2021, 1, 1)), ((2021, 1, 1), (2024, 1, 1))],
            ),
            (((2020, 1, 1), (2024, 1, 1)), ((2021, 1, 1), (2022, 1, 1)), [((2020, 1, 1), (2024, 1, 1))]),
            (((2020, 1, 1), (2021, 1, 1)), ((2021, 1, 1), None), [((2020, 1, 1), (2021, 1, 1)), ((2021, 1, 1), None)]),
        ],
    )
    def test_tags_of_one_kind_never_hold_twice_on_a_day(self, two, mine, theirs, left):
        def days(pair):
            return [part and date(*part) for part in pair]

        kept, gone = two
        tag(kept, "lifted_poverty", *days(mine))
        tag(gone, "lifted_poverty", *days(theirs))
        tag(gone, "disabled")
        before = everything()
        made = merge(kept, gone)
        assert tags_of(kept) == [("disabled", None, None), *(("lifted_poverty", *days(pair)) for pair in left)]
        undo(made)
        assert everything() == before

    def test_every_table_of_persons_says_how_its_rows_move(self):
        assert undeclared(Worker) == []

    def test_what_moves_has_a_history_to_be_taken_back_by(self):
        assert [
            child.table for child in children_of(Worker) if not (child.derived or issubclass(child.model, BusinessRow))
        ] == []


class TestTakingBack:
    def test_both_stand_as_before_with_every_row(self, two):
        kept, gone = two
        on = trip()
        job(kept, date(2025, 1, 1), date(2025, 6, 1))
        job(gone, date(2025, 3, 1), date(2025, 12, 1))
        job(gone, date(2024, 1, 1))
        passenger(on, kept, boarded=True, at_post_on=date(2025, 1, 3))
        passenger(on, gone, seat="7")
        visited(kept, date(2025, 3, 1))
        visited(gone, date(2025, 3, 1), problem="住宿")
        tag(kept, start=date(2019, 1, 1))
        tag(gone, start=date(2021, 1, 1))
        rebuild_spells(worker_ids=[kept.pk, gone.pk])
        before = everything()
        made = merge(kept, gone, taken={"name", "village_code", "skill"})
        assert everything() != before
        undone = undo(made)
        assert everything() == before
        assert (undone.undone_by, WorkerAlias.objects.count()) == (people.county_clerk(), 0)

    def test_twice_is_once(self, two):
        made = merge(*two)
        assert undo(made).undone_at == undo(Merge.objects.get()).undone_at
        assert Worker.objects.count() == 2

    def test_a_chain_is_taken_back_from_its_end(self, two):
        first, second = two
        third = worker("张国强")
        number = first.id_number
        inner = merge(second, first)
        outer = merge(third, second)
        assert person_numbered(people.county_clerk(), number) == third.pk
        with pytest.raises(Conflict) as refusal:
            undo(inner)
        assert refusal.value.code == "merged_again"
        undo(outer)
        assert person_numbered(people.county_clerk(), number) == second.pk
        undo(inner)
        assert Worker.objects.count() == 3

    def test_the_history_of_both_goes_on(self, two):
        kept, gone = two
        clerk = people.county_clerk()
        change_worker(user=clerk, worker=gone, facts={"skill": "焊工"})
        made = merge(kept, gone, taken={"skill"}, reason="同一人")
        assert [(change.action, change.kind) for change in changes_of(Worker(pk=gone.pk))][:2] == [
            ("workers.merge", "D"), ("workers.edit", "U"),
        ]  # fmt: skip
        assert changes_of(kept)[0].fields == (("skill", None, "焊工"),)
        assert (changes_of(kept)[0].reason, changes_of(kept)[0].user) == ("同一人", "县管理员")
        undo(made)
        assert [change.action for change in changes_of(Worker(pk=gone.pk))][:2] == ["history.undo", "workers.merge"]


class TestWhoMay:
    def test_the_pair_is_decided_with_it_and_open_again_after_undo(self, two):
        kept, gone = two
        pair = PossibleDouble.objects.create(first=kept, second=gone, reasons=["name_birth"], score=80)
        made = merge(kept, gone)
        pair.refresh_from_db()
        assert (pair.state, pair.decided_by) == ("merged", people.county_clerk())
        undo(made)
        pair.refresh_from_db()
        assert pair.state == "open"

    def test_without_the_permission_nobody_merges(self, two):
        with pytest.raises(NotAllowed):
            merge_workers(user=people.township_clerk(), kept_id=two[0].pk, merged_id=two[1].pk)

    def test_outside_the_scope_there_is_nobody(self, two):
        officer = people.with_role("registry_officer", people.TOWNSHIP)
        with pytest.raises(NotFound):
            merge_workers(user=officer, kept_id=two[0].pk, merged_id=two[1].pk)
        assert Worker.objects.count() == 2

    def test_nobody_is_merged_with_themselves_or_by_fields_there_are_not(self, two):
        for words in (
            {"kept_id": two[0].pk, "merged_id": two[0].pk},
            {"kept_id": two[0].pk, "merged_id": two[1].pk, "taken": ["id"]},
        ):
            with pytest.raises(DomainError):
                merge_workers(user=people.county_clerk(), **words)


class TestWhatWasSentTo:
    """Phones and programs that still know the registration that went."""

    def test_a_visit_kept_on_a_phone_comes_to_the_person_kept_once(self, two):
        kept, gone = two
        merge(kept, gone)
        ref = uuid4()
        facts = found(on=date(2025, 3, 1))
        first, new = record_visit(
            user=people.county_clerk(), worker_id=gone.pk, station=None, facts=facts, client_ref=ref
        )
        again, anew = record_visit(
            user=people.county_clerk(), worker_id=gone.pk, station=None, facts=facts, client_ref=ref
        )
        assert (first.worker_id, new, anew, first == again) == (kept.pk, True, False, True)

    def test_a_round_names_both_and_writes_one(self, two):
        kept, gone = two
        merge(kept, gone)
        facts = found(on=date(2025, 3, 1))
        written = record_round(
            user=people.county_clerk(),
            worker_ids=[kept.pk, gone.pk],
            station=None,
            facts=facts,
            milestones={gone.pk: 7},
        )
        assert (written, Visit.objects.get().milestone) == (1, 7)

    def test_a_program_names_the_old_number(self, two):
        kept, gone = two
        number = gone.id_number
        merge(kept, gone)
        answer = api_client_for(people.county_clerk()).post(
            "/api/v1/visits/",
            {"id_number": number, "visited_on": "2025-03-01", "channel": "电话", "status": "原岗位在岗"},
            format="json",
        )
        assert (answer.status_code, Visit.objects.get().worker_id) == (201, kept.pk)
