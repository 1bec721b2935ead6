"""The benchmark: every line runs, its world is one the product itself would have made, its floor tells the same numbers."""

import copy
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from bench import following
from bench.lines import LINES
from bench.listing_questions import FILTERS
from bench.retaining import must_agree, numbers_of
from core.divisions.services import CARRIED_LIST, load_divisions
from demo.loading import load_people
from employment.models import Spell
from employment.rebuilding import rebuild_spells
from stations.models import PlannedVisit, Visit
from workers.filters import WorkerFilter
from workers.models import Worker

ROOT = Path(__file__).resolve().parents[2]
SPELLS = 1_000
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname"
RESULT = {
    "members": 2,
    "milestones": [{"days": 30, "due": 2, "still": 1, "left": 1, "unknown": 0, "rate": "50.00"}],
    "tables": {
        "month": [
            {"code": "2024-02", "name": "2024-02", "members": 2, "milestones": [{"due": 2, "still": 1, "left": 1}]}
        ]
    },
    "curve": [
        {"day": 0, "at_risk": 2, "left": 0, "survival": 1.0, "low": 1.0, "high": 1.0},
        {"day": 12, "at_risk": 2, "left": 1, "survival": 0.5, "low": 0.005984, "high": 0.910388},
        {"day": 40, "at_risk": 1, "left": 1, "survival": 0.0, "low": None, "high": None},
    ],
    "curves": {"month": []},
}


@pytest.mark.slow
def test_every_line_runs_and_prints_its_figures():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    started = [line.removeprefix("==> ").partition(":")[0] for line in done.stderr.splitlines() if line[:4] == "==> "]
    assert started[1:] == list(LINES)
    headings, _rule, *rows = done.stdout.splitlines()
    assert headings.split() == ["line", "ours", "floor", "ratio", "wanted", "verdict"]
    for words in ("导入", "列表", "统计接口", "稳岗报告", "导出", "批量修改", "演示县"):
        assert any(row.startswith(words) for row in rows), words


def test_the_line_of_lists_asks_by_every_filter_there_is():
    assert set(FILTERS) == set(WorkerFilter.base_filters)
    asked = [parameter.split("=")[0] for queries in FILTERS.values() for parameter in "&".join(queries).split("&")]
    assert {name for name in FILTERS if not any(one.startswith(name) for one in asked)} == set()


def stored(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def plan():
    return sorted(PlannedVisit.objects.values_list(*PLAN), key=repr)


PLAN = ("worker_id", "station_id", "arrived_on", "milestone", "due_on", "window", "visit_id", "closed_reason")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_world_of_the_retention_line_is_what_the_product_derives():
    load_divisions(path=CARRIED_LIST)
    load_people(scale=SPELLS)
    indexes = stored(INDEXES)
    following.fill(connection.settings_dict["NAME"], SPELLS)
    assert stored(INDEXES) == indexes
    planned = plan()
    assert rebuild_spells(worker_ids=Worker.objects.values_list("id", flat=True)) == 0
    assert plan() == planned
    assert (Spell.objects.count(), Visit.objects.count(), len(planned)) == (SPELLS, 3 * SPELLS, 4 * SPELLS)


def test_numbers_of_a_report_equal_those_of_a_floor_that_counts_alike():
    must_agree(
        numbers_of(RESULT),
        {
            ("", "", None): [2, 2, 1, 1],
            ("month", "2024-02", None): [2, 2, 1, 1],
            ("", "", 12): [2, 1, 0.5, 0.0059841, 0.9103879],
            ("", "", 40): [1, 1, 0],
        },
    )


def test_one_person_more_or_a_group_more_ends_the_line_with_a_sentence():
    other = copy.deepcopy(RESULT)
    other["milestones"][0]["still"] = 2
    with pytest.raises(SystemExit, match=r"for \('', '', None\) the report counts \[2, 2, 2, 1\]"):
        must_agree(numbers_of(other), numbers_of(RESULT))
    other = copy.deepcopy(RESULT)
    other["tables"]["month"][0]["code"] = "2024-03"
    with pytest.raises(SystemExit, match="has numbers for"):
        must_agree(numbers_of(other), numbers_of(RESULT))
