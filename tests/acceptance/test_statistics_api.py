"""The statistics API to the letter of formats.md §3, §3.1 and §3.2: shapes, types, errors, ETag, scope."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from rest_framework.test import APIClient

from core.accounts.models import User
from tests.acceptance.desk import EMPLOYMENTS, OTHER_VILLAGE, TOWN, VILLAGE, WORKERS, id_number
from tests.people import api_client_for, make_user

pytestmark = pytest.mark.django_db
URL = "/api/v1/statistics/"
FIELDS = {
    "code",
    "name_zh",
    "name_en",
    "unit",
    "definition",
    "numerator",
    "denominator",
    "dedup",
    "dimensions",
    "version",
}
CODES = {
    "LDB_TOTAL", "OUT_STOCK", "OUT_DEST", "OUT_GROUP", "ORG_P", "ORG_PT", "ORG_BATCH", "ORG_VEHICLE", "ORG_SHARE", "COOP_GD",
    "COOP_OTHER", "COOP_NEAR", "RET_7", "RET_30", "RET_90", "RET_180", "STN_SERV", "STN_COVER", "STN_N",
}  # fmt: skip


@pytest.fixture
def people(office):
    """Two people of 涟江街道 and one of 濛江街道; the first and the last work in 广州, one nowhere known."""
    here, there = {"乡镇": "涟江街道", "村": VILLAGE}, {"乡镇": "濛江街道", "村": OTHER_VILLAGE}
    found = [
        {"姓名": "张一", "身份证号码": id_number(1, "19900101"), **here},
        {"姓名": "张二", "身份证号码": id_number(2, "19600101"), **here},
        {"姓名": "张三", "身份证号码": id_number(3, "20000101"), **there},
    ]
    office.send("workers", (*WORKERS, "人员类别"), {**found[0], "人员类别": "脱贫人口"}, found[1], found[2])
    jobs = [("广东", "广州", "番禺", "甲厂"), ("浙江", None, None, None), ("广东", "广州", "白云区", "甲厂")]
    rows = [
        {**who, "务工省": a, "务工市": b, "务工县(区)": c, "务工单位": firm, "外出时间": "2025-02-10"}
        for who, (a, b, c, firm) in zip(found, jobs, strict=True)
    ]
    assert office.send("employments", EMPLOYMENTS, *rows).code == 0
    return found


def test_the_catalogue_lists_every_indicator(api):
    answer = api.get(URL)
    found = {one["code"]: one for one in answer.json()}
    assert set(found) >= CODES
    assert all(set(one) >= FIELDS for one in found.values())
    assert all(isinstance(one["dimensions"], list) and isinstance(one["version"], int) for one in found.values())
    assert answer["ETag"]


def test_an_answer_has_the_shape_of_the_contract(api, people):
    document = api.get(f"{URL}OUT_STOCK/", {"period": "2025", "by": "township,destination"}).json()
    computed = dt.datetime.fromisoformat(document.pop("computed_at"))
    assert abs(timezone.now() - computed) < dt.timedelta(minutes=5)
    version = document.pop("version")
    assert isinstance(version, int)
    near, far = {"code": TOWN, "name": "涟江街道"}, {"code": "522731002", "name": "濛江街道"}
    guangdong, zhejiang = {"code": "44", "name": "广东省"}, {"code": "33", "name": "浙江省"}
    one = {"value": "1", "numerator": 1, "denominator": None}
    assert document == {
        "code": "OUT_STOCK",
        "unit": "人",
        "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "division": "522731",
        "as_of": "2025-12-31",
        "frozen": False,
        "total": {"value": "3", "numerator": 3, "denominator": None},
        "rows": [
            {"township": near, "destination": zhejiang, **one},
            {"township": near, "destination": guangdong, **one},
            {"township": far, "destination": guangdong, **one},
        ],
    }


def test_rates_are_text_with_two_decimals_and_null_where_there_is_nobody(api, people):
    document = api.get(f"{URL}OUT_DEST/", {"period": "2025", "by": "destination"}).json()
    assert document["total"] == {"value": "100.00", "numerator": 3, "denominator": 3}
    assert [
        (row["destination"]["code"], row["value"], row["numerator"], row["denominator"]) for row in document["rows"]
    ] == [
        ("33", "33.33", 1, 3),
        ("44", "66.67", 2, 3),
    ]
    nobody = api.get(f"{URL}OUT_DEST/", {"period": "2024"}).json()
    assert (nobody["total"], nobody["rows"]) == ({"value": None, "numerator": 0, "denominator": 0}, [])
    retention = api.get(f"{URL}RET_30/", {"period": "2025"}).json()
    assert retention["total"] == {"value": None, "numerator": 0, "denominator": 0, "left": 0, "unknown": 0}
    assert api.get(f"{URL}RET_30/", {"period": "2025", "variant": "same"}).json()["total"]["other"] == 0


def test_what_has_no_value_is_unregistered_and_people_without_a_tag_make_no_row(api, people):
    by_city = api.get(f"{URL}OUT_STOCK/", {"period": "2025", "by": "destination_city"}).json()
    assert [
        (row["destination_city"]["code"], row["destination_city"]["name"], row["numerator"]) for row in by_city["rows"]
    ] == [
        ("", "未登记", 1),
        ("4401", "广州市", 2),
    ]
    firms = api.get(f"{URL}OUT_STOCK/", {"period": "2025", "by": "employer"}).json()
    assert [(row["employer"], row["numerator"]) for row in firms["rows"]] == [
        ({"code": "", "name": "未登记"}, 1),
        ({"code": "甲厂", "name": "甲厂"}, 2),
    ]
    groups = api.get(f"{URL}OUT_STOCK/", {"period": "2025", "by": "group"}).json()
    assert groups["additive"] is False
    assert [(row["group"], row["numerator"]) for row in groups["rows"]] == [
        ({"code": "lifted_poverty", "name": "脱贫人口"}, 1)
    ]


def test_age_bands_stand_in_the_order_of_their_signs(api, people):
    bands = api.get(f"{URL}LDB_TOTAL/", {"period": "2025", "by": "age_band"}).json()["rows"]
    assert [(row["age_band"]["code"], row["numerator"]) for row in bands] == [("25-34", 1), ("35-44", 1), ("60+", 1)]
    sexes = api.get(f"{URL}LDB_TOTAL/", {"period": "2025", "by": "sex"}).json()["rows"]
    assert [row["sex"] for row in sexes] == [{"code": "女", "name": "女"}, {"code": "男", "name": "男"}]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025Q1", "2025-01-01", "2025-03-31"),
        ("2025Q4", "2025-10-01", "2025-12-31"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-02-01..2025-02-28", "2025-02-01", "2025-02-28"),
    ],
)
def test_periods(api, period, first, last):
    document = api.get(f"{URL}OUT_STOCK/", {"period": period}).json()
    assert (document["period"], document["as_of"]) == ({"from": first, "to": last}, last)


def test_as_of_is_today_where_the_period_runs_on(api):
    today = timezone.localdate()
    document = api.get(f"{URL}OUT_STOCK/", {"period": f"{today.year}"}).json()
    assert document["as_of"] == min(today, dt.date(today.year, 12, 31)).isoformat()


def test_a_stock_by_month_has_the_months_that_ended(api, people):
    rows = api.get(f"{URL}OUT_STOCK/", {"period": "2025", "by": "month", "as_of": "2025-05-15"}).json()["rows"]
    assert [(row["month"]["code"], row["numerator"]) for row in rows] == [
        ("2025-02", 3),
        ("2025-03", 3),
        ("2025-04", 3),
    ]
    quarters = api.get(f"{URL}OUT_STOCK/", {"period": "2025", "by": "quarter", "as_of": "2025-05-15"}).json()["rows"]
    assert [row["quarter"] for row in quarters] == [{"code": "2025Q1", "name": "2025Q1"}]


BAD = [
    ("OUT_STOCK", {}, 422, "period"),
    ("OUT_STOCK", {"period": "2025-13"}, 422, "period"),
    ("OUT_STOCK", {"period": "2025Q5"}, 422, "period"),
    ("OUT_STOCK", {"period": "25"}, 422, "period"),
    ("OUT_STOCK", {"period": "2025-03-01..2025-02-01"}, 422, "period"),
    ("OUT_STOCK", {"period": "2025", "as_of": "soon"}, 422, "as_of"),
    ("OUT_STOCK", {"period": "2025", "as_of": "2025-02-30"}, 422, "as_of"),
    ("OUT_STOCK", {"period": "2025", "by": "planet"}, 422, "by"),
    ("OUT_STOCK", {"period": "2025", "planet": "mars"}, 422, "planet"),
    ("OUT_STOCK", {"period": "2025", "sex": "X"}, 422, "sex"),
    ("ORG_PT", {"period": "2025", "mode": "飞船"}, 422, "mode"),
    ("OUT_STOCK", {"period": "2025", "division": "999999"}, 422, "division"),
    ("OUT_STOCK", {"period": "2025", "division": "abc"}, 422, "division"),
    ("RET_30", {"period": "2025", "variant": "odd"}, 422, "variant"),
    ("OUT_STOCK", {"period": "2025", "format": "pdf"}, 422, "format"),
    ("STN_N", {"period": "2025", "division": TOWN}, 422, "division"),
    ("NO_SUCH", {"period": "2025"}, 404, "code"),
    ("OUT_STOCK", {"period": "2025", "division": "520527"}, 404, "division"),
]


def test_bad_questions_name_their_parameter(api):
    told = []
    for code, query, _, _ in BAD:
        answer = api.get(f"{URL}{code}/", query)
        assert set(answer.json()) >= {"detail", "field"}
        told.append((code, query, answer.status_code, answer.json()["field"]))
    assert told == BAD


def test_bad_questions_of_the_command_line_say_the_same(office, api):
    for code, query, _, field in BAD:
        if "format" in query or "period" not in query:
            continue
        words = [
            f"{name}={value}" for name, value in query.items() if name not in {"period", "as_of", "by", "division"}
        ]
        options = {name: query[name] for name in ("period", "as_of", "by", "division") if name in query}
        if query.get("division") == "520527":
            continue
        document = office.statistics(code, *words, **options)
        assert (set(document), document["field"]) == ({"detail", "field"}, field)


def test_who_may_read(api, county):
    nobody, importer = APIClient(), api_client_for(User.objects.get(username="xian"), "imports:write")
    security = api_client_for(make_user("an", "security_admin"))
    for path in (URL, f"{URL}OUT_STOCK/?period=2025", f"{URL}OUT_STOCK/people/?period=2025"):
        answers = [client.get(path) for client in (nobody, importer, security)]
        assert [answer.status_code for answer in answers] == [401, 403, 403]
        assert all(set(answer.json()) >= {"detail", "field"} for answer in answers)
    wrong = APIClient()
    wrong.credentials(HTTP_AUTHORIZATION="Bearer lc_no_such_token")
    assert wrong.get(URL).status_code == 401


def test_an_etag_answers_304_until_a_fact_changes(api, office, people):
    path = f"{URL}OUT_STOCK/?period=2025&by=township"
    first = api.get(path)
    assert api.get(path, HTTP_IF_NONE_MATCH=first["ETag"]).status_code == 304
    gone = {**people[0], "务工省": "广东", "外出时间": "2025-02-10", "返回时间": "2025-06-01"}
    assert office.send("employments", EMPLOYMENTS, gone).counts == {"rows": 1, "updated": 1}
    second = api.get(path, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (second.status_code, second.json()["total"]["value"]) == (200, "2")


def test_tables_by_format(api, people):
    path = f"{URL}OUT_STOCK/?period=2025&by=township,destination"
    answer = api.get(f"{path}&format=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (answer["Content-Type"].split(";")[0], len(rows)) == ("text/csv", 5)
    assert rows[1][:4] == [TOWN, "涟江街道", "33", "浙江省"]
    book = load_workbook(io.BytesIO(api.get(f"{path}&format=xlsx").content))
    assert [cell.value for cell in next(book.worksheets[0].iter_rows(min_row=2, max_row=2))][:4] == [
        TOWN,
        "涟江街道",
        "33",
        "浙江省",
    ]
    assert api.get(f"{path}&format=csv")["ETag"] != api.get(path)["ETag"]


def test_the_people_behind_a_number_are_masked_unless_the_token_may_see_them(api, county, people):
    path = f"{URL}OUT_STOCK/people/"
    full = api.get(path, {"period": "2025", "destination": "44"}).json()
    assert [one["name"] for one in full["results"]] == ["张一", "张三"]
    assert [one["id_number"] for one in full["results"]] == [people[0]["身份证号码"], people[2]["身份证号码"]]
    reader = api_client_for(User.objects.get(username="xian"), "statistics:read")
    masked = reader.get(path, {"period": "2025", "limit": 1}).json()
    (one,) = masked["results"]
    assert (one["id_number"][:6], "*" in one["id_number"], one["id_number"][-4:]) == (
        "529999",
        True,
        people[0]["身份证号码"][-4:],
    )
    second = reader.get(masked["next"]).json()
    assert [row["name"] for row in second["results"]] == ["张二"]
    assert api.get(path, {"period": "2025", "limit": 501}).status_code in {200, 422}


def test_a_township_officer_sees_the_own_township_alone(township_api, people):
    document = township_api.get(f"{URL}OUT_STOCK/", {"period": "2025", "by": "township"}).json()
    assert (document["division"], document["total"]["value"], len(document["rows"])) == (TOWN, "2", 1)
    wider = township_api.get(f"{URL}OUT_STOCK/", {"period": "2025", "division": "522731"})
    assert wider.status_code == 404
    assert township_api.get(f"{URL}STN_N/", {"period": "2025"}).status_code == 422
    names = [one["name"] for one in township_api.get(f"{URL}OUT_STOCK/people/", {"period": "2025"}).json()["results"]]
    assert names == ["张一", "张二"]


def test_a_division_is_a_prefix_of_villages(api, people):
    for division, wanted in (
        ("522731", "3"),
        (TOWN, "2"),
        ("522731002", "1"),
        ("522731001200", "2"),
        ("522731001201", "0"),
    ):
        document = api.get(f"{URL}OUT_STOCK/", {"period": "2025", "division": division}).json()
        assert (document["division"], document["total"]["value"]) == (division, wanted)


def test_evidence_dated_later_changes_no_earlier_answer(office, people):
    assert office.statistics("OUT_STOCK", period="2025", as_of="2025-02-09")["total"]["value"] == "0"
    gone = {**people[0], "务工省": "广东", "外出时间": "2025-02-10", "返回时间": "2025-06-01"}
    office.send("employments", EMPLOYMENTS, gone)
    assert [
        office.statistics("OUT_STOCK", period="2025", as_of=day)["total"]["value"]
        for day in ("2025-05-31", "2025-06-01")
    ] == ["3", "2"]
