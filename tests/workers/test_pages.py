"""The registry's pages: who gets which, what they show and hide, what their forms do."""

from datetime import date

import pytest

from core.accounts.models import AccessLog
from tests.people import client_for, county_clerk, stranger, township_clerk, with_role
from tests.workers.checks import MAN, NUMBERS
from tests.workers.village_lists import store_divisions
from workers import services
from workers.models import Worker

pytestmark = pytest.mark.django_db
VILLAGE = "520527219200"


@pytest.fixture(autouse=True)
def divisions(db):
    store_divisions()


@pytest.fixture
def worker():
    facts = {"name": "张国强", "village_code": VILLAGE, "phone": "13812345678", "bank_card": "6217000000000000004"}
    return services.register_worker(user=county_clerk(), id_number=MAN, facts=facts)


@pytest.fixture
def tag(worker):
    return services.add_tag(user=county_clerk(), worker=worker, group="monitored", valid_from=date(2022, 1, 1))


def text_of(response):
    return response.content.decode()


PAGES = {
    "/workers/": "provider",
    "/workers/{worker}/": "provider",
    "/workers/new/": "auditor",
    "/workers/{worker}/edit/": "auditor",
    "/workers/{worker}/tags/new/": "auditor",
    "/workers/tags/{tag}/end/": "auditor",
}


@pytest.mark.parametrize("page", PAGES)
def test_page_asks_for_its_permission(worker, tag, page):
    url = page.format(worker=worker.pk, tag=tag.pk)
    lacking = with_role(PAGES[page], "" if PAGES[page] == "provider" else "520527", scope_institutions=["某校"])
    assert [client_for(user).get(url).status_code for user in (lacking, county_clerk())] == [403, 200]


@pytest.mark.parametrize("page", [page for page in PAGES if "{" in page])
def test_person_outside_the_scope_is_not_there(worker, tag, page):
    url = page.format(worker=worker.pk, tag=tag.pk)
    assert [client_for(user).get(url).status_code for user in (stranger(), township_clerk())] == [404, 200]


@pytest.mark.parametrize("page", ["/workers/{worker}/edit/", "/workers/{worker}/tags/new/", "/workers/tags/{tag}/end/"])
def test_stranger_cannot_post_either(worker, tag, page):
    url = page.format(worker=worker.pk, tag=tag.pk)
    assert client_for(stranger()).post(url, {"name": "改", "on": "2026-01-01"}).status_code == 404
    worker.refresh_from_db()
    assert (worker.name, worker.memberships.get().valid_to) == ("张国强", None)


def test_list_shows_ones_own_people_masked(worker):
    Worker.objects.create(name="野马川人", id_number=NUMBERS[1], village_code="520527105200")
    seen = {
        user.username: text_of(client_for(user).get("/workers/"))
        for user in (county_clerk(), township_clerk(), stranger())
    }
    assert [("张国强" in page, "野马川人" in page) for page in seen.values()] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    for page in seen.values():
        assert [secret in page for secret in (MAN, "13812345678", "19900101")] == [False] * 3
    assert "529999********0019" in seen["xian"]


def test_list_costs_the_same_for_one_row_and_three(worker, django_assert_num_queries):
    client = client_for(county_clerk())
    client.get("/workers/")
    with django_assert_num_queries(QUERIES):
        client.get("/workers/")
    for number in NUMBERS[1:]:
        more = services.register_worker(
            user=county_clerk(), id_number=number, facts={"name": "某人", "village_code": "520527105200"}
        )
        more.memberships.create(group="disabled")
    with django_assert_num_queries(QUERIES):
        client.get("/workers/")


QUERIES = 10


def test_search_and_filters_answer_the_table_alone_to_htmx(worker):
    response = client_for(county_clerk()).get(
        "/workers/?q=zgq&township=520527219", headers={"HX-Request": "true", "HX-Target": "list"}
    )
    assert ("张国强" in text_of(response), "<html" in text_of(response)) == (True, False)


def test_file_shows_no_birth_date_and_opens_fields_by_a_click(worker):
    page = text_of(client_for(county_clerk()).get(f"/workers/{worker.pk}/"))
    assert [secret in page for secret in (MAN, "1990-01-01", "13812345678", "6217000000000000004")] == [False] * 4
    assert "138****5678" in page


@pytest.mark.parametrize(
    ("role", "division", "field", "status"),
    [
        ("county_admin", "520527", "id_number", 200),
        ("finance_officer", "520527", "bank_card", 200),
        ("finance_officer", "520527", "id_number", 403),
        ("auditor", "520527", "phone", 403),
        ("county_admin", "522731", "phone", 404),
    ],
)
def test_revealing_a_field(worker, role, division, field, status):
    response = client_for(with_role(role, division)).post(
        f"/reveal/workers.worker.{field}/{worker.pk}/", {"reason": "核对"}
    )
    shown = getattr(worker, field) in text_of(response)
    logged = AccessLog.objects.filter(action="reveal", object_id=str(worker.pk)).count()
    assert (response.status_code, shown, logged) == (status, status == 200, int(status == 200))


def test_history_tab_masks_what_changed(worker):
    services.change_worker(user=county_clerk(), worker=worker, facts={"phone": "13900009999"}, reason="换号")
    page = text_of(client_for(county_clerk()).get(f"/workers/{worker.pk}/?tab=history"))
    assert ["138****5678" in page, "139****9999" in page, "13900009999" in page, "换号" in page] == [
        True,
        True,
        False,
        True,
    ]


def test_life_tab_tells_visits_and_tags(worker, tag):
    services.change_worker(user=county_clerk(), worker=worker, facts={"visited_on": date(2025, 3, 1)})
    page = text_of(client_for(county_clerk()).get(f"/workers/{worker.pk}/?tab=life"))
    assert page.index("2025-03-01") < page.index("认定为监测对象")


FILE = {"name": "张国强", "village_code": VILLAGE}


def test_registering_by_the_form_and_keying_the_next(worker):
    client = client_for(county_clerk())
    answer = client.post(
        "/workers/new/", {**FILE, "name": "王芳", "id_number": NUMBERS[1], "head_name": "王老大", "save_next": "1"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/workers/new/")
    assert VILLAGE in text_of(client.get("/workers/new/"))
    made = Worker.objects.get(id_number=NUMBERS[1])
    assert (made.name, made.household.head_name) == ("王芳", "王老大")


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(worker):
    answer = client_for(county_clerk()).post(
        "/workers/new/", {**FILE, "name": "王芳", "id_number": MAN, "note": "手写的备注"}
    )
    page = text_of(answer)
    assert (answer.status_code, "已经登记" in page, "手写的备注" in page) == (422, True, True)


def test_village_of_another_area_is_no_choice(worker):
    answer = client_for(township_clerk()).post(
        "/workers/new/", {**FILE, "id_number": NUMBERS[1], "village_code": "520527105200"}
    )
    assert (answer.status_code, Worker.objects.count()) == (422, 1)


def opened(client, worker):
    page = text_of(client.get(f"/workers/{worker.pk}/edit/"))
    return page.split('name="_opened" value="')[1].split('"')[0]


def test_masked_fields_left_blank_are_kept_and_a_dash_clears(worker):
    client, url = client_for(county_clerk()), f"/workers/{worker.pk}/edit/"
    page = text_of(client.get(url))
    assert ["13812345678" in page, "138****5678" in page] == [False, True]
    client.post(url, {**FILE, "phone": "", "bank_card": "-", "_opened": opened(client, worker)})
    worker.refresh_from_db()
    assert (worker.phone, worker.bank_card) == ("13812345678", None)


def test_second_of_two_savers_is_told_what_changed(worker):
    client, url = client_for(county_clerk()), f"/workers/{worker.pk}/edit/"
    before = opened(client, worker)
    services.change_worker(user=township_clerk(), worker=worker, facts={"note": "别人写的", "skill": "焊工"})
    answer = client.post(url, {**FILE, "note": "我写的", "_opened": before})
    page = text_of(answer)
    assert (answer.status_code, "别人写的" in page, "我写的" in page) == (422, True, True)
    worker.refresh_from_db()
    assert (worker.note, worker.skill) == ("别人写的", "焊工")


def test_tags_by_their_forms(worker):
    client = client_for(county_clerk())
    client.post(f"/workers/{worker.pk}/tags/new/", {"group": "disabled", "valid_from": "2024.1.1"})
    tag = worker.memberships.get()
    answer = client.post(f"/workers/{worker.pk}/tags/new/", {"group": "disabled", "valid_from": "2024.2.1"})
    assert (answer.status_code, "重叠" in text_of(answer)) == (422, True)
    client.post(f"/workers/tags/{tag.pk}/end/", {"on": "2025-01-01", "reason": "残疾证过期"})
    tag.refresh_from_db()
    assert (tag.valid_from, tag.valid_to) == (date(2024, 1, 1), date(2025, 1, 1))
    assert "残疾证过期" in text_of(client.get(f"/workers/{worker.pk}/?tab=history"))


def test_suggestions_stay_in_scope(worker):
    found = [
        ("张国强" in text_of(client_for(user).get(url)))
        for url in ("/search/?q=张国", "/choices/workers/?q=zgq")
        for user in (county_clerk(), township_clerk(), stranger())
    ]
    assert found == [True, True, False] * 2
    villages = [text_of(client_for(user).get("/choices/villages/?q=dz")) for user in (county_clerk(), stranger())]
    assert ["大寨村" in page for page in villages] == [True, False]
    assert "520527219200" in text_of(client_for(county_clerk()).get("/choices/villages/?q=大寨"))
