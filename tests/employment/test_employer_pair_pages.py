"""The queue of employers registered twice, two side by side, merging and taking it back on pages."""

import pytest

from employment.mergers.services import point_out
from employment.models import DeclaredJob, Employer, EmployerMerge, EmployerPair
from tests import people
from tests.journeys import employer, place_divisions, worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def clerk():
    return people.client_for(people.county_clerk())


def pair(one="广州甲服饰有限公司", other="老甲服饰厂", **fields):
    firms = employer(one, phone="13800000001"), employer(other, place_code="", **fields)
    return point_out(user=people.county_clerk(), one_id=firms[0].pk, other_id=firms[1].pk)


def texts(answer):
    return answer.content.decode()


def test_side_by_side_with_masked_phone_and_counts(clerk):
    found = pair()
    DeclaredJob.objects.create(worker=worker(), employer=found.second, start_on="2025-02-10", place_code="4401")
    answer = texts(clerk.get(f"/employment/employers/doubles/{found.pk}/"))
    assert "是同一家吗" in answer
    assert "13800000001" not in answer
    assert "务工台账" in answer


def test_merged_and_taken_back(clerk):
    found = pair()
    DeclaredJob.objects.create(worker=worker(), employer=found.second, start_on="2025-02-10", place_code="4401")
    answer = clerk.post(f"/employment/employers/doubles/{found.pk}/merge/", {"keep": "first", "reason": "同一执照"})
    made = EmployerMerge.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/employment/employers/merges/{made.pk}/")
    assert "同一执照" in texts(clerk.get(answer.headers["Location"]))
    assert "老甲服饰厂" in texts(clerk.get("/employment/employers/merges/"))
    assert "老甲服饰厂" in texts(clerk.get(f"/employment/employers/{found.first_id}/?tab=file"))
    assert clerk.get(f"/employment/employers/doubles/{found.pk}/").status_code == 404
    clerk.post(f"/employment/employers/merges/{made.pk}/undo/")
    assert (Employer.objects.count(), DeclaredJob.objects.get().employer_id) == (2, found.second_id)


def test_the_former_name_still_finds_the_employer(clerk):
    found = pair(credit_code="91440113MA59EKWX1A")
    clerk.post(f"/employment/employers/doubles/{found.pk}/merge/", {"keep": "first"})
    for asked in ("老甲服饰", "广州甲", "91440113ma59ekwx1a"):
        assert "广州甲服饰有限公司" in texts(clerk.get(f"/employment/employers/?q={asked}"))


def test_judged_different_it_leaves_the_queue(clerk):
    found = pair()
    clerk.post(f"/employment/employers/doubles/{found.pk}/decide/", {"state": "different"})
    assert EmployerPair.objects.get().state == "different"
    assert "没有待判定的疑似重复单位" in texts(clerk.get("/employment/employers/doubles/"))


def test_pointed_out_from_the_page_of_an_employer(clerk):
    one, other = employer("甲厂"), employer("丁厂")
    answer = clerk.post(f"/employment/employers/{one.pk}/double/", {"other": other.pk})
    assert answer.headers["Location"] == f"/employment/employers/doubles/{EmployerPair.objects.get().pk}/"


@pytest.mark.parametrize(
    ("who", "queue", "merging"),
    [
        (people.county_clerk, 200, 302),
        (people.stranger, 200, 404),
        (lambda: people.with_role("auditor"), 200, 403),
        (lambda: people.with_role("startup_officer"), 403, 403),
        (lambda: people.with_role("dispatch_officer"), 200, 302),
    ],
)
def test_who_may(who, queue, merging):
    found, client = pair(), people.client_for(who())
    assert client.get("/employment/employers/doubles/").status_code == queue
    assert client.post(f"/employment/employers/doubles/{found.pk}/merge/", {"keep": "first"}).status_code == merging


def test_a_township_compares_and_does_not_merge():
    found, client = pair(), people.client_for(people.township_clerk())
    answer = client.get(f"/employment/employers/doubles/{found.pk}/")
    assert (answer.status_code, "保留“" in texts(answer)) == (200, False)
    assert client.post(f"/employment/employers/doubles/{found.pk}/merge/", {"keep": "first"}).status_code == 403
