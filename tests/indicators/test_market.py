"""Vacancies and fairs counted by hand, one test a sentence of formats.md §3.1."""

from datetime import date

import pytest

from core.errors import DomainError
from core.indicators.answers import answer
from core.indicators.questions import read_question
from tests import people
from tests.employment.market import booth, fair, step, vacancy
from tests.journeys import employer, place_divisions, worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    place_divisions()


def told(code, period="2025", **asked):
    values = {"period": [period], **{name: [value] for name, value in asked.items()}}
    return answer(read_question(code, values, people.county_clerk())).document


def value(code, period="2025", **asked):
    return told(code, period, **asked)["total"]["value"]


def rows(code, by, period="2025", **asked):
    return {row[by]["code"]: row["value"] for row in told(code, period, by=by, **asked)["rows"]}


def january(day):
    return date(2025, 1, day)


class TestVacancies:
    def row(self, firm, on, until, openings, **fields):
        return vacancy("缝纫工", firm=firm, collected_on=on, valid_until=until, openings=openings, **fields)

    def test_rows_of_one_key_that_share_a_day_are_one_vacancy_with_the_openings_of_the_earliest(self):
        firm = employer()
        self.row(firm, january(1), january(10), 5)
        self.row(firm, january(10), january(20), 7)
        assert value("VAC_N") == "5"

    def test_a_day_between_makes_two(self):
        firm = employer()
        self.row(firm, january(1), january(10), 5)
        self.row(firm, january(11), january(20), 7)
        assert value("VAC_N") == "12"

    def test_rows_hold_together_by_those_between_them(self):
        firm = employer()
        self.row(firm, january(1), january(10), 5)
        self.row(firm, january(15), january(25), 9)
        assert value("VAC_N") == "14"
        self.row(firm, january(9), january(15), 7)
        assert value("VAC_N") == "5"

    def test_a_long_one_swallows_those_that_begin_within_it(self):
        firm = employer()
        self.row(firm, january(1), date(2025, 6, 30), 5)
        self.row(firm, january(3), january(4), 7)
        self.row(firm, date(2025, 6, 30), date(2025, 7, 30), 9)
        assert value("VAC_N") == "5"

    @pytest.mark.parametrize("other", [{"place_code": "4403"}, {"firm": "乙厂"}, {"title": "裁剪工"}])
    def test_employer_post_and_place_make_the_key_and_the_source_does_not(self, other):
        firm = employer()
        self.row(firm, january(1), january(10), 5)
        self.row(firm, january(2), january(10), 7, source="企业申报")
        assert value("VAC_N") == "5"
        firm = employer(other["firm"]) if "firm" in other else firm
        vacancy(other.get("title", "缝纫工"), firm=firm, collected_on=january(3), openings=9, **{
            name: it for name, it in other.items() if name == "place_code"
        })  # fmt: skip
        assert value("VAC_N") == "14"

    def test_date_and_channel_are_those_of_the_earliest_row(self):
        firm = employer()
        self.row(firm, date(2024, 12, 20), january(10), 5, source="企业申报")
        self.row(firm, january(5), date(2025, 2, 10), 7)
        assert (value("VAC_N", "2024"), value("VAC_N", "2025")) == ("5", "0")
        assert rows("VAC_N", "channel", "2024") == {"企业申报": "5"}
        assert rows("VAC_N", "month", "2024-12-01..2025-02-28") == {"2024-12": "5"}

    def test_untrue_ones_do_not_count_and_the_variant_counts_verified_ones_alone(self):
        first, second, third = employer("甲厂"), employer("乙厂"), employer("丙厂")
        self.row(first, january(1), january(10), 5, checked=False)
        self.row(first, january(5), january(20), 7, checked=None)
        self.row(second, january(5), january(20), 1)
        self.row(third, january(5), january(20), 2, checked=False)
        assert (value("VAC_N"), value("VAC_N", variant="verified")) == ("8", "1")

    def test_a_flow_ends_at_as_of(self):
        self.row(employer(), january(20), january(30), 5)
        assert (value("VAC_N", as_of="2025-01-19"), value("VAC_N", as_of="2025-01-20")) == ("0", "5")

    def test_destinations_are_where_the_post_is(self):
        firm = employer()
        self.row(firm, january(1), january(10), 5)
        vacancy("缝纫工", firm=firm, collected_on=january(1), openings=3, place_code="520527219")
        assert rows("VAC_N", "destination") == {"44": "5", "52": "3"}
        assert rows("VAC_N", "scope") == {"省外": "5", "县内": "3"}


class TestFairs:
    @pytest.fixture
    def two_fairs(self):
        first, second = fair("F1", january(10)), fair("F2", date(2025, 2, 10), organiser="结对地区")
        shared, other = employer("甲厂"), employer("乙厂", credit_code="91440101MA5ABCDEXC")
        for at, firm, title, openings in (
            (first, shared, "缝纫工", 30), (first, shared, "裁剪工", 5), (first, other, "普工", 7), (second, shared, "缝纫工", 10),
        ):  # fmt: skip
            booth(at, firm, title, openings)
        return first, second

    def test_fairs_are_counted_by_their_date_and_cancelled_ones_are_not(self, two_fairs):
        fair("F3", january(20), cancelled=True)
        assert (value("FAIR_N"), value("FAIR_N", "2025-01"), value("FAIR_N", as_of="2025-01-31")) == ("2", "1", "1")
        assert rows("FAIR_N", "organiser") == {"本县": "1", "结对地区": "1"}

    def test_employers_are_distinct_in_the_period_posts_are_openings_and_rows_are_rows(self, two_fairs):
        assert (value("FAIR_EMP"), value("FAIR_POST"), value("FAIR_POST_ROWS")) == ("2", "52", "4")
        assert rows("FAIR_EMP", "organiser") == {"本县": "2", "结对地区": "1"}
        assert told("FAIR_EMP", by="organiser")["additive"] is False
        assert rows("FAIR_EMP", "employer") == {"甲厂": "1", "91440101MA5ABCDEXC": "1"}
        assert rows("FAIR_POST", "fair") == {"F1": "42", "F2": "10"}

    def test_intents_are_rows_and_persons_signed_are_persons_by_the_date_of_the_fair(self, two_fairs):
        first, second = two_fairs
        firms = [employer("丙厂"), employer("丁厂")]
        one, two = worker("甲"), worker("乙")
        for firm in firms:
            step(one, "意向", date(2025, 3, 1), firm=firm, at=first)
        step(two, "意向", january(10), firm=firms[0], at=first)
        step(one, "意向", date(2025, 2, 10), firm=firms[0], at=second)
        step(one, "意向", january(10), firm=firms[0])
        for firm in firms:
            step(one, "签约", date(2025, 3, 2), firm=firm, at=first)
        assert (value("FAIR_INTENT"), value("FAIR_INTENT_P"), value("FAIR_SIGN")) == ("4", "2", "1")
        assert (value("FAIR_INTENT", "2025-01"), value("FAIR_SIGN", "2025-01"), value("FAIR_SIGN", "2025-03")) == (
            "3",
            "1",
            "0",
        )
        assert rows("FAIR_INTENT_P", "month") == {"2025-01": "2", "2025-02": "1"}

    def test_the_people_behind_are_listed(self, two_fairs):
        who = worker("王小明")
        step(who, "签约", january(12), firm=employer("丙厂"), at=two_fairs[0])
        browser = people.api_client_for(people.county_clerk())
        found = browser.get("/api/v1/statistics/FAIR_SIGN/people/?period=2025").json()["results"]
        assert [row["name"] for row in found] == ["王小明"]


@pytest.mark.parametrize(
    "code", ["VAC_N", "FAIR_N", "FAIR_EMP", "FAIR_POST", "FAIR_POST_ROWS", "FAIR_INTENT", "FAIR_INTENT_P", "FAIR_SIGN"]
)
def test_they_exist_at_county_level_only(code):
    with pytest.raises(DomainError) as caught:
        told(code, division="520527219")
    assert caught.value.field == "division"
    browser = people.api_client_for(people.county_clerk())
    answer = browser.get(f"/api/v1/statistics/{code}/?period=2025&division=520527219")
    assert (answer.status_code, answer.json()["field"]) == (422, "division")
