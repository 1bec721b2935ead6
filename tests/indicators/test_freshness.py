"""An answer reflects the facts stored when it is asked, however they were written."""

import datetime as dt
import io
import threading
import time
from functools import partial

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from core.api.authentication import forget_tokens
from core.divisions.models import Division
from core.history import services as history
from core.indicators import answers, engine, kept, memory, refreshing, tasks
from core.indicators.models import Figure, FigureMark, FigureSet, MarkHorizon
from core.indicators.questions import read_question
from core.indicators.refreshing import refresh_figures
from employment.models import Employer, Spell
from tests.indicators.facts import FAR, NEAR, job, small_county, worker
from tests.people import api_client_for, county_clerk
from workers.models import GroupMembership, Worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("today")]

COPIED = (
    "worker_id",
    "start_on",
    "place_code",
    "confirmed_days",
    "confirmed_to",
    "origin_kind",
    "origin_id",
    "known_from",
)
REST = "end_reason, job_title, channel, organised, arrival_kind"


def ask(code="OUT_STOCK", **values):
    return read_question(code, {"period": ["2025"]} | {name: [value] for name, value in values.items()}, None)


def number(code="OUT_STOCK", **values):
    return answers.answer(ask(code, **values)).document["total"]["numerator"]


def kept_now():
    """The keys of the kept sets that are fresh."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indicator, dimension, division FROM indicators_figureset s WHERE " + kept.FRESH_SET)
        return set(cursor.fetchall())


def copy_spell(person, place="440113", start="2025-03-01"):
    text = f"{person.id}\t{start}\t{place}\t{{{start}}}\t{start}\tdeclared\t1\t{start}\t\t\t\tf\t\n"
    with connection.cursor() as cursor:
        columns = f"{', '.join(COPIED)}, {REST}"
        cursor.copy_expert(f"COPY employment_spell ({columns}) FROM STDIN", io.StringIO(text))


@pytest.fixture
def people():
    return small_county()


def test_a_kept_answer_is_read_again_and_says_when_it_was_computed(people):
    first = answers.answer(ask(by="township")).document
    assert FigureSet.objects.get().computed_at
    assert answers.answer(ask(by="township")).document == first
    assert (FigureSet.objects.count(), Figure.objects.count()) == (1, 2)


def test_copy_into_the_fact_table_is_seen(people):
    assert number() == 6
    copy_spell(people[5])
    assert (kept_now(), number()) == (set(), 7)


def test_raw_sql_is_seen(people):
    assert number() == 6
    with connection.cursor() as cursor:
        cursor.execute("UPDATE employment_spell SET place_code = '520115' WHERE worker_id = %s", [people[0].id])
    assert number() == 5
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM employment_spell")
    assert number() == 0


def test_an_undone_operation_is_seen(people):
    with history.operation(user=None, action="tags.test") as act:
        GroupMembership.objects.create(worker=people[1], group="lifted_poverty")
    assert number(by="group", group="lifted_poverty") == 4
    assert number("OUT_GROUP") == 4
    history.undo(operation_id=act.id, user=None)
    assert number("OUT_GROUP") == 3


def test_a_person_who_moves_or_a_village_with_a_new_name_is_seen(people):
    by = {"by": "township"}
    answers.answer(ask(**by))
    Worker.objects.filter(id=people[0].id).update(village_code=NEAR)
    rows = answers.answer(ask(**by)).document["rows"]
    assert [row["numerator"] for row in rows] == [3, 3]
    Division.objects.filter(code="520527105").update(name="野马川街道")
    assert answers.answer(ask(**by)).document["rows"][0]["township"]["name"] == "野马川街道"


def test_truncate_is_seen(people):
    assert number() == 6
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE employment_spell")
    assert number() == 0


def test_only_what_a_write_can_touch_becomes_stale(people):
    for code, division in (("OUT_STOCK", ""), ("OUT_STOCK", "520527105"), ("OUT_STOCK", FAR), ("LDB_TOTAL", "")):
        number(code, division=division)
    number(period="2024")
    job(people[6], "2025-08-01", "330106")
    assert kept_now() == {("OUT_STOCK", "", FAR), ("LDB_TOTAL", "", "520527"), ("OUT_STOCK", "", "520527")}
    assert {
        (row.period_from.year, row.division) for row in FigureSet.objects.all() if row.indicator == "OUT_STOCK"
    } >= {(2024, "520527")}
    Worker.objects.filter(id=people[0].id).update(phone="13900000000", note="换了号码")
    assert len(kept_now()) == 3


def test_a_write_in_a_later_year_leaves_the_earlier_one_fresh(people):
    number(period="2024")
    copy_spell(people[5], start="2025-03-01")
    assert kept_now() == {("OUT_STOCK", "", "520527")}


def test_a_load_of_many_townships_leaves_one_mark(people):
    FigureMark.objects.all().delete()
    villages = [f"520527{township:03}001" for township in range(100, 180)]
    for n, village in enumerate(villages):
        worker(100 + n, village)
    marks = FigureMark.objects.filter(fact="workers.registered")
    assert marks.count() == len(villages)
    marks.delete()
    Worker.objects.filter(village_code__in=villages).update(labour_status="未就业")
    assert list(marks.values_list("township", flat=True)) == [""]


def test_what_a_transaction_wrote_itself_it_counts_but_does_not_keep(people):
    with transaction.atomic():
        copy_spell(people[5])
        assert number() == 7
        assert FigureSet.objects.count() == 0
        transaction.set_rollback(True)
    assert number() == 6


def test_a_write_that_commits_while_a_figure_is_computed_is_not_missed(people):
    """The other transaction began to write before the figure was computed and commits after: its mark has the lower number."""
    written, computed, errors = threading.Event(), threading.Event(), []

    def other():
        try:
            with transaction.atomic():
                copy_spell(people[5])
                written.set()
                computed.wait(10)
        except BaseException as error:
            errors.append(error)
            raise
        finally:
            connections.close_all()

    thread = threading.Thread(target=other)
    thread.start()
    assert written.wait(10)
    with transaction.atomic():
        # A transaction number higher than the writer's, so that no order of numbers can help.
        Employer.objects.create(name="后来的单位")
    assert number() == 6
    refresh_figures()
    computed.set()
    thread.join(10)
    assert errors == []
    assert number() == 7


def write(persons):
    for person in persons:
        copy_spell(person)


def read():
    for _n in range(15):
        answers.answer(ask(by="township"))


def refresh():
    for _n in range(3):
        refresh_figures(budget=0.5)


def together(acts):
    """Run all acts at once, each on a connection of its own; what went wrong."""
    failures = []

    def run(act):
        try:
            act()
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


def test_readers_and_writers_at_once_end_with_the_truth(people):
    """Four threads write, two refresh, two read; afterwards every kept figure that calls itself fresh is right."""
    crowd = [worker(n, FAR if n % 2 else NEAR) for n in range(20, 60)]
    acts = [*[partial(write, crowd[part::4]) for part in range(4)], read, read, refresh, refresh]
    failures = together(acts)
    assert failures == []
    assert number() == number(by="township") == 46
    rows = answers.answer(ask(by="township")).document["rows"]
    assert (
        sum(row["numerator"] for row in rows)
        == Spell.objects.exclude(place_code__startswith="52").exclude(end_on__lte="2025-09-01").count()
        == 46
    )


def test_the_api_remembers_and_never_tells_what_is_stale(people):
    program = api_client_for(county_clerk(), "statistics:read")
    address = "/api/v1/statistics/OUT_STOCK/?period=2025&by=sex&group=lifted_poverty"

    def asked():
        return program.get(address).json()

    first = asked()
    assert first["total"]["numerator"] == 3
    assert asked() == first
    copy_spell(people[5])
    GroupMembership.objects.create(worker=people[5], group="lifted_poverty")
    assert asked()["total"]["numerator"] == 4


def test_a_remembered_answer_costs_one_statement(people, django_assert_num_queries):
    program = api_client_for(county_clerk(), "statistics:read")
    program.get("/api/v1/statistics/OUT_STOCK/?period=2025")
    with django_assert_num_queries(0):
        # Django counts what goes through its own cursor; the one question whether anything was written goes past it.
        assert program.get("/api/v1/statistics/OUT_STOCK/?period=2025").json()["total"]["numerator"] == 6


def test_a_changed_scope_does_not_find_the_old_answers(people):
    clerk = county_clerk()
    program = api_client_for(clerk, "statistics:read")
    assert program.get("/api/v1/statistics/OUT_STOCK/?period=2025").json()["total"]["numerator"] == 6
    clerk.scope_division = "520527219"
    clerk.save()
    forget_tokens()
    assert program.get("/api/v1/statistics/OUT_STOCK/?period=2025").json()["total"]["numerator"] == 4


def test_a_connection_that_died_is_opened_again(people):
    answer = answers.answer(ask())
    connection.connection.close()
    assert kept.still_fresh(answer.watch)


def test_memory_keeps_the_latest_only():
    held = memory.Memory()
    watch = kept.Watch("1:1:", [], None, "")
    for n in range(memory.MOST_ANSWERS + 1):
        held.keep(n, memory.Remembered(b"", "", "", "", watch))
    held.keep("big", memory.Remembered(b"x" * (memory.MOST_BYTES + 1), "", "", "", watch))
    assert list(held._answers) == list(range(1, memory.MOST_ANSWERS + 1))


class TestRefreshing:
    def test_computes_what_stands_ready_and_what_is_stale(self, people):
        number(by="destination_city")
        job(people[5], "2025-08-01", "330106")
        assert ("OUT_STOCK", "destination_city", "520527") not in kept_now()
        done = refresh_figures(budget=60)
        assert (done.waiting, refresh_figures(budget=60).computed) == (0, 0)
        assert {
            ("OUT_STOCK", "destination_city", "520527"),
            ("RET_30", "township", "520527"),
            ("LDB_TOTAL", "", "520527"),
        } <= kept_now()
        assert number() == 7

    def test_every_kept_set_equals_the_answer_from_the_facts(self, people):
        GroupMembership.objects.create(worker=people[1], group="disabled")
        number("STN_N", by="month")
        refresh_figures(budget=60)
        sets = list(FigureSet.objects.values_list("indicator", "variant", "period_from", "period_to", "dimension"))
        assert len(sets) > 300
        for code, variant, first, last, dimension in sets:
            question = ask(code, period=f"{first}..{last}", by=dimension, variant=variant)
            held, fresh = kept.read(question), engine.compute(question)
            assert (held.total, held.rows) == (fresh.total, fresh.rows), (code, dimension)

    def test_drops_what_nobody_asks_for_and_what_had_another_day(self):
        number(period="2023")
        FigureSet.objects.filter(period_from__year=2023).update(asked_on=dt.date(2025, 8, 1))
        number(by="destination_city")
        FigureSet.objects.filter(dimension="destination_city").update(as_of=dt.date(2025, 8, 31))
        assert refresh_figures(budget=60).dropped == 2

    def test_leaves_at_once_when_another_run_is_at_it(self):
        begun, leave = threading.Event(), threading.Event()

        def hold():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [refreshing.LOCK])
                begun.set()
                leave.wait(120)
            connections.close_all()

        thread = threading.Thread(target=hold)
        thread.start()
        begun.wait(60)
        assert refresh_figures(budget=60) == refreshing.Refreshed()
        leave.set()
        thread.join(60)

    @pytest.mark.usefixtures("people")
    def test_forgets_marks_everybody_has_seen(self, monkeypatch):
        monkeypatch.setattr(refreshing, "MANY_MARKS", 1)
        watch = answers.answer(ask()).watch
        number("LDB_TOTAL")
        Employer.objects.filter(name="番禺电子厂").update(name="番禺第二电子厂")
        # An open transaction anywhere on the server, another test's too, holds marks back until it ends.
        last = time.monotonic() + 300
        while FigureMark.objects.exists() and time.monotonic() < last:
            refreshing.forget_marks()
            time.sleep(0.1)
        assert FigureMark.objects.count() == 0
        assert kept_now() == {("OUT_STOCK", "", "520527"), ("LDB_TOTAL", "", "520527")}
        # Who remembers an older snapshot cannot know what the forgotten marks said.
        assert not kept.still_fresh(watch)
        assert number() == 6

    def test_keeps_marks_a_stale_figure_has_not_seen(self, people, monkeypatch):
        monkeypatch.setattr(refreshing, "MANY_MARKS", 1)
        assert number() == 6
        copy_spell(people[5])
        refreshing.forget_marks()
        assert kept_now() == set()
        assert number() == 7


def test_figures_of_another_database_server_are_forgotten(people, monkeypatch):
    assert number() == 6
    MarkHorizon.objects.update_or_create(id=1, defaults={"cluster": "another", "transaction": "1"})
    monkeypatch.setattr(kept, "_cluster_known", [])
    assert number() == 6
    assert (FigureSet.objects.count(), FigureMark.objects.count()) == (1, 0)
    assert MarkHorizon.objects.get().cluster != "another"


def test_beat_calls_the_refresh():
    wanted = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.refresh_figures.name in wanted
    tasks.refresh_figures()
    assert FigureSet.objects.filter(indicator="LDB_TOTAL", dimension="", division="520527").exists()
