"""/api/v1/workplaces/ and the statistics of workplaces, brands and returns for programs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from core.indicators import frozen
from core.indicators.answers import answer
from core.indicators.questions import read_question
from employment.models import Placement, Workplace
from tests import people
from tests.journeys import OTHER_VILLAGE, employer, place_divisions, worker
from workers.models import GroupMembership

pytestmark = pytest.mark.django_db

PLACES, TODAY = "/api/v1/workplaces/", localdate()
YEAR = TODAY - timedelta(days=400)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def program():
    return people.api_client_for(people.county_clerk(), "registry:read", "statistics:read", "people:read")


def place(code="W1", *, township=people.TOWNSHIP, recognised_on=YEAR, **fields):
    return Workplace.objects.create(
        code=code,
        name=f"{code}号",
        kind="就业帮扶车间",
        township_code=township,
        recognised_on=recognised_on,
        **fields,
    )


class TestList:
    def test_workplace_tells_everything(self, program):
        firm = employer("甲厂", credit_code="91440113MA59EKWX1A")
        at = place(operator=firm, posts=30, state="停用")
        for village in ("520527219200", OTHER_VILLAGE):
            Placement.objects.create(workplace=at, worker=worker(village=village), start_on=YEAR)
        [row] = program.get(PLACES).json()["results"]
        assert row == {
            "id": at.pk,
            "code": "W1",
            "name": "W1号",
            "kind": "就业帮扶车间",
            "township_code": people.TOWNSHIP,
            "township": "古达苗族彝族乡",
            "recognised_on": YEAR.isoformat(),
            "operator": "甲厂",
            "operator_code": "91440113MA59EKWX1A",
            "posts": 30,
            "withdrawn_on": None,
            "state": "停用",
            "review_on": (YEAR + timedelta(days=365)).isoformat(),
            "review": "overdue",
            "in_post": 2,
        }

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["W1", "W2", "W3"]),
            ({"kind": "零工驿站"}, ["W2"]),
            ({"standing": "撤销"}, ["W3"]),
            ({"township": people.OTHER_TOWNSHIP}, ["W2"]),
            ({"review": "closed"}, ["W3"]),
            ({"q": "w2"}, ["W2"]),
            ({"operator": "甲"}, []),
        ],
    )
    def test_is_filtered_as_the_page(self, program, query, found):
        place("W1")
        Workplace.objects.create(
            code="W2", name="驿站", kind="零工驿站", township_code=people.OTHER_TOWNSHIP, recognised_on=YEAR
        )
        place("W3", state="撤销")
        assert [row["code"] for row in program.get(PLACES, query).json()["results"]] == found

    def test_each_token_sees_its_own_area(self):
        place("W1")
        place("W2", township=people.OTHER_TOWNSHIP)
        users = (
            people.county_clerk(),
            people.township_clerk(),
            people.stranger(),
            people.with_role("partner_bureau", "440113"),
        )
        found = [
            [row["code"] for row in people.api_client_for(user, "registry:read").get(PLACES).json()["results"]]
            for user in users
        ]
        assert found == [["W1", "W2"], ["W1"], [], []]

    def test_costs_the_same_for_one_row_and_for_three(self, program, django_assert_num_queries):
        place("W0")
        program.get(PLACES)
        with CaptureQueriesContext(connection) as asked:
            program.get(PLACES)
        for n in (1, 2):
            at = place(f"W{n}", township=people.OTHER_TOWNSHIP)
            Placement.objects.create(workplace=at, worker=worker(), start_on=YEAR)
        with django_assert_num_queries(len(asked)):
            program.get(PLACES)


class TestStatistics:
    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("BRAND_INC/?period=2025Q1", "period"),
            ("INCOME/?period=2025-03", "period"),
            (f"BRAND_N/?period=2025&division={people.TOWNSHIP}", "division"),
            ("WS_N/?period=2025&division=520527219200", "division"),
            ("WS_N/?period=2025&by=village", "by"),
            ("RETURN_RATE/?period=2025&variant=all", "variant"),
        ],
    )
    def test_what_cannot_be_told_is_refused_with_the_parameter_at_fault(self, program, query, field):
        response = program.get(f"/api/v1/statistics/{query}")
        assert (response.status_code, response.json()["field"]) == (422, field)

    @pytest.mark.parametrize("code", ["WS_N", "GIG_N", "BASE_N", "POST_N", "BRAND_N"])
    def test_sites_have_no_people_behind_them(self, program, code):
        assert program.get(f"/api/v1/statistics/{code}/people/?period=2025").status_code == 404

    def test_every_number_is_told_again_after_a_write(self, program):
        def told():
            found = [
                program.get(f"/api/v1/statistics/{code}/?period={TODAY.year}").json() for code in ("WS_N", "WS_JOBS")
            ]
            return [one["total"]["numerator"] for one in found]

        numbers = [told()]
        at = place()
        numbers.append(told())
        Placement.objects.create(workplace=at, worker=worker(), start_on=YEAR)
        numbers.append(told())
        Workplace.objects.update(withdrawn_on=TODAY)
        numbers.append(told())
        assert numbers == [[0, 0], [1, 0], [1, 1], [0, 0]]


class TestFrozen:
    def ask(self, code="WS_JOBS", **words):
        return answer(
            read_question(code, {"period": ["2025"], **{name: [value] for name, value in words.items()}}, None)
        ).document

    def test_townships_answer_from_what_was_kept_for_the_county(self):
        since = date(2025, 3, 1)
        near = place("W1", recognised_on=since)
        far = place("W2", township=people.OTHER_TOWNSHIP, recognised_on=since)
        for at, village in ((near, OTHER_VILLAGE), (near, "520527219200"), (far, OTHER_VILLAGE)):
            who = worker(village=village)
            GroupMembership.objects.create(worker=who, group="lifted_poverty")
            Placement.objects.create(workplace=at, worker=who, start_on=since)
        asked = [
            {},
            {"by": "township"},
            {"by": "group"},
            {"division": people.TOWNSHIP},
            {"division": people.TOWNSHIP, "by": "sex"},
        ]
        codes = ("WS_JOBS", "WS_N")
        plain = [{}, {"by": "township"}, {"division": people.TOWNSHIP}]
        before = [self.ask(**words) for words in asked] + [self.ask("WS_N", **words) for words in plain]
        for code in codes:
            question = read_question(code, {"period": ["2025"]}, None)
            frozen.freeze(question=question, user=people.county_clerk(), reason="年报")
        Placement.objects.all().delete()
        Workplace.objects.all().delete()
        after = [self.ask(**words) for words in asked] + [self.ask("WS_N", **words) for words in plain]
        differ = {"computed_at", "frozen"}
        strip = lambda one: {key: value for key, value in one.items() if key not in differ}  # noqa: E731
        assert [strip(one) for one in after] == [strip(one) for one in before]
        assert [one["total"]["numerator"] for one in after] == [3, 3, 3, 2, 2, 2, 2, 1]
