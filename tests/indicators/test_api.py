"""The statistics API, to the letter of formats.md §3."""

import csv
import io

import openpyxl
import pytest
from django.urls import reverse

from core.accounts import scope
from core.accounts.models import AccessLog
from core.accounts.roles import ScopeKind
from core.indicators.models import FigureSet
from core.indicators.registry import all_indicators
from employment.models import Spell
from stations.models import Station
from tests.indicators.facts import small_county
from tests.people import TOWNSHIP, api_client_for, client_for, county_clerk, stranger, township_clerk, with_role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

STOCK = "/api/v1/statistics/OUT_STOCK/"
SHARE = "/api/v1/statistics/ORG_SHARE/"


@pytest.fixture
def people():
    return small_county()


@pytest.fixture
def program():
    return api_client_for(county_clerk(), "statistics:read")


def refusal(response):
    body = response.json()
    return response.status_code, body["field"]


def test_the_whole_answer(people, program):
    answer = program.get(STOCK, {"period": "2025", "by": "township,destination", "as_of": "2025-06-30"}).json()
    assert answer.pop("computed_at").startswith("20")
    far, near = {"code": TOWNSHIP, "name": "古达苗族彝族乡"}, {"code": "520527105", "name": "野马川镇"}
    assert answer == {
        "code": "OUT_STOCK",
        "version": 1,
        "unit": "人",
        "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "division": "520527",
        "as_of": "2025-06-30",
        "frozen": False,
        "total": {"value": "6", "numerator": 6, "denominator": None},
        "rows": [
            {
                "township": near,
                "destination": {"code": "31", "name": "上海市"},
                "value": "1",
                "numerator": 1,
                "denominator": None,
            },
            {
                "township": near,
                "destination": {"code": "44", "name": "广东省"},
                "value": "1",
                "numerator": 1,
                "denominator": None,
            },
            {
                "township": far,
                "destination": {"code": "33", "name": "浙江省"},
                "value": "1",
                "numerator": 1,
                "denominator": None,
            },
            {
                "township": far,
                "destination": {"code": "44", "name": "广东省"},
                "value": "3",
                "numerator": 3,
                "denominator": None,
            },
        ],
    }


def test_a_rate_with_employers_and_what_is_not_registered(people, program):
    answer = program.get(SHARE, {"period": "2025Q2", "by": "employer"}).json()
    assert answer["total"] == {"value": "66.67", "numerator": 4, "denominator": 6}
    assert answer["rows"] == [
        {"employer": {"code": "", "name": "未登记"}, "value": "33.33", "numerator": 1, "denominator": 3},
        {
            "employer": {"code": "91440113MA5ABCDE0X", "name": "番禺电子厂"},
            "value": "100.00",
            "numerator": 3,
            "denominator": 3,
        },
    ]
    assert "additive" not in answer


def test_nobody_in_the_denominator_is_null(people, program):
    answer = program.get(SHARE, {"period": "2024"}).json()
    assert (answer["total"], answer["rows"]) == ({"value": None, "numerator": 0, "denominator": 0}, [])


def test_tags_of_the_day_and_rows_that_do_not_add_up(people, program):
    in_may = program.get(STOCK, {"period": "2025-05", "by": "group"}).json()
    in_june = program.get(STOCK, {"period": "2025-06", "by": "group"}).json()
    assert in_may["additive"] is False
    assert [(row["group"], row["numerator"]) for row in in_may["rows"]] == [
        ({"code": "lifted_poverty", "name": "脱贫人口"}, 3),
        ({"code": "monitored", "name": "监测对象"}, 1),
    ]
    assert [(row["group"]["code"], row["numerator"]) for row in in_june["rows"]] == [("lifted_poverty", 3)]


def test_a_stock_by_month_stops_at_as_of(people, program):
    answer = program.get(STOCK, {"period": "2025", "by": "month", "as_of": "2025-04-15"}).json()
    assert [(row["month"]["code"], row["numerator"]) for row in answer["rows"]] == [
        ("2025-01", 4),
        ("2025-02", 7),
        ("2025-03", 6),
    ]
    assert answer["additive"] is False


def test_as_of_defaults_to_the_end_or_today(people, program):
    assert program.get(STOCK, {"period": "2025"}).json()["as_of"] == "2025-09-01"
    assert program.get(STOCK, {"period": "2025-02"}).json()["as_of"] == "2025-02-28"


def test_retention_carries_its_variant_and_further_counts(people, program):
    answer = program.get("/api/v1/statistics/RET_30/", {"period": "2025", "variant": "same"}).json()
    assert answer["variant"] == "same"
    assert answer["total"] == {"value": None, "numerator": 0, "denominator": 0, "left": 0, "unknown": 0, "other": 0}
    assert program.get("/api/v1/statistics/RET_30/", {"period": "2025"}).json()["variant"] == "any"


@pytest.mark.parametrize(
    ("address", "parameters", "wanted"),
    [
        ("OUT_STOCK", {}, (422, "period")),
        ("OUT_STOCK", {"period": "2025-13"}, (422, "period")),
        ("OUT_STOCK", {"period": "2025-03-01..2025-02-01"}, (422, "period")),
        ("OUT_STOCK", {"period": "2025", "as_of": "2025-02-30"}, (422, "as_of")),
        ("OUT_STOCK", {"period": "2025", "by": "township,colour"}, (422, "by")),
        ("OUT_STOCK", {"period": "2025", "colour": "red"}, (422, "colour")),
        ("OUT_STOCK", {"period": "2025", "group": "rich"}, (422, "group")),
        ("OUT_STOCK", {"period": "2025", "destination": "440"}, (422, "destination")),
        ("OUT_STOCK", {"period": "2025", "employer": "甲\x00"}, (422, "employer")),
        ("OUT_STOCK", {"period": "2025", "division": "520599"}, (422, "division")),
        ("OUT_STOCK", {"period": "2025", "division": "440113"}, (404, "division")),
        ("OUT_STOCK", {"period": "2025", "division": "52"}, (404, "division")),
        ("OUT_STOCK", {"period": "2025", "variant": "same"}, (422, "variant")),
        ("OUT_STOCK", {"period": "1990-01-01..2025-08-31", "by": "month"}, (422, "period")),
        ("OUT_STOCK", {"period": "2025", "format": "pdf"}, (422, "format")),
        ("OUT_STOCK", {"period": ["2025", "2024"]}, (422, "period")),
        ("STN_N", {"period": "2025", "division": TOWNSHIP}, (422, "division")),
        ("NOPE", {"period": "2025"}, (404, "code")),
    ],
)
def test_a_bad_question_names_the_parameter(people, program, address, parameters, wanted):
    response = program.get(f"/api/v1/statistics/{address}/", parameters)
    assert refusal(response) == wanted
    assert set(response.json()) == {"detail", "field", "code"}


def test_who_may_ask(people):
    asked = {"period": "2025"}
    assert api_client_for(county_clerk(), "imports:write").get(STOCK, asked).status_code == 403
    assert api_client_for(with_role("provider")).get(STOCK, asked).status_code == 403
    assert (
        api_client_for(with_role("village_assistant", "520527219201")).get(STOCK, asked).json()["total"]["numerator"]
        == 4
    )
    assert client_for(county_clerk()).get(STOCK, asked).json()["total"]["numerator"] == 6
    assert client_for(with_role("log_admin")).get(STOCK, asked).status_code == 403


def test_three_people_and_their_areas(people):
    asked = {"period": "2025", "by": "township"}
    county, township, outside = (api_client_for(user) for user in (county_clerk(), township_clerk(), stranger()))
    assert county.get(STOCK, asked).json()["total"]["numerator"] == 6
    answer = township.get(STOCK, asked).json()
    assert (answer["division"], answer["total"]["numerator"], len(answer["rows"])) == (TOWNSHIP, 4, 1)
    assert refusal(township.get(STOCK, asked | {"division": "520527105"})) == (404, "division")
    assert refusal(township.get(STOCK, asked | {"division": "520527"})) == (404, "division")
    assert outside.get(STOCK, asked).json()["total"]["numerator"] == 0
    assert refusal(outside.get(STOCK, asked | {"division": "520527"})) == (404, "division")


def test_a_scope_that_is_no_division_counts_whom_it_reaches(people, monkeypatch):
    def reach(user):
        return Spell.objects.filter(place_code__startswith=user.scope_division).values("worker_id")

    register = "/api/v1/statistics/LDB_TOTAL/"
    partner = api_client_for(with_role("partner_bureau", "4401"))
    monkeypatch.setattr(scope, "_REACHES", {ScopeKind.DESTINATION: {}})
    assert partner.get(register, {"period": "2025"}).json()["total"]["numerator"] == 0
    monkeypatch.setattr(scope, "_REACHES", {ScopeKind.DESTINATION: {"test": reach}})
    answer = partner.get(register, {"period": "2025", "by": "township"}).json()
    assert [(row["township"]["code"], row["numerator"]) for row in answer["rows"]] == [("520527105", 1), (TOWNSHIP, 3)]
    assert FigureSet.objects.count() == 0


def test_the_catalogue_tells_every_indicator(program):
    listed = program.get("/api/v1/statistics/").json()
    assert [entry["code"] for entry in listed] == [indicator.code for indicator in all_indicators()]
    entry = next(one for one in listed if one["code"] == "RET_30")
    assert entry == {
        "code": "RET_30",
        "name_zh": "稳岗率（30日）",
        "name_en": "Retention after 30 days",
        "unit": "%",
        "kind": "rate",
        "definition": entry["definition"],
        "numerator": "第30日在岗的（人、月）数",
        "denominator": "到岗已满30日的（人、月）数；失联等情况不明的也在内",
        "dedup": "一人一月计一次，取当月最早的到岗",
        "dimensions": [
            "township", "village", "county", "sex", "age_band", "group", "destination", "destination_city", "mode", "trip", "employer",
            "month", "quarter", "station",
        ],
        "variants": ["any", "same"],
        "extras": ["left", "unknown"],
        "county_level_only": False,
        "version": 1,
    }  # fmt: skip
    assert all(one[key] for one in listed for key in ("definition", "numerator", "dedup", "name_en", "unit"))


def test_an_answer_that_has_not_changed_is_304(people, program):
    first = program.get(STOCK, {"period": "2025"})
    again = program.get(STOCK, {"period": "2025"}, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    people[0].spells.all().delete()
    changed = program.get(STOCK, {"period": "2025"}, headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, changed.json()["total"]["numerator"]) == (200, 5)


def test_as_csv_and_as_a_workbook(people, program):
    asked = {"period": "2025-06", "by": "township"}
    answer = program.get(SHARE, asked | {"format": "csv"})
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    table = [
        ["乡镇代码", "乡镇", "数值（%）", "分子", "分母"],
        ["520527105", "野马川镇", "50.00", "1", "2"],
        [TOWNSHIP, "古达苗族彝族乡", "75.00", "3", "4"],
        ["合计", "", "66.67", "4", "6"],
    ]
    assert lines == table
    assert answer["Content-Disposition"] == 'attachment; filename="ORG_SHARE-2025-06.csv"'
    book = openpyxl.load_workbook(io.BytesIO(program.get(SHARE, asked | {"format": "xlsx"}).content))
    sheet = book["统计数"]
    assert [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)] == table
    assert sheet["A2"].value == "520527105"
    assert dict(book["说明"].iter_rows(values_only=True))["期间"] == "2025-06-01 – 2025-06-30"


def test_a_name_that_looks_like_a_formula_stays_text(people, program):
    people[0].spells.first().employer.__class__.objects.update(name="=1+1")
    asked = {"period": "2025", "by": "employer"}
    lines = list(csv.reader(io.StringIO(program.get(STOCK, asked | {"format": "csv"}).content.decode("utf-8-sig"))))
    assert lines[2][1] == "'=1+1"
    book = openpyxl.load_workbook(io.BytesIO(program.get(STOCK, asked | {"format": "xlsx"}).content))
    assert (book["统计数"]["B3"].value, book["统计数"]["B3"].data_type) == ("=1+1", "s")


class TestPeople:
    ADDRESS = f"{STOCK}people/"

    def test_the_people_behind_a_number_masked(self, people, program):
        answer = program.get(self.ADDRESS, {"period": "2025", "destination": "33"}).json()
        person = people[3]
        assert answer == {
            "next": None,
            "previous": None,
            "results": [
                {
                    "id": person.id,
                    "name": "某3",
                    "id_number": f"529999********{person.id_number[-4:]}",
                    "phone": "138****0003",
                    "sex": "男",
                    "village": {"code": "520527219201", "name": "大寨村"},
                }
            ],
        }

    def test_in_full_for_a_token_that_may_and_with_a_line_in_the_log(self, people):
        program = api_client_for(county_clerk(), "statistics:read", "people:read")
        answer = program.get(self.ADDRESS, {"period": "2025", "destination": "33"}).json()
        assert answer["results"][0]["id_number"] == people[3].id_number
        line = AccessLog.objects.get(action="api.people")
        assert (line.object_id, line.count, line.detail) == (
            "OUT_STOCK",
            1,
            {"code": "OUT_STOCK", "ids": [people[3].id]},
        )

    def test_pages_follow_each_other_both_ways(self, people, program):
        asked = {"period": "2025", "limit": "4"}
        first = program.get(self.ADDRESS, asked).json()
        second = program.get(first["next"]).json()
        assert [row["id"] for row in first["results"] + second["results"]] == [people[n].id for n in (0, 1, 2, 3, 6, 7)]
        assert (first["previous"], second["next"]) == (None, None)
        assert program.get(second["previous"]).json()["results"] == first["results"]

    @pytest.mark.usefixtures("people")
    def test_each_part_of_a_number_opens(self, program):
        address, asked = f"{SHARE}people/", {"period": "2025"}
        numerator = program.get(address, asked).json()["results"]
        denominator = program.get(address, asked | {"part": "denominator"}).json()["results"]
        assert ([row["name"] for row in numerator], len(denominator)) == (["某0", "某1", "某2", "某7"], 6)
        assert refusal(program.get(address, asked | {"part": "left"})) == (422, "part")

    @pytest.mark.usefixtures("people")
    def test_the_township_sees_its_own_and_needs_the_permission(self):
        asked = {"period": "2025"}
        township = api_client_for(township_clerk()).get(self.ADDRESS, asked).json()["results"]
        assert [row["name"] for row in township] == ["某0", "某1", "某2", "某3"]
        assert refusal(api_client_for(township_clerk()).get(self.ADDRESS, asked | {"division": "520527"})) == (
            404,
            "division",
        )
        assert (
            api_client_for(with_role("village_assistant", "520527219201")).get(self.ADDRESS, asked).status_code == 403
        )

    def test_a_number_of_things_has_no_people(self, program):
        Station.objects.create(code="Z", name="站", kind="协作站", place_code="440113", opened_on="2025-01-01")
        assert refusal(program.get("/api/v1/statistics/STN_N/people/", {"period": "2025"})) == (404, "code")

    @pytest.mark.parametrize("cursor", ["x", "WyJpZCIsMCwieCJd", "WyJpZCIsMCxbMV1d"])
    @pytest.mark.usefixtures("people")
    def test_a_broken_cursor_is_refused(self, program, cursor):
        assert refusal(program.get(self.ADDRESS, {"period": "2025", "cursor": cursor})) == (422, "cursor")


def test_addresses_are_the_contracts():
    assert reverse("api-statistic", args=["OUT_STOCK"]) == STOCK
