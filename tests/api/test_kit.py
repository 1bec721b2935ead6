"""ETag, throttle, routes, schema and the page about it."""

import json

import pytest
import redis
import yaml
from django.core.cache import cache
from django.urls import path
from drf_spectacular.validation import validate_schema

from core.accounts.models import User
from core.api import routes, throttling
from core.api.description import description
from tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.sample")]

ECHO = "/api/v1/echo/"


@pytest.fixture
def program():
    return people.api_client_for(people.county_clerk())


@pytest.fixture
def browser():
    return people.client_for(people.county_clerk())


class TestETag:
    @pytest.mark.parametrize("way", ["program", "browser"])
    def test_unchanged_answer_is_a_304_and_a_changed_one_is_sent(self, way, request):
        client = request.getfixturevalue(way)
        first = client.get("/api/v1/people/")
        again = client.get("/api/v1/people/", headers={"If-None-Match": first.headers["ETag"]})
        User.objects.update(full_name="改名")
        changed = client.get("/api/v1/people/", headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
        assert (again.content, again.headers["ETag"]) == (b"", first.headers["ETag"])
        assert changed.headers["ETag"] != first.headers["ETag"]

    def test_answers_are_not_shared_between_people(self, program):
        headers = program.get(ECHO).headers
        assert (headers["Cache-Control"], headers["Vary"]) == ("private, no-cache", "Authorization, Cookie")

    def test_writing_and_refusals_have_no_etag(self, program):
        written = program.post(ECHO, {"count": 1, "note": "a"}, format="json")
        refused = program.get("/api/v1/faults/domain/")
        assert (written.has_header("ETag"), refused.has_header("ETag")) == (False, False)


class TestThrottle:
    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch):
        now = [1_000_000 * throttling.WINDOW + 20.0]
        monkeypatch.setattr(throttling.time, "time", lambda: now[0])
        return now

    def ask(self, client, times):
        return [client.get(ECHO).status_code for _n in range(times)]

    def test_request_beyond_the_rate_is_told_when_to_come_again(self, settings, program, clock):
        settings.API_RATES = {"default": 3}
        assert self.ask(program, 3) == [200, 200, 200]
        response = program.get(ECHO)
        assert (response.status_code, response.headers["Retry-After"], response.json()["code"]) == (
            429,
            "40",
            "throttled",
        )
        clock[0] += 40
        assert self.ask(program, 1) == [200]

    @pytest.mark.parametrize("rate", [1, 49, 50, 120, 1010])
    def test_exactly_the_rate_is_let_through(self, settings, program, rate):
        settings.API_RATES = {"default": rate}
        statuses = self.ask(program, rate + 2)
        assert (statuses.count(200), statuses[-2:]) == (rate, [429, 429])

    def test_processes_together_stay_within_the_rate(self, settings, program):
        settings.API_RATES = {"default": 100}
        statuses = []
        for _process in range(60):
            throttling.forget_lots()
            statuses += self.ask(program, 2)
        assert statuses.count(200) <= 100

    def test_tokens_are_counted_apart(self, settings, program):
        settings.API_RATES = {"default": 1}
        other = people.api_client_for(people.county_clerk())
        assert self.ask(program, 2) + self.ask(other, 1) == [200, 429, 200]

    def test_rate_of_nought_is_no_limit(self, settings, program):
        settings.API_RATES = {"default": 0}
        assert self.ask(program, 30) == [200] * 30

    def test_redis_that_is_down_lets_requests_through(self, settings, program, monkeypatch):
        settings.API_RATES = {"default": 1}

        def down(*_args):
            raise redis.ConnectionError

        monkeypatch.setattr(cache, "incr", down)
        assert self.ask(program, 3) == [200, 200, 200]


class TestRoutes:
    def test_two_modules_may_not_claim_one_address(self, monkeypatch):
        class Both:
            routes = [path("people/", lambda _request: None)]  # noqa: RUF012

        monkeypatch.setattr(routes, "route_modules", lambda: ["one", "two"])
        monkeypatch.setattr(routes, "import_module", lambda _name: Both)
        with pytest.raises(ValueError, match="'people/' is declared by one and two"):
            routes.discovered()


class TestDescription:
    @pytest.fixture(autouse=True)
    def fresh(self):
        description.cache_clear()
        yield
        description.cache_clear()

    def test_schema_is_valid_openapi_and_free_of_warnings(self, client, capsys):
        document = client.get("/api/v1/schema/").json()
        validate_schema(document)
        assert capsys.readouterr().err == ""

    def test_yaml_and_json_say_the_same(self, client):
        assert yaml.safe_load(client.get("/api/v1/schema/?format=yaml").content) == json.loads(
            client.get("/api/v1/schema/").content
        )

    def test_list_is_described_from_its_declaration(self, client):
        document = client.get("/api/v1/schema/").json()
        operation = document["paths"]["/api/v1/people/"]["get"]
        row = document["components"]["schemas"]["PeopleRow"]["properties"]
        assert operation["operationId"] == "people_list"
        assert [part["name"] for part in operation["parameters"]] == [
            "created_after", "created_before", "cursor", "is_active", "limit", "ordering", "role",
        ]  # fmt: skip
        assert {name: part["type"] for name, part in row.items()} == {
            "id": "integer", "name": "string", "phone": "string", "role": "string", "seen": "string",
        }  # fmt: skip
        assert list(operation["responses"]) == ["200", "401", "403", "404", "422", "429"]
        assert operation["security"] == [{"token": []}, {"session": []}]

    def test_page_lists_every_operation(self, client):
        html = client.get("/api/v1/docs/").content.decode()
        paths = client.get("/api/v1/schema/").json()["paths"]
        wanted = {operation["operationId"] for methods in paths.values() for operation in methods.values()}
        assert {name for name in wanted if f'id="{name}"' not in html} == set()
        assert "created_before" in html

    def test_page_needs_no_inline_script_or_style(self, client):
        html = client.get("/api/v1/docs/").content.decode()
        assert ("<style" in html, "style=" in html, "onclick" in html) == (False, False, False)
