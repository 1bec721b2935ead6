"""Lists: declared fields, filters, order, cursor paging, masking."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.accounts.models import AccessLog, User
from core.api.paging import Cursor
from core.errors import DomainError
from tests import people

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.api.sample")]

PEOPLE = "/api/v1/people/"


@pytest.fixture
def program():
    return people.api_client_for(people.make_user("asker", "county_admin", "", full_name=""), "registry:read")


def person(name, **fields):
    fields = {"role": "auditor", "scope_division": people.COUNTY, "full_name": name, **fields}
    return User.objects.create(username=f"{name}-{User.objects.count()}", **fields)


def walk(program, query, *, way="next", start=None, between=lambda: None):
    """Every page from there on, as lists of names."""
    pages, address = [], start or f"{PEOPLE}?{query}"
    while address:
        body = program.get(address).json()
        pages.append([row["name"] for row in body["results"]])
        last, address = address, body[way]
        between()
    return pages, last


def names_by(program, query):
    pages, _last = walk(program, query)
    return "".join(name for page in pages for name in page)


class TestPaging:
    def test_pages_have_the_asked_size_and_link_both_ways(self, program):
        for name in "abcdefg":
            person(name)
        forward, last = walk(program, "limit=3")
        backward, _first = walk(program, "", way="previous", start=last)
        assert forward == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
        assert backward == [["g"], ["d", "e", "f"], ["a", "b", "c"]]

    def test_page_has_exactly_three_members_and_no_count(self, program):
        person("a")
        assert program.get(PEOPLE).json() == {
            "next": None,
            "previous": None,
            "results": [
                {
                    "id": User.objects.get(full_name="a").pk,
                    "name": "a",
                    "phone": "****",
                    "role": "AUDITOR",
                    "seen": None,
                }
            ],
        }

    def test_rows_inserted_and_deleted_meanwhile_neither_repeat_nor_lose_others(self, program):
        kept = [person(name) for name in "bdfhjln"]
        extra = iter("aceikm")

        def meanwhile():
            name = next(extra, None)
            if name:
                person(name)
            if name == "c":
                kept[0].delete()

        pages, _last = walk(program, "limit=2", between=meanwhile)
        seen = [name for page in pages for name in page]
        assert len(seen) == len(set(seen))
        assert [name for name in seen if name in "bdfhjln"] == list("bdfhjln")

    def test_equal_values_are_told_apart_by_id(self, program):
        made = [person("x") for _n in range(5)]
        ids, address = [], f"{PEOPLE}?limit=2"
        while address:
            body = program.get(address).json()
            ids += [row["id"] for row in body["results"]]
            address = body["next"]
        assert ids == [row.pk for row in made]

    @pytest.mark.parametrize(
        ("ordering", "expected"),
        [("seen", "bdfaceg"), ("-seen", "gecafdb"), ("seen,-name", "bdfgeca"), ("-seen,name", "acegfdb")],
    )
    def test_rows_without_a_value_have_their_place_in_the_order(self, program, ordering, expected):
        day = datetime(2025, 2, 15, tzinfo=UTC)
        for n, name in enumerate("abcdefg"):
            person(name, last_seen=day + timedelta(days=n) if name in "bdf" else None)
        pages, last = walk(program, f"limit=2&ordering={ordering}")
        back, _first = walk(program, "", way="previous", start=last)
        assert "".join(name for page in pages for name in page) == expected
        assert back == pages[::-1]

    def test_page_costs_one_query_whatever_it_holds(self, program, django_assert_num_queries):
        person("a")
        program.get(PEOPLE)
        with django_assert_num_queries(1):
            program.get(PEOPLE)
        for name in "bc":
            person(name)
        with django_assert_num_queries(1):
            program.get(PEOPLE)

    @pytest.mark.parametrize("limit", ["0", "501", "-1", "x", "٣", "1.5"])
    def test_bad_limit_is_refused(self, program, limit):
        response = program.get(PEOPLE, {"limit": limit})
        assert (response.status_code, response.json()["field"]) == (422, "limit")

    @pytest.mark.parametrize("cursor", ["x", "e30", "WzFd", "bnVsbA", "🙂", "WyJuYW1lIiwwLHsiYSI6MX0sMV0"])
    def test_broken_cursor_is_refused(self, program, cursor):
        response = program.get(PEOPLE, {"cursor": cursor})
        assert (response.status_code, response.json()["field"]) == (422, "cursor")

    def test_cursor_with_values_of_another_kind_is_refused(self, program):
        person("a")
        for values in (("a", "x"), ("a", True, 1), ("a\u0000", 1)):
            text = Cursor("name", backwards=False, values=values).encode()
            response = program.get(PEOPLE, {"cursor": text})
            assert (response.status_code, response.json()["field"]) == (422, "cursor")
        beyond_every_id = Cursor("name", backwards=False, values=("a", 10**40)).encode()
        assert program.get(PEOPLE, {"cursor": beyond_every_id}).json()["results"] == []
        text = Cursor("seen", backwards=False, values=("tomorrow", 1)).encode()
        assert program.get(PEOPLE, {"cursor": text, "ordering": "seen"}).status_code == 422

    def test_cursor_of_another_order_is_refused(self, program):
        for name in "abc":
            person(name)
        address = program.get(PEOPLE, {"limit": 1}).json()["next"]
        assert program.get(f"{address}&ordering=-name").json()["field"] == "cursor"

    @given(st.text(max_size=80))
    def test_any_text_is_a_cursor_or_a_refusal(self, text):
        with suppress(DomainError):
            assert len(Cursor.decode(text, ordering="id", size=1).values) == 1

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        rows=st.lists(
            st.tuples(st.sampled_from("abc"), st.sampled_from([None, 1, 2]), st.sampled_from(["auditor", "provider"])),
            max_size=9,
        ),
        ordering=st.permutations(["name", "seen", "role"]),
        signs=st.tuples(*[st.booleans()] * 3),
        limit=st.integers(1, 4),
    )
    def test_walk_equals_the_whole_list_in_any_order(self, program, rows, ordering, signs, limit):
        User.objects.exclude(username="asker").delete()
        day = datetime(2025, 2, 15, tzinfo=UTC)
        for name, seen, role in rows:
            person(name, last_seen=day + timedelta(days=seen) if seen else None, role=role)
        query = ",".join(f"{'-' if down else ''}{name}" for name, down in zip(ordering, signs, strict=True))
        whole = program.get(f"{PEOPLE}?limit=500&ordering={query}").json()["results"]
        walked, address = [], f"{PEOPLE}?limit={limit}&ordering={query}"
        while address:
            body = program.get(address).json()
            walked += body["results"]
            address = body["next"]
        assert walked == whole
        assert len(whole) == len(rows)


class TestOrderAndFilters:
    def test_unknown_order_names_the_known_ones(self, program):
        response = program.get(PEOPLE, {"ordering": "password"})
        assert (response.status_code, response.json()["field"]) == (422, "ordering")
        assert "id、name、seen、role" in response.json()["detail"]

    def test_filters_of_the_page_narrow_the_list(self, program):
        person("a")
        person("b", role="provider")
        person("c", created_at=datetime(2020, 5, 1, tzinfo=UTC))
        person("d", is_active=False)
        queries = (
            "role=provider",
            "created_before=2021-01-01",
            "created_after=2021-01-01&role=auditor",
            "is_active=false",
        )
        assert [names_by(program, query) for query in queries] == ["b", "c", "ad", "d"]

    @pytest.mark.parametrize(
        ("query", "field"), [("created_after=soon", "created"), ("rolle=provider", "rolle"), ("search=x", "search")]
    )
    def test_bad_or_unknown_parameter_is_named(self, program, query, field):
        response = program.get(f"{PEOPLE}?{query}")
        assert (response.status_code, response.json()["field"]) == (422, field)

    def test_filters_stay_in_the_link_to_the_next_page(self, program):
        for n in range(9):
            person("ab"[n % 2] + str(n), role=("auditor", "provider")[n % 2])
        pages, _last = walk(program, "role=auditor&limit=2")
        assert [len(page) for page in pages] == [2, 2, 1]


class TestScopeAndMasks:
    @pytest.fixture(autouse=True)
    def anna(self):
        return person("安娜", phone="13800001234", scope_division=people.TOWNSHIP)

    def phone(self, client):
        rows = client.get(PEOPLE, {"role": "auditor"}).json()["results"]
        return [row["phone"] for row in rows]

    @pytest.mark.parametrize(
        ("who", "expected"),
        [(people.county_clerk, ["138****1234"]), (people.township_clerk, ["138****1234"]), (people.stranger, [])],
    )
    def test_rows_outside_the_scope_are_not_there(self, who, expected):
        assert self.phone(people.api_client_for(who(), "registry:read")) == expected

    @pytest.mark.parametrize(
        ("role", "scopes", "expected"),
        [
            ("county_admin", ["registry:read"], "138****1234"),
            ("county_admin", ["registry:read", "people:read"], "13800001234"),
            ("auditor", ["registry:read", "people:read"], "138****1234"),
            ("partner_bureau", ["registry:read", "people:read"], None),
        ],
    )
    def test_identity_is_whole_only_for_the_scope_and_the_permission(self, role, scopes, expected):
        client = people.api_client_for(people.with_role(role), *scopes)
        rows = [row for row in client.get(PEOPLE).json()["results"] if row["name"] == "安娜"]
        assert [row["phone"] for row in rows] == ([expected] if expected else [])

    def test_whole_identities_leave_a_line_and_masked_ones_none(self, anna):
        clerk = people.county_clerk()
        people.api_client_for(clerk, "registry:read").get(PEOPLE)
        people.api_client_for(clerk, "registry:read", "people:read").get(PEOPLE, {"role": "auditor"})
        line = AccessLog.objects.get(action="api.people")
        assert (line.user, line.count, line.detail, line.object_type) == (clerk, 1, {"ids": [anna.pk]}, "PeopleView")

    def test_browser_sees_masks_however_much_its_user_may_reveal(self):
        assert self.phone(people.client_for(people.county_clerk())) == ["138****1234"]
