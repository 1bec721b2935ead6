"""A clean installation of another county (惠水县 522731), as its own office would have set it up."""

import io
from pathlib import Path

import pytest
from django.conf import settings as current
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from core.accounts.models import User
from tests.acceptance.desk import COUNTY, TOWN, Office
from tests.acceptance.market import set_up
from tests.people import api_client_for, make_user

DIVISIONS = Path(current.BASE_DIR) / "core/divisions/data/divisions.csv"


@pytest.fixture(scope="module")
def carried(django_db_setup, django_db_blocker):
    """The carried list of divisions, loaded once a module and gone after it.

    They are committed: a transaction open as long as a module would hold back what other tests wait for.
    """
    with django_db_blocker.unblock():
        call_command("load_divisions", str(DIVISIONS), stdout=io.StringIO())
        yield
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE divisions_division CASCADE")
        connection.close()


@pytest.fixture
def county(carried, db, settings):
    """The county's installation with its administrator ``xian`` and ``xiang``, an officer of one township."""
    settings.ROOT_DIVISION = COUNTY
    staff()
    return COUNTY


def staff():
    make_user("xian", "county_admin", COUNTY)
    make_user("xiang", "township_officer", TOWN)


@pytest.fixture(scope="module")
def furnished(carried, django_db_blocker, tmp_path_factory):
    """Somebody, a fair, a workplace and a brand, as a module's sheets name them: sent once, each test goes on from there."""
    with django_db_blocker.unblock(), override_settings(ROOT_DIVISION=COUNTY), transaction.atomic():
        staff()
        set_up(Office(tmp_path_factory.mktemp("furnished")))
        yield
        transaction.set_rollback(True)


@pytest.fixture
def ready(furnished, office):
    return office


@pytest.fixture
def office(county, tmp_path):
    return Office(tmp_path)


@pytest.fixture
def api(county):
    """A program that carries a token of the county's administrator with every scope."""
    return api_client_for(User.objects.get(username="xian"))


@pytest.fixture
def township_api(county):
    return api_client_for(User.objects.get(username="xiang"))
