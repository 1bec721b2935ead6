import csv
import io
from datetime import date

import pytest

from core.workbooks.services import Silent
from tests.journeys import place_divisions
from tests.people import county_clerk
from workers.comparisons.comparing import run_comparison
from workers.comparisons.services import create_comparison


@pytest.fixture(autouse=True)
def divisions(db):
    place_divisions()


@pytest.fixture
def compare():
    """Hand a list in (dicts by heading) and compare it."""

    def run(rows, kind="monitored", as_of="2025-06-30", user=None, headings=None, **words):
        text = io.StringIO()
        names = headings or list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(text, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
        made = create_comparison(
            user=user or county_clerk(),
            kind=kind,
            as_of=date.fromisoformat(as_of),
            title=words.pop("title", "六月名单"),
            file=io.BytesIO(text.getvalue().encode()),
            name="名单.csv",
            start=False,
            **words,
        )
        return run_comparison(comparison=made, progress=Silent())

    return run
