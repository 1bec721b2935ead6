"""A village assistant of several villages sees and changes exactly those, on every way to the rows."""

import json

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from core.accounts.models import User
from core.accounts.services import Scope, change_account, create_user
from core.divisions.models import Division
from core.errors import DomainError, NotFound
from tests import people
from tests.journeys import VILLAGE, place_divisions, worker
from tests.surveys.facts import campaign, met, task_of
from tests.web.reading import page
from workers.bitmaps.building import refresh_bitmaps
from workers.households.services import found_household
from workers.models import Household, Worker
from workers.services import change_worker
from workers.surveys.models import VisitTask

pytestmark = pytest.mark.django_db
SECOND, THIRD = "520527219201", "520527219202"
BOTH = [VILLAGE, SECOND]


@pytest.fixture(autouse=True)
def villages(db):
    """Three villages of one township, and somebody in each."""
    place_divisions()
    Division.objects.bulk_create(
        [Division(code=THIRD, name="新田村村民委员会", level="village")], ignore_conflicts=True
    )
    for name, village in (("甲", VILLAGE), ("乙", SECOND), ("丙", THIRD)):
        home = Household.objects.create(village_code=village, group_name="1组", head_name=name)
        worker(name, village=village, household=home, intention="就近就业")


@pytest.fixture
def assistant():
    scope = Scope.of_divisions(BOTH)
    made = create_user(username="cun", role="village_assistant", scope=scope, full_name="村专干", must_change=False)
    return made.user


def who(name):
    return Worker.objects.get(name=name)


class TestTheAccount:
    def test_the_command_takes_the_villages_one_by_one(self, capsys):
        call_command("create_user", "cun", "--role", "village_assistant", "--division", VILLAGE, "--division", SECOND)
        made = json.loads(capsys.readouterr().out)
        assert (made["division"], made["villages"]) == (people.TOWNSHIP, BOTH)
        assert User.objects.get(username="cun").divisions == tuple(BOTH)

    @pytest.mark.parametrize(
        ("role", "codes"),
        [
            ("village_assistant", [VILLAGE, "520527105200"]),
            ("village_assistant", [VILLAGE, people.TOWNSHIP]),
            ("village_assistant", [VILLAGE, "520527219999"]),
            ("township_officer", BOTH),
        ],
    )
    def test_others_than_villages_of_one_township_are_refused(self, role, codes):
        with pytest.raises(DomainError) as refusal:
            create_user(username="cun", role=role, scope=Scope.of_divisions(codes))
        assert refusal.value.field == "division"

    def test_one_village_is_the_division_itself(self):
        assert Scope.of_divisions([VILLAGE, VILLAGE]) == Scope(VILLAGE)

    def test_the_database_keeps_the_rule(self, assistant):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=assistant.pk).update(role="township_officer")

    def test_the_form_takes_and_shows_them(self):
        browser = people.client_for(people.county_clerk())
        sent = {"username": "cun", "full_name": "村专干", "role": "village_assistant", "division": "、".join(BOTH)}
        assert browser.post("/account/users/new/", sent).status_code == 200
        made = User.objects.get(username="cun")
        assert made.scope_villages == BOTH
        form = page(browser.get(f"/account/users/{made.pk}/"))
        assert form.one("input", name="division").attrs["value"] == "、".join(BOTH)
        assert "大寨村村民委员会、和平村村民委员会" in page(browser.get("/account/users/")).text
        browser.post(f"/account/users/{made.pk}/", {**sent, "division": VILLAGE})
        made.refresh_from_db()
        assert (made.scope_division, made.scope_villages) == (VILLAGE, [])

    def test_a_change_is_logged_with_what_was_before(self, assistant):
        change_account(
            user=assistant, role="village_assistant", scope=Scope(SECOND), full_name="村专干", phone="", by=None
        )
        browser = people.client_for(people.county_clerk())
        assert "村专干" in page(browser.get("/account/users/")).text
        assert User.objects.get(pk=assistant.pk).divisions == (SECOND,)


@pytest.mark.parametrize("query", ["", "?intention=就近", "?township=520527219", "?q=大寨", "?sort=-name"])
@pytest.mark.parametrize("bitmaps", [False, True])
def test_lists_show_the_people_of_both(assistant, query, bitmaps):
    if bitmaps:
        refresh_bitmaps()
    links = page(people.client_for(assistant).get(f"/workers/{query}")).all("a", class_="row-link")
    shown = {link.text for link in links}
    assert shown == ({"甲"} if "大寨" in query else {"甲", "乙"})


def test_so_do_households_api_and_search(assistant):
    browser = people.client_for(assistant)
    heads = {link.text for link in page(browser.get("/workers/households/")).all("a", class_="row-link")}
    answered = {row["name"] for row in people.api_client_for(assistant).get("/api/v1/workers/").json()["results"]}
    assert heads == answered == {"甲", "乙"}
    told = [page(browser.get(f"/search/?q={village}")).text for village in ("大寨", "和平", "新田")]
    assert ["没有找到" in one for one in told] == [False, False, True]
    assert [browser.get(f"/workers/{who(name).pk}/").status_code for name in "甲乙丙"] == [200, 200, 404]


def test_numbers_are_of_those_villages(assistant):
    asked = "/api/v1/statistics/LDB_TOTAL/?period=2026"
    own = people.api_client_for(assistant).get(asked).json()["total"]["numerator"]
    township = people.api_client_for(people.township_clerk()).get(asked).json()["total"]["numerator"]
    village = people.api_client_for(assistant).get(f"{asked}&division={THIRD}").json()["total"]["numerator"]
    assert (own, township, village) == (2, 3, 0)


def test_so_are_those_of_the_home_page(assistant):
    # The township's are kept by now; they are not the assistant's.
    people.client_for(people.township_clerk()).get("/")
    tiles = people.client_for(assistant).get("/").context["numbers"]
    assert {tile.label: tile.value for tile in tiles}["信息库人数"] == "2"


def test_nobody_is_moved_out_of_them(assistant):
    with pytest.raises(DomainError) as refusal:
        change_worker(user=assistant, worker=who("甲"), facts={"village_code": THIRD})
    assert refusal.value.code == "out_of_scope"
    assert change_worker(user=assistant, worker=who("甲"), facts={"village_code": SECOND}).village_code == SECOND
    with pytest.raises(DomainError):
        found_household(user=assistant, village_code=THIRD, group_name="", head_name="丁")


def test_a_campaign_gives_them_the_households_of_both(assistant):
    campaign(people.TOWNSHIP)
    given = VisitTask.objects.of_surveyor(assistant).values_list("village_code", flat=True)
    assert sorted(given) == BOTH
    met(who("乙"), user=assistant)
    with pytest.raises(NotFound):
        met(who("丙"), user=assistant)
    shown = page(people.client_for(assistant).get("/workers/surveys/mine/"))
    villages = shown.one("nav", **{"aria-label": "村"})
    assert [link.text for link in villages.all("a")] == ["大寨村村民委员会", "和平村村民委员会"]
    assert task_of(who("丙")).surveyor is None
