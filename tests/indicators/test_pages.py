"""The pages of the statistics: what they show, who opens them, where their numbers lead."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from core.indicators.registry import all_indicators
from core.indicators.scope import people_table
from employment.models import Brand, BrandMember
from tests.indicators.facts import small_county, worker
from tests.people import TOWNSHIP, client_for, county_clerk, stranger, township_clerk, with_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

PAGE = "/statistics/OUT_STOCK/"


@pytest.fixture
def people():
    return small_county()


@pytest.fixture
def browser():
    return client_for(county_clerk())


def cells(response, tag="td"):
    """The text of the table's cells, row by row."""
    table = (
        response.content.decode().partition('class="table table-sm card-table list-table"')[2].partition("</table>")[0]
    )
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    found = [
        [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(rf"<{tag}[ >].*?</{tag}>", row, re.DOTALL)
        ]
        for row in rows
    ]
    return [row for row in found if row]


def links(response, holding):
    return [unescape(href) for href in re.findall(r'href="([^"]+)"', response.content.decode()) if holding in href]


def test_the_catalogue_lists_every_indicator(browser):
    text = browser.get("/statistics/").content.decode()
    assert [one.code for one in all_indicators() if f"/statistics/{one.code}/" not in text] == []


def test_an_indicator_shows_its_number_rows_and_definition(browser, people):
    response = browser.get(PAGE, {"period": "2025-06", "by": "township"})
    assert cells(response) == [["野马川镇", "2"], ["古达苗族彝族乡", "4"], ["6"]]
    text = response.content.decode()
    assert "2025-06-01 – 2025-06-30" in text
    assert "古达苗族彝族乡最高，4 人" in text


def test_money_is_told_in_yuan_with_its_thousands(browser, today):
    brand = Brand.objects.create(name="赫章建工", grade="省级", recognised_on=date(2024, 3, 1))
    for n, earned in ((1, "1234567.50"), (2, "60000")):
        BrandMember.objects.create(
            brand=brand, worker=worker(n), joined_on=date(2024, 3, 1), year=2024, income=Decimal(earned)
        )
    response = browser.get("/statistics/BRAND_INC/", {"period": "2024", "by": "sex"})
    assert cells(response) == [
        ["女", "60,000.00", "60,000.00", "1"],
        ["男", "1,234,567.50", "1,234,567.50", "1"],
        ["647,283.75", "1,294,567.50", "2"],
    ]
    assert "男最高，1,234,567.50 元" in response.content.decode()


def test_without_a_question_it_shows_the_running_year_by_township(browser, people):
    response = browser.get(PAGE)
    assert cells(response)[-1] == ["6"]
    assert "2025-09-01" in response.content.decode()


def test_a_number_leads_to_exactly_its_people(browser, people):
    response = browser.get(PAGE, {"period": "2025", "by": "destination", "sex": "男"})
    of_guangdong = next(url for url in links(response, "people/") if "destination=44" in url)
    listed = browser.get(of_guangdong)
    assert [row[0] for row in cells(listed)] == ["某1"]
    assert people[1].id_number not in listed.content.decode()
    assert cells(listed)[0][1] == f"529999********{people[1].id_number[-4:]}"


def test_what_is_not_registered_opens_too(browser, people):
    response = browser.get(PAGE, {"period": "2025", "by": "employer"})
    blank = next(url for url in links(response, "people/") if url.endswith("employer=&part=numerator"))
    assert [row[0] for row in cells(browser.get(blank))] == ["某3", "某6", "某7"]


def test_htmx_gets_the_region_alone(browser, people):
    whole = browser.get(PAGE, {"period": "2025"})
    part = browser.get(PAGE, {"period": "2025"}, headers={"HX-Request": "true", "HX-Target": "statistic"})
    assert part.content.decode().lstrip().startswith('<div id="statistic"')
    assert b"<html" in whole.content


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"period": "2025-13"}, "“2025-13”不是时段"),
        ({"period": "2025", "as_of": "x"}, "“x”不是日期"),
        ({"period": "2025", "destination": "4"}, "目的地（省）“4”不正确"),
        ({"period": "2025", "division": "520599"}, "没有代码为“520599”的行政区划"),
    ],
)
def test_a_bad_question_is_answered_with_a_sentence(browser, people, asked, sentence):
    response = browser.get(PAGE, asked)
    assert (response.status_code, sentence in unescape(response.content.decode())) == (200, True)


def test_who_opens_what(people):
    people_page = f"{PAGE}people/?period=2025"
    assert Client().get(PAGE).status_code == 302
    assert [client_for(with_role("log_admin")).get(url).status_code for url in ("/statistics/", PAGE, people_page)] == [
        403,
        403,
        403,
    ]
    assistant = client_for(with_role("village_assistant", "520527219201"))
    assert [assistant.get(url).status_code for url in ("/statistics/", PAGE, people_page)] == [200, 200, 403]
    assert links(assistant.get(PAGE), "people/") == []
    assert client_for(township_clerk()).get(people_page).status_code == 200
    assert client_for(stranger()).get(f"{people_page}&division=520527").status_code == 404
    assert client_for(township_clerk()).get(f"{people_page}&division=520527105").status_code == 404
    assert client_for(county_clerk()).get("/statistics/NOPE/").status_code == 404
    assert cells(client_for(township_clerk()).get(PAGE, {"period": "2025", "by": "township"})) == [
        ["古达苗族彝族乡", "4"],
        ["4"],
    ]


def test_the_parts_and_pages_of_the_people(browser, people):
    url = "/statistics/ORG_SHARE/people/?period=2025&division=" + TOWNSHIP
    numerator = browser.get(url)
    assert [row[0] for row in cells(numerator)] == ["某0", "某1", "某2"]
    denominator = browser.get("/statistics/ORG_SHARE/people/" + links(numerator, "part=denominator")[0])
    assert [row[0] for row in cells(denominator)] == ["某0", "某1", "某2", "某3"]
    assert browser.get(f"{url}&cursor=x").status_code == 404
    assert browser.get(f"{url}&part=left").status_code == 404


def test_in_english(browser, people):
    browser.cookies["django_language"] = "en"
    text = browser.get(PAGE).content.decode()
    assert "Workers outside the province" in text


@pytest.mark.parametrize("code", [one.code for one in all_indicators()])
def test_every_indicator_has_a_page_by_every_dimension(browser, people, code):
    indicator = next(one for one in all_indicators() if one.code == code)
    asked = [{"by": one.name} for one in indicator.dimensions] + [{"by": "month", "then": "destination"}]
    assert [browser.get(f"/statistics/{code}/", {"period": "2025", **words}).status_code for words in asked] == [
        200
    ] * len(asked)
    assert people_table().permission == "workers.view"


@pytest.mark.django_db(transaction=True)
def test_the_home_page_shows_the_headlines_and_says_what_is_stale(people, browser):
    first = browser.get("/").content.decode()
    assert re.search(r"省外务工规模.{0,400}>6<", first, re.DOTALL)
    assert "/statistics/OUT_STOCK/?period=2025&amp;by=township" in first
    people[0].spells.all().delete()
    again = browser.get("/").content.decode()
    assert re.search(r"省外务工规模.{0,400}>6<", again, re.DOTALL)
    assert again != first
    browser.get(PAGE, {"period": "2025"})
    assert re.search(r"省外务工规模.{0,400}>5<", browser.get("/").content.decode(), re.DOTALL)
