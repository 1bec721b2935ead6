"""Merging in a whole county: who was registered twice and is made one leaves every number, list and line as if never split.

The demo county is the truth. Persons and employers are split: a second registration gets a part of their rows, of every kind
there is. Merged, the county must be the one it was; taken back, the split one.
"""
# ruff: noqa: S608 - SQL made of declared tables

import random
import re
from collections import Counter

import pytest
from django.db import transaction
from django.test import override_settings

from core.history.queries import changes_of
from core.indicators.registry import all_indicators
from core.pairs.moving import children_of
from demo.loading import load_demo
from employment.mergers.services import merge_employers
from employment.mergers.services import undo_merge as undo_employers
from employment.models import Employer
from employment.rebuilding import rebuild_spells
from tests.acceptance.desk import id_number
from tests.acceptance.test_strangers_eye import COUNTY, PAGES, ask, today
from tests.people import api_client_for, client_for, with_role
from workers.dossier import happenings
from workers.doubles.services import merge_workers, undo_merge
from workers.models import Worker

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SCALE = 300
ABOUT_MERGES = {"doubles_possibledouble", "doubles_workeralias", "employment_employeralias"}
FILTERED = (
    "group=lifted_poverty", "group=disabled", "labour_status=省外务工", "sex=男", "age_min=30&age_max=49", "has_phone=true",
    "organised=true", "scope=省外", "intention=省外务工", "skill=电工",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo_county(carried, django_db_blocker):
    with django_db_blocker.unblock(), override_settings(ROOT_DIVISION=COUNTY), transaction.atomic():
        load_demo(scale=SCALE)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def admin(demo_county, db, settings):
    settings.ROOT_DIVISION = COUNTY
    return with_role("county_admin")


def rows_of(tables):
    """Every row of the tables as stored, but for when it was written and what a derivation numbers anew."""
    found = {}
    for table, derived in tables.items():
        left_out = ["created_at", "updated_at", *(["id"] if derived else [])]
        found[table] = sorted(
            row for (row,) in ask(f"SELECT (to_jsonb(t) - %(out)s::text[])::text FROM {table} t", out=left_out)
        )
    return found


def numbers(user):
    """Total and rows by township of every measure, as programs are told."""
    program, found = api_client_for(user), {}
    for indicator in all_indicators():
        names = {dimension.name for dimension in indicator.dimensions}
        for by in ("", "&by=township") if "township" in names else ("",):
            told = program.get(f"/api/v1/statistics/{indicator.code}/?period={today():%Y}{by}").json()
            found[indicator.code + by] = (told["total"], told["rows"])
    return found


def list_counts(user):
    """How many rows each list says it has, plain and narrowed."""
    browser, found = client_for(user), {}
    asked = [*PAGES, *(f"/workers/?{query}" for query in FILTERED)]
    for address in asked:
        if "double" in address or "merge" in address:
            continue
        told = re.search(r'id="list-count">([\d,]+)', browser.get(address).content.decode())
        if told:
            found[address] = told.group(1)
    assert len(found) > 20
    return found


def lines(user, people):
    """What each person's timeline tells."""
    return {who.pk: Counter(map(repr, happenings(who, user))) for who in Worker.objects.filter(pk__in=people)}


def split(table, column, whole, part, rng):
    """About half of the rows of the one, at least one of them, become the other's."""
    ids = [row for (row,) in ask(f'SELECT id FROM {table} WHERE "{column}" = %(whole)s ORDER BY id', whole=whole)]
    chosen = rng.sample(ids, -(-len(ids) // 2))
    ask(f'UPDATE {table} SET "{column}" = %(part)s WHERE id = ANY(%(ids)s)', part=part, ids=chosen)
    return len(chosen)


def holders_of(kinds, rng):
    """Of every kind of rows two who have some."""
    found = set()
    for table, column in kinds:
        holders = ask(f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL ORDER BY 1')
        found |= {who for (who,) in rng.sample(holders, min(2, len(holders)))}
    return sorted(found)


def pulled_apart(kinds, pairs, rng):
    """Split every pair's rows; how many rows of each table went to the second registration."""
    moved = Counter()
    for whole, part in pairs.items():
        for table, column in kinds:
            moved[table] += split(table, column, whole, part, rng)
    return moved


def second_worker(who):
    twin = Worker.objects.get(pk=who)
    twin.pk, twin.id_number = None, id_number(born=twin.birth_date.strftime("%Y%m%d"))
    twin.save(force_insert=True)
    return twin.pk


def second_employer(firm):
    known = Employer.objects.get(pk=firm)
    return Employer.objects.create(name=f"{known.name}（分厂）", place_code=known.place_code, stub=True).pk


def merge_lines(told):
    """The timeline's lines without those that tell of a merge, and how many did."""
    about = Counter(line for line in told if "合并档案" in line)
    return Counter(told) - about, about.total()


def test_people_who_were_split_and_merged(admin):
    rng = random.Random(1)
    kinds = {
        (child.table, child.column): child.derived for child in children_of(Worker) if child.table not in ABOUT_MERGES
    }
    stored = {"workers_worker": False, **{table: derived for (table, _column), derived in kinds.items()}}
    facts = [kind for kind, derived in kinds.items() if not derived]
    people = holders_of(facts, rng)

    def seen(who):
        return rows_of(stored), numbers(admin), list_counts(admin), lines(admin, who)

    truth = seen(people)
    twins = {who: second_worker(who) for who in people}
    moved = pulled_apart(facts, twins, rng)
    assert set(+moved) == {table for table, _column in facts if truth[0][table]}
    assert len(+moved) > 9
    rebuild_spells(worker_ids=[*people, *twins.values()])
    both = [*people, *twins.values()]
    apart = seen(both)
    assert apart[1]["LDB_TOTAL"] != truth[1]["LDB_TOTAL"]
    history = told_of(people)
    made = [merge_workers(user=admin, kept_id=who, merged_id=twin) for who, twin in twins.items()]
    *whole, told = seen(people)
    assert whole == list(truth[:3])
    assert {who: merge_lines(told[who]) for who in people} == {who: (truth[3][who], 1) for who in people}
    assert told_of(people, before_merge=True) == history
    for one in reversed(made):
        undo_merge(user=admin, merge=one)
    assert seen(both) == apart
    assert told_of(people, before_merge=True) == history


def told_of(people, *, before_merge=False):
    """The lines of each person's history, oldest first, those of merging and taking back left out if asked."""
    left_out = {"workers.merge", "history.undo"} if before_merge else set()
    return {
        who.pk: [change for change in reversed(changes_of(who)) if change.action not in left_out]
        for who in Worker.objects.filter(pk__in=people)
    }


def test_employers_who_were_split_and_merged(admin):
    rng = random.Random(1)
    facts = [(one.table, one.column) for one in children_of(Employer) if one.table not in ABOUT_MERGES]
    stored = {"employment_employer": False, **dict.fromkeys((table for table, _column in facts), False)}
    stored |= {"employment_spell": True, "stations_plannedvisit": True}
    firms = holders_of(facts, rng)
    everybody = list(Worker.objects.values_list("pk", flat=True))
    told = rng.sample(everybody, 80)

    def seen():
        return rows_of(stored), numbers(admin), list_counts(admin), lines(admin, told)

    rebuild_spells(worker_ids=everybody)
    truth = seen()
    twins = {firm: second_employer(firm) for firm in firms}
    moved = pulled_apart(facts, twins, rng)
    assert len(+moved) > 6
    rebuild_spells(worker_ids=everybody)
    apart = seen()
    assert (apart[0] != truth[0], apart[1] != truth[1], apart[3] != truth[3]) == (True, True, True)
    made = [merge_employers(user=admin, kept_id=firm, merged_id=twin) for firm, twin in twins.items()]
    assert seen() == truth
    for one in reversed(made):
        undo_employers(user=admin, merge=one)
    assert seen() == apart
