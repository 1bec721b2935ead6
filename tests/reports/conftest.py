import pytest

from tests.reports.site import ReportSite


@pytest.fixture(scope="session")
def site():
    """An installation with processes of its own, for tests that kill them."""
    made = ReportSite()
    yield made
    made.close()
