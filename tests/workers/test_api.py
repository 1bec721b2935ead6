"""/api/v1/workers/: whose rows, which of them, in full only for those who may."""

import pytest
from django.utils.timezone import localdate

from core.accounts.models import AccessLog
from core.web.models import SavedView
from tests.people import api_client_for, client_for, county_clerk, stranger, township_clerk, with_role
from tests.workers.checks import MAN, NUMBERS
from tests.workers.village_lists import store_divisions
from workers import services
from workers.models import Worker

pytestmark = pytest.mark.django_db
URL = "/api/v1/workers/"


@pytest.fixture(autouse=True)
def worker(db):
    store_divisions()
    facts = {
        "name": "张国强",
        "village_code": "520527219200",
        "phone": "13812345678",
        "bank_card": "6217000000000000004",
        "expected_wage": 5000,
        "head_name": "张老大",
        "group_name": "3组",
    }
    made = services.register_worker(user=county_clerk(), id_number=MAN, facts=facts)
    made.memberships.create(group="relocated")
    return Worker.objects.get()


def rows(user, query="", *scopes):
    answer = api_client_for(user, *(scopes or ("registry:read",))).get(f"{URL}?{query}")
    return answer.json()["results"] if answer.status_code == 200 else answer.status_code


def test_one_row_in_whole(worker):
    assert rows(county_clerk()) == [
        {
            "id": worker.pk,
            "name": "张国强",
            "id_number": "529999********0019",
            "sex": "男",
            "birth_year": 1990,
            "phone": "138****5678",
            "village_code": "520527219200",
            "township": "古达苗族彝族乡",
            "village": "大寨村村民委员会",
            "group_name": "3组",
            "head_name": "张老大",
            "relation": None,
            "ethnicity": None,
            "education": None,
            "political": None,
            "health": None,
            "capacity": None,
            "monitored_kind": None,
            "resettlement_site": None,
            "labour_status": None,
            "skill": None,
            "skill_level": None,
            "intention": None,
            "intended_place": None,
            "expected_wage": "5000.00",
            "training_wish": None,
            "wanted_job": None,
            "startup_wish": None,
            "bank_card": "****0004",
            "bank_name": None,
            "visited_by": None,
            "visited_on": None,
            "first_visited_on": None,
            "updated_at": rows(county_clerk())[0]["updated_at"],
            "groups": ["易地搬迁"],
            "status": "未就业",
            "status_as_of": localdate().isoformat(),
        }
    ]


def test_scope_and_permission():
    found = [
        rows(user) for user in (township_clerk(), stranger(), with_role("provider", "", scope_institutions=["某校"]))
    ]
    assert [len(one) if isinstance(one, list) else one for one in found] == [1, 0, 403]
    assert rows(county_clerk(), "", "statistics:read") == 403


def test_identity_in_full_needs_scope_and_permission_and_leaves_a_line(worker):
    full = rows(county_clerk(), "", "registry:read", "people:read")[0]
    assert (full["id_number"], full["phone"], full["bank_card"]) == (MAN, "13812345678", "6217000000000000004")
    assert AccessLog.objects.get(action="api.people").detail == {"ids": [worker.pk]}
    assert rows(with_role("auditor"), "", "registry:read", "people:read")[0]["id_number"] == "529999********0019"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=zgq", ["张国强"]),
        ("q=王", []),
        ("group=relocated", ["张国强"]),
        ("group=disabled", []),
        ("township=520527219", ["张国强"]),
        ("township=520527105", []),
        ("age_band=60%2B", []),
    ],
)
def test_filters_of_the_page(query, names):
    assert [row["name"] for row in rows(county_clerk(), query)] == names


@pytest.mark.parametrize("query", ["township=520113", "group=rich", "group_as_of=昨天", "nonsense=1", "age_band=20"])
def test_bad_parameter_is_named(query):
    answer = api_client_for(county_clerk(), "registry:read").get(f"{URL}?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, query.split("=")[0])


def test_pages_by_cursor_in_both_orders():
    for number, name in zip(NUMBERS[1:], ("阿花", "王芳", "李刚"), strict=True):
        Worker.objects.create(name=name, id_number=number, village_code="520527105200")
    client = api_client_for(county_clerk(), "registry:read")
    for ordering, wanted in (("name", ["阿花", "李刚", "王芳", "张国强"]), ("-id", ["李刚", "王芳", "阿花", "张国强"])):
        url, names = f"{URL}?limit=3&ordering={ordering}", []
        while url:
            page = client.get(url).json()
            names += [row["name"] for row in page["results"]]
            url = page["next"]
        assert names == wanted


def test_one_row_and_three_cost_the_same(django_assert_num_queries):
    client = api_client_for(county_clerk(), "registry:read")
    client.get(URL)
    with django_assert_num_queries(5):
        client.get(URL)
    for number in NUMBERS[1:]:
        Worker.objects.create(name="某人", id_number=number, village_code="520527105200")
    with django_assert_num_queries(5):
        client.get(URL)


def test_a_filter_saved_on_the_page_is_asked_by_its_number(worker):
    other = services.register_worker(
        user=county_clerk(), id_number=NUMBERS[1], facts={"name": "李四", "village_code": "520527219200"}
    )
    client_for(county_clerk()).post(
        "/workers/?sex=男&sort=-name&q=张", {"action": "save_view", "name": "男", "shared": "1"}
    )
    saved = SavedView.objects.get().pk
    assert [row["name"] for row in rows(county_clerk(), f"saved={saved}")] == ["张国强"]
    assert [row["name"] for row in rows(township_clerk(), f"saved={saved}&q=李&sex=女")] == [other.name]
    assert [rows(user, f"saved={saved}") for user in (stranger(),)] == [422]
    assert rows(county_clerk(), "saved=x") == 422


def test_every_page_of_a_saved_filter_is_narrowed_alike(worker):
    for place, number in enumerate(NUMBERS[1:]):
        services.register_worker(
            user=county_clerk(), id_number=number, facts={"name": f"李{place}", "village_code": "520527219200"}
        )
    client_for(county_clerk()).post("/workers/?sex=女", {"action": "save_view", "name": "女"})
    program = api_client_for(county_clerk(), "registry:read")
    first = program.get(f"{URL}?saved={SavedView.objects.get().pk}&limit=1").json()
    second = program.get(first["next"]).json()
    assert [row["sex"] for row in (*first["results"], *second["results"])] == ["女", "女"]
    assert second["next"] is None
