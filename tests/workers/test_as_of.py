"""Was she in that group on that day? Page, list, both API routes and the indicator are asked the same and answer alike."""

import re
from datetime import date

import pytest
from django.utils.timezone import localdate

from tests.people import api_client_for, client_for, county_clerk
from tests.workers.checks import MAN, WOMAN
from tests.workers.village_lists import store_divisions
from workers import services
from workers.models import Worker

pytestmark = pytest.mark.django_db
LABELS = {"lifted_poverty": "脱贫人口", "monitored": "监测对象", "disabled": "残疾人", "hard_to_employ": "就业困难人员"}
VILLAGE = "520527219200"
QUESTIONS = [
    # Undated: always.
    ("lifted_poverty", "2015-01-01", True),
    ("lifted_poverty", "2026-01-01", True),
    # Two stretches with a gap; the last day is the day before the end.
    ("monitored", "2021-12-31", False),
    ("monitored", "2022-01-01", True),
    ("monitored", "2022-12-31", True),
    ("monitored", "2023-01-01", False),
    ("monitored", "2024-02-29", False),
    ("monitored", "2024-03-01", True),
    ("monitored", "2025-08-01", True),
    # A dated row took the place of the undated one.
    ("disabled", "2023-12-31", False),
    ("disabled", "2024-01-01", True),
    # An undated one that was ended.
    ("hard_to_employ", "2000-01-01", True),
    ("hard_to_employ", "2025-05-31", True),
    ("hard_to_employ", "2025-06-01", False),
    # The policy's reading.
    ("lifted_or_monitored", "2023-06-01", True),
    # Nobody ever said so.
    ("veteran", "2025-01-01", False),
]


@pytest.fixture
def her(db):
    store_divisions()
    clerk = county_clerk()
    register = lambda number, name: services.register_worker(  # noqa: E731 - said twice
        user=clerk, id_number=number, facts={"name": name, "village_code": VILLAGE}
    )
    register(MAN, "张国强").memberships.create(group="veteran")
    worker = register(WOMAN, "王芳")
    for group in ("lifted_poverty", "disabled", "hard_to_employ"):
        worker.memberships.create(group=group)
    tag = {"user": clerk, "worker": worker}
    services.add_tag(
        **tag, group="monitored", valid_from=date(2022, 1, 1), valid_to=date(2023, 1, 1), monitored_kind="边缘易致贫户"
    )
    services.add_tag(**tag, group="monitored", valid_from=date(2024, 3, 1), risk_cleared_on=date(2025, 1, 1))
    services.add_tag(**tag, group="disabled", valid_from=date(2024, 1, 1))
    hard = worker.memberships.get(group="hard_to_employ")
    services.end_tag(user=clerk, tag=hard, on=date(2025, 6, 1))
    return worker


def on_the_page(worker, group, day):
    page = client_for(county_clerk()).get(f"/workers/{worker.pk}/?tab=groups&as_of={day}").content.decode()
    held = re.search(r"的人员类别</dt><dd>(.*?)</dd>", page)[1]
    if group == "lifted_or_monitored":
        return LABELS["lifted_poverty"] in held or LABELS["monitored"] in held
    return LABELS.get(group, group) in held


def in_the_list(_worker, group, day):
    page = client_for(county_clerk()).get(f"/workers/?group={group}&group_as_of={day}").content.decode()
    return "王芳" in page


def in_the_api(_worker, group, day):
    client = api_client_for(county_clerk(), "registry:read")
    rows = client.get(f"/api/v1/workers/?group={group}&group_as_of={day}").json()["results"]
    return "王芳" in [row["name"] for row in rows]


def in_the_persons_route(worker, group, day):
    row = api_client_for(county_clerk(), "registry:read").get(f"/api/v1/workers/{worker.pk}/?as_of={day}").json()
    held = {one["group"] for one in row["memberships"] if one["holds"]}
    assert sorted(row["groups"]) == sorted({one["label"] for one in row["memberships"] if one["holds"]})
    return bool(held & ({"lifted_poverty", "monitored"} if group == "lifted_or_monitored" else {group}))


def in_the_indicator(worker, group, day):
    client = api_client_for(county_clerk(), "statistics:read")
    url = f"/api/v1/statistics/LDB_TOTAL/?period={day[:4]}&as_of={day}&group={group}"
    total = client.get(url).json()["total"]["numerator"]
    return total - in_the_list_of_others(worker, group, day) == 1


def in_the_list_of_others(worker, group, day):
    groups = ("lifted_poverty", "monitored") if group == "lifted_or_monitored" else (group,)
    others = Worker.objects.exclude(pk=worker.pk)
    return others.in_any_group(groups, date.fromisoformat(day)).count()


SURFACES = [on_the_page, in_the_list, in_the_api, in_the_persons_route, in_the_indicator]


@pytest.mark.parametrize("surface", SURFACES)
def test_every_surface_answers_every_question_alike(her, surface):
    assert [(group, day, surface(her, group, day)) for group, day, _held in QUESTIONS] == QUESTIONS


def test_the_page_says_what_is_known_of_the_day(her):
    client = client_for(county_clerk())
    page = lambda query: client.get(f"/workers/{her.pk}/?tab=groups&{query}").content.decode()  # noqa: E731 - said thrice
    assert "监测对象（边缘易致贫户）" in page("as_of=2022.5.1")
    assert ["风险已消除" in page(f"as_of={day}") for day in ("2024-12-31", "2025-01-01")] == [False, True]
    wrong = page("as_of=去年")
    assert ("日期没有看懂" in wrong, localdate().isoformat() in wrong) == (True, True)


def test_the_persons_route_tells_every_stretch(her):
    client = api_client_for(county_clerk(), "registry:read")
    row = client.get(f"/api/v1/workers/{her.pk}/?as_of=2022-05-01").json()
    assert [one for one in row["memberships"] if one["group"] == "monitored"] == [
        {
            "label": "监测对象", "group": "monitored", "holds": True, "valid_from": "2022-01-01", "valid_to": "2023-01-01",
            "source": None, "document": None, "monitored_kind": "边缘易致贫户", "risk_cleared_on": None, "category": None,
        },
        {
            "label": "监测对象", "group": "monitored", "holds": False, "valid_from": "2024-03-01", "valid_to": None,
            "source": None, "document": None, "monitored_kind": None, "risk_cleared_on": "2025-01-01", "category": None,
        },
    ]  # fmt: skip
    refused = [client.get(f"/api/v1/workers/{her.pk}/?{query}") for query in ("as_of=昨天", "day=2022-05-01")]
    assert [(one.status_code, one.json()["field"]) for one in refused] == [(422, "as_of"), (422, "day")]
