"""What the home page of an installation without people offers, to whom, and until when."""

import datetime as dt

import pytest

from core.divisions.services import CARRIED_LIST, load_divisions
from core.formats.identity import make_id_number
from tests import people
from tests.web.reading import page
from workers.models import Worker

pytestmark = pytest.mark.django_db
VILLAGES, ROSTER, ACCOUNTS = "载入本县的村", "导入第一份劳动力花名册", "给同事建账号"


def steps(user):
    """The steps in order: what is asked first, and where each leads."""
    found = page(people.client_for(user).get("/")).all(class_="first-steps")
    rows = [row for section in found for row in section.all(class_="todo-row")]
    return [(word, row.attrs.get("href")) for row in rows for word in (VILLAGES, ROSTER, ACCOUNTS) if word in row.text]


def register(village):
    number = make_id_number("529999", dt.date(1990, 1, 1), 1)
    Worker.objects.create(name="张三", id_number=number, village_code=village)


def test_a_new_installation_asks_its_administrator_for_villages_people_and_colleagues():
    assert steps(people.county_clerk()) == [
        (VILLAGES, None),
        (ROSTER, "/imports/new/?kind=workers"),
        (ACCOUNTS, "/account/users/new/"),
    ]


def test_each_step_goes_when_it_is_done():
    clerk = people.county_clerk()
    load_divisions(path=CARRIED_LIST)
    assert [word for word, _ in steps(clerk)] == [ROSTER, ACCOUNTS]
    people.township_clerk()
    assert [word for word, _ in steps(clerk)] == [ROSTER]
    register(f"{people.TOWNSHIP}200")
    assert steps(clerk) == []


def test_a_township_without_people_is_asked_for_its_roster_alone():
    load_divisions(path=CARRIED_LIST)
    register(f"{people.OTHER_TOWNSHIP}200")
    people.county_clerk()
    assert [word for word, _ in steps(people.township_clerk())] == [ROSTER]


@pytest.mark.parametrize("role", ["auditor", "village_assistant", "station_staff", "log_admin"])
def test_who_cannot_do_any_of_it_is_not_asked(role):
    assert steps(people.with_role(role)) == []


def test_the_steps_lead_to_pages_that_open():
    client = people.client_for(people.county_clerk())
    assert [client.get(url).status_code for _word, url in steps(people.county_clerk()) if url] == [200, 200]
