import pytest

from core.jobs import services as jobs
from core.workbooks import services
from core.workbooks.exports import create_export
from core.workbooks.models import Export, Import
from tests.people import api_client_for, client_for, county_clerk
from tests.workbooks.kinds import Firms, Notes, firms_book, registered
from tests.workbooks.site import ImportSite


@pytest.fixture(autouse=True)
def kinds():
    """The kinds of these tests stand in the registry during one of them."""
    with registered(Firms, Notes):
        yield


@pytest.fixture(scope="session")
def site():
    """An installation with processes of its own, for tests that kill or measure them."""
    made = ImportSite()
    yield made
    made.close()


@pytest.fixture
def clerk(db):
    return county_clerk()


@pytest.fixture
def api(clerk):
    return api_client_for(clerk)


@pytest.fixture
def browser(clerk):
    return client_for(clerk)


@pytest.fixture
def hand_in(clerk):
    """Hand a file in through the services; ``checked=False`` leaves it queued."""

    def hand(path, kind="test_firms", *, user=None, checked=True):
        with path.open("rb") as file:
            source = services.create_import(user=user or clerk, kind=kind, file=file, name=path.name)
        return run(source) if checked else source

    return hand


@pytest.fixture
def firms(tmp_path):
    """A book of firms: rows → its path."""
    return lambda *rows, **more: firms_book(tmp_path / "企业.xlsx", *rows, **more)


@pytest.fixture
def export(clerk):
    """Ask for an export of firms; ``check=False`` for somebody who may not take them out."""

    def ask(*, user=None, purpose="", check=True):
        if check:
            return create_export(user=user or clerk, kind="test_firms", query={}, purpose=purpose)
        return Export.objects.create(kind="test_firms", title="企业试表", created_by=user)

    return ask


def run(source):
    """Carry out the run the import waits for, as a worker does, and read the import anew."""
    source = Import.objects.get(pk=source.pk)
    jobs.run(job_id=source.job_id)
    return Import.objects.get(pk=source.pk)


def read(answer):
    """The answer with its file read to the end, which closes it."""
    if answer.streaming:
        answer.getvalue()
    return answer


def faults(source):
    """All refusals and warnings of an import as programs see them, in file order."""
    return [fault.as_dict(source.letters) for fault in source.faults.order_by("seq", "id")]
