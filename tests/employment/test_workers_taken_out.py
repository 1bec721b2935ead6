"""The status in the exported register is the one its list tells, on any day."""

from datetime import date

import pytest

from employment.models import DeclaredJob
from employment.rebuilding import rebuild_spells
from tests.journeys import place_divisions, worker
from tests.people import county_clerk
from workers.labour import statuses_of
from workers.models import Worker
from workers.taken_out import export_rows

pytestmark = pytest.mark.django_db
TOLD = ("省外务工", "灵活就业", "在校", "死亡", None)
JOBS = (
    ("440113", date(2025, 2, 1), None),
    ("520103", date(2025, 2, 1), None),
    ("520527219", date(2025, 2, 1), None),
    ("", date(2025, 2, 1), None),
    ("440113", date(2024, 2, 1), date(2025, 2, 15)),
    None,
)


@pytest.mark.parametrize("day", ["2024-06-01", "2025-01-31", "2025-02-01", "2025-02-14", "2025-02-15", "2025-06-01"])
def test_whatever_was_told_and_wherever_they_work(day):
    place_divisions()
    for told in TOLD:
        for job in JOBS:
            who = worker(labour_status=told, visited_on=date(2025, 2, 10))
            if job is not None:
                place, start, end = job
                DeclaredJob.objects.create(worker=who, place_code=place, start_on=start, end_on=end)
    rebuild_spells(worker_ids=Worker.objects.values_list("pk", flat=True))
    rows = list(Worker.objects.values("pk", "labour_status", "visited_on"))
    listed = dict(export_rows(county_clerk(), {"status_as_of": day}).values_list("pk", "status"))
    assert listed == statuses_of(rows, date.fromisoformat(day))
    assert len(set(listed.values())) > (1 if day < "2025-02-10" else 4)
