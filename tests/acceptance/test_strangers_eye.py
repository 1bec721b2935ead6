"""A stranger's eye: on every page, list, suggestion, route and export a reader meets exactly their own people.

Whoever lies outside a reader's scope gets marks that nobody else bears: a name, a phone, an ID number. Then every address
the program knows is asked, and no answer may bear a mark. Who is outside is worked out here by SQL of the test's own.
"""
# ruff: noqa: S608 - SQL made of the test's own words

import re
import uuid
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import override_settings
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, UUIDConverter
from django.utils import timezone
from python_calamine import CalamineWorkbook

from core.accounts.roles import ROLES
from core.jobs.services import run
from core.web.screens import ChoiceSource, registry
from core.workbooks.approvals import decide
from core.workbooks.exports import create_export, may_export
from core.workbooks.sheets import all_sheets
from demo.loading import load_demo
from tests.people import api_client_for, client_for, make_user, with_role

COUNTY, OTHER_COUNTY, SCALE = "520527", "522731", 400
OPEN = (
    "/account/sign-in/",
    "/health",
    "/offline/",
    "/service-worker.js",
    "/i18n/",
    "/api/v1/schema/",
    "/api/v1/docs/",
    "/robots.txt",
    "/vacancies/",
)
"""What anybody may read: the frame, the papers of the API, the public page of vacancies."""
NAME, ADDRESS, PHONE = "囧囧囧", "888888", "19900008888"
MARKS = re.compile("囧|888888|199(0000|[*]{4})8888")
ELSEWHERE = "522731100201"

HERE = "village_code LIKE '520527%%'"
OF_STATION = """
id IN (SELECT worker_id FROM stations_visit v JOIN stations_station s ON s.id = v.station_id
    WHERE s.code = ANY(%(stations)s))
OR id IN (SELECT worker_id FROM stations_plannedvisit v JOIN stations_station s ON s.id = v.station_id
    WHERE s.code = ANY(%(stations)s))
OR id IN (SELECT worker_id FROM employment_spell
    WHERE place_code LIKE ANY(%(areas)s) AND start_on <= %(today)s AND coalesce(end_on, 'infinity') > %(today)s)
OR id IN (SELECT p.worker_id FROM dispatch_passenger p JOIN dispatch_trip t ON t.id = p.trip_id WHERE p.at_post_on IS NULL
    AND t.departs_at >= now() - interval '30 days'
    AND coalesce(nullif(p.destination_code, ''), t.destination_code) LIKE ANY(%(areas)s))
"""
OF_AREA = """
id IN (SELECT worker_id FROM employment_spell
    WHERE place_code LIKE '4401%%' AND start_on <= %(today)s AND coalesce(end_on, 'infinity') > %(today)s)
"""

OWN = {
    "county_admin": HERE,
    "township_officer": "village_code LIKE %(township)s || '%%'",
    "village_assistant": "village_code = %(village)s",
    "station_staff": OF_STATION,
    "partner_bureau": OF_AREA,
    "auditor": HERE,
    "stranger": "village_code LIKE '522731%%'",
    "system_admin": "false",
    "provider": "false",
}
"""Reader → SQL condition on the people who are theirs."""


@pytest.fixture(scope="module")
def peopled(carried, django_db_blocker):
    """The demo county, a tenth of whose people have moved into another county."""
    with django_db_blocker.unblock(), override_settings(ROOT_DIVISION=COUNTY), transaction.atomic():
        load_demo(scale=SCALE)
        ask(f"UPDATE workers_worker SET village_code = '{ELSEWHERE}' WHERE id %% 10 = 0")
        ask(f"UPDATE workers_household SET village_code = '{ELSEWHERE}' WHERE id %% 10 = 0")
        yield
        transaction.set_rollback(True)


def ask(sql, **params):
    """Rows of a query; a percent sign in it is written twice."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def reader(who):
    """The account behind a line of ``OWN``, and what its condition needs to know."""
    village = ask(f"SELECT village_code FROM workers_worker WHERE {HERE} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")[
        0
    ][0]
    stations = [code for (code,) in ask("SELECT code FROM stations_station WHERE place_code LIKE '4401%%'")]
    served = ask(
        "SELECT DISTINCT unnest(coalesce(nullif(service_area, '{}'), ARRAY[left(place_code, 4)])) FROM stations_station"
        " WHERE code = ANY(%(stations)s)",
        stations=stations,
    )
    areas = [f"{area}%" for (area,) in served]
    known = {"village": village, "township": village[:9], "stations": stations, "areas": areas}
    scopes = {
        "township_officer": {"division": known["township"]},
        "village_assistant": {"division": village},
        "station_staff": {"division": "", "scope_stations": stations},
        "partner_bureau": {"division": "4401"},
        "system_admin": {"division": ""},
        "provider": {"division": ""},
    }
    if who == "stranger":
        return make_user("wai", "county_admin", OTHER_COUNTY), known
    return with_role(who, **scopes.get(who, {})), known


@pytest.fixture(params=OWN)
def eye(request, peopled, db, settings):
    """A reader, with everybody who is not theirs marked; (user, ids of their own people)."""
    settings.ROOT_DIVISION = COUNTY
    user, known = reader(request.param)
    own = [one for (one,) in ask(f"SELECT id FROM workers_worker WHERE {OWN[request.param]}", **known, today=today())]
    ask(
        "UPDATE workers_worker SET name = %(name)s, name_key = 'jiongjiongjiong', name_initials = 'jjj', phone = %(phone)s,"
        " id_number = %(address)s || substr(id_number, 7), bank_card = '6217888888888888888'"
        " WHERE id <> ALL(%(own)s)",
        name=NAME, phone=PHONE, address=ADDRESS, own=own,
    )  # fmt: skip
    ask(
        "UPDATE workers_household h SET head_name = 'jiong' || h.id"
        " WHERE NOT EXISTS (SELECT FROM workers_worker w WHERE w.household_id = h.id AND w.id = ANY(%(own)s))",
        own=own,
    )
    return user, own


def today():
    return timezone.localdate()


def addresses(resolver=None, before="") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the program with its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, here)
        else:
            yield here, entry


PLAIN = sorted({f"/{route}" for route, _ in addresses() if not re.search(r"[<^$]", route)} - {"/account/sign-out/"})
PAGES = [route for route in PLAIN if not route.startswith("/api/")]
ROUTES = [route for route in PLAIN if route.startswith("/api/")]
OBJECTS = sorted(
    route
    for route, pattern in addresses()
    if [type(one) for one in pattern.pattern.converters.values()] in ([IntConverter], [UUIDConverter])
)


def marks_in(answers):
    """Where a mark was read, and what broke: address → the mark or the status."""
    found = {}
    for address, answer in answers:
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code >= 500:
            found[address] = answer.status_code
        elif mark := MARKS.search(body.decode(errors="ignore")):
            found[address] = body.decode(errors="ignore")[max(0, mark.start() - 80) : mark.end() + 40]
    return found


def test_pages(eye):
    user, _own = eye
    browser = client_for(user)
    assert marks_in((route, browser.get(route)) for route in PAGES) == {}


def test_what_is_searched_for(eye):
    """The box on top, the fields that suggest, and the search of every list: an echo of the question is no answer."""
    user, _own = eye
    browser = client_for(user)
    sources = [f"/choices/{source.name}/" for source in registry.all(ChoiceSource)]
    asked = [f"{route}?q=jjj" for route in ["/search/", *sources, *PAGES]]
    asked += [f"{route}?q=8888" for route in ["/search/", *sources]]
    assert marks_in((address, browser.get(address)) for address in asked) == {}


def test_routes_for_programs(eye):
    user, _own = eye
    program = api_client_for(user)
    asked = [f"{route}{query}" for route in ROUTES for query in ("?q=jjj", "?limit=500")]
    assert marks_in((address, program.get(address)) for address in asked) == {}


@pytest.mark.slow
def test_what_lies_behind_each_number(eye):
    """Whoever holds the address of another's row sees nothing of it: people who are not theirs, rows of every table."""
    user, own = eye
    browser, program = client_for(user), api_client_for(user)
    strangers = "SELECT id FROM workers_worker WHERE id <> ALL(%(own)s) ORDER BY id %% 7, id LIMIT 4"
    numbers = [one for (one,) in ask(strangers, own=own)]
    found = {}
    for route in OBJECTS:
        for number in (*numbers, *others_of(route)):
            address = "/" + re.sub(r"<(int|uuid):\w+>", str(number), route)
            if ("uuid" in route) == isinstance(number, uuid.UUID):
                client = program if route.startswith("api/") else browser
                found |= marks_in([(address, client.get(address))])
    assert found == {}


def others_of(route):
    """Keys of some rows of every table the route's app has."""
    app = route.removeprefix("api/v1/").split("/")[0]
    kind = "uuid" if "<uuid:" in route else "bigint"
    tables = ask(
        "SELECT c.table_name FROM information_schema.columns c WHERE c.column_name = %(key)s AND c.data_type = %(kind)s"
        " AND c.table_schema = current_schema() AND c.table_name LIKE %(app)s || '\\_%%'",
        key="ref" if "<uuid:ref>" in route else "id", kind=kind, app=app,
    )  # fmt: skip
    column = "ref" if "<uuid:ref>" in route else "id"
    return sorted(
        {key for (table,) in tables for (key,) in ask(f'SELECT "{column}" FROM "{table}" ORDER BY 1 DESC LIMIT 2')}
    )


def test_exports(eye):
    user, own = eye
    found = {}
    for sheet in all_sheets():
        if not may_export(user, sheet):
            continue
        export = create_export(user=user, kind=sheet.kind, query={}, purpose="核对")
        if export.approval:
            export = decide(user=with_role("county_admin", COUNTY), export=export, granted=True)
        run(job_id=export.job_id)
        export.refresh_from_db()
        if export.job.state != "done":
            found[sheet.kind] = export.job.error
            continue
        rows = CalamineWorkbook.from_path(str(export.path)).get_sheet_by_index(0).to_python()
        if mark := MARKS.search(str(rows)):
            found[sheet.kind] = mark.group()
        if sheet.kind == "workers":
            assert export.rows == len(own)
    assert found == {}


def test_counts(eye):
    """The list says how many are theirs, and the measures count no other."""
    user, own = eye
    browser, program = client_for(user), api_client_for(user)
    page = browser.get("/workers/")
    if user.can("workers.view"):
        told = re.search(r'id="list-count">([\d,]+)', page.content.decode())
        assert (page.status_code, int(told.group(1).replace(",", ""))) == (200, len(own))
    else:
        assert page.status_code == 403
    if user.can("statistics.read") and user.role != "partner_bureau":
        total = program.get(f"/api/v1/statistics/LDB_TOTAL/?period={today():%Y}").json()["total"]
        assert total["numerator"] == len([*alive(own)])


def alive(own):
    return ask(
        "SELECT id FROM workers_worker WHERE id = ANY(%(own)s) AND coalesce(labour_status, '') NOT IN ('死亡', '迁出')"
        " AND coalesce(first_visited_on, %(today)s) <= %(today)s",
        own=own, today=today(),
    )  # fmt: skip


def test_every_role_is_looked_at_or_has_the_eyes_of_one_that_is():
    kinds = {ROLES[who].scope_kind for who in OWN if who in ROLES}
    assert kinds == {role.scope_kind for role in ROLES.values()}


def test_nobody_reads_anything_unasked(client, db):
    """Without signing in every page leads to the sign-in, and every route says 401."""
    told = {route: client.get(route).status_code for route in PLAIN if not route.startswith(OPEN)}
    assert {route: status for route, status in told.items() if status not in {302, 401, 403, 405}} == {}
