"""Founding and mending households, moving people between them: what is kept, refused, remembered."""

import pytest

from core.errors import DomainError
from tests.people import county_clerk, stranger, township_clerk, with_role
from tests.workers.checks import MAN, WOMAN
from tests.workers.village_lists import store_divisions
from workers.households import services
from workers.models import Household, Worker

pytestmark = pytest.mark.django_db
VILLAGE, ELSEWHERE = "520527219200", "520527105200"


@pytest.fixture(autouse=True)
def divisions(db):
    store_divisions()


@pytest.fixture
def home():
    return Household.objects.create(village_code=VILLAGE, group_name="3组", head_name="张老大")


@pytest.fixture
def worker(home):
    return Worker.objects.create(
        name="张国强", id_number=MAN, village_code=VILLAGE, group_name="3组", household=home, relation="子"
    )


def refused(act, **given):
    with pytest.raises(DomainError) as error:
        act(**given)
    return error.value.code, error.value.field


def test_founds_a_household():
    made = services.found_household(
        user=township_clerk(), village_code=VILLAGE, group_name=" 5组 ", head_name="王 老五"
    )
    made.refresh_from_db()
    assert (made.village_code, made.group_name, made.head_name) == (VILLAGE, "5组", "王老五")


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"head_name": "张老大", "group_name": "3组"}, ("duplicate", "head_name")),
        ({"head_name": "12"}, ("name_missing", "head_name")),
        ({"village_code": ELSEWHERE}, ("out_of_scope", "village_code")),
        ({"village_code": "520527219999"}, ("division_unknown", "village_code")),
    ],
)
def test_refuses_to_found(home, given, refusal):
    facts = {"village_code": VILLAGE, "head_name": "王老五", **given}
    assert refused(services.found_household, user=township_clerk(), **facts) == refusal
    assert Household.objects.count() == 1


def test_mending_takes_the_members_of_the_group_along(home, worker):
    other = Worker.objects.create(name="王芳", id_number=WOMAN, village_code=VILLAGE, group_name="9组", household=home)
    services.change_household(user=county_clerk(), household=home, group_name="4组", head_name="张老二", reason="并组")
    home.refresh_from_db()
    assert (home.group_name, home.head_name) == ("4组", "张老二")
    assert [Worker.objects.get(pk=one.pk).group_name for one in (worker, other)] == ["4组", "9组"]


def test_mending_into_another_household_is_refused(home):
    twin = Household.objects.create(village_code=VILLAGE, group_name="3组", head_name="王老五")
    given = {"user": county_clerk(), "household": twin, "group_name": "3组", "head_name": "张老大"}
    assert refused(services.change_household, **given) == ("duplicate", "head_name")


def test_moving_brings_village_and_group_of_the_household(worker):
    target = Household.objects.create(village_code=ELSEWHERE, group_name="1组", head_name="李四")
    services.move_person(user=county_clerk(), worker=worker, household=target, relation="女婿", reason="婚嫁")
    worker.refresh_from_db()
    assert (worker.household, worker.village_code, worker.group_name, worker.relation) == (
        target, ELSEWHERE, "1组", "女婿",
    )  # fmt: skip
    services.move_person(user=county_clerk(), worker=worker, household=None)
    worker.refresh_from_db()
    assert (worker.household, worker.village_code, worker.relation) == (None, ELSEWHERE, None)


def test_moves_that_cannot_be(home, worker):
    far = Household.objects.create(village_code=ELSEWHERE, head_name="李四")
    act = services.move_person
    assert refused(act, user=county_clerk(), worker=worker, household=home) == ("same", "household")
    assert refused(act, user=township_clerk(), worker=worker, household=far) == ("household", None)
    assert refused(act, user=stranger(), worker=worker, household=None) == ("worker", None)
    assert refused(act, user=with_role("auditor"), worker=worker, household=None) == ("forbidden", None)
    worker.refresh_from_db()
    assert worker.household == home
