"""Exactly theirs: what a reader finds on lists, routes, exports, in suggestions, the search and match lists is all of theirs.

``test_strangers_eye`` sees that nobody reads of others; here nothing of a reader's own is missing either. Whose a row is, is
the person it tells of; who is whose is worked out by SQL (``test_strangers_eye.OWN``).
"""
# ruff: noqa: S608 - SQL made of the test's own words

import re

import pytest
from python_calamine import CalamineWorkbook

from core.jobs.services import run
from core.workbooks.approvals import decide
from core.workbooks.exports import create_export, may_export
from core.workbooks.sheets import sheet_of
from employment.market.matching import fitting_people
from employment.models import Vacancy
from tests.acceptance.test_strangers_eye import COUNTY, OTHER_COUNTY, OWN, ask, peopled, reader, today
from tests.people import api_client_for, client_for, with_role

__all__ = ["peopled"]
pytestmark = pytest.mark.django_db
READERS = ("county_admin", "township_officer", "village_assistant", "station_staff", "partner_bureau", "auditor")
LISTS = {
    "/workers/": ("workers_worker", "id"),
    "/employment/": ("employment_spell", "worker_id"),
    "/employment/jobs/": ("employment_declaredjob", "worker_id"),
    "/employment/referrals/": ("employment_referral", "worker_id"),
    "/employment/returnees/": ("employment_returnee", "worker_id"),
    "/employment/workplaces/staff/": ("employment_placement", "worker_id"),
    "/employment/brands/members/": ("employment_brandmember", "worker_id"),
    "/employment/tasks/": ("employment_spelltask", "worker_id"),
    "/dispatch/passengers/": ("dispatch_passenger", "worker_id"),
    "/stations/visits/": ("stations_visit", "worker_id"),
    "/stations/planned/": ("stations_plannedvisit", "worker_id"),
    "/workers/surveys/tasks/": ("surveys_visittask", "contact_id"),
}
"""List → the table of its rows and the column of the person."""
ROUTES = {
    "workers": ("workers_worker", "id"),
    "employments": ("employment_spell", "worker_id"),
    "passengers": ("dispatch_passenger", "worker_id"),
    "visits": ("stations_visit", "worker_id"),
}
KINDS = {
    "workers": ("workers_worker", "id"),
    "group_tags": ("workers_groupmembership", "worker_id"),
    "employments": ("employment_declaredjob", "worker_id"),
    "returnees": ("employment_returnee", "worker_id"),
    "referrals": ("employment_referral", "worker_id"),
    "workplace_staff": ("employment_placement", "worker_id"),
    "brand_members": ("employment_brandmember", "worker_id"),
    "passengers": ("dispatch_passenger", "worker_id"),
    "visits": ("stations_visit", "worker_id"),
}

CLOSED = {
    "station_staff": {"/workers/surveys/tasks/"},
    "partner_bureau": {"/workers/surveys/tasks/", "/dispatch/passengers/", "passengers"},
    "village_assistant": {"visits"},
}
"""Reader → lists and routes that are not theirs to open."""


@pytest.fixture(params=READERS)
def known(request, peopled, settings):
    """A reader and the ids of their own people."""
    settings.ROOT_DIVISION = COUNTY
    user, words = reader(request.param)
    own = [one for (one,) in ask(f"SELECT id FROM workers_worker WHERE {OWN[request.param]}", **words, today=today())]
    assert own
    return user, own


def rows_of(own, table, column):
    return ask(f"SELECT count(*) FROM {table} WHERE {column} = ANY(%(own)s)", own=own)[0][0]


def test_lists(known):
    user, own = known
    browser, told = client_for(user), {}
    for page in LISTS:
        answer = browser.get(page)
        if answer.status_code != 403:
            told[page] = int(re.search(r'id="list-count">([\d,]+)', answer.content.decode())[1].replace(",", ""))
    assert LISTS.keys() - told.keys() == CLOSED.get(user.role, set()) & LISTS.keys()
    assert told == {page: rows_of(own, *LISTS[page]) for page in told}


def test_routes(known):
    user, own = known
    program, told, wanted = api_client_for(user), {}, {}
    for route, (table, column) in ROUTES.items():
        answer = program.get(f"/api/v1/{route}/?limit=500")
        if answer.status_code != 403:
            told[route] = sorted(row["id"] for row in answer.json()["results"])
            wanted[route] = [
                pk for (pk,) in ask(f"SELECT id FROM {table} WHERE {column} = ANY(%(own)s) ORDER BY id", own=own)
            ]
    assert ROUTES.keys() - told.keys() == CLOSED.get(user.role, set()) & ROUTES.keys()
    assert told == wanted


def test_exports(known):
    user, own = known
    told = {}
    for kind in KINDS:
        if may_export(user, sheet_of(kind)):
            told[kind] = len(taken_out(user, kind)) - 1
    assert told or user.role not in {"county_admin", "township_officer", "auditor"}
    assert told == {kind: rows_of(own, *KINDS[kind]) for kind in told}


def taken_out(user, kind):
    export = create_export(user=user, kind=kind, query={}, purpose="核对")
    if export.approval:
        export = decide(user=with_role("county_admin", COUNTY), export=export, granted=True)
    run(job_id=export.job_id)
    export.refresh_from_db()
    assert export.job.state == "done", export.job.error
    return CalamineWorkbook.from_path(str(export.path)).get_sheet_by_index(0).to_python()


def test_suggestions_and_the_search(known):
    """By name and by number each of theirs is found, and nobody else."""
    user, own = known
    browser, told, wanted = client_for(user), {}, {}
    some = "SELECT id, name, id_number FROM workers_worker WHERE (id = ANY(%(own)s)) = %(mine)s ORDER BY id %% 37, id LIMIT 8"
    for mine in (True, False):
        for pk, name, number in ask(some, own=own, mine=mine):
            for asked in (name, number):
                suggested = browser.get("/choices/workers/", {"q": asked}, follow=True).content.decode()
                found = browser.get("/search/", {"q": asked}, follow=True).content.decode()
                told[asked, pk] = (f'data-value="{pk}"' in suggested, f"/workers/{pk}/" in found)
                wanted[asked, pk] = (mine, mine)
    assert told == wanted


def test_match_lists(known):
    """Of those who fit a vacancy everybody sees their own; a vacancy elsewhere is not there at all."""
    user, own = known
    browser, told, wanted = client_for(user), {}, {}
    counties = [with_role("county_admin", COUNTY), with_role("county_admin", OTHER_COUNTY)]
    first = "ORDER BY place_code LIKE '4401%%' DESC, collected_on DESC, id LIMIT 6"
    for vacancy in Vacancy.objects.filter(pk__in=[pk for (pk,) in ask(f"SELECT id FROM employment_vacancy {first}")]):
        answer = browser.get(f"/employment/vacancies/{vacancy.pk}/match/")
        fitting = {row["pk"] for county in counties for row in fitting_people(county, vacancy).values("pk")}
        told[vacancy.pk] = int(re.search(r'id="list-count">(\d+)', answer.content.decode())[1])
        wanted[vacancy.pk] = len(fitting & set(own))
    assert told == wanted
    assert any(wanted.values()) or user.role == "partner_bureau"
