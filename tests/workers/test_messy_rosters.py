"""Whole rosters as they arrive: exactly the rows that can be taken are, exactly the others are refused, with their codes."""

import pytest

from core.workbooks import services
from tests.people import township_clerk
from tests.workers.checks import counts
from tests.workers.rosters import messy, people, tidy
from workers.models import Worker

pytestmark = pytest.mark.django_db
SEEDS = (1, 2, 3, 4)


def refusals(source):
    return sorted(source.faults.filter(level="error").values_list("sheet", "row", "code"))


@pytest.mark.parametrize("seed", SEEDS)
def test_messy_roster_is_read_exactly(take, tmp_path, seed):
    path = tmp_path / "花名册.xlsx"
    lines = people(400, seed)
    expected = messy(path, lines, seed)
    source = take(path)
    assert refusals(source) == sorted(expected.refused)
    found = source.full_counts
    assert (found["created"], found["repeated"], found["refused"]) == (
        expected.accepted,
        expected.repeated,
        len(expected.refused),
    )
    assert found["rows"] == expected.accepted + expected.repeated + len(expected.refused)
    assert (source.skipped_sheets, source.unknown_columns, found["warnings"]) == (["填表说明"], [], 0)
    stored = dict(Worker.objects.values_list("id_number", "village_code"))
    assert len(stored) == expected.accepted
    assert stored.items() <= {line.cells["身份证号码"]: line.village for line in lines}.items()


def test_messy_and_tidy_files_say_the_same(take, tmp_path):
    lines = people(150, seed=5)
    messy(tmp_path / "messy.xlsx", lines, seed=5)
    taken = take(tmp_path / "messy.xlsx").full_counts["created"]
    found = take(tidy(tmp_path / "tidy.xlsx", lines)).full_counts
    assert (found["unchanged"], found["created"], found["updated"]) == (taken, 150 - taken, 0)


def test_undo_of_a_whole_roster_leaves_nobody(take, tmp_path):
    messy(tmp_path / "a.xlsx", people(100, seed=6), seed=6)
    source = take(tmp_path / "a.xlsx")
    assert Worker.objects.count() == source.full_counts["created"]
    services.undo_import(source=source, user=source.created_by)
    assert Worker.objects.count() == 0


def test_township_officer_gets_only_their_own_sheet(check, tmp_path):
    lines = people(60, seed=7)
    own = sum(line.village.startswith("520527219") for line in lines)
    source = check(tidy(tmp_path / "a.xlsx", lines), user=township_clerk())
    assert counts(source) == {"rows": 60, "created": own, "refused": 60 - own}
    assert set(source.faults.values_list("column", "code")) == {("村", "out_of_scope")}
