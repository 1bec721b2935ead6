"""Two rosters of the same persons written at once: everybody is registered once, everything told is stored."""

import io

import pytest

from core.workbooks import services
from core.workbooks.models import Import
from tests.people import county_clerk
from tests.racing import at_once
from tests.workers.checks import line
from tests.workers.rosters import HEADINGS, people, tidy
from tests.workers.village_lists import store_divisions
from workers.models import GroupMembership, Worker
from workers.services import register_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(tmp_path):
    """Hand lines in, check and confirm them; they wait to be written."""
    store_divisions()
    clerk = county_clerk()

    def hand(lines, headings=HEADINGS):
        path = tidy(tmp_path / "a.xlsx", lines, headings)
        source = services.create_import(
            user=clerk, kind="workers", file=io.BytesIO(path.read_bytes()), name=path.name, start=False
        )
        services.check_import(source=source, progress=services.Silent())
        return services.confirm_import(source=source, rows="good", start=False)

    return hand


def write(source):
    return services.write_import(source=source, progress=services.Silent())


def test_same_roster_twice_registers_everybody_once(ready):
    lines = people(200, seed=1)
    sources = [ready(lines), ready(lines)]
    assert [source.full_counts["created"] for source in sources] == [200, 200]
    outcomes = at_once(*[lambda source=source: write(source) for source in sources])
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert Worker.objects.count() == 200
    written = Import.objects.all()
    assert sorted((one.full_counts["created"], one.full_counts["unchanged"]) for one in written) == [(0, 200), (200, 0)]
    tags = GroupMembership.objects.values_list("worker_id", "group")
    assert len(tags) == len(set(tags))


def test_rosters_that_overlap_and_differ_both_count(ready):
    lines = people(120, seed=2)
    changed = [one.with_cells(备注="第二份") for one in lines[60:]]
    sources = [ready(lines[:90]), ready(changed)]
    at_once(*[lambda source=source: write(source) for source in sources])
    assert Worker.objects.count() == 120
    assert Worker.objects.filter(note="第二份").count() == 60


def test_form_and_roster_at_once_make_one_person(ready):
    source = ready([line()], headings=("姓名", "身份证号码", "乡镇", "村"))
    facts = {"name": "张国强", "village_code": "520527219200"}
    number = line().cells["身份证号码"]
    clerk = county_clerk()
    at_once(lambda: write(source), lambda: register_worker(user=clerk, id_number=number, facts=facts))
    assert Worker.objects.count() == 1
    assert Import.objects.get().state == "done"
