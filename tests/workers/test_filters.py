"""What the register is narrowed by: page, export and API ask the same filters."""

from datetime import date

import pytest

from employment.models import DeclaredJob, Employer
from employment.rebuilding import rebuild_spells
from tests.people import api_client_for, client_for, county_clerk, stranger, township_clerk, with_role
from tests.web.reading import page
from tests.workers.checks import NUMBERS
from tests.workers.village_lists import store_divisions
from workers.filters import register_filters
from workers.models import Household, Worker
from workers.taken_out import export_rows

pytestmark = pytest.mark.django_db
HOME, FAR = "520527219200", "520527105200"


@pytest.fixture(autouse=True)
def people(db):
    """甲 at work outside the province since 2024, 乙 in the county in 2023 only, 丙 never; 甲 and 乙 share a household."""
    store_divisions()
    home = Household.objects.create(village_code=HOME, group_name="", head_name="甲")
    made = [
        Worker.objects.create(name=name, id_number=number, village_code=village, **more)
        for name, number, village, more in (
            ("甲", NUMBERS[0], HOME, {"household": home, "phone": "13800000001", "startup_wish": "想开农家乐"}),
            ("乙", NUMBERS[1], HOME, {"household": home, "resettlement_site": "银山社区"}),
            ("丙", NUMBERS[2], FAR, {}),
        )
    ]
    maker = Employer.objects.create(name="广东甲电子有限公司", credit_code="91440101MA5AABCD0X")
    jobs = (
        (made[0], date(2024, 1, 1), None, "441900", "政府组织"),
        (made[1], date(2023, 1, 1), date(2023, 12, 1), "520527", "自主外出"),
    )
    for worker, since, until, place, channel in jobs:
        DeclaredJob.objects.create(
            worker=worker, employer=maker, place_code=place, start_on=since, end_on=until, channel=channel
        )
    rebuild_spells(worker_ids=[worker.pk for worker in made])
    return made


def named(query, user=None):
    """Names on the page, in the export and in the API's answer, which are the same."""
    user = user or county_clerk()
    shown = [link.text for link in page(client_for(user).get(f"/workers/?{query}")).all("a", class_="row-link")]
    parameters = dict(pair.split("=") for pair in query.split("&"))
    exported = [row.name for row in export_rows(user, parameters)]
    answered = [row["name"] for row in api_client_for(user).get(f"/api/v1/workers/?{query}").json()["results"]]
    assert sorted(shown) == sorted(exported) == sorted(answered)
    return "".join(sorted(shown, key="甲乙丙".index))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("work_place=广东", "甲"),
        ("work_place=441900", "甲"),
        ("work_place=520527", ""),
        ("work_place=520527&status_as_of=2023-06-01", "乙"),
        ("employer=甲电子", "甲"),
        ("employer=91440101MA5AABCD0X&status_as_of=2023-06-01", "乙"),
        ("employer=没有这家", ""),
        ("channel=政府组织", "甲"),
        ("organised=true", "甲"),
        ("organised=false&status_as_of=2023-06-01", "乙"),
        ("has_phone=true", "甲"),
        ("has_phone=false", "乙丙"),
        ("household_size_min=2", "甲乙"),
        ("household_size_min=2&household_size_max=2", "甲乙"),
        ("household_size_max=1", ""),
        ("startup_wish=农家乐", "甲"),
        ("resettlement_site=银山", "乙"),
        ("work_place=广东&has_phone=true&household_size_min=2", "甲"),
    ],
)
def test_page_export_and_api_narrow_alike(query, names):
    assert named(query) == names


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("age_min=36&age_max=36", "甲乙"),
        ("age_min=37", "丙"),
        ("age_max=36", "甲乙"),
        ("age_max=35", ""),
    ],
)
def test_age_is_counted_in_full_years_today(query, names, monkeypatch):
    for module in ("workers.filters", "workers.bitmaps.filters"):
        monkeypatch.setattr(f"{module}.localdate", lambda: date(2026, 1, 1))
    assert named(query) == names


def test_the_day_before_the_birthday_one_is_a_year_younger(monkeypatch):
    for module in ("workers.filters", "workers.bitmaps.filters"):
        monkeypatch.setattr(f"{module}.localdate", lambda: date(2025, 12, 31))
    assert (named("age_max=35"), named("age_min=36")) == ("甲乙", "丙")


def test_ones_scope_holds_whatever_is_asked():
    assert named("work_place=广东", township_clerk()) == "甲"
    assert named("work_place=广东", with_role("county_admin", "522731")) == ""


@pytest.mark.parametrize("query", ["age_min=x", "age_min=-1", "work_place=月球", "organised=maybe"])
def test_what_cannot_be_read_is_refused_by_the_api_and_said_on_the_page(query):
    clerk = county_clerk()
    assert api_client_for(clerk).get(f"/api/v1/workers/?{query}").status_code == 422
    assert page(client_for(clerk).get(f"/workers/?{query}")).one(class_="alert-warning").text != ""


def test_a_filter_in_force_stands_as_a_chip():
    root = page(client_for(county_clerk()).get("/workers/?age_min=20&age_max=45&organised=true&work_place=44"))
    said = [chip.text.split(" ×")[0] for chip in root.all("a", class_="chip") if chip.attrs["id"] != "chip-clear"]
    assert said == ["年龄（周岁） 20 – 45", "现务工地 广东省", "有组织输出 是"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("44", "广东省"),
        ("4419", "广东省东莞市"),
        ("441900", "广东省东莞市"),
        ("442000", "广东省中山市"),
        ("440113", "广东省广州市番禺区"),
        ("999999", "999999"),
    ],
)
def test_a_city_that_is_its_only_county_is_named_once(code, name):
    chip = page(client_for(county_clerk()).get(f"/workers/?work_place={code}")).one("a", id="chip-1")
    assert chip.text.split(" ×")[0] == f"现务工地 {name}"


def test_a_form_sent_as_it_stands_narrows_nothing():
    root = page(client_for(county_clerk()).get("/workers/"))
    chosen = [option for option in root.one("form", id="filters").all("option") if "selected" in option.attrs]
    unset = [
        select for select in root.one("form", id="filters").all("select") if select.all("option")[0].attrs["value"]
    ]
    assert ([option.attrs["value"] for option in chosen if option.attrs["value"]], unset) == ([], [])


def test_a_choice_that_narrows_nothing_says_so():
    selects = page(client_for(county_clerk()).get("/workers/")).one("form", id="filters").all("select")
    first = [select.all("option")[0].text for select in selects]
    assert len(first) > 5
    assert [words for words in first if not words.endswith("全部")] == []


def test_a_parameter_is_given_out_once():
    with pytest.raises(ValueError, match="work_place"):
        register_filters({"work_place": None}, {})


def test_a_village_is_chosen_by_its_name():
    root = page(client_for(county_clerk()).get("/workers/?village=520527219201"))
    assert root.one("a", id="chip-1").text.split(" ×")[0] == "村（社区） 古达苗族彝族乡 和平村村民委员会"
    box = root.one("input", id="id_village_text")
    assert (box.attrs["value"], box.attrs["data-url"]) == ("古达苗族彝族乡 和平村村民委员会", "/choices/villages/")
    assert root.one("input", id="id_village").attrs["value"] == "520527219201"


def test_of_a_village_outside_ones_area_the_name_is_not_told():
    root = page(client_for(stranger()).get("/workers/?village=520527219201"))
    assert root.one("a", id="chip-1").text.split(" ×")[0] == "村（社区） 520527219201"
    assert root.one(id="list-count").text == "0"
