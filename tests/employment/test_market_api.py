"""``/vacancies/`` and ``/fairs/``: shared filters, scope, masking (formats.md §3.2)."""

from datetime import timedelta

import pytest

from tests import people
from tests.employment.market import TODAY, booth, fair, vacancy
from tests.journeys import employer, place_divisions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    place_divisions()


@pytest.fixture
def county():
    return people.api_client_for(people.county_clerk(), "registry:read")


def asked(client, address):
    answer = client.get(f"/api/v1/{address}")
    assert answer.status_code == 200, answer.json()
    return answer.json()["results"]


def test_a_vacancy_tells_its_fields_with_a_masked_phone(county):
    job = vacancy("缝纫工", requirement="初中", phone="13812345678", wage_to=7000, openings=30)
    (row,) = asked(county, "vacancies/")
    assert row == {
        "id": job.pk, "employer": "缝纫工厂", "employer_code": None, "place_code": "440113", "place": "广东省 广州市 番禺区",
        "job_title": "缝纫工", "openings": 30, "wage_from": None, "wage_to": "7000.00", "requirement": "初中", "board": "",
        "insurance": "", "contact": "", "phone": "138****5678", "source": "协作站", "collected_on": job.collected_on.isoformat(),
        "valid_until": job.valid_until.isoformat(), "checked": True, "closed_on": None, "taken": 0, "repeated": False,
    }  # fmt: skip


def test_vacancies_share_the_filters_of_the_page(county):
    firm = employer("甲厂")
    vacancy("缝纫工", firm=firm), vacancy("缝纫工", firm=firm, collected_on=TODAY), vacancy("焊工", place_code="330206")
    vacancy("普工", collected_on=TODAY - timedelta(60))
    found = {
        query: [row["job_title"] for row in asked(county, f"vacancies/?{query}")]
        for query in ("state=over", "job=焊", "destination=44&state=open", "repeated=true", "q=甲厂", "place=浙江")
    }
    assert found == {
        "state=over": ["普工"], "job=焊": ["焊工"], "destination=44&state=open": ["缝纫工", "缝纫工"], "repeated=true": ["缝纫工"],
        "q=甲厂": ["缝纫工", "缝纫工"], "place=浙江": ["焊工"],
    }  # fmt: skip


def test_a_fair_tells_what_stood_there(county):
    at = fair("F1", visitors=1200)
    booth(at, employer("甲厂"), openings=30), booth(at, employer("乙厂"), openings=12)
    fair("F2", form="直播")
    (row,) = asked(county, "fairs/?form=线下")
    assert (row["code"], row["visitors"], row["employers"], row["posts"], row["openings"]) == ("F1", 1200, 2, 2, 42)


def test_strangers_get_nothing_and_others_are_refused(county):
    vacancy(), fair()
    stranger = people.api_client_for(people.stranger())
    assert (asked(stranger, "vacancies/"), asked(stranger, "fairs/")) == ([], [])
    closed = people.api_client_for(people.with_role("system_admin"))
    assert [closed.get(f"/api/v1/{noun}/").status_code for noun in ("vacancies", "fairs")] == [403, 403]
    assert county.get("/api/v1/vacancies/?colour=red").status_code == 422
