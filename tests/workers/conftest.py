import io
from pathlib import Path

import pytest

from core.workbooks import services
from tests.people import county_clerk
from tests.workers.rosters import tidy
from tests.workers.village_lists import store_divisions


@pytest.fixture
def divisions(db):
    store_divisions()


@pytest.fixture
def check(divisions):
    """Hand a file in and check it."""

    def run(path, kind="workers", user=None):
        path = Path(path)
        source = services.create_import(
            user=user or county_clerk(), kind=kind, file=io.BytesIO(path.read_bytes()), name=path.name, start=False
        )
        return services.check_import(source=source, progress=services.Silent())

    return run


@pytest.fixture
def take(check):
    """Hand a file in and write its good rows."""

    def run(path, kind="workers", user=None):
        source = services.confirm_import(source=check(path, kind, user), rows="good", start=False)
        return services.write_import(source=source, progress=services.Silent())

    return run


@pytest.fixture
def roster(tmp_path):
    """Lines of a roster as a tidy file with every heading a line has a cell for."""

    def write(*lines):
        number = len(list(tmp_path.glob("*.xlsx")))
        headings = dict.fromkeys(heading for line in lines for heading in line.cells)
        return tidy(tmp_path / f"{number}.xlsx", lines, tuple(headings))

    return write
