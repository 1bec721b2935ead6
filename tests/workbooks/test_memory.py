"""What a file costs at most, measured on processes: hostile ones are refused for little, long ones stream."""

import json

import pytest

from core.workbooks.files.refusals import SENTENCES
from core.workbooks.files.writing import Column, SheetRows, write_workbook
from tests.workbooks.test_hostile import far_corner, zip_bomb
from tests.workbooks_files.makers import book

pytestmark = pytest.mark.slow
MEASURED = """
import io, resource
from django.core.management import call_command
output = io.StringIO()
try:
    call_command("import_workbook", "employers", {path!r}, "--user", "xian", "--dry-run", stdout=output)
except SystemExit:
    pass
found = json.loads(output.getvalue())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({{"state": found["state"], "detail": found["detail"], "rows": found["counts"]["rows"], "peak": peak}}))
"""
HEADINGS = ["企业名称", "所在地", "规模(人)"]


@pytest.fixture
def cost(site, tmp_path):
    """Check a file in a process of its own: its end, and the MiB it took beyond what a file of one row takes."""

    def check(path):
        return json.loads(site.python(MEASURED.format(path=str(path))).splitlines()[-1])

    least = check(book(tmp_path / "小.xlsx", ("企业", [HEADINGS, ["甲厂", "广州市番禺区", 3]])))["peak"]

    def beyond(path):
        found = check(path)
        return found["state"], found["detail"], found["rows"], found["peak"] - least

    return beyond


@pytest.mark.parametrize(("make", "code"), [(zip_bomb, "zip_bomb"), (far_corner, "too_large")])
def test_a_hostile_file_costs_little_memory(cost, tmp_path, make, code):
    state, detail, rows, memory = cost(make(tmp_path))
    assert (state, detail, rows) == ("failed", SENTENCES[code], 0)
    assert memory < 40


def test_memory_does_not_grow_with_the_rows(cost, tmp_path):
    """Twice the rows cost the reader's copy of the sheet (about 64 bytes a cell), not a copy of every parsed row."""
    taken = []
    for thousands in (20, 60):
        rows = ([f"番禺{n}厂", "广东省广州市番禺区", n % 500] for n in range(thousands * 1000))
        path = tmp_path / f"{thousands}.xlsx"
        write_workbook(path, [SheetRows("企业", [Column(heading) for heading in HEADINGS], rows)])
        state, _detail, count, memory = cost(path)
        assert (state, count) == ("ready", thousands * 1000)
        taken.append(memory)
    assert taken[1] - taken[0] < 40
